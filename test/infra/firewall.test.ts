import nodeConsole from 'node:console';
import { alarms } from '../../contract/alarms.ts';
import { problems } from '../../contract/problems.ts';
import { problemDocument } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { compileWebAcl, createIpSets, createRateState, evaluate, type WebRequest } from '../../waf/index.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
let webAcl: Properties;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
  webAcl = withSetNames(only(synthesized.ofType('AWS::WAFv2::WebACL')).properties);
});

/** References to the IP sets replaced by their logical ids. */
function withSetNames(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties), (_, value) => value?.['Fn::GetAtt']?.[0]?.replace(/[0-9A-F]{8}$/, '') ?? value);
}

const noAddresses: Record<string, string[]> = { AllowedV4: [], AllowedV6: [], BlockedV4: [], BlockedV6: [] };

function decisionsOn(requests: readonly Partial<WebRequest>[], sets: Record<string, string[]> = {}) {
  const compiled = compileWebAcl(webAcl);
  const ipSets = createIpSets(Object.entries({ ...noAddresses, ...sets }));
  const state = createRateState();
  return requests.map((request, index) =>
    evaluate(
      compiled,
      ipSets,
      {
        sourceAddress: '198.51.100.7',
        method: 'GET',
        path: '/',
        query: '',
        headers: [['host', 'example.com']],
        body: new Uint8Array(),
        // Half a minute after the others the last one is looked at: WAF counts with a delay.
        at: index === requests.length - 1 ? 60_000 : index,
        ...request,
      },
      state,
    ),
  );
}

const last = <Element>(list: readonly Element[]) => list[list.length - 1] as Element;
const times = <Element>(count: number, element: Element) => Array.from({ length: count }, () => element);

describe('the web ACL', () => {
  test('[P15] blocks an address on the list, of either family, unless it is allowed', () => {
    const sets = { BlockedV4: ['203.0.113.0/24'], BlockedV6: ['2001:db8::/32'], AllowedV4: ['203.0.113.9/32'] };

    const [v4, v6, allowed, other] = decisionsOn(
      [{ sourceAddress: '203.0.113.5' }, { sourceAddress: '2001:db8::1' }, { sourceAddress: '203.0.113.9' }, {}],
      sets,
    );

    expect([v4?.rule, v6?.rule]).toEqual(['blocked-addresses', 'blocked-addresses']);
    expect([allowed?.action, other?.action]).toEqual(['ALLOW', 'ALLOW']);
  });

  test('[P16] an allowed address is not exempt from the rates', () => {
    const decisions = decisionsOn(times(securityPolicy.edgeRates.everything + 2, { sourceAddress: '203.0.113.9' }), {
      AllowedV4: ['203.0.113.9/32'],
    });

    expect(last(decisions)).toMatchObject({ action: 'BLOCK', rule: 'rate-of-everything' });
  });

  test('[P16] counts every spelling of a credential route as that route', () => {
    const spellings = [
      '/v1/sign-in',
      '/v1/%73ign-in',
      '/v1/./sign-in',
      '/v1/x/../sign-in',
      '/V1/Sign-In',
      '//v1//sign-in',
      '/v1/sign-in/second-factor',
      '/v1/sign-in?a=b',
    ];
    const perSpelling = Math.ceil((securityPolicy.edgeRates.credentials + 2) / spellings.length);

    const decisions = decisionsOn(spellings.flatMap((path) => times(perSpelling, { method: 'POST', path: path.split('?')[0] ?? path })));

    expect(last(decisions)).toMatchObject({ action: 'BLOCK', rule: 'rate-of-credentials', response: { status: 429 } });
  });

  test('[P16] counts what the policy allows and not one more, by the address of the connection whatever a header says', () => {
    const request = (index: number) => ({
      method: 'POST',
      path: '/v1/accounts',
      headers: [['x-forwarded-for', `192.0.2.${index % 250}`] as const],
    });

    const within = decisionsOn(Array.from({ length: securityPolicy.edgeRates.credentials }, (_, index) => request(index)));
    const over = decisionsOn(Array.from({ length: securityPolicy.edgeRates.credentials + 1 }, (_, index) => request(index)));

    expect(last(within).action).toBe('ALLOW');
    expect(last(over)).toMatchObject({ action: 'BLOCK', rule: 'rate-of-credentials' });
  });

  test('[P16] [P21] limits the reports of one address, below what rings the alarm, and leaves its sign-ins alone', () => {
    const { perAddress, path } = securityPolicy.cspReports;
    const reports = times(perAddress + 1, { method: 'POST', path });

    const over = decisionsOn(reports);
    const signIn = decisionsOn([...reports, { method: 'POST', path: '/v1/sign-in' }]);

    expect(last(over)).toMatchObject({ action: 'BLOCK', rule: 'rate-of-csp-reports', response: { status: 429 } });
    expect(last(signIn).action).toBe('ALLOW');
    expect(perAddress).toBeLessThan(alarms['Csp/Surge'].threshold);
  });

  test('refuses a body over the limit with the API’s own problem, and one at the limit not', () => {
    const [atLimit, over] = [0, 1].map((more) =>
      last(decisionsOn([{ method: 'POST', path: '/v1/sign-in', body: new Uint8Array(securityPolicy.requests.bodyBytes + more) }])),
    );

    expect(atLimit?.action).toBe('ALLOW');
    expect(over?.response?.status).toBe(413);
  });

  test('refuses a path or a query that is longer than the policy takes', () => {
    const long = 'a'.repeat(securityPolicy.requests.headerBytes);

    expect(last(decisionsOn([{ path: `/${long}` }])).rule).toBe('oversized-url');
    expect(last(decisionsOn([{ query: `${long}a` }])).rule).toBe('oversized-url');
    expect(last(decisionsOn([{ query: long }])).action).toBe('ALLOW');
  });

  test('[P09] answers every refusal with the security headers and a problem document', () => {
    const blocks = webAcl.Rules.map((rule: Properties) => rule.Action?.Block?.CustomResponse).filter(Boolean);

    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const block of blocks) {
      const headers = Object.fromEntries(block.ResponseHeaders.map(({ Name, Value }: Properties) => [Name, Value]));
      const { 'Content-Security-Policy': contentSecurityPolicy, 'Reporting-Endpoints': _, ...others } = securityPolicy.headers;
      expect(headers).toMatchObject(others);
      expect(contentSecurityPolicy.split('; ')).toEqual(expect.arrayContaining(headers['Content-Security-Policy'].split('; ')));
      expect(headers['Content-Security-Policy']).toContain("default-src 'none'");
      // A refusal loads nothing and has nothing to report; where to is left out to fit.
      expect(headers['Content-Security-Policy']).not.toContain('report-');
      // WAF takes ten headers and values of 255 characters.
      expect(block.ResponseHeaders.length).toBeLessThanOrEqual(10);
      expect(block.ResponseHeaders.filter(({ Value }: Properties) => Value.length > 255)).toEqual([]);

      const { Content, ContentType } = webAcl.CustomResponseBodies[block.CustomResponseBodyKey];
      const document = problemDocument.parse(JSON.parse(Content));
      expect(ContentType).toBe('APPLICATION_JSON');
      expect(document.status).toBe(block.ResponseCode);
      expect(problems[document.code as keyof typeof problems].status).toBe(block.ResponseCode);
      expect(headers['Retry-After']).toBe(document.retryAfter?.toString());
    }
  });

  test('[P15] stands before CloudFront, in us-east-1, with empty sets that a deployment does not refill', () => {
    const sets = synthesized.ofType('AWS::WAFv2::IPSet');

    expect(synthesized.stackNamed('PortiereFirewall').region).toBe('us-east-1');
    expect(webAcl.Scope).toBe('CLOUDFRONT');
    expect(sets.map(({ properties }) => [properties.Name, properties.IPAddressVersion, properties.Addresses])).toEqual([
      ['portiere-allowed-ipv4', 'IPV4', []],
      ['portiere-allowed-ipv6', 'IPV6', []],
      ['portiere-blocked-ipv4', 'IPV4', []],
      ['portiere-blocked-ipv6', 'IPV6', []],
    ]);
  });

  test('lets passwords be anything: rules on bodies count and do not block', () => {
    const common = webAcl.Rules.find((rule: Properties) => rule.Name === 'AWSManagedRulesCommonRuleSet');

    const overrides = common.Statement.ManagedRuleGroupStatement.RuleActionOverrides;
    expect(overrides.map(({ Name }: Properties) => Name).filter((name: string) => name.endsWith('_BODY'))).toHaveLength(5);
    expect(overrides.every(({ ActionToUse }: Properties) => ActionToUse.Count)).toBe(true);
  });

  test('logs neither cookies nor authorization nor the query, where links have their tokens, and keeps them out of the samples', () => {
    const fields: Properties[] = only(synthesized.ofType('AWS::WAFv2::LoggingConfiguration')).properties.RedactedFields;
    const redacted = fields.flatMap(({ SingleHeader }) => (SingleHeader ? [SingleHeader.Name] : []));
    const samples: Properties[] = webAcl.DataProtectionConfig.DataProtections;

    expect(redacted).toEqual(['cookie', 'authorization', 'x-csrf-token']);
    expect(fields.filter(({ QueryString }) => QueryString !== undefined)).toHaveLength(1);
    expect(samples[0]?.Field.FieldKeys).toEqual(redacted);
    expect(samples.map(({ Field }) => Field.FieldType)).toEqual(['SINGLE_HEADER', 'QUERY_STRING']);
  });
});

test('what the configuration says of the firewall reaches the template', () => {
  const firewall = { mode: 'count', paidRuleGroups: ['account-takeover-prevention'] } as const;
  const printed = jest.spyOn(nodeConsole, 'error').mockImplementation(() => {});

  const synthesis = synthesize({ ...minimalConfig, firewall });
  printed.mockRestore();

  const counting = only(synthesis.ofType('AWS::WAFv2::WebACL')).properties;

  const managed = counting.Rules.filter((rule: Properties) => rule.Statement.ManagedRuleGroupStatement);
  expect(managed.map(({ Name }: Properties) => Name)).toContain('AWSManagedRulesATPRuleSet');
  expect(managed.every((rule: Properties) => rule.OverrideAction.Count)).toBe(true);
  // So that a first roll-out doesn't stay one for ever.
  expect(synthesis.warnings.filter((warning) => warning.includes('firewall.mode is count'))).toHaveLength(1);
});
