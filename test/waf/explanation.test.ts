/** The trace: what each rule asked, what it saw, and why. */
import fc from 'fast-check';
import { createRateState, type WebRequest } from '../../waf/index.ts';
import { byteMatch, bytes, compile, decide, explained, noon, rule, transformations } from './support.ts';

const blocklist = 'arn:aws:wafv2:us-east-1:000000000000:global/ipset/blocked-ipv4/1';
const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');

test('every rule in order: those that matched, those that did not, those behind the decision', () => {
  const { decision, trace } = explained(
    compile([
      rule('post', 0, byteMatch({ Method: {} }, 'EXACTLY', 'POST')),
      rule('count', 1, everything, { Action: { Count: {} }, RuleLabels: [{ Name: 'seen' }] }),
      rule('block', 2, everything),
      rule('unreached', 3, everything),
    ]),
  );

  expect(decision).toMatchObject({ action: 'BLOCK', rule: 'block' });
  expect(trace).toMatchObject([
    { name: 'post', priority: 0, outcome: 'not matched', action: 'BLOCK', labels: [] },
    { name: 'count', priority: 1, outcome: 'matched', action: 'COUNT', labels: ['awswaf:000000000000:webacl:front:seen'] },
    { name: 'block', priority: 2, outcome: 'matched', action: 'BLOCK' },
    { name: 'unreached', priority: 3, outcome: 'not reached' },
  ]);
});

test('a statement tells the field, the question and the value after the transformations', () => {
  const statement = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/v1/sign-in', 'URL_DECODE', 'NORMALIZE_PATH', 'LOWERCASE');

  const { trace } = explained(compile([rule('sign-in', 0, statement)]), { path: '/V1/./%53ign-in' });

  expect(trace[0]?.statement).toEqual({
    statement: 'ByteMatchStatement',
    outcome: 'matched',
    asks: 'UriPath after URL_DECODE, NORMALIZE_PATH, LOWERCASE starts with "/v1/sign-in"',
    saw: ['"/v1/sign-in"'],
  });
});

test.each<[string, unknown, Partial<WebRequest>, string[]]>([
  ['a long value is cut, with its length', { UriPath: {} }, { path: `/${'a'.repeat(200)}` }, [`"/${'a'.repeat(119)}"... (201 bytes)`]],
  ['the value that matched among several', { AllQueryArguments: {} }, { query: 'a=1&b=/here&c=3' }, ['"/here"']],
  ['the first of many that did not', { AllQueryArguments: {} }, { query: 'a=1&b=2&c=3&d=4&e=5' }, ['"1"', '"2"', '"3"', 'and 2 more']],
  ['a component that is missing', { SingleHeader: { Name: 'x' } }, {}, ['nothing: the request has no such component']],
  ['control characters, escaped', { Body: {} }, { body: bytes('a\u001b[31m') }, ['"a\\u001b[31m"']],
  [
    'oversize handling',
    { Body: { OversizeHandling: 'MATCH' } },
    { body: bytes('a'.repeat(20_000)) },
    ['oversize or invalid: treated as a match'],
  ],
])('what it saw: %s', (_, field, overrides, expected) => {
  const { trace } = explained(compile([rule('one', 0, byteMatch(field, 'STARTS_WITH', '/'))]), overrides);

  expect(trace[0]?.statement?.saw).toEqual(expected);
});

test('an address tells the block that holds it, or how many it was compared with', () => {
  const statement = { IPSetReferenceStatement: { Arn: blocklist } };
  const webAcl = compile([rule('blocked', 0, statement)], { ipSets: new Map([[blocklist, ['203.0.113.0/24', '192.0.2.0/24']]]) });

  const saw = ['203.0.113.7', '198.51.100.7'].map((sourceAddress) => explained(webAcl, { sourceAddress }).trace[0]?.statement);

  expect(saw).toMatchObject([
    { asks: 'the address is in blocked-ipv4', saw: ['203.0.113.7 is in 203.0.113.0/24, of 2 blocks'] },
    { saw: ['198.51.100.7 is in none of 2 blocks'] },
  ]);
});

test('parts that were not looked at are shown as such', () => {
  const statement = { AndStatement: { Statements: [byteMatch({ Method: {} }, 'EXACTLY', 'PUT'), everything] } };

  const { trace } = explained(compile([rule('both', 0, statement)]));

  expect(trace[0]?.statement).toMatchObject({
    statement: 'AndStatement',
    outcome: 'not matched',
    parts: [{ outcome: 'not matched' }, { outcome: 'not reached', asks: 'UriPath starts with "/"' }],
  });
});

test('a rate tells its bucket, its count and its limit, and why a request does not count', () => {
  const scope = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/v1');
  const webAcl = compile([rule('rate', 0, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: scope } })]);

  const inside = explained(webAcl, { path: '/v1/x' }).trace[0];
  const outside = explained(webAcl, { path: '/page' }).trace[0];

  expect(inside).toMatchObject({
    rate: { key: '198.51.100.7', count: 1, limit: 10, windowSeconds: 300 },
    statement: { saw: ['request 1 of 10 for 198.51.100.7'], parts: [{ outcome: 'matched' }] },
  });
  expect(outside?.rate).toBeUndefined();
  expect(outside?.statement?.saw).toEqual(['the request is outside its scope: not counted']);
});

test('explaining decides as evaluating does and counts as it does, for any request to a web ACL with some of everything', () => {
  const forwarded = { HeaderName: 'x-forwarded-for', FallbackBehavior: 'MATCH' };
  const leaves = [
    { IPSetReferenceStatement: { Arn: blocklist } },
    { IPSetReferenceStatement: { Arn: blocklist, IPSetForwardedIPConfig: { ...forwarded, Position: 'ANY' } } },
    { GeoMatchStatement: { CountryCodes: ['IT'] } },
    { LabelMatchStatement: { Scope: 'LABEL', Key: 'awswaf:clientip:geo:country:IT' } },
    { XssMatchStatement: { FieldToMatch: { QueryString: {} }, TextTransformations: transformations('NONE') } },
    byteMatch({ UriPath: {} }, 'CONTAINS', 'a', 'LOWERCASE'),
    byteMatch({ JsonBody: { MatchPattern: { All: {} }, MatchScope: 'ALL', InvalidFallbackBehavior: 'MATCH' } }, 'EXACTLY', 'a'),
  ];
  const statement = fc.letrec<{ statement: unknown }>((tie) => ({
    statement: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...leaves),
      fc.array(tie('statement'), { minLength: 2, maxLength: 3 }).map((Statements) => ({ AndStatement: { Statements } })),
      fc.array(tie('statement'), { minLength: 2, maxLength: 3 }).map((Statements) => ({ OrStatement: { Statements } })),
      tie('statement').map((Statement) => ({ NotStatement: { Statement } })),
    ),
  })).statement;
  const action = fc.constantFrom('Block', 'Count', 'Count', 'Allow', 'Captcha');
  const requests = fc.record({
    sourceAddress: fc.constantFrom('203.0.113.7', '198.51.100.7', '::ffff:203.0.113.9', 'none'),
    path: fc.constantFrom('/A', '/b'),
    query: fc.constantFrom('', '<script>'),
    body: fc.constantFrom(bytes(''), bytes('{"a":1}'), bytes('{')),
    headers: fc.constantFrom<[string, string][]>([], [['x-forwarded-for', '203.0.113.1, ?']]),
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(statement, action), { minLength: 1, maxLength: 4 }),
      fc.array(requests, { maxLength: 14 }),
      (parts, sent) => {
        const rules = parts.flatMap(([one, kind], index) => [
          rule(`own ${index}`, 2 * index, one, { Action: { [kind]: {} }, RuleLabels: [{ Name: `own:${index}` }] }),
          rule(`rate ${index}`, 2 * index + 1, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: one } }),
        ]);
        const webAcl = compile(rules, {
          ipSets: new Map([[blocklist, ['203.0.113.0/24']]]),
          locate: (address) => (address.startsWith('203') ? { country: 'IT' } : undefined),
        });
        const [a, b] = [createRateState(), createRateState()];
        for (const overrides of sent) {
          const expected = decide(webAcl, { ...overrides, at: noon }, a);
          const { decision } = explained(webAcl, { ...overrides, at: noon }, b);
          expect(decision).toEqual(expected);
        }
      },
    ),
    { seed: 42, numRuns: 200 },
  );
});
