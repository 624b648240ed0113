import { statusFiles } from '../../contract/status.ts';
import { ConfigurationError, parseConfig } from '../../lib/config.ts';
import {
  configWithDomain,
  minimalConfig,
  only,
  type Properties,
  type Synthesized,
  synthesize,
  type TemplateResource,
} from './synthesize.ts';

let synthesized: Synthesized;
let withDomain: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
  withDomain = synthesize({ ...configWithDomain, status: { region: 'eu-west-3', domain: 'status.example.com' } });
});

const inStack = (from: Synthesized, type: string) => from.ofType(type).filter(({ stack }) => stack === 'PortiereStatus');
const configOf = (from: Synthesized): Properties => only(inStack(from, 'AWS::CloudFront::Distribution')).properties.DistributionConfig;

const ofType = (resources: readonly TemplateResource[], type: string) => resources.filter((resource) => resource.type === type);

describe('the stack of the status page', () => {
  test('[P04] stands in another region than the rest, in Europe unless somebody says otherwise', () => {
    const regionOf = (from: Synthesized) => from.stackNamed('PortiereStatus').region;

    expect(regionOf(synthesized)).toBe('eu-central-1');
    expect(synthesized.stackNamed('PortiereApi').region).toBe('eu-south-1');
    expect(regionOf(withDomain)).toBe('eu-west-3');
    expect(parseConfig({ ...minimalConfig, region: 'eu-central-1' }).status.region).toBe('eu-west-1');
  });

  test.each<[string, object, RegExp]>([
    ['the same region', { status: { region: 'eu-south-1' } }, /status\.region is "eu-south-1": give another region/],
    ['a region outside Europe', { status: { region: 'us-west-2' } }, /status\.region is "us-west-2": give one of/],
    ['a domain without a zone', { status: { domain: 'status.example.com' } }, /status\.domain .* and hostedZone with it/],
    ['a domain of another zone', { ...configWithDomain, status: { domain: 'status.example.org' } }, /inside the hosted zone example\.com/],
    ['the domain of the site', { ...configWithDomain, status: { domain: 'id.example.com' } }, /give another name than that of the site/],
  ])('[P04] refuses %s', (_, more, message) => {
    const parse = () => parseConfig({ ...minimalConfig, ...more });

    expect(parse).toThrow(ConfigurationError);
    expect(parse).toThrow(message);
  });

  test('[P04] serves from its bucket alone: no API, no function of a region, no web ACL between a reader and a file', () => {
    const { Origins, WebACLId, DefaultCacheBehavior, CacheBehaviors } = configOf(synthesized);
    const behaviours: Properties[] = [DefaultCacheBehavior, ...CacheBehaviors];

    expect(Origins).toHaveLength(1);
    expect(Origins[0].S3OriginConfig).toBeDefined();
    expect(WebACLId).toBeUndefined();
    expect(behaviours.flatMap(({ LambdaFunctionAssociations = [] }) => LambdaFunctionAssociations)).toEqual([]);
    expect(new Set(behaviours.map(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy))).toEqual(new Set(['redirect-to-https']));
  });

  test('[P21] gives the pages the strict policy of the site, and has refusals reported to nobody who may be down', () => {
    const policies = inStack(withDomain, 'AWS::CloudFront::ResponseHeadersPolicy');
    const texts = policies.map(
      ({ properties }) => properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy,
    );

    expect(texts).toHaveLength(2);
    for (const text of texts) {
      expect(text).toContain("default-src 'none'; script-src 'self'");
      expect(text).toContain("connect-src 'self';");
      expect(text).not.toMatch(/unsafe|report-/);
    }
  });

  test('[P04] lets scripts of any site read the data and the feed, without credentials, and not the pages', () => {
    const { CacheBehaviors, DefaultCacheBehavior } = configOf(synthesized);
    const corsOf = ({ ResponseHeadersPolicyId }: Properties) =>
      only(inStack(synthesized, 'AWS::CloudFront::ResponseHeadersPolicy'), ResponseHeadersPolicyId.Ref).properties
        .ResponseHeadersPolicyConfig.CorsConfig;

    expect(CacheBehaviors.map(({ PathPattern }: Properties) => PathPattern)).toEqual(['/api/*', '/history.atom', '/snapshot.json']);
    for (const behaviour of CacheBehaviors) {
      expect(corsOf(behaviour)).toMatchObject({ AccessControlAllowCredentials: false, AccessControlAllowOrigins: { Items: ['*'] } });
    }
    expect(corsOf(DefaultCacheBehavior)).toBeUndefined();
  });

  test('[P06] has a name, a certificate and TLS 1.2 of its own where it is configured', () => {
    const { Aliases, ViewerCertificate } = configOf(withDomain);

    expect(Aliases).toEqual(['status.example.com']);
    expect(ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
    expect(
      inStack(withDomain, 'AWS::Route53::RecordSet')
        .map(({ properties }) => properties.Type)
        .sort(),
    ).toEqual(['A', 'AAAA', 'HTTPS']);
  });

  test('[P10] keeps its files private, versioned, and under a key of its own', () => {
    const { properties, deletionPolicy } = only(inStack(synthesized, 'AWS::S3::Bucket'));

    expect(properties.VersioningConfiguration.Status).toBe('Enabled');
    expect(JSON.stringify(properties.BucketEncryption)).toContain('aws:kms');
    expect(deletionPolicy).toBe('Retain');
  });
});

describe('the function that publishes', () => {
  const roleStatements = (): Properties[] =>
    only(
      synthesized.ofType('AWS::IAM::Role').filter(({ stack }) => stack === 'PortiereStatusPublisher'),
      'StatusRole',
    ).properties.Policies.flatMap(({ PolicyDocument }: Properties) => PolicyDocument.Statement);

  test('[P04] may write each file by its name and read one; it lists nothing, deletes nothing, and adds nothing to what is served', () => {
    const files = roleStatements().filter(({ Action }) => JSON.stringify(Action).includes('s3:'));
    const [writes, reads] = files;

    expect(files.map(({ Action }) => Action)).toEqual(['s3:PutObject', 's3:GetObject']);
    expect(writes?.Resource).toHaveLength(statusFiles.length);
    expect(JSON.stringify(writes?.Resource)).not.toContain('*');
    expect(JSON.stringify(reads?.Resource)).toContain('/snapshot.json');
  });

  test('uses the key of those files through S3 of their region only', () => {
    const [statement] = roleStatements().filter(({ Sid }) => Sid === 'StatusFilesKey');

    expect(statement?.Condition).toEqual({ StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } });
  });

  test('[P04] runs every minute, and when the queue asks for it', () => {
    const own = synthesized.resources.filter(({ stack }) => stack === 'PortiereStatusPublisher');

    expect(only(ofType(own, 'AWS::Events::Rule'), 'StatusSchedule').properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(only(ofType(own, 'AWS::Lambda::EventSourceMapping'), 'StatusConsumes').properties.ScalingConfig).toEqual({
      MaximumConcurrency: 2,
    });
  });
});

describe('mails to subscribers', () => {
  const statementsOf = (role: string): Properties[] =>
    only(synthesized.ofType('AWS::IAM::Role'), role).properties.Policies.flatMap(
      ({ PolicyDocument }: Properties) => PolicyDocument.Statement,
    );

  test('[P04] go by a queue of their own, two at a time at most, with dead letters, behind the site and its status page', () => {
    const own = synthesized.resources.filter(({ stack }) => stack === 'PortiereStatusPublisher');
    const mapping = only(ofType(own, 'AWS::Lambda::EventSourceMapping'), 'AnnouncerConsumes').properties;
    const queue = only(synthesized.ofType('AWS::SQS::Queue'), 'AnnouncementsQueue').properties;
    const { PORTIERE_STATUS_PAGE } = only(ofType(own, 'AWS::Lambda::Function'), 'AnnouncerFunction').properties.Environment.Variables;

    expect(mapping).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(only(ofType(own, 'AWS::Events::Rule'), 'AnnouncerSchedule').properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(JSON.stringify(queue.RedrivePolicy)).toContain('AnnouncementsDeadLetters');
    expect(JSON.stringify(PORTIERE_STATUS_PAGE)).toMatch(/siteOrigin/);
  });

  test('[P04] the function that sends them can subscribe nobody, and reaches no account, no token and none of the mailer’s budgets', () => {
    const statements = statementsOf('AnnouncerRole');
    const [table] = statements.filter(({ Sid }) => Sid === 'StatusSubscriptionsTable');

    expect(table?.Action).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
    expect(JSON.stringify(statements)).not.toMatch(/AccountsTable|CredentialsTable|TokensTable|MailBudgetsTable|IdentitySecret|Pepper/);
  });

  test('[P04] the function that takes subscriptions reaches one at a time: it can list nobody and mail nobody', () => {
    const statements = statementsOf('SubscriptionsRole');
    const [table] = statements.filter(({ Sid }) => Sid === 'StatusSubscriptionsTable');

    expect(table?.Action).toEqual(['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem']);
    expect(JSON.stringify(statements)).not.toMatch(/ses:|AccountsTable|CredentialsTable|dynamodb:(Query|Scan)/);
  });
});

test('[P22] security.txt is looked after by a clock, and at once when its stack was deployed', () => {
  const rules = ofType(
    synthesized.resources.filter(({ stack }) => stack === 'PortiereStatusPublisher'),
    'AWS::Events::Rule',
  );
  const [clock, deployment] = ['DisclosureSchedule', 'DisclosureAfterDeployment'].map((id) => only(rules, id).properties);

  expect(clock?.ScheduleExpression).toBe('rate(15 minutes)');
  expect(deployment?.EventPattern).toEqual({
    source: ['aws.cloudformation'],
    'detail-type': ['CloudFormation Stack Status Change'],
    detail: { 'stack-id': [{ Ref: 'AWS::StackId' }], 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } },
  });
  expect(deployment?.Targets.map(({ Arn }: Properties) => Arn)).toEqual(clock?.Targets.map(({ Arn }: Properties) => Arn));
});
