/** What somebody would try against the rules, one sentence each. */
import { createRateState } from '../../waf/index.ts';
import { blocks, byteMatch, bytes, compile, decide, explained, rule, transformations } from './support.ts';

const asTheApiReadsIt = ['URL_DECODE', 'NORMALIZE_PATH', 'LOWERCASE'];
const signIn = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/v1/sign-in', ...asTheApiReadsIt);

test.each([
  '/v1/sign-in',
  '/v1/%73ign-in',
  '/V1/SIGN-IN',
  '/v1/./sign-in',
  '/v1//sign-in',
  '/x/../v1/sign-in',
  '/%76%31%2Fsign-in',
  '/v1/x/%2e%2e/sign-in',
  '//v1/sign-in/',
])('a percent-encoded, upper-case or winding path does not slip past a lower-cased byte match: %s', (path) => {
  expect(blocks(signIn, { path })).toBe(true);
});

test('a path that only looks alike is not taken for it', () => {
  expect(blocks(signIn, { path: '/v1/sign-out' })).toBe(false);
  expect(blocks(signIn, { path: '/v1/%2573ign-in' })).toBe(false);
});

test('an IPv4 client behind an IPv4-mapped address does not walk around the block list', () => {
  const surroundings = { ipSets: new Map([['set', ['192.0.2.0/24']]]) };

  for (const sourceAddress of ['::ffff:192.0.2.9', '::FFFF:c000:209', '0:0:0:0:0:ffff:192.0.2.9']) {
    expect(blocks({ IPSetReferenceStatement: { Arn: 'set' } }, { sourceAddress }, surroundings)).toBe(true);
  }
});

test('writing one address in several ways does not buy several budgets', () => {
  const webAcl = compile([rule('rate', 0, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP' } })]);
  const state = createRateState();
  const spellings = ['2001:db8::1', '2001:DB8::1', '2001:db8:0:0:0:0:0:1', '2001:0db8::0001'];

  const actions = Array.from({ length: 12 }, (_, index) => decide(webAcl, { sourceAddress: spellings[index % 4] ?? '' }, state).action);

  expect(actions.filter((action) => action === 'BLOCK')).toHaveLength(2);
});

test('a forged X-Forwarded-For neither frees nor burdens the address that sends it', () => {
  const webAcl = compile([rule('rate', 0, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP' } })]);
  const state = createRateState();

  const actions = Array.from(
    { length: 12 },
    (_, index) => decide(webAcl, { headers: [['x-forwarded-for', `203.0.113.${index}`]] }, state).action,
  );
  const victim = decide(webAcl, { sourceAddress: '203.0.113.1' }, state);

  expect(actions.filter((action) => action === 'BLOCK')).toHaveLength(2);
  expect(victim.action).toBe('ALLOW');
});

test('two custom keys cannot be shifted into one another', () => {
  const none = transformations('NONE');
  const CustomKeys = [
    { QueryArgument: { Name: 'a', TextTransformations: none } },
    { QueryArgument: { Name: 'b', TextTransformations: none } },
  ];
  const webAcl = compile([rule('rate', 0, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'CUSTOM_KEYS', CustomKeys } })]);
  const key = (query: string) => explained(webAcl, { query }).trace[0]?.rate?.key;

  expect(key('a=x,y&b=z')).not.toBe(key('a=x&b=y,z'));
  expect(key('a=x","y&b=z')).not.toBe(key('a=x&b=y","z'));
});

test('padding a body beyond the inspected part does not hide what comes behind, where the rule says MATCH', () => {
  const statement = byteMatch({ Body: { OversizeHandling: 'MATCH' } }, 'CONTAINS', 'attack');

  expect(blocks(statement, { body: bytes(`${' '.repeat(20_000)}attack`) })).toBe(true);
});

test('a second header, cookie or argument of the same name does not hide behind the first', () => {
  const headers: [string, string][] = [
    ['cookie', 'theme=dark'],
    ['Cookie', 'theme=attack'],
  ];
  const cookies = { Cookies: { MatchPattern: { All: {} }, MatchScope: 'VALUE', OversizeHandling: 'MATCH' } };

  expect(blocks(byteMatch({ SingleHeader: { Name: 'cookie' } }, 'CONTAINS', 'attack'), { headers })).toBe(true);
  expect(blocks(byteMatch(cookies, 'EXACTLY', 'attack'), { headers })).toBe(true);
  expect(blocks(byteMatch({ AllQueryArguments: {} }, 'EXACTLY', 'attack'), { query: 'a=1&a=attack' })).toBe(true);
});

test('a NUL in the path does not end the comparison early', () => {
  expect(blocks(byteMatch({ UriPath: {} }, 'ENDS_WITH', '.php', 'URL_DECODE'), { path: '/x%00.php' })).toBe(true);
  expect(blocks(byteMatch({ UriPath: {} }, 'CONTAINS', '/admin', 'URL_DECODE', 'REMOVE_NULLS'), { path: '/ad%00min' })).toBe(true);
});

test('a decision quotes no header, cookie, body or query: it ends up in logs', () => {
  const secret = 'correct-horse-battery';
  const fields = [
    { SingleHeader: { Name: 'authorization' } },
    { Cookies: { MatchPattern: { All: {} }, MatchScope: 'ALL', OversizeHandling: 'MATCH' } },
    { Body: {} },
    { QueryString: {} },
  ];
  const webAcl = compile(
    fields.map((FieldToMatch, index) =>
      rule(
        `field ${index}`,
        index,
        { RegexMatchStatement: { RegexString: '[a-z]', FieldToMatch, TextTransformations: transformations('NONE') } },
        { Action: { Count: {} } },
      ),
    ),
  );
  const headers: [string, string][] = [
    ['authorization', secret],
    ['cookie', `session=${secret}`],
  ];

  const decision = decide(webAcl, { headers, body: bytes(secret), query: `q=${secret}` });

  expect(decision.counted).toHaveLength(4);
  expect(JSON.stringify(decision)).not.toContain(secret);
});

test('hostile text in every component is decided, never thrown', () => {
  const statements = ['LOWERCASE', 'URL_DECODE_UNI', 'HTML_ENTITY_DECODE', 'JS_DECODE', 'CSS_DECODE', 'CMD_LINE'].map((type) =>
    byteMatch({ JsonBody: { MatchPattern: { All: {} }, MatchScope: 'ALL' } }, 'CONTAINS', 'x', type),
  );
  const webAcl = compile(statements.map((statement, index) => rule(`rule ${index}`, index, statement, { Action: { Count: {} } })));
  const hostile = [
    '\0',
    '\ud800',
    '%',
    '%u',
    '\\',
    '"',
    '{"a":',
    '&#xffffffffff;',
    '\u202e',
    'İ',
    '�',
    '../'.repeat(1000),
    '['.repeat(10_000),
  ];

  for (const text of hostile) {
    const decision = decide(webAcl, {
      path: text,
      query: text,
      method: text,
      sourceAddress: text,
      headers: [[text, text]],
      body: bytes(text),
    });
    expect(decision.action).toBe('ALLOW');
  }
});
