import { securityPolicy } from '../../contract/security-policy.ts';
import type { FirewallConfigInput } from '../../lib/firewall-config.ts';
import { configWithDomain, minimalConfig, only, type Properties, type Synthesized, synthesize, without } from './synthesize.ts';

let plain: Synthesized;
let withDomain: Synthesized;
let distribution: Properties;
beforeAll(() => {
  plain = without('PortiereStatus', synthesize(minimalConfig));
  withDomain = without('PortiereStatus', synthesize(configWithDomain));
  distribution = only(plain.ofType('AWS::CloudFront::Distribution')).properties.DistributionConfig;
});

const behaviorsOf = (config: Properties): Properties[] => [config.DefaultCacheBehavior, ...config.CacheBehaviors];
const behaviorOf = (pattern: string): Properties =>
  distribution.CacheBehaviors.find(({ PathPattern }: Properties) => PathPattern === pattern);

describe('the distribution', () => {
  test('[P06] speaks TLS 1.2 at least to viewers of a configured domain, and to its origins always', () => {
    const site = only(withDomain.ofType('AWS::CloudFront::Distribution')).properties.DistributionConfig;
    const apiOrigin = distribution.Origins.find(({ CustomOriginConfig }: Properties) => CustomOriginConfig);

    expect(site.ViewerCertificate).toMatchObject({ MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' });
    expect(site.Aliases).toEqual(['id.example.com']);
    expect(apiOrigin.CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] });
  });

  test('[P07] serves nothing in the clear: pages are redirected, the API is refused', () => {
    const api = behaviorOf('/v1/*').TargetOriginId;
    const policies = (isApi: boolean) =>
      behaviorsOf(distribution)
        .filter(({ TargetOriginId }) => (TargetOriginId === api) === isApi)
        .map(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy);

    expect(policies(false)).toEqual(times(3, 'redirect-to-https'));
    expect([...new Set(policies(true))]).toEqual(['https-only']);
  });

  test('[P18] lets the API answer for files that are missing, and tells it no more than whose request it is', () => {
    const [group] = distribution.OriginGroups.Items;
    const api = behaviorOf('/v1/*').TargetOriginId;
    const policies = plain.ofType('AWS::CloudFront::OriginRequestPolicy');
    const policy = policies.find(({ logicalId }) => logicalId === distribution.DefaultCacheBehavior.OriginRequestPolicyId.Ref);
    const { HeadersConfig, CookiesConfig, QueryStringsConfig } = policy?.properties.OriginRequestPolicyConfig ?? {};
    const { viewerAddress, viewerOrigin, addressKind } = securityPolicy.edgeHeaders;

    expect(group.FailoverCriteria.StatusCodes.Items).toEqual([403]);
    expect(group.Members.Items[1]).toEqual({ OriginId: api });
    for (const pattern of ['/assets/*', '/.well-known/*']) expect(behaviorOf(pattern).TargetOriginId).toBe(group.Id);
    expect(distribution.DefaultCacheBehavior.TargetOriginId).toBe(group.Id);
    expect(HeadersConfig.Headers).toEqual([viewerAddress, viewerOrigin, addressKind]);
    expect([CookiesConfig.CookieBehavior, QueryStringsConfig.QueryStringBehavior]).toEqual(['none', 'none']);
  });

  test('[P09] puts the headers policy on every behaviour', () => {
    const policy = only(plain.ofType('AWS::CloudFront::ResponseHeadersPolicy'));

    expect(behaviorsOf(distribution).length).toBeGreaterThan(4);
    for (const behavior of behaviorsOf(distribution)) {
      expect(behavior.ResponseHeadersPolicyId).toEqual({ Ref: policy.logicalId });
    }
  });

  test('[P09] the headers policy says what the security policy says, over whatever an origin says', () => {
    const {
      SecurityHeadersConfig: security,
      CustomHeadersConfig: custom,
      RemoveHeadersConfig: removed,
    } = only(plain.ofType('AWS::CloudFront::ResponseHeadersPolicy')).properties.ResponseHeadersPolicyConfig;
    const { StrictTransportSecurity: transport } = security;

    const sent = {
      'Strict-Transport-Security': `max-age=${transport.AccessControlMaxAgeSec}${transport.IncludeSubdomains ? '; includeSubDomains' : ''}${transport.Preload ? '; preload' : ''}`,
      'Content-Security-Policy': security.ContentSecurityPolicy.ContentSecurityPolicy,
      'X-Content-Type-Options': security.ContentTypeOptions && 'nosniff',
      'X-Frame-Options': security.FrameOptions.FrameOption,
      'Referrer-Policy': security.ReferrerPolicy.ReferrerPolicy,
      ...Object.fromEntries(custom.Items.map(({ Header, Value }: Properties) => [Header, Value])),
    };
    expect(sent).toEqual(securityPolicy.headers);
    expect([...Object.values<Properties>(security), ...custom.Items].every(({ Override }) => Override === true)).toBe(true);
    expect(removed.Items.map(({ Header }: Properties) => Header)).toEqual(expect.arrayContaining(['Server', 'X-Powered-By']));
    // CloudFront's quotas for a response headers policy.
    expect([custom.Items.length <= 10, removed.Items.length <= 10]).toEqual([true, true]);
    expect(security.ContentSecurityPolicy.ContentSecurityPolicy.length).toBeLessThanOrEqual(1783);
  });

  test('[P21] the content security policy names sources, and nothing unsafe', () => {
    expect(securityPolicy.headers['Content-Security-Policy']).not.toMatch(/unsafe|\*|data:|http:/);
  });

  test('[P15] stands behind the web ACL, which it reads from us-east-1 without a function in between', () => {
    expect(distribution.WebACLId).toEqual({
      'Fn::GetStackOutput': expect.objectContaining({ StackName: 'PortiereFirewall', Region: 'us-east-1' }),
    });
    expect(plain.resources.filter(({ type }) => type.startsWith('Custom::CrossRegion'))).toEqual([]);
  });

  test('proves itself to the API with the origin secret, which stands in no template', () => {
    const [header] = distribution.Origins.flatMap(({ OriginCustomHeaders = [] }: Properties) => OriginCustomHeaders);

    expect(header.HeaderName).toBe(securityPolicy.edgeHeaders.originSecret);
    expect(JSON.stringify(header.HeaderValue)).toMatch(/\{\{resolve:secretsmanager:.*OriginSecret.*:SecretString:::\}\}/);
  });

  test('[P16] has its secret changed by a clock, from behind the distribution: the API needs neither', () => {
    const rule = only(plain.ofType('AWS::Events::Rule'), 'RotationSchedule');
    const rotation = only(plain.ofType('AWS::Lambda::Function'), 'RotationFunction');

    expect([rule.stack, rotation.stack]).toEqual(['PortiereEdge', 'PortiereEdge']);
    expect(rule.properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [expect.objectContaining({ Arn: { Ref: only(plain.ofType('AWS::Lambda::Alias'), 'Rotation').logicalId } })],
    });
    expect(rotation.properties.Environment.Variables.DISTRIBUTION_SITE).toEqual({
      Ref: only(plain.ofType('AWS::CloudFront::Distribution')).logicalId,
    });
  });

  test('[P06] [P16] shows the API a certificate where one is configured, and the API takes nobody without once it is told so', () => {
    const clientCertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d';
    const deployed = (originMutualTls: FirewallConfigInput['originMutualTls']) => {
      const synthesized = without(
        'PortiereStatus',
        synthesize({ ...configWithDomain, firewall: { ...(originMutualTls && { originMutualTls }) } }),
      );
      const { Origins } = only(synthesized.ofType('AWS::CloudFront::Distribution')).properties.DistributionConfig;
      return {
        shown: Origins.flatMap(({ CustomOriginConfig }: Properties) => CustomOriginConfig?.OriginMtlsConfig ?? []),
        asked: only(synthesized.ofType('AWS::ApiGatewayV2::DomainName')).properties.MutualTlsAuthentication,
        isOtherwiseClosed: only(synthesized.ofType('AWS::ApiGatewayV2::Api')).properties.DisableExecuteApiEndpoint,
      };
    };

    expect(deployed(undefined)).toEqual({ shown: [], asked: undefined, isOtherwiseClosed: true });
    expect(deployed({ clientCertificateArn })).toEqual({
      shown: [{ ClientCertificateArn: clientCertificateArn }],
      asked: undefined,
      isOtherwiseClosed: true,
    });
    expect(deployed({ clientCertificateArn, truststore: { uri: 's3://trust/edge/ca.pem', version: 'v1' } })).toEqual({
      shown: [{ ClientCertificateArn: clientCertificateArn }],
      asked: { TruststoreUri: 's3://trust/edge/ca.pem', TruststoreVersion: 'v1' },
      isOtherwiseClosed: true,
    });
  });

  test('keeps no error: one caller’s 503 is not the next one’s', () => {
    const errors = distribution.CustomErrorResponses;

    expect(errors.map(({ ErrorCode }: Properties) => ErrorCode)).toEqual(expect.arrayContaining([404, 500, 502, 503, 504]));
    expect(errors.every((error: Properties) => error.ErrorCachingMinTTL === 0 && error.ResponsePagePath === undefined)).toBe(true);
  });

  test('keeps of the API only what the API calls public, apart for each caller’s authorization and origin', () => {
    const policy = only(plain.ofType('AWS::CloudFront::CachePolicy')).properties.CachePolicyConfig;

    expect(behaviorOf('/v1/*').CachePolicyId.Ref).toMatch(/^ApiCache/);
    expect([policy.MinTTL, policy.DefaultTTL]).toEqual([0, 0]);
    expect(policy.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers).toEqual(['Authorization', 'Origin']);
  });

  test('tells the API the viewer’s address by CloudFront’s own header, and only headers on its list', () => {
    const { HeadersConfig: headers, CookiesConfig: cookies } = only(
      plain.ofType('AWS::CloudFront::OriginRequestPolicy'),
      'ApiOriginRequest',
    ).properties.OriginRequestPolicyConfig;

    expect(headers.HeaderBehavior).toBe('whitelist');
    expect(headers.Headers).toEqual(
      expect.arrayContaining(['cloudfront-viewer-address', 'x-viewer-origin', 'x-amzn-waf-address-kind', 'X-CSRF-Token', 'Sec-Fetch-Site']),
    );
    expect(headers.Headers.map((name: string) => name.toLowerCase())).not.toEqual(
      expect.arrayContaining(['host', 'x-forwarded-for', 'authorization']),
    );
    // CloudFront's quota.
    expect(headers.Headers.length).toBeLessThanOrEqual(10);
    expect(cookies.Cookies).toEqual(Object.values(securityPolicy.cookies));
  });

  test('[P15] every trap leads to the API, past the pages, with the viewer’s address', () => {
    const { forbidden, scanned } = securityPolicy.honeypot;
    const api = behaviorOf('/v1/*');

    for (const trap of [forbidden, ...scanned]) {
      const { FunctionAssociations, PathPattern, ...behavior } = behaviorOf(trap);
      expect(behavior).toMatchObject({ TargetOriginId: api.TargetOriginId, OriginRequestPolicyId: api.OriginRequestPolicyId });
      expect(behavior.AllowedMethods).toEqual(api.AllowedMethods);
      expect(FunctionAssociations).not.toEqual(api.FunctionAssociations);
    }
    // CloudFront's quota of behaviours is 75; the first one that fits is taken, so a trap may not hide the API.
    expect(distribution.CacheBehaviors[0].PathPattern).toBe('/v1/*');
    expect(distribution.CacheBehaviors.length).toBeLessThan(75);
  });

  test('answers of the API go uncompressed: their length must not tell the token in them', () => {
    expect(behaviorOf('/v1/*').Compress).toBe(false);
  });

  test('speaks HTTP/2 and 3, and IPv6', () => {
    expect(distribution).toMatchObject({ HttpVersion: 'http2and3', IPV6Enabled: true });
  });

  test('has records for both families where a domain is configured, and says so to browsers before they connect', () => {
    const records = withDomain.ofType('AWS::Route53::RecordSet').filter(({ properties }) => properties.Name === 'id.example.com.');

    expect(records.map(({ properties }) => properties.Type).sort()).toEqual(['A', 'AAAA', 'HTTPS']);
  });

  test('[P18] reads the pages through origin access control, and the bucket lets in nobody else', () => {
    const [origin] = distribution.Origins.filter(({ S3OriginConfig }: Properties) => S3OriginConfig);
    const bucketPolicy = only(plain.ofType('AWS::S3::BucketPolicy'), 'WebFiles').properties.PolicyDocument.Statement;

    expect(origin.OriginAccessControlId).toBeDefined();
    expect(bucketPolicy.filter(({ Effect }: Properties) => Effect === 'Allow')).toEqual([
      expect.objectContaining({ Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } }),
    ]);
  });

  test('logs requests without paths, queries, cookies and referrers', () => {
    const { RecordFields: fields } = only(plain.ofType('AWS::Logs::Delivery')).properties;

    expect(fields).toContain('sc-status');
    expect(fields.filter((field: string) => /uri|Cookie|Referer/.test(field))).toEqual([]);
  });
});

function times<Element>(count: number, element: Element): Element[] {
  return Array.from({ length: count }, () => element);
}
