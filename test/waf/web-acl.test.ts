import { compileWebAcl, describeUnsupported } from '../../waf/index.ts';
import { byteMatch, compile, decide, noReferences, rule, transformations, webAclProperties } from './support.ts';

const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');
const nothing = byteMatch({ UriPath: {} }, 'EXACTLY', 'nothing');
const managed = { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet', RuleActionOverrides: [] } };

describe('rules and actions', () => {
  test('the matching rule with the lowest priority decides, whatever the order in the template', () => {
    const webAcl = compile([
      rule('second', 20, everything),
      rule('first', 10, everything, { Action: { Allow: {} } }),
      rule('zeroth', 0, nothing),
    ]);

    expect(decide(webAcl)).toMatchObject({ action: 'ALLOW', rule: 'first' });
  });

  test('without a match the default action decides', () => {
    const rules = [rule('never', 0, nothing)];

    expect(decide(compile(rules))).toEqual({
      action: 'ALLOW',
      labels: [],
      insertedHeaders: [],
      trace: [{ name: 'never', priority: 0, matched: false, statements: [] }],
    });
    expect(decide(compile(rules, {}, { DefaultAction: { Block: {} } }))).toMatchObject({
      action: 'BLOCK',
      response: { status: 403, headers: [], body: '', contentType: '' },
    });
  });

  test('counting goes on with the next rule, and the trace tells who counted', () => {
    const webAcl = compile([
      rule('watch', 0, everything, { Action: { Count: {} } }),
      rule('block', 1, everything),
      rule('unreached', 2, everything),
    ]);

    const { action, trace } = decide(webAcl);

    expect(action).toBe('BLOCK');
    expect(trace).toEqual([
      {
        name: 'watch',
        priority: 0,
        matched: true,
        action: 'COUNT',
        statements: [{ statement: 'ByteMatchStatement', on: 'UriPath starts with "/"' }],
      },
      {
        name: 'block',
        priority: 1,
        matched: true,
        action: 'BLOCK',
        statements: [{ statement: 'ByteMatchStatement', on: 'UriPath starts with "/"' }],
      },
    ]);
  });

  test('the trace tells which parts of a rule were true, even if the whole was not', () => {
    const method = byteMatch({ Method: {} }, 'EXACTLY', 'POST', 'LOWERCASE');

    const { trace } = decide(compile([rule('both', 0, { AndStatement: { Statements: [everything, method] } })]));

    expect(trace).toEqual([
      { name: 'both', priority: 0, matched: false, statements: [{ statement: 'ByteMatchStatement', on: 'UriPath starts with "/"' }] },
    ]);
  });

  test('a custom response carries status, headers, body and type', () => {
    const Action = {
      Block: {
        CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: 'slow', ResponseHeaders: [{ Name: 'Retry-After', Value: '300' }] },
      },
    };
    const CustomResponseBodies = { slow: { ContentType: 'APPLICATION_JSON', Content: '{"code":"rate_limited"}' } };

    const decision = decide(compile([rule('limit', 0, everything, { Action })], {}, { CustomResponseBodies }));

    expect(decision.response).toEqual({
      status: 429,
      headers: [['Retry-After', '300']],
      body: '{"code":"rate_limited"}',
      contentType: 'application/json',
    });
  });

  test('headers are inserted with the prefix of AWS WAF, by counting, allowing and by default', () => {
    const inserting = (Value: string) => ({ CustomRequestHandling: { InsertHeaders: [{ Name: 'seen', Value }] } });
    const rules = [
      rule('count', 0, everything, { Action: { Count: inserting('counted') } }),
      rule('allow', 1, byteMatch({ Method: {} }, 'EXACTLY', 'GET'), { Action: { Allow: inserting('allowed') } }),
    ];
    const webAcl = compile(rules, {}, { DefaultAction: { Allow: inserting('default') } });

    expect(decide(webAcl).insertedHeaders).toEqual([
      ['x-amzn-waf-seen', 'counted'],
      ['x-amzn-waf-seen', 'allowed'],
    ]);
    expect(decide(webAcl, { method: 'PUT' }).insertedHeaders).toEqual([
      ['x-amzn-waf-seen', 'counted'],
      ['x-amzn-waf-seen', 'default'],
    ]);
  });

  test('decisions share nothing that a caller could change for the next one', () => {
    const webAcl = compile([
      rule('block', 0, everything, {
        Action: { Block: { CustomResponse: { ResponseCode: 403, ResponseHeaders: [{ Name: 'a', Value: 'b' }] } } },
      }),
    ]);

    decide(webAcl).response?.headers.push(['injected', 'x']);

    expect(decide(webAcl).response?.headers).toEqual([['a', 'b']]);
  });
});

describe('labels', () => {
  const labelled = (Name: string, ...names: string[]) =>
    rule(Name, 0, everything, { Action: { Count: {} }, RuleLabels: names.map((label) => ({ Name: label })) });
  const matching = (Scope: string, Key: string) =>
    compile([labelled('label', 'NS1:NS2:name'), rule('match', 1, { LabelMatchStatement: { Scope, Key } })], { accountId: '111122223333' });

  test('are fully qualified by account and web ACL', () => {
    expect(decide(matching('LABEL', 'name')).labels).toEqual(['awswaf:111122223333:webacl:front:NS1:NS2:name']);
  });

  test.each([
    ['LABEL', 'name', true],
    ['LABEL', 'NS2:name', true],
    ['LABEL', 'NS1:NS2:name', true],
    ['LABEL', 'awswaf:111122223333:webacl:front:NS1:NS2:name', true],
    ['LABEL', 'NS1:NS2', false],
    ['LABEL', 'ame', false],
    ['LABEL', 'Name', false],
    ['LABEL', 'awswaf:111122223333:webacl:front:name', false],
    ['NAMESPACE', 'NS1', true],
    ['NAMESPACE', 'NS1:', true],
    ['NAMESPACE', 'NS2', true],
    ['NAMESPACE', 'NS1:NS2', true],
    ['NAMESPACE', 'awswaf:111122223333:webacl:front:NS1', true],
    ['NAMESPACE', 'name', false],
    ['NAMESPACE', 'NS', false],
    ['NAMESPACE', 'awswaf:111122223333:webacl:other:NS1', false],
  ])('%s %s', (scope, key, expected) => {
    expect(decide(matching(scope, key)).action === 'BLOCK').toBe(expected);
  });

  test('are seen by the rules behind only, and added once', () => {
    const own = rule(
      'own',
      0,
      { OrStatement: { Statements: [everything, { LabelMatchStatement: { Scope: 'LABEL', Key: 'again' } }] } },
      { Action: { Count: {} }, RuleLabels: [{ Name: 'again' }] },
    );
    const before = rule('before', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'later' } });
    const later = rule('later', 2, everything, { Action: { Count: {} }, RuleLabels: [{ Name: 'later' }, { Name: 'again' }] });

    const { action, labels } = decide(compile([own, before, later]));

    expect(action).toBe('ALLOW');
    expect(labels).toEqual(['awswaf:000000000000:webacl:front:again', 'awswaf:000000000000:webacl:front:later']);
  });
});

describe('managed rule groups', () => {
  const webAcl = compile([rule('common', 0, managed, { OverrideAction: { None: {} } }), rule('block', 1, everything)]);

  test('never match, and the trace says that they were not imitated', () => {
    expect(decide(webAcl)).toMatchObject({
      rule: 'block',
      trace: [{ name: 'common', matched: false, unsupported: 'AWS/AWSManagedRulesCommonRuleSet' }, { name: 'block' }],
    });
  });

  test('are listed by name', () => {
    expect(describeUnsupported(webAcl)).toEqual([
      'common: the managed rule group AWS/AWSManagedRulesCommonRuleSet is declared, but not imitated: here it never matches',
    ]);
  });
});

describe('a template that cannot be evaluated is refused with rule, property and remedy', () => {
  const xss = { XssMatchStatement: { FieldToMatch: { Body: {} }, TextTransformations: transformations('NONE') } };
  const bytes = (settings: Record<string, unknown>) => ({
    ByteMatchStatement: {
      FieldToMatch: { UriPath: {} },
      PositionalConstraint: 'EXACTLY',
      SearchString: 'x',
      TextTransformations: transformations('NONE'),
      ...settings,
    },
  });
  const rate = (settings: Record<string, unknown>) => ({ RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP', ...settings } });

  test.each<[string, unknown, string]>([
    [
      'a statement that is not evaluated',
      xss,
      'rule "bad", Statement.XssMatchStatement: XssMatchStatement is not evaluated. Use AndStatement',
    ],
    ['the same, nested', { NotStatement: { Statement: xss } }, 'rule "bad", Statement.NotStatement.Statement.XssMatchStatement'],
    ['a rule group', { RuleGroupReferenceStatement: { Arn: 'x' } }, 'Write their rules into the web ACL'],
    ['a nested rate', { NotStatement: { Statement: rate({}) } }, "RateBasedStatement can't be nested"],
    ['a nested managed group', { NotStatement: { Statement: managed } }, "ManagedRuleGroupStatement can't be nested"],
    [
      'two statements in one',
      { ...(everything as object), ...xss },
      'expected exactly one kind, got ByteMatchStatement and XssMatchStatement',
    ],
    ['none', {}, 'expected exactly one kind, got none'],
    ['an unknown property', bytes({ Weight: 1 }), 'rule "bad", Statement.ByteMatchStatement: Weight is not supported here'],
    [
      'an unknown component',
      bytes({ FieldToMatch: { JA3Fingerprint: { FallbackBehavior: 'MATCH' } } }),
      'the component JA3Fingerprint is not evaluated',
    ],
    [
      'a name in lower case, which CDK passes through',
      bytes({ FieldToMatch: { SingleHeader: { name: 'host' } } }),
      'FieldToMatch.SingleHeader: name is not supported here. Use Name',
    ],
    ['an unknown constraint', bytes({ PositionalConstraint: 'BEGINS' }), '"BEGINS" is not supported. Use EXACTLY, STARTS_WITH'],
    ['no search string', bytes({ SearchString: undefined }), 'expected either SearchString or SearchStringBase64'],
    ['both search strings', bytes({ SearchStringBase64: 'eA==' }), 'expected either SearchString or SearchStringBase64'],
    ['a search string over 200 bytes', bytes({ SearchString: 'é'.repeat(101) }), 'the search string has 202 bytes'],
    [
      'no word',
      bytes({ SearchString: 'a b', PositionalConstraint: 'CONTAINS_WORD' }),
      'CONTAINS_WORD takes letters, digits and underscores only',
    ],
    ['no transformation', bytes({ TextTransformations: [] }), 'expected a list of 1 to 10 entries, got 0 entries'],
    [
      'an unknown IP set',
      { IPSetReferenceStatement: { Arn: 'arn:missing' } },
      'the IP set arn:missing is unknown. Pass it in references.ipSets',
    ],
    [
      'an unresolved reference',
      { IPSetReferenceStatement: { Arn: { 'Fn::GetAtt': ['Set', 'Arn'] } } },
      'Resolve references before compiling',
    ],
    [
      'an unknown pattern set',
      {
        RegexPatternSetReferenceStatement: {
          Arn: 'arn:missing',
          FieldToMatch: { UriPath: {} },
          TextTransformations: transformations('NONE'),
        },
      },
      'the regex pattern set arn:missing is unknown',
    ],
    ['geography without a look-up', { GeoMatchStatement: { CountryCodes: ['IT'] } }, 'Pass references.country'],
    ['an and of one', { AndStatement: { Statements: [everything] } }, 'expected a list of 2 to'],
    ['a rate below 10', rate({ Limit: 9 }), 'Statement.RateBasedStatement.Limit: expected an integer from 10'],
    ['a window between', rate({ EvaluationWindowSec: 90 }), '90 is not supported. Use 60, 120, 300 or 600'],
    ['CONSTANT of everything', rate({ AggregateKeyType: 'CONSTANT' }), 'CONSTANT without a ScopeDownStatement'],
    ['no custom keys', rate({ AggregateKeyType: 'CUSTOM_KEYS' }), 'CustomKeys are missing'],
    ['custom keys that are not asked for', rate({ CustomKeys: [{ IP: {} }] }), 'CustomKeys are set with IP'],
    [
      'the address as the only custom key',
      rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ IP: {} }] }),
      'an address alone is no custom key',
    ],
    ['an unknown custom key', rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ ASN: {} }] }), 'the custom key ASN is not evaluated'],
    ['a forwarded address without its header', rate({ AggregateKeyType: 'FORWARDED_IP' }), 'the aggregate key needs ForwardedIPConfig'],
    ['no label', { LabelMatchStatement: { Scope: 'LABEL', Key: 'a b' } }, '"a b" is not a label'],
  ])('%s', (_, statement, message) => {
    expect(() => compile([rule('bad', 0, statement)])).toThrow(message);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['CAPTCHA', { Action: { Captcha: {} } }, 'rule "bad", Action.Captcha: Captcha needs AWS\'s token service'],
    ['Challenge', { Action: { Challenge: {} } }, "Challenge needs AWS's token service"],
    ['no action', {}, 'rule "bad", Action: expected an object'],
    ['an override without a group', { OverrideAction: { None: {} } }, 'it belongs to rule groups only'],
    [
      'a body that is not defined',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, CustomResponseBodyKey: 'x' } } } },
      'there is no body "x"',
    ],
    [
      'a status that AWS does not send',
      { Action: { Block: { CustomResponse: { ResponseCode: 418 } } } },
      "AWS WAF doesn't answer with 418",
    ],
    [
      'content-type as a header',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, ResponseHeaders: [{ Name: 'Content-Type', Value: 'x' }] } } } },
      'content-type is set by the body',
    ],
    [
      'a header over 255 characters',
      { Action: { Block: { CustomResponse: { ResponseCode: 403, ResponseHeaders: [{ Name: 'a', Value: 'x'.repeat(256) }] } } } },
      'the value of a has 256 characters',
    ],
    [
      'a header twice',
      {
        Action: {
          Allow: {
            CustomRequestHandling: {
              InsertHeaders: [
                { Name: 'a', Value: '1' },
                { Name: 'A', Value: '2' },
              ],
            },
          },
        },
      },
      'a header stands there twice',
    ],
    ['a reserved label', { Action: { Count: {} }, RuleLabels: [{ Name: 'aws:x' }] }, 'aws is reserved in labels'],
  ])('%s', (_, extra, message) => {
    expect(() => compile([rule('bad', 0, everything, extra)])).toThrow(message);
  });

  test('a rate-based rule that allows', () => {
    expect(() => compile([rule('bad', 0, rate({}), { Action: { Allow: {} } })])).toThrow('a rate-based rule cannot allow');
  });

  test('an action on a managed group', () => {
    expect(() => compile([rule('bad', 0, managed)])).toThrow('a rule group has actions of its own');
  });

  test.each([
    [{ Rules: [rule('a', 0, everything), rule('a', 1, everything)] }, 'two rules have the name "a"'],
    [{ Rules: [rule('a', 0, everything), rule('b', 0, everything)] }, 'two rules have the priority 0'],
    [{ DefaultAction: { Count: {} } }, 'Count is no default action'],
    [{ Scope: 'EDGE' }, '"EDGE" is not supported'],
    [{ Rulez: [] }, 'web ACL: Rulez is not supported here'],
    [{ CustomResponseBodies: { x: { ContentType: 'TEXT_PLAIN', Content: 'x'.repeat(4097) } } }, '4097 bytes'],
  ])('%j', (extra, message) => {
    expect(() => compileWebAcl(webAclProperties([], extra), noReferences)).toThrow(message);
  });

  test('something else entirely', () => {
    expect(() => compileWebAcl('{}', noReferences)).toThrow('web ACL: expected an object, got "{}"');
  });
});
