import { createRateState } from '../../waf/index.ts';
import { byteMatch, compile, decide, explained, noon, rule } from './support.ts';

const arn = 'arn:aws:wafv2:us-east-1:111122223333:global/rulegroup/bots/1';
const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/');
const bad = byteMatch({ SingleHeader: { Name: 'user-agent' } }, 'CONTAINS', 'BadBot');
const badBot = { headers: [['user-agent', 'BadBot']] as [string, string][] };

function group(rules: readonly unknown[], extra: Record<string, unknown> = {}): Record<string, unknown> {
  return { Name: 'bots', Scope: 'CLOUDFRONT', Capacity: 10, VisibilityConfig: {}, Rules: rules, ...extra };
}

function using(properties: unknown, reference: Record<string, unknown> = {}, override = 'None', ...behind: unknown[]) {
  const statement = { RuleGroupReferenceStatement: { Arn: arn, ...reference } };
  return compile([rule('bots', 0, statement, { OverrideAction: { [override]: {} } }), ...behind], {
    ruleGroups: new Map([[arn, properties]]),
    accountId: '111122223333',
  });
}

test('a rule of a group decides, and the decision names both', () => {
  const webAcl = using(group([rule('agent', 0, bad)]));

  expect(decide(webAcl, badBot)).toMatchObject({ action: 'BLOCK', rule: 'bots', groupRule: 'agent' });
  expect(decide(webAcl)).toMatchObject({ action: 'ALLOW' });
});

test('the trace holds the rules of the group within the group', () => {
  const { trace } = explained(
    using(group([rule('agent', 0, bad), rule('second', 1, everything)]), {}, 'None', rule('behind', 1, everything)),
    badBot,
  );

  expect(trace).toMatchObject([
    {
      name: 'bots',
      outcome: 'matched',
      rules: [
        { name: 'agent', outcome: 'matched', action: 'BLOCK' },
        { name: 'second', outcome: 'not reached' },
      ],
    },
    { name: 'behind', outcome: 'not reached' },
  ]);
});

test('a group overridden to count stops at its deciding rule and lets the request go on', () => {
  const webAcl = using(
    group([rule('agent', 0, bad), rule('count', 1, everything, { Action: { Count: {} } })]),
    {},
    'Count',
    rule('behind', 1, everything),
  );

  expect(decide(webAcl, badBot)).toMatchObject({ action: 'BLOCK', rule: 'behind', counted: ['bots'] });
  expect(decide(webAcl)).toMatchObject({ rule: 'behind', counted: ['bots/count'] });
});

test.each([
  ['ExcludedRules', { ExcludedRules: [{ Name: 'agent' }] }, 'ALLOW', ['bots/agent']],
  ['an action override to count', { RuleActionOverrides: [{ Name: 'agent', ActionToUse: { Count: {} } }] }, 'ALLOW', ['bots/agent']],
  ['an action override to CAPTCHA', { RuleActionOverrides: [{ Name: 'agent', ActionToUse: { Captcha: {} } }] }, 'CAPTCHA', []],
])('%s replaces the action of one rule', (_, reference, action, counted) => {
  expect(decide(using(group([rule('agent', 0, bad)]), reference), badBot)).toMatchObject({ action, counted });
});

test('an override of a rule that the group has not is refused by name', () => {
  expect(() => using(group([]), { ExcludedRules: [{ Name: 'gone' }] })).toThrow('the rule group has no rule "gone" to override');
});

test("labels carry the group's name, and the web ACL matches them fully qualified only", () => {
  const labelling = rule('label', 0, bad, { Action: { Count: {} }, RuleLabels: [{ Name: 'bot:bad' }] });
  const within = rule('within', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'bot:bad' } }, { Action: { Count: {} } });
  const short = rule('short', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'bot:bad' } });
  const full = rule('full', 2, { LabelMatchStatement: { Scope: 'LABEL', Key: 'awswaf:111122223333:rulegroup:bots:bot:bad' } });

  const decision = decide(using(group([labelling, within]), {}, 'None', short, full), badBot);

  expect(decision).toMatchObject({
    rule: 'full',
    counted: ['bots/label', 'bots/within'],
    labels: ['awswaf:111122223333:rulegroup:bots:bot:bad'],
  });
});

test("a group answers with its own bodies, and its rates count apart from the web ACL's rule of the same name", () => {
  const CustomResponseBodies = { slow: { ContentType: 'TEXT_PLAIN', Content: 'slow down' } };
  const Action = { Block: { CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: 'slow' } } };
  const rate = { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP' } };
  const webAcl = using(group([rule('rate', 0, rate, { Action })], { CustomResponseBodies }), {}, 'None', rule('rate', 1, rate));
  const state = createRateState();

  const decisions = Array.from({ length: 11 }, () => decide(webAcl, { at: noon }, state));

  expect(decisions.slice(0, 10).map(({ action }) => action)).not.toContain('BLOCK');
  expect(decisions[10]).toMatchObject({ rule: 'bots', groupRule: 'rate', response: { status: 429, body: 'slow down' } });
});

test('what can not be known within a group that only counts can not have decided', () => {
  const sqli = { SqliMatchStatement: { FieldToMatch: { QueryString: {} }, TextTransformations: [{ Priority: 0, Type: 'NONE' }] } };
  const { decision, trace } = explained(using(group([rule('sqli', 0, sqli)]), {}, 'Count'), { query: "id=1'" });

  expect(decision.notEvaluated).toMatchObject([{ rule: 'bots/sqli', mayDecide: false }]);
  expect(trace[0]?.outcome).toBe('not evaluated');
});
