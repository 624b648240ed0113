/** What is declared but not imitated: never silently a pass. */
import fc from 'fast-check';
import { describeUnsupported } from '../../waf/index.ts';
import { byteMatch, bytes, compile, decide, explained, rule, transformations } from './support.ts';

const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');
const nothing = byteMatch({ UriPath: {} }, 'EXACTLY', 'nothing');
const xss = { XssMatchStatement: { FieldToMatch: { Body: {} }, TextTransformations: transformations('NONE') } };
const sqli = {
  SqliMatchStatement: { FieldToMatch: { QueryString: {} }, SensitivityLevel: 'HIGH', TextTransformations: transformations('NONE') },
};
const attack = { body: bytes('<script>'), query: "id=1' or 1=1" };
const not = (Statement: unknown) => ({ NotStatement: { Statement } });
const and = (...Statements: unknown[]) => ({ AndStatement: { Statements } });
const or = (...Statements: unknown[]) => ({ OrStatement: { Statements } });

function managed(settings: Record<string, unknown> = {}): unknown {
  return { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet', ...settings } };
}
const none = { OverrideAction: { None: {} } };

describe('a managed rule group', () => {
  test('never matches, and decision and trace say that it was not evaluated', () => {
    const { decision, trace } = explained(compile([rule('common', 0, managed(), none)]));

    expect(decision.action).toBe('ALLOW');
    expect(decision.notEvaluated).toEqual([
      { rule: 'common', what: 'the managed rule group AWS/AWSManagedRulesCommonRuleSet', mayDecide: true },
    ]);
    expect(trace).toMatchObject([
      { name: 'common', outcome: 'not evaluated', notEvaluated: 'the managed rule group AWS/AWSManagedRulesCommonRuleSet' },
    ]);
  });

  test('does not cast doubt on what a rule in front of it decided', () => {
    expect(decide(compile([rule('block', 0, everything), rule('common', 1, managed(), none)])).notEvaluated).toEqual([]);
  });

  test('that only counts could not have decided', () => {
    const { notEvaluated } = decide(compile([rule('common', 0, managed(), { OverrideAction: { Count: {} } })]));

    expect(notEvaluated).toMatchObject([{ rule: 'common', mayDecide: false }]);
  });

  test('does not see the requests outside its scope-down statement', () => {
    const webAcl = compile([rule('common', 0, managed({ ScopeDownStatement: byteMatch({ UriPath: {} }, 'STARTS_WITH', '/api') }), none)]);

    expect(decide(webAcl, { path: '/api/x' }).notEvaluated).toHaveLength(1);
    expect(explained(webAcl, { path: '/page' })).toMatchObject({ decision: { notEvaluated: [] }, trace: [{ outcome: 'not matched' }] });
  });

  test('may have added labels: a rule on them is not evaluated either, one on other labels is', () => {
    const label = (Key: string, Scope = 'LABEL') => ({ LabelMatchStatement: { Scope, Key } });
    const webAcl = compile([
      rule('common', 0, managed(), none),
      rule('managed', 1, label('awswaf:managed:aws:core-rule-set:NoUserAgent_Header')),
      rule('namespace', 2, label('awswaf:managed:aws:', 'NAMESPACE')),
      rule('own', 3, label('own')),
    ]);

    expect(explained(webAcl).trace.map(({ outcome }) => outcome)).toEqual([
      'not evaluated',
      'not evaluated',
      'not evaluated',
      'not matched',
    ]);
  });

  test('may have added labels that a rate is counted by', () => {
    const CustomKeys = [{ LabelNamespace: { Namespace: 'awswaf:managed:aws:bot-control:' } }];
    const webAcl = compile([
      rule('bots', 0, managed({ Name: 'AWSManagedRulesBotControlRuleSet' }), none),
      rule('rate', 1, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'CUSTOM_KEYS', CustomKeys } }),
    ]);

    expect(explained(webAcl).trace[1]).toMatchObject({ outcome: 'not evaluated' });
    expect(explained(webAcl).trace[1]?.rate).toBeUndefined();
  });

  test('is listed by name', () => {
    expect(describeUnsupported(compile([rule('common', 0, managed(), none)]).webAcl)).toEqual([
      'common: the managed rule group AWS/AWSManagedRulesCommonRuleSet is declared, but not imitated: here it never matches',
    ]);
  });
});

describe('detection of injection and scripting', () => {
  test.each<[string, unknown, string]>([
    ['alone', xss, 'not evaluated'],
    ['in a not', not(sqli), 'not evaluated'],
    ['in an and that is false without it', and(xss, nothing), 'not matched'],
    ['in an and that depends on it', and(everything, xss), 'not evaluated'],
    ['in an or that is true without it', or(xss, everything), 'matched'],
    ['in an or that depends on it', or(nothing, sqli), 'not evaluated'],
    ['in the scope of a rate', { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: xss } }, 'not evaluated'],
  ])('%s', (_, statement, expected) => {
    const { decision, trace } = explained(compile([rule('only', 0, statement)]), attack);

    expect(trace[0]?.outcome).toBe(expected);
    expect(decision.notEvaluated.map((one) => one.rule)).toEqual(expected === 'not evaluated' ? ['only'] : []);
  });

  test('is sure of what has nothing to inspect', () => {
    expect(decide(compile([rule('only', 0, or(xss, sqli))]))).toMatchObject({ action: 'ALLOW', notEvaluated: [] });
  });

  test('a label that such a rule may have added makes the rules on it uncertain', () => {
    const webAcl = compile([
      rule('detect', 0, xss, { Action: { Count: {} }, RuleLabels: [{ Name: 'scripted' }] }),
      rule('block', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'scripted' } }),
    ]);

    expect(decide(webAcl, attack).notEvaluated).toMatchObject([
      { rule: 'detect', mayDecide: false },
      { rule: 'block', mayDecide: true },
    ]);
    expect(decide(webAcl).notEvaluated).toEqual([]);
  });

  test('nested anyhow, says nothing that either truth of it would belie, and doubts nothing that both agree on', () => {
    type Formula = { readonly build: (unknown: unknown) => unknown };
    const constant = fc.constantFrom(everything, nothing).map((statement): Formula => ({ build: () => statement }));
    const unknown = fc.constant<Formula>({ build: (statement) => statement });
    const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
      const several = fc.array(tie('formula'), { minLength: 2, maxLength: 3 });
      return {
        formula: fc.oneof(
          { maxDepth: 4 },
          constant,
          unknown,
          several.map((parts) => ({ build: (statement: unknown) => and(...parts.map((part) => part.build(statement))) })),
          several.map((parts) => ({ build: (statement: unknown) => or(...parts.map((part) => part.build(statement))) })),
          tie('formula').map((part) => ({ build: (statement: unknown) => not(part.build(statement)) })),
        ),
      };
    });
    const outcomeWith = ({ build }: Formula, statement: unknown) =>
      explained(compile([rule('only', 0, build(statement))]), attack).trace[0]?.outcome;
    fc.assert(
      fc.property(formula, (one) => {
        const outcome = outcomeWith(one, xss);
        return outcome === 'not evaluated' || (outcome === outcomeWith(one, everything) && outcome === outcomeWith(one, nothing));
      }),
      { seed: 41, numRuns: 400 },
    );
  });
});

test("De Morgan's laws hold, also for what can't be known", () => {
  const part = fc.letrec<{ part: unknown }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>(everything, nothing, xss, sqli),
      fc.tuple(tie('part'), tie('part')).map((parts) => and(...parts)),
      fc.tuple(tie('part'), tie('part')).map((parts) => or(...parts)),
      tie('part').map(not),
    ),
  })).part;
  const outcomeOf = (statement: unknown) => explained(compile([rule('only', 0, statement)]), attack).trace[0]?.outcome;
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(outcomeOf(not(and(a, b)))).toBe(outcomeOf(or(not(a), not(b))));
      expect(outcomeOf(not(or(a, b)))).toBe(outcomeOf(and(not(a), not(b))));
      expect(outcomeOf(not(not(a)))).toBe(outcomeOf(a));
    }),
    { seed: 43, numRuns: 300 },
  );
});

describe('CAPTCHA and Challenge', () => {
  const webAcl = compile([
    rule('puzzle', 0, byteMatch({ UriPath: {} }, 'STARTS_WITH', '/register'), { Action: { Captcha: {} } }),
    rule('challenge', 1, byteMatch({ UriPath: {} }, 'STARTS_WITH', '/reset'), { Action: { Challenge: {} } }),
  ]);

  test.each([
    ['/register', 'CAPTCHA', 405, 'captcha'],
    ['/reset', 'CHALLENGE', 202, 'challenge'],
  ])('%s without a token: %s, for certain', (path, action, status, name) => {
    expect(decide(webAcl, { path })).toMatchObject({
      action,
      response: { status, headers: [['x-amzn-waf-action', name]] },
      notEvaluated: [],
    });
  });

  test.each<[string, [string, string]]>([
    ['in its cookie', ['cookie', 'a=1; aws-waf-token=abc']],
    ['in its header', ['X-Aws-Waf-Token', 'abc']],
  ])('a token %s may be valid: the decision says so', (_, header) => {
    expect(decide(webAcl, { path: '/register', headers: [header] })).toMatchObject({
      action: 'CAPTCHA',
      notEvaluated: [{ rule: 'puzzle', mayDecide: true }],
    });
  });
});
