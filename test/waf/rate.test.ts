import fc from 'fast-check';
import { createRateState, type Decision, type RateState, type WebRequest } from '../../waf/index.ts';
import { maximumKeysPerRule } from '../../waf/rate-window.ts';
import { byteMatch, compile, decide, explained, type Firewall, noon, rule } from './support.ts';

function rateRule(settings: Record<string, unknown>): unknown {
  return rule('rate', 0, { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ...settings } });
}

function send(webAcl: Firewall, state: RateState, count: number, overrides: Partial<WebRequest> = {}, at = noon): Decision[] {
  return Array.from({ length: count }, () => decide(webAcl, { at, ...overrides }, state));
}

function blocked(decisions: readonly Decision[]): number {
  return decisions.filter((decision) => decision.action === 'BLOCK').length;
}

describe('a rate-based rule', () => {
  test('blocks first the request that exceeds the limit, and says so in the trace', () => {
    const webAcl = compile([rateRule({})]);
    const state = createRateState();

    const decisions = send(webAcl, state, 10);
    const { decision, trace } = explained(webAcl, {}, state);

    expect(blocked(decisions)).toBe(0);
    expect(decision).toMatchObject({ action: 'BLOCK', rule: 'rate' });
    expect(trace).toMatchObject([
      {
        name: 'rate',
        outcome: 'matched',
        action: 'BLOCK',
        statement: {
          statement: 'RateBasedStatement',
          asks: 'more than 10 requests in 300 s by address',
          saw: ['more than 10 for 198.51.100.7'],
        },
        rate: { key: '198.51.100.7', count: 11, limit: 10, windowSeconds: 300 },
      },
    ]);
  });

  test('lets an address go on once the window has slid past its requests', () => {
    const webAcl = compile([rateRule({ EvaluationWindowSec: 60 })]);
    const state = createRateState();
    send(webAcl, state, 10);

    const [justBefore] = send(webAcl, state, 1, {}, noon + 59_999);
    const [after] = send(webAcl, state, 1, {}, noon + 60_000);

    expect(justBefore?.action).toBe('BLOCK');
    expect(after?.action).toBe('ALLOW');
  });

  test('goes on blocking a client that keeps flooding: refused requests count too', () => {
    const webAcl = compile([rateRule({ EvaluationWindowSec: 60 })]);
    const state = createRateState();

    const decisions = Array.from({ length: 300 }, (_, second) => send(webAcl, state, 1, {}, noon + second * 1000)).flat();

    expect(blocked(decisions.slice(10))).toBe(290);
  });

  test('agrees with counting every request of the window, for any arrival times', () => {
    const steps = fc.array(
      fc.tuple(
        fc.oneof(fc.constant(0), fc.integer({ max: 20_000, min: 0 }), fc.integer({ min: 0, max: 200_000 })),
        fc.constantFrom('192.0.2.1', '192.0.2.2'),
      ),
      {
        minLength: 1,
        maxLength: 150,
      },
    );
    fc.assert(
      fc.property(steps, fc.constantFrom(60, 120, 300, 600), (arrivals, windowSeconds) => {
        const webAcl = compile([rateRule({ EvaluationWindowSec: windowSeconds })]);
        const state = createRateState();
        const seen: { at: number; address: string }[] = [];
        let now = noon;
        for (const [pause, sourceAddress] of arrivals) {
          now += pause;
          seen.push({ at: now, address: sourceAddress });
          const inWindow = seen.filter((one) => one.address === sourceAddress && one.at > now - windowSeconds * 1000).length;
          const { action } = decide(webAcl, { sourceAddress, at: now }, state);
          if ((action === 'BLOCK') !== inWindow > 10) throw new Error(`${inWindow} in the window, ${action}`);
        }
      }),
      { seed: 16, numRuns: 150 },
    );
  });

  test('does not lock an address out for ever when the clock is set back', () => {
    const webAcl = compile([rateRule({ EvaluationWindowSec: 60 })]);
    const state = createRateState();
    send(webAcl, state, 20, {}, noon + 3_600_000);

    const [decision] = send(webAcl, state, 1, {}, noon);

    expect(decision?.action).toBe('ALLOW');
  });

  test('nor when it is set back within one window of the first request, but by more than one', () => {
    const webAcl = compile([rateRule({ EvaluationWindowSec: 60 })]);
    const state = createRateState();
    send(webAcl, state, 1, {}, noon);
    send(webAcl, state, 20, {}, noon + 50_000);

    const [decision] = send(webAcl, state, 1, {}, noon - 50_000);

    expect(decision?.action).toBe('ALLOW');
  });

  test('counts only what its scope-down statement matches', () => {
    const webAcl = compile([rateRule({ ScopeDownStatement: byteMatch({ UriPath: {} }, 'STARTS_WITH', '/v1/sign-in') })]);
    const state = createRateState();
    send(webAcl, state, 50, { path: '/v1/session' });

    const signIns = send(webAcl, state, 11, { path: '/v1/sign-in' });
    const others = send(webAcl, state, 1, { path: '/v1/session' });

    expect(blocked(signIns)).toBe(1);
    expect(blocked(others)).toBe(0);
  });

  test('two rules count apart', () => {
    const statement = (Limit: number) => ({ RateBasedStatement: { Limit, AggregateKeyType: 'IP' } });
    const webAcl = compile([rule('all', 0, statement(20)), rule('few', 1, statement(10))]);
    const state = createRateState();

    const decisions = send(webAcl, state, 21);

    expect(decisions.map((decision) => decision.rule)).toEqual([...Array(10).fill(undefined), ...Array(10).fill('few'), 'all']);
  });

  test('starts anew when its settings change, and goes on counting when they do not', () => {
    const state = createRateState();
    send(compile([rateRule({})]), state, 10);

    const recompiled = send(compile([rateRule({})]), state, 1);
    const changed = send(compile([rateRule({ Limit: 11 })]), state, 1);

    expect(blocked(recompiled)).toBe(1);
    expect(blocked(changed)).toBe(0);
  });
});

describe("AWS's examples of aggregation instances", () => {
  const requests = [
    { sourceAddress: '10.1.1.1', method: 'POST' },
    { sourceAddress: '10.1.1.1', method: 'GET' },
    { sourceAddress: '127.0.0.0', method: 'POST' },
    { sourceAddress: '10.1.1.1', method: 'GET' },
  ];
  test.each([
    ['the address', { AggregateKeyType: 'IP' }, [1, 2, 1, 3]],
    ['the method', { AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ HTTPMethod: {} }] }, [1, 1, 2, 2]],
    ['both', { AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ IP: {} }, { HTTPMethod: {} }] }, [1, 1, 1, 2]],
    ['nothing', { AggregateKeyType: 'CONSTANT', ScopeDownStatement: byteMatch({ UriPath: {} }, 'STARTS_WITH', '/') }, [1, 2, 3, 4]],
  ])('by %s', (_, settings, expected) => {
    const webAcl = compile([rateRule(settings)]);
    const state = createRateState();

    const counts = requests.map((overrides) => explained(webAcl, overrides, state).trace[0]?.rate?.count);

    expect(counts).toEqual(expected);
  });
});

describe('custom keys', () => {
  const none = [{ Priority: 0, Type: 'NONE' }];
  const lower = [{ Priority: 0, Type: 'LOWERCASE' }];
  test.each<[string, unknown, Partial<WebRequest>, string | undefined]>([
    ['a header', { Header: { Name: 'X-Client', TextTransformations: lower } }, { headers: [['x-client', 'ABC']] }, 'abc'],
    ['a header that is missing', { Header: { Name: 'X-Client', TextTransformations: lower } }, {}, undefined],
    ['a cookie', { Cookie: { Name: 'id', TextTransformations: none } }, { headers: [['cookie', 'a=1; id=7']] }, '7'],
    ['a cookie that is missing', { Cookie: { Name: 'id', TextTransformations: none } }, { headers: [['cookie', 'a=1']] }, undefined],
    ['a query argument', { QueryArgument: { Name: 'City', TextTransformations: lower } }, { query: 'city=Rome' }, 'rome'],
    ['the query string', { QueryString: { TextTransformations: none } }, { query: 'a=1&b=2' }, 'a=1&b=2'],
    ['the path', { UriPath: { TextTransformations: none } }, { path: '/v1/x' }, '/v1/x'],
    ['the method', { HTTPMethod: {} }, { method: 'PUT' }, 'PUT'],
    ['a label namespace without a label', { LabelNamespace: { Namespace: 'client:' } }, {}, undefined],
  ])('%s', (_, key, overrides, expected) => {
    const webAcl = compile([rateRule({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [key] })]);

    const { trace } = explained(webAcl, overrides);

    expect(trace[0]?.rate?.key).toBe(expected);
  });

  test('a label namespace tells labels of earlier rules apart', () => {
    const webAcl = compile([
      rule('label', 0, byteMatch({ Method: {} }, 'EXACTLY', 'GET'), { Action: { Count: {} }, RuleLabels: [{ Name: 'client:reader' }] }),
      rule('rate', 1, {
        RateBasedStatement: { Limit: 10, AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ LabelNamespace: { Namespace: 'client:' } }] },
      }),
    ]);

    const { trace } = explained(webAcl);

    expect(trace[1]?.rate?.key).toBe('awswaf:000000000000:webacl:front:client:reader');
  });

  test('FORWARDED_IP takes the first address, groups malformed ones on MATCH, and leaves out requests without the header', () => {
    const config = (FallbackBehavior: string) => ({ HeaderName: 'X-Forwarded-For', FallbackBehavior });
    const key = (fallback: string, headers: [string, string][]) => {
      const webAcl = compile([rateRule({ AggregateKeyType: 'FORWARDED_IP', ForwardedIPConfig: config(fallback) })]);
      return explained(webAcl, { headers }).trace[0]?.rate?.key;
    };

    expect(key('MATCH', [['x-forwarded-for', '203.0.113.9, 10.0.0.1']])).toBe('203.0.113.9');
    expect(key('MATCH', [['x-forwarded-for', 'nonsense']])).toBe('no valid address');
    expect(key('NO_MATCH', [['x-forwarded-for', 'nonsense']])).toBeUndefined();
    expect(key('MATCH', [])).toBeUndefined();
  });
});

describe('memory', () => {
  const state = createRateState();
  const count = (key: string, now: number) => state.count('rule', 'settings', key, now, 60, 10);

  test('a flood from ever new addresses stays within the bound, and a client that goes on flooding is still known', () => {
    let last = 0;
    for (let index = 0; index < 3 * maximumKeysPerRule; index++) {
      count(`address ${index}`, noon);
      if (index % 1000 === 0) last = count('the flooder', noon);
    }

    expect(state.keyCount('rule')).toBeLessThanOrEqual(maximumKeysPerRule);
    expect(last).toBe(11);
  });

  test('keys unseen for two windows are dropped', () => {
    count('late', noon + 120_000);

    expect(state.keyCount('rule')).toBe(1);
  });

  test('a long key, which the sender chooses, is kept as its hash', () => {
    const webAcl = compile([
      rateRule({
        AggregateKeyType: 'CUSTOM_KEYS',
        CustomKeys: [{ QueryString: { TextTransformations: [{ Priority: 0, Type: 'NONE' }] } }],
      }),
    ]);

    const { trace } = explained(webAcl, { query: 'x'.repeat(8000) });

    expect(trace[0]?.rate?.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
