/** The rules of the product's own web ACL, as they are synthesized, decided here before they are deployed. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { type Route, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { refusalBodies, refuseWith } from '../../lib/constructs/edge-refusals.ts';
import { visibility, webAclRules } from '../../lib/constructs/web-acl-rules.ts';
import { compileWebAcl, createIpSets, createRateState, describeUnsupported } from '../../waf/index.ts';
import { bytes, decide, type Firewall, noon } from './support.ts';

function ipSetArn(name: string): string {
  return `arn:aws:wafv2:us-east-1:111122223333:global/ipset/${name}/00000000-0000-0000-0000-000000000000`;
}
const arns = {
  allowed: [ipSetArn('allowed-ipv4'), ipSetArn('allowed-ipv6')],
  blocked: [ipSetArn('blocked-ipv4'), ipSetArn('blocked-ipv6')],
};
const { everything, credentials, credentialPrefixes, windowSeconds } = securityPolicy.edgeRates;

function synthesize(): Firewall {
  const stack = new Stack(new App(), 'Firewall');
  new CfnWebACL(stack, 'WebAcl', {
    name: 'portiere',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    rules: webAclRules(
      arns,
      { blocked: refuseWith('blocked'), rateLimited: refuseWith('rate_limited'), payloadTooLarge: refuseWith('payload_too_large') },
      'block',
    ),
    customResponseBodies: refusalBodies(),
    visibilityConfig: visibility('portiere'),
  });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACL'));
  return { webAcl: compileWebAcl(resource?.Properties), ipSets: createIpSets([]) };
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
    expect(response?.headers.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(securityPolicy.headers)));
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
  const isCounted = ({ path }: Route) => credentialPrefixes.some((prefix) => path.startsWith(prefix));

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

test('what is not imitated is said: the managed rule groups of AWS, and nothing else', () => {
  const described = describeUnsupported(firewall.webAcl);

  expect(described.length).toBeGreaterThan(0);
  for (const line of described) expect(line).toContain('the managed rule group AWS/AWSManagedRules');
});
