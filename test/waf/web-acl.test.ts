import { byteMatch, compile, decide, rule } from './support.ts';

const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');
const nothing = byteMatch({ UriPath: {} }, 'EXACTLY', 'nothing');

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

    expect(decide(compile(rules))).toEqual({ action: 'ALLOW', counted: [], notEvaluated: [], labels: [], insertedHeaders: [] });
    expect(decide(compile(rules, {}, { DefaultAction: { Block: {} } }))).toMatchObject({
      action: 'BLOCK',
      response: { status: 403, headers: [], body: '', contentType: '' },
    });
  });

  test('counting goes on with the next rule, and the decision tells who counted', () => {
    const webAcl = compile([
      rule('watch', 0, everything, { Action: { Count: {} } }),
      rule('block', 1, everything),
      rule('unreached', 2, everything, { Action: { Count: {} } }),
    ]);

    expect(decide(webAcl)).toMatchObject({ action: 'BLOCK', rule: 'block', counted: ['watch'] });
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

    // AWS WAF guide, "Headers with the same name": the last rule that matches is heard.
    expect(decide(webAcl).insertedHeaders).toEqual([['x-amzn-waf-seen', 'allowed']]);
    expect(decide(webAcl, { method: 'PUT' }).insertedHeaders).toEqual([['x-amzn-waf-seen', 'default']]);
  });

  test('labels reach the application as headers, by a rule behind that matches them', () => {
    const labelled = { LabelMatchStatement: { Scope: 'LABEL', Key: 'risk:high' } };
    const InsertHeaders = [{ Name: 'risk', Value: 'high' }];
    const webAcl = compile([
      rule('label', 0, byteMatch({ UriPath: {} }, 'STARTS_WITH', '/risky'), { Action: { Count: {} }, RuleLabels: [{ Name: 'risk:high' }] }),
      rule('tell', 1, labelled, { Action: { Count: { CustomRequestHandling: { InsertHeaders } } } }),
    ]);

    expect(decide(webAcl, { path: '/risky' }).insertedHeaders).toEqual([['x-amzn-waf-risk', 'high']]);
    expect(decide(webAcl, { path: '/safe' }).insertedHeaders).toEqual([]);
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
