/** Rules that the AWS WAF developer guide gives as examples, with what it says that they do. */
import { createRateState } from '../../waf/index.ts';
import { byteMatch, compile, decide, rule } from './support.ts';

const none = [{ Priority: 0, Type: 'NONE' }];
const count = (Name: string, Value: string) => ({ Action: { Count: { CustomRequestHandling: { InsertHeaders: [{ Name, Value }] } } } });
const everything = byteMatch({ UriPath: {} }, 'STARTS_WITH', '/', 'NONE');

test('"Inserting custom request headers": a request that brings the prefix of WAF’s own headers is refused', () => {
  const allHeaders = { Headers: { MatchPattern: { All: {} }, MatchScope: 'KEY', OversizeHandling: 'MATCH' } };
  const firewall = compile([rule('CustomHeader', 0, byteMatch(allHeaders, 'STARTS_WITH', 'x-amzn-waf-', 'NONE'))]);

  expect(decide(firewall, { headers: [['x-amzn-waf-sample', 'mine']] }).rule).toBe('CustomHeader');
  expect(decide(firewall, { headers: [['x-sample', 'x-amzn-waf-']] }).action).toBe('ALLOW');
});

test('"Inserting custom request headers": a counting rule and the allowing one behind it both insert theirs; what follows is not reached', () => {
  const allow = { Action: { Allow: { CustomRequestHandling: { InsertHeaders: [{ Name: 'RuleBHeader', Value: 'b' }] } } } };
  const firewall = compile([
    rule('RuleA', 0, everything, count('RuleAHeader', 'a')),
    rule('RuleB', 1, everything, allow),
    rule('RuleC', 2, everything, count('RuleCHeader', 'c')),
  ]);

  expect(decide(firewall).insertedHeaders).toEqual([
    ['x-amzn-waf-RuleAHeader', 'a'],
    ['x-amzn-waf-RuleBHeader', 'b'],
  ]);
});

test('"Headers with the same name": the last rule that inspects the request and matches is heard', () => {
  const firewall = compile([
    rule('first', 0, everything, count('sample', 'first')),
    rule('second', 1, everything, count('Sample', 'second')),
    rule('silent', 2, byteMatch({ UriPath: {} }, 'EXACTLY', '/elsewhere', 'NONE'), count('sample', 'silent')),
  ]);

  expect(decide(firewall).insertedHeaders).toEqual([['x-amzn-waf-Sample', 'second']]);
});

test('"Rate limit the requests to a login page from any IP address, user agent pair"', () => {
  const firewall = compile([
    rule('test-rbr', 0, {
      RateBasedStatement: {
        Limit: 100,
        EvaluationWindowSec: 300,
        AggregateKeyType: 'CUSTOM_KEYS',
        CustomKeys: [{ Header: { Name: 'User-Agent', TextTransformations: none } }, { IP: {} }],
        ScopeDownStatement: byteMatch({ UriPath: {} }, 'STARTS_WITH', '/login', 'NONE'),
      },
    }),
  ]);
  const state = createRateState();
  const ask = (agent: string, more = {}) => decide(firewall, { path: '/login', headers: [['user-agent', agent]], ...more }, state).action;

  const within = Array.from({ length: 100 }, () => ask('one'));

  expect(within).not.toContain('BLOCK');
  expect([ask('one'), ask('other'), ask('one', { sourceAddress: '198.51.100.8' }), ask('one', { path: '/' })]).toEqual([
    'BLOCK',
    'ALLOW',
    'ALLOW',
    'ALLOW',
  ]);
  // "Web requests that are missing any of the components are omitted."
  expect(decide(firewall, { path: '/login', headers: [] }, state).action).toBe('ALLOW');
});

test('"Rate limit the requests to a login page": all addresses together', () => {
  const firewall = compile([
    rule('test-rbr', 0, {
      RateBasedStatement: {
        Limit: 1000,
        EvaluationWindowSec: 300,
        AggregateKeyType: 'CONSTANT',
        ScopeDownStatement: byteMatch({ UriPath: {} }, 'STARTS_WITH', '/login', 'NONE'),
      },
    }),
  ]);
  const state = createRateState();
  const ask = (index: number, path = '/login') =>
    decide(firewall, { path, sourceAddress: `10.0.${index >> 8}.${index & 255}` }, state).action;

  const within = Array.from({ length: 1000 }, (_, index) => ask(index));

  expect(within).not.toContain('BLOCK');
  expect([ask(1000), ask(1001, '/')]).toEqual(['BLOCK', 'ALLOW']);
});
