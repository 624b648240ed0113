/** The rules of the product's own web ACL, as they are synthesized, decided here before they are deployed. */
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { type Route, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type FirewallChoices, firewallOf, paidRuleGroups } from '../../lib/firewall-config.ts';
import {
  compileWebAcl,
  computeCapacity,
  createIpSets,
  createRateState,
  type Decision,
  describeUnsupported,
  includedCapacity,
} from '../../waf/index.ts';
import { type PlainDecision, PlainEvaluator } from './plain-evaluator.ts';
import { bytes, decide, explained, type Firewall, noon, request } from './support.ts';
import { arns, emptyApp, ipSetArn, webAclStack } from './web-acl-stack.ts';

const { everything, credentials, credentialPrefixes, windowSeconds, apart, onePath } = securityPolicy.edgeRates;
const { addressKind } = securityPolicy.edgeHeaders;

function synthesize(choices: FirewallChoices = firewallOf({})): Firewall & { readonly properties: unknown } {
  // What CloudFormation's own rules say of them, test/infra/rule-packs.test.ts asks.
  const stack = webAclStack(emptyApp(false), { WebAcl: choices });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACL'));
  const properties = resource?.Properties;
  return {
    properties,
    webAcl: compileWebAcl(properties),
    ipSets: createIpSets([...arns.allowed, ...arns.blocked].map((arn) => [arn, []])),
  };
}

const firewall = synthesize();
beforeEach(() => {
  for (const arn of [...arns.allowed, ...arns.blocked]) firewall.ipSets.set(arn, []);
});

test('[P15] an address in a block list is refused with a problem document and the security headers, in both families', () => {
  firewall.ipSets.set(ipSetArn('blocked-ipv4'), ['203.0.113.0/24']);
  firewall.ipSets.set(ipSetArn('blocked-ipv6'), ['2001:db8:bad::/48']);

  const decisions = ['203.0.113.9', '2001:db8:bad::9', '::ffff:203.0.113.9'].map((sourceAddress) => decide(firewall, { sourceAddress }));

  for (const { action, rule, response } of decisions) {
    expect([action, rule, response?.status, response?.contentType]).toEqual(['BLOCK', 'blocked-addresses', 403, 'application/json']);
    expect(JSON.parse(response?.body ?? '')).toMatchObject({ code: 'blocked', status: 403 });
    // But where to report to: nothing is loaded that could be refused, and WAF sends ten headers at most.
    const { 'Reporting-Endpoints': _, ...carried } = securityPolicy.headers;
    expect(response?.headers.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(carried)));
  }
  expect(decide(firewall, { sourceAddress: '203.0.114.9' }).action).toBe('ALLOW');
});

test('[P15] the allow list takes an address off the block list', () => {
  firewall.ipSets.set(ipSetArn('blocked-ipv4'), ['203.0.113.0/24']);
  firewall.ipSets.set(ipSetArn('allowed-ipv4'), ['203.0.113.9/32']);

  expect(decide(firewall, { sourceAddress: '203.0.113.9' }).action).toBe('ALLOW');
  expect(decide(firewall, { sourceAddress: '203.0.113.10' }).action).toBe('BLOCK');
});

test('[P16] an address gets as many requests as the policy says, and the next one is answered 429', () => {
  const state = createRateState();

  const within = Array.from({ length: everything }, () => decide(firewall, {}, state).action);
  const next = decide(firewall, {}, state);
  const other = decide(firewall, { sourceAddress: '198.51.100.8' }, state);
  const later = decide(firewall, { at: noon + windowSeconds * 1000 }, state);

  expect(within).not.toContain('BLOCK');
  expect([next.rule, next.response?.status]).toEqual(['rate-of-everything', 429]);
  expect(next.response?.headers).toContainEqual(['Retry-After', String(windowSeconds)]);
  expect([other.action, later.action]).toEqual(['ALLOW', 'ALLOW']);
});

test('[P16] guesses spread over the credential routes, in any spelling, share one budget', () => {
  const state = createRateState();
  const paths = credentialPrefixes.flatMap((prefix) => [
    prefix,
    prefix.toUpperCase(),
    `/.${prefix}`,
    prefix.replace('/v1', '/%76%31'),
    `${prefix}/x`,
  ]);

  const within = Array.from(
    { length: credentials },
    (_, index) => decide(firewall, { method: 'POST', path: paths[index % paths.length] ?? '' }, state).action,
  );
  const next = paths.map((path) => decide(firewall, { method: 'POST', path }, state).rule);
  const elsewhere = decide(firewall, { path: '/v1/session' }, state);

  expect(within).not.toContain('BLOCK');
  expect(new Set(next)).toEqual(new Set(['rate-of-credentials']));
  expect(elsewhere.action).toBe('ALLOW');
});

test('[P16] every route that takes a password, or works without a session, is among them; what a session only looks at is not', () => {
  const all = Object.entries<Route>(routes);
  const costly = all.filter(([, { method, auth, function: owner }]) => method !== 'GET' && (auth === 'none' || owner === 'password'));
  const stepUps = all.filter(([id]) => id.startsWith('session.step-up'));
  // Reports of browsers have a rule of their own: an office with a faulty page must still be able to sign in.
  // A mail provider presses the one-click button for all of its customers from a few addresses: only the rule of one path counts that.
  const apartFromThem = [securityPolicy.cspReports.path, '/v1/status/subscription/unsubscribe'];
  const isCounted = ({ path }: Route) => apartFromThem.includes(path) || credentialPrefixes.some((prefix) => path.startsWith(prefix));

  expect([...costly, ...stepUps].filter(([, route]) => !isCounted(route)).map(([id]) => id)).toEqual([]);
  const state = createRateState();
  for (let index = 0; index <= credentials; index++) decide(firewall, { method: 'POST', path: '/v1/session/step-up' }, state);
  for (const path of ['/v1/account', '/v1/account/passkeys', '/v1/account/events', '/v1/session', '/v1/devices']) {
    expect(decide(firewall, { path }, state).action).toBe('ALLOW');
  }
});

test('a body or a URL over the limit never reaches a function', () => {
  const { bodyBytes, headerBytes } = securityPolicy.requests;

  expect(decide(firewall, { method: 'POST', body: bytes('x'.repeat(bodyBytes)) }).action).toBe('ALLOW');
  expect(decide(firewall, { method: 'POST', body: bytes('x'.repeat(bodyBytes + 1)) }).response?.status).toBe(413);
  expect(decide(firewall, { path: `/${'x'.repeat(headerBytes)}` }).action).toBe('BLOCK');
  expect(decide(firewall, { query: 'x'.repeat(headerBytes + 1) }).action).toBe('BLOCK');
});

test('a header or cookies over the limit never reach a function, nor do so many headers that WAF sees only some', () => {
  const { headerBytes, cookieBytes } = securityPolicy.requests;
  const withHeaders = (...headers: [string, string][]) => decide(firewall, { headers: [['host', 'example.com'], ...headers] });
  const many = Array.from({ length: 201 }, (_, index): [string, string] => [`x-${index}`, '1']);

  expect(withHeaders(['x-a', 'x'.repeat(headerBytes)]).action).toBe('ALLOW');
  expect(withHeaders(['x-a', 'x'.repeat(headerBytes + 1)]).rule).toBe('oversized-headers');
  expect(withHeaders(['cookie', 'x'.repeat(cookieBytes)]).action).toBe('ALLOW');
  expect(withHeaders(['cookie', 'x'.repeat(cookieBytes + 1)]).rule).toBe('oversized-headers');
  expect(withHeaders(...many).rule).toBe('oversized-headers');
});

test.each(Object.entries(apart))('[P16] %s has a limit of its own over a longer window, and says how long to wait', (kind, limit) => {
  const state = createRateState();
  const send = (at: number) => decide(firewall, { at, method: 'POST', path: limit.prefix }, state);
  const inFiveMinutes = (count: number, from: number) => Array.from({ length: count }, () => send(from).action);

  const first = inFiveMinutes(credentials, noon);
  const second = inFiveMinutes(limit.limit - credentials, noon + windowSeconds * 1000);
  const next = send(noon + windowSeconds * 1000);
  const elsewhere = decide(firewall, { at: noon + windowSeconds * 1000, method: 'POST', path: '/v1/session/step-up' }, state);

  expect([...first, ...second]).not.toContain('BLOCK');
  expect([next.rule, next.response?.status]).toEqual([`rate-of-${kind}`, 429]);
  expect(next.response?.headers).toContainEqual(['Retry-After', String(limit.windowSeconds)]);
  expect(JSON.parse(next.response?.body ?? '')).toMatchObject({ code: 'rate_limited', retryAfter: limit.windowSeconds });
  expect(elsewhere.action).toBe('ALLOW');
});

test('[P16] the limits of single kinds of routes leave the figures of the contract as they are: 100 in five minutes in sum', () => {
  expect([everything, credentials, windowSeconds]).toEqual([2000, 100, 300]);
  for (const { limit, windowSeconds: window } of Object.values(apart)) {
    expect(limit).toBeGreaterThan(credentials);
    expect(limit).toBeLessThan((credentials * window) / windowSeconds);
  }
});

test('[P16] writing to one path is limited apart from the others, in any spelling of it; reading is not', () => {
  const state = createRateState();
  const spellings = ['/v1/sign-out', '/v1/./sign-out', '/V1/%73ign-out'];

  const within = Array.from(
    { length: onePath },
    (_, i) => decide(firewall, { method: 'POST', path: spellings[i % 3] ?? '' }, state).action,
  );
  const next = decide(firewall, { method: 'POST', path: '/v1/sign-out' }, state);
  const otherPath = decide(firewall, { method: 'POST', path: '/v1/sessions' }, state);
  const reading = decide(firewall, { path: '/v1/sign-out' }, state);
  const otherAddress = decide(firewall, { method: 'POST', path: '/v1/sign-out', sourceAddress: '198.51.100.8' }, state);

  expect(within).not.toContain('BLOCK');
  expect([next.rule, next.response?.status]).toEqual(['rate-of-one-path', 429]);
  expect([otherPath, reading, otherAddress].map(({ action }) => action)).toEqual(['ALLOW', 'ALLOW', 'ALLOW']);
});

test.each([addressKind, addressKind.toUpperCase()])('[P19] a viewer who writes %s himself is overwritten', (name) => {
  const forged = decide(firewall, {
    headers: [
      ['host', 'example.com'],
      [name, 'hosting'],
    ],
  });
  const honest = decide(firewall);

  expect([forged.action, forged.insertedHeaders]).toEqual(['ALLOW', [[addressKind, 'forged']]]);
  expect(honest.insertedHeaders).toEqual([]);
});

test('[P15] what kind of address it is stands behind AWS’s list: whether it is told there is not evaluated, and not denied', () => {
  const labelling = decide(firewall).notEvaluated.filter(({ rule }) => rule.startsWith('label-'));

  expect(labelling.map(({ rule, mayDecide }) => [rule, mayDecide])).toEqual([
    ['label-hosting', false],
    ['label-anonymous', false],
  ]);
});

describe('[P15] [P16] a second, plain reading of the guide', () => {
  /** Few of each, so that they meet: limits are reached, texts come again. The long ones stand on both sides of the policy's sizes. */
  const { bodyBytes, headerBytes, cookieBytes } = securityPolicy.requests;
  const character = fc.constantFrom('x', 'é', '€', '😀', '%41');
  const long = (...around: number[]) => {
    const lengths = around.flatMap((size) => [size, size + 1, Math.floor(size / 2), Math.floor(size / 3), Math.ceil(size / 3) + 1]);
    return fc.tuple(character, fc.constantFrom(0, 1, 63, 64, 65, ...lengths)).map(([text, length]) => text.repeat(length));
  };
  const path = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '/v1/sign-in',
      '/V1/%73ign-in',
      '//v1/./accounts/../sign-in',
      '/v1/sign-out',
      '/v1/session',
      '/"\\',
      '/\u0001',
    ),
    long(headerBytes).map((text) => `/${text}`),
  );
  const header = fc.oneof(
    fc.constantFrom<[string, string]>([addressKind, ''], [addressKind.toUpperCase(), 'hosting'], ['x-forwarded-for', '127.0.0.1']),
    long(headerBytes, 8192).map((value): [string, string] => ['x-a', value]),
    long(cookieBytes).map((value): [string, string] => ['Cookie', value]),
  );
  const seldom = <T>(usual: T, other: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
  const sent = fc.record({
    after: fc.constantFrom(0, 0, 0, 1, 20_000, 100_000),
    sourceAddress: fc.oneof(
      fc.constantFrom('192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '2001:DB8:0::1', 'none', '203.0.113.9', '203.0.113.8'),
      fc.nat(255).map((host) => `198.51.100.${host}`),
    ),
    method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD', 'get'),
    path,
    query: seldom('', long(headerBytes)),
    headers: fc.array(header, { maxLength: 3 }),
    crowd: seldom<[number, number]>([0, 0], fc.constantFrom<[number, number]>([198, 1], [200, 1], [201, 1], [7, 1167], [7, 1168])),
    body: seldom('', long(bodyBytes)),
  });

  test('decides each request as the evaluator does, whatever came before, with the trace and without it', () => {
    const properties = JSON.parse(JSON.stringify(firewall.properties), (key, value) => (key === 'Limit' ? 10 : value));
    const addresses = [['203.0.113.9/32'], [], ['203.0.113.0/24'], ['2001:db8:bad::/48']];
    const contents = new Map([...arns.allowed, ...arns.blocked].map((arn, index) => [arn, addresses[index] as string[]]));
    const evaluable = { webAcl: compileWebAcl(properties), ipSets: createIpSets(contents) };
    const seen = new Set<string>();

    fc.assert(
      fc.property(fc.array(sent, { minLength: 60, maxLength: 200 }), (requests) => {
        const plain = new PlainEvaluator(properties, contents);
        const [deciding, explaining] = [createRateState(), createRateState()];
        let at = noon;
        const pairs = requests.map(({ after, crowd, body, headers, ...rest }) => {
          at += after;
          const many = Array.from({ length: crowd[0] }, (_, index): [string, string] => [`x-${index}`, 'y'.repeat(crowd[1])]);
          const overrides = { ...rest, at, headers: [...headers, ...many], body: bytes(body) };
          const expected = plain.decide(request(overrides));
          const decision = decide(evaluable, overrides, deciding);
          const { trace, ...explanation } = explained(evaluable, overrides, explaining);
          seen.add(expected.rule ?? expected.action);
          const read = (made: Decision): Omit<PlainDecision, 'outcomes' | 'counts'> => ({
            action: made.action,
            rule: made.rule,
            counted: made.counted,
            notEvaluated: made.notEvaluated.map((doubt) => doubt.rule),
          });
          const counts = Object.fromEntries(trace.flatMap(({ name, rate }) => (rate ? [[name, rate.count]] : [])));
          const outcomes = trace.map(({ outcome }) => outcome);
          return {
            expected,
            decided: { ...read(decision), outcomes, counts },
            explained: { ...read(explanation.decision), outcomes, counts },
          };
        });

        expect(pairs.map(({ decided }) => decided)).toEqual(pairs.map(({ expected }) => expected));
        expect(pairs.map(({ explained }) => explained)).toEqual(pairs.map(({ expected }) => expected));
      }),
      { numRuns: 15, seed: 4 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['ALLOW', 'blocked-addresses', 'rate-of-everything', 'oversized-url', 'oversized-headers', 'oversized-body']),
    );
  }, 600_000);
});

describe('in count mode', () => {
  const counting = synthesize(firewallOf({ mode: 'count' }));

  test('nothing is refused, and what would have been is counted under the rule that would have done it', () => {
    counting.ipSets.set(ipSetArn('blocked-ipv4'), ['203.0.113.0/24']);
    const state = createRateState();
    const blocked = decide(counting, { sourceAddress: '203.0.113.9' }, state);
    const flood = Array.from({ length: credentials + 1 }, () => decide(counting, { method: 'POST', path: '/v1/sign-in' }, state));
    const large = decide(counting, { method: 'POST', body: bytes('x'.repeat(securityPolicy.requests.bodyBytes + 1)) }, state);

    expect([blocked.action, blocked.counted]).toEqual(['ALLOW', ['blocked-addresses']]);
    expect(flood.map(({ action }) => action)).not.toContain('BLOCK');
    expect(flood.at(-2)?.counted).toEqual([]);
    expect(flood.at(-1)?.counted).toEqual(['rate-of-credentials']);
    expect([large.action, large.counted]).toEqual(['ALLOW', ['oversized-body']]);
    expect(blocked.notEvaluated.filter(({ mayDecide }) => mayDecide)).toEqual([]);
  });

  test('a viewer still can’t write what the web ACL tells the API', () => {
    expect(decide(counting, { headers: [[addressKind, 'hosting']] }).insertedHeaders).toEqual([[addressKind, 'forged']]);
  });
});

describe('the capacity of the rules', () => {
  const unitsOf = (choices: FirewallChoices) => computeCapacity(synthesize(choices).properties).reduce((sum, { units }) => sum + units, 0);

  test('stays within what the price of a web ACL covers, with every group that can be configured', () => {
    const most = firewallOf({ paidRuleGroups: paidRuleGroups.filter((name) => name !== 'bot-control-targeted') });

    expect(unitsOf(most)).toBeLessThanOrEqual(includedCapacity);
    // Stated in docs/waf.md.
    expect([unitsOf(firewallOf({})), unitsOf(most)]).toEqual([1333, 1483]);
  });
});

test('anonymous addresses are refused only where a deployment says so, those of hosting providers never', () => {
  const countedRules = (choices: FirewallChoices) => {
    const { Rules } = synthesize(choices).properties as { Rules: { Name: string; Statement: Record<string, never> }[] };
    const { ManagedRuleGroupStatement } = Rules.find(({ Name }) => Name === 'AWSManagedRulesAnonymousIpList')?.Statement ?? {};
    const { RuleActionOverrides } = ManagedRuleGroupStatement as unknown as { RuleActionOverrides: { Name: string }[] };
    return RuleActionOverrides.map(({ Name }) => Name);
  };

  expect(countedRules(firewallOf({}))).toEqual(['HostingProviderIPList', 'AnonymousIPList']);
  expect(countedRules(firewallOf({ anonymousAddresses: 'block' }))).toEqual(['HostingProviderIPList']);
});

test('what is not imitated is said: the managed rule groups of AWS, and nothing else', () => {
  const described = describeUnsupported(firewall.webAcl);

  expect(described.length).toBeGreaterThan(0);
  for (const line of described) expect(line).toContain('the managed rule group AWS/AWSManagedRules');
});
