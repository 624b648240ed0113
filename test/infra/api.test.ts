import { privileges } from '../../contract/privileges.ts';
import { fallbackFunction, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { configWithDomain, minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let plain: Synthesized;
let withDomain: Synthesized;
beforeAll(() => {
  plain = synthesize(minimalConfig);
  withDomain = synthesize({ ...configWithDomain, concurrency: { password: 50 } });
});

/** The function id behind an integration, by the alias it calls. */
function targetOf(integrationReference: Properties): string {
  const logicalId = JSON.stringify(integrationReference).match(/"Ref":"(\w+)"/)?.[1];
  const integration = only(plain.resources.filter((resource) => resource.logicalId === logicalId));
  return (
    JSON.stringify(integration.properties.IntegrationUri)
      .match(/"Ref":"(\w+?)Live/)?.[1]
      ?.replace(/\B[A-Z]/g, '-$&')
      .toLowerCase() ?? 'nothing'
  );
}

describe('the HTTP API', () => {
  test('has exactly one route for each row of routes.ts, to the alias of its function, and the fallback', () => {
    const created = Object.fromEntries(
      plain.ofType('AWS::ApiGatewayV2::Route').map(({ properties }) => [properties.RouteKey, targetOf(properties.Target)]),
    );

    const expected = Object.fromEntries(Object.values(routes).map((route) => [`${route.method} ${route.path}`, route.function]));
    expect(created).toEqual({ ...expected, $default: fallbackFunction });
  });

  test('may call the fallback for $default, whose ARN has a segment less than that of a route', () => {
    const permissions = plain.ofType('AWS::Lambda::Permission').map(({ properties }) => JSON.stringify(properties));

    const forDefault = permissions.filter((text) => text.includes('/*/$default"'));
    expect(forDefault).toHaveLength(1);
    expect(forDefault[0]).toMatch(/"Ref":"PublicLive/);
  });

  test('[P16] throttles the whole deployment by the policy', () => {
    const { properties } = only(plain.ofType('AWS::ApiGatewayV2::Stage'));

    expect(properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: {
        ThrottlingRateLimit: securityPolicy.apiThrottle.ratePerSecond,
        ThrottlingBurstLimit: securityPolicy.apiThrottle.burst,
      },
    });
  });

  test('logs no path, no query and no header: only the route', () => {
    const format = JSON.parse(only(plain.ofType('AWS::ApiGatewayV2::Stage')).properties.AccessLogSettings.Format) as Record<string, string>;

    expect(format.route).toBe('$context.routeKey');
    expect(Object.values(format).filter((value) => /path|query|header|authorizer/i.test(value))).toEqual([]);
  });

  test('closes the execute-api address where a domain is configured, and takes TLS 1.2 at least', () => {
    expect(only(plain.ofType('AWS::ApiGatewayV2::Api')).properties.DisableExecuteApiEndpoint).toBe(false);
    expect(only(withDomain.ofType('AWS::ApiGatewayV2::Api')).properties.DisableExecuteApiEndpoint).toBe(true);
    expect(only(withDomain.ofType('AWS::ApiGatewayV2::DomainName')).properties).toMatchObject({
      DomainName: 'origin.id.example.com',
      DomainNameConfigurations: [expect.objectContaining({ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' })],
    });
  });
});

describe('functions', () => {
  const ours = (synthesized: Synthesized) => synthesized.ofType('AWS::Lambda::Function').filter(({ stack }) => stack === 'PortiereApi');

  test('run on Node 24 on arm64, log JSON to a group of their own, and end when the policy says', () => {
    const groups = ours(plain).map(({ properties }) => properties.LoggingConfig.LogGroup.Ref);

    expect(new Set(groups).size).toBe(groups.length);
    for (const { logicalId, properties } of ours(plain)) {
      const { functionTimeoutSeconds, auditTrail } = securityPolicy;
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: logicalId.startsWith('AuditFunction') ? auditTrail.functionTimeoutSeconds : functionTimeoutSeconds,
        LoggingConfig: { LogFormat: 'JSON' },
      });
    }
  });

  test('hash on a whole vCPU', () => {
    expect(only(ours(plain), 'Password').properties.MemorySize).toBe(1769);
  });

  test('reserve concurrency only where it is configured: a new account has none to give', () => {
    expect(ours(plain).filter(({ properties }) => properties.ReservedConcurrentExecutions !== undefined)).toEqual([]);
    expect(only(ours(withDomain), 'Password').properties.ReservedConcurrentExecutions).toBe(50);
  });

  test('keep their former versions, which the runbook rolls back to', () => {
    const versions = plain.ofType('AWS::Lambda::Version');

    // One of each row, in whichever stack: `rotation`, `canary` and `status` stand behind the distribution.
    expect(versions).toHaveLength(Object.keys(privileges).length);
    expect(versions.filter(({ deletionPolicy }) => deletionPolicy !== 'Retain')).toEqual([]);
  });
});

describe('mail', () => {
  test('waits in an encrypted queue, longer than six function timeouts out of sight, and fails into dead letters', () => {
    const queue = only(plain.ofType('AWS::SQS::Queue'), 'MailQueue').properties;

    expect(queue.VisibilityTimeout).toBeGreaterThan(6 * securityPolicy.functionTimeoutSeconds);
    expect(queue.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    expect(queue.RedrivePolicy).toMatchObject({ maxReceiveCount: securityPolicy.mail.maximumReceives });
  });

  test('reaches the mailer in batches whose failures are reported one by one', () => {
    expect(only(plain.ofType('AWS::Lambda::EventSourceMapping'), 'MailerConsumes').properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: { 'Fn::GetAtt': [expect.stringContaining('MailQueue'), 'Arn'] },
    });
  });

  test('[P06] leaves by TLS or not at all', () => {
    expect(only(plain.ofType('AWS::SES::ConfigurationSet')).properties.DeliveryOptions.TlsPolicy).toBe('REQUIRE');
  });

  test('is signed for the whole domain where a zone is configured, and proven by one address otherwise', () => {
    expect(only(plain.ofType('AWS::SES::EmailIdentity')).properties.EmailIdentity).toBe('no-reply@example.com');
    expect(only(withDomain.ofType('AWS::SES::EmailIdentity')).properties.EmailIdentity).toBe('example.com');
    expect(withDomain.ofType('AWS::Route53::RecordSet').filter(({ properties }) => properties.Type === 'CNAME')).toHaveLength(3);
  });
});
