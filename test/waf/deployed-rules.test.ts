/** The rules of the product's own web ACL, as they are synthesized, decided here before they are deployed. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { securityPolicy } from '../../contract/security-policy.ts';
import { refusalBodies, refuseWith } from '../../lib/constructs/edge-refusals.ts';
import { visibility, webAclRules } from '../../lib/constructs/web-acl-rules.ts';
import { compileWebAcl, createRateState, describeUnsupported, evaluate, type WebAcl } from '../../waf/index.ts';
import { bytes, decide, noon, request } from './support.ts';

function ipSetArn(name: string): string {
  return `arn:aws:wafv2:us-east-1:111122223333:global/ipset/${name}/00000000-0000-0000-0000-000000000000`;
}
const arns = {
  allowed: [ipSetArn('allowed-ipv4'), ipSetArn('allowed-ipv6')],
  blocked: [ipSetArn('blocked-ipv4'), ipSetArn('blocked-ipv6')],
};
const { everything, credentials, credentialPrefixes, windowSeconds } = securityPolicy.edgeRates;

function synthesize(): WebAcl {
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
  return compileWebAcl(resource?.Properties, { ipSets: new Map([...arns.allowed, ...arns.blocked].map((arn) => [arn, []])) });
}

const webAcl = synthesize();
beforeEach(() => {
  for (const arn of [...arns.allowed, ...arns.blocked]) webAcl.updateIpSet(arn, []);
});

test('[P15] an address in a block list is refused with a problem document and the security headers, in both families', () => {
  webAcl.updateIpSet(ipSetArn('blocked-ipv4'), ['203.0.113.0/24']);
  webAcl.updateIpSet(ipSetArn('blocked-ipv6'), ['2001:db8:bad::/48']);

  const decisions = ['203.0.113.9', '2001:db8:bad::9', '::ffff:203.0.113.9'].map((sourceAddress) => decide(webAcl, { sourceAddress }));

  for (const { action, rule, response } of decisions) {
    expect([action, rule, response?.status, response?.contentType]).toEqual(['BLOCK', 'blocked-addresses', 403, 'application/json']);
    expect(JSON.parse(response?.body ?? '')).toMatchObject({ code: 'blocked', status: 403 });
    expect(response?.headers.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(securityPolicy.headers)));
  }
  expect(decide(webAcl, { sourceAddress: '203.0.114.9' }).action).toBe('ALLOW');
});

test('[P15] the allow list takes an address off the block list', () => {
  webAcl.updateIpSet(ipSetArn('blocked-ipv4'), ['203.0.113.0/24']);
  webAcl.updateIpSet(ipSetArn('allowed-ipv4'), ['203.0.113.9/32']);

  expect(decide(webAcl, { sourceAddress: '203.0.113.9' }).action).toBe('ALLOW');
  expect(decide(webAcl, { sourceAddress: '203.0.113.10' }).action).toBe('BLOCK');
});

test('[P16] an address gets as many requests as the policy says, and the next one is answered 429', () => {
  const state = createRateState();

  const within = Array.from({ length: everything }, () => evaluate(webAcl, request(), state, noon).action);
  const next = evaluate(webAcl, request(), state, noon);
  const other = evaluate(webAcl, request({ sourceAddress: '198.51.100.8' }), state, noon);
  const later = evaluate(webAcl, request(), state, noon + windowSeconds * 1000);

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
    (_, index) => evaluate(webAcl, request({ method: 'POST', path: paths[index % paths.length] ?? '' }), state, noon).action,
  );
  const next = paths.map((path) => evaluate(webAcl, request({ method: 'POST', path }), state, noon).rule);
  const elsewhere = evaluate(webAcl, request({ path: '/v1/session' }), state, noon);

  expect(within).not.toContain('BLOCK');
  expect(new Set(next)).toEqual(new Set(['rate-of-credentials']));
  expect(elsewhere.action).toBe('ALLOW');
});

test('a body or a URL over the limit never reaches a function', () => {
  const { bodyBytes, headerBytes } = securityPolicy.requests;

  expect(decide(webAcl, { method: 'POST', body: bytes('x'.repeat(bodyBytes)) }).action).toBe('ALLOW');
  expect(decide(webAcl, { method: 'POST', body: bytes('x'.repeat(bodyBytes + 1)) }).response?.status).toBe(413);
  expect(decide(webAcl, { path: `/${'x'.repeat(headerBytes)}` }).action).toBe('BLOCK');
  expect(decide(webAcl, { query: 'x'.repeat(headerBytes + 1) }).action).toBe('BLOCK');
});

test('what is not imitated is said: the managed rule groups of AWS, and nothing else', () => {
  const described = describeUnsupported(webAcl);

  expect(described.length).toBeGreaterThan(0);
  for (const line of described) expect(line).toContain('the managed rule group AWS/AWSManagedRules');
});
