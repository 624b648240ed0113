/** The guardrails on the account: who may do nothing without a second factor, what is recorded, what wakes somebody. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { parseConfig } from '../../lib/config.ts';
import { accountRules } from '../../lib/guardrails/account-rules.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

const stackName = 'PortiereGuardrails';
const { guardrails } = securityPolicy;

let without: Synthesized;
let synthesized: Synthesized;
beforeAll(() => {
  without = synthesize(minimalConfig);
  synthesized = synthesize({ ...minimalConfig, guardrails: { monthlyBudgetUsd: 500 } });
}, 600_000);

const ofType = (type: string) => synthesized.ofType(type).filter(({ stack }) => stack === stackName);
const propertiesOf = (type: string, start?: string): Properties => only(ofType(type), start).properties;

describe('the guardrails', () => {
  test('are opt-in: without a word in the configuration the account is left alone', () => {
    expect(without.stackFacts.map(({ name }) => name)).not.toContain(stackName);
    expect(without.resources.filter(({ type }) => /^AWS::(Config|CloudTrail|GuardDuty|SecurityHub|Budgets)::/.test(type))).toEqual([]);
  });

  test('cannot be deleted by accident, nor what they have recorded', () => {
    expect(synthesized.stackNamed(stackName).terminationProtection).toBe(true);
    expect(only(ofType('AWS::S3::Bucket')).deletionPolicy).toBe('Retain');
    expect(only(ofType('AWS::KMS::Key')).deletionPolicy).toBe('Retain');
  });

  test('leave alone what the account has already', () => {
    const existing = ['config-recorder', 'trail', 'guardduty', 'security-hub', 'access-analyzer'] as const;

    const { resources } = synthesize({ ...minimalConfig, guardrails: { existing } });

    const types = new Set(resources.filter(({ stack }) => stack === stackName).map(({ type }) => type));
    expect([...types].filter((type) => /Recorder|Trail|Detector|Hub|Analyzer|Bucket|Budget/.test(type))).toEqual([]);
    expect(types).toContain('AWS::Config::ConfigRule');
  });

  test('refuse a part that nobody knows, and a budget that could tell nobody', () => {
    const unknown = () => parseConfig({ ...minimalConfig, guardrails: { existing: ['cloudtrail'] } });
    const untold = () => parseConfig({ ...minimalConfig, onCall: [{ sms: '+390200000000' }], guardrails: { monthlyBudgetUsd: 500 } });

    expect(unknown).toThrow(/guardrails\.existing\[0\] is "cloudtrail": give a list of config-recorder, trail/);
    expect(untold).toThrow(/guardrails\.monthlyBudgetUsd is 500: add an \{ email \} to onCall/);
  });
});

describe('people', () => {
  test('[P24] can do nothing before they have shown a second factor, with keys as little as in the console, but set one up', () => {
    const { Statement } = propertiesOf('AWS::IAM::ManagedPolicy').PolicyDocument;
    const denial = Statement.find(({ Effect }: Properties) => Effect === 'Deny');

    expect(denial.Condition).toEqual({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } });
    expect(denial.Resource).toBe('*');
    expect(denial.NotAction.filter((action: string) => !/MFA|GetUser|ChangePassword|GetSessionToken/.test(action))).toEqual([]);
    // Removing a factor without showing it would let a stolen password replace it.
    expect(denial.NotAction).not.toContain('iam:DeactivateMFADevice');
  });

  test('[P24] are allowed their own factor and password only, never another user', () => {
    const { Statement } = propertiesOf('AWS::IAM::ManagedPolicy').PolicyDocument;
    const allowed = Statement.filter(({ Effect }: Properties) => Effect === 'Allow');

    expect(allowed).not.toHaveLength(0);
    for (const { Resource } of allowed) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of IAM.
      expect(JSON.stringify(Resource)).toContain('${aws:username}');
    }
  });

  test('[P24] who stands outside the group is found by a rule', () => {
    const rule = propertiesOf('AWS::Config::ConfigRule', 'RulesIamUserGroupMembershipCheck');

    expect(rule.InputParameters).toEqual({ groupNames: propertiesOf('AWS::IAM::Group').GroupName });
  });
});

describe('the rules of AWS Config', () => {
  test('[P24] look at factors, root, keys, policies and passwords', () => {
    const identifiers = ofType('AWS::Config::ConfigRule').map(({ properties }) => properties.Source.SourceIdentifier);

    expect(identifiers).toHaveLength(Object.keys(accountRules).length);
    expect(identifiers).toEqual(
      expect.arrayContaining([
        'IAM_PASSWORD_POLICY',
        'IAM_USER_MFA_ENABLED',
        'ROOT_ACCOUNT_MFA_ENABLED',
        'IAM_ROOT_ACCESS_KEY_CHECK',
        'ACCESS_KEYS_ROTATED',
        'IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS',
      ]),
    );
  });

  test('[P26] look at volumes: at those there are, and at those to come', () => {
    const identifiers = ofType('AWS::Config::ConfigRule').map(({ properties }) => properties.Source.SourceIdentifier);

    expect(identifiers).toEqual(expect.arrayContaining(['ENCRYPTED_VOLUMES', 'EC2_EBS_ENCRYPTION_BY_DEFAULT']));
  });

  test('[P24] set the password policy where it is not as the rule wants it, with the very values of the rule', () => {
    const rule = propertiesOf('AWS::Config::ConfigRule', 'RulesIamPasswordPolicy');
    const { Automatic, Parameters, TargetId } = propertiesOf('AWS::Config::RemediationConfiguration');

    expect([Automatic, TargetId]).toEqual([true, 'AWSConfigRemediation-SetIAMPasswordPolicy']);
    expect(Parameters.MinimumPasswordLength.StaticValue.Values).toEqual([String(guardrails.password.minimumLength)]);
    for (const [name, value] of Object.entries(rule.InputParameters).filter(([key]) => key !== 'MaxPasswordAge')) {
      expect([name, Parameters[name].StaticValue.Values]).toEqual([name, [String(value)]]);
    }
  });

  test('are made only once something records', () => {
    const [rule] = ofType('AWS::Config::ConfigRule');

    expect(rule?.dependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Recorder[0-9A-F]{8}$/), expect.stringMatching(/^RecorderChannel/)]),
    );
  });
});

describe('recordings', () => {
  test('[P24] hold every call of every region, with digests that prove them whole, under a key of ours', () => {
    expect(propertiesOf('AWS::CloudTrail::Trail')).toMatchObject({
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      IsLogging: true,
      KMSKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
    });
  });

  test('can be deleted by nobody for a year, an administrator included', () => {
    const bucket = propertiesOf('AWS::S3::Bucket');

    expect(bucket.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: guardrails.trail.lockedDays });
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });
});

describe('findings of high severity', () => {
  test('[P24] of GuardDuty and Security Hub ring, each once, with no function of ours between', () => {
    const topic = only(ofType('AWS::SNS::Topic'), 'OnCallPage').logicalId;
    const patterns = new Map(ofType('AWS::Events::Rule').map(({ logicalId, properties }) => [logicalId, properties.EventPattern]));
    const watched = ofType('AWS::CloudWatch::Alarm').map(({ properties }) => {
      const [{ Name, Value }] = properties.Dimensions;
      return { ...properties, source: patterns.get(Value.Ref)?.source, Name };
    });

    expect(watched.map(({ source }) => source?.[0]).sort()).toEqual(['aws.guardduty', 'aws.securityhub']);
    for (const alarm of watched) {
      expect(alarm).toMatchObject({ Namespace: 'AWS/Events', MetricName: 'MatchedEvents', Name: 'RuleName', Threshold: 1 });
      expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
    }
    const hub = [...patterns.values()].find(({ source }) => source[0] === 'aws.securityhub');
    expect(hub.detail.findings.Severity.Label).toEqual(['HIGH', 'CRITICAL']);
    expect(hub.detail.findings.ProductName).toEqual([{ 'anything-but': ['GuardDuty'] }]);
  });

  test('[P24] can be rung by nobody else: events of no account may publish to the topic', () => {
    const statements = ofType('AWS::SNS::TopicPolicy').flatMap(({ properties }) => properties.PolicyDocument.Statement);
    const allowed = statements.filter(({ Effect }: Properties) => Effect === 'Allow');

    expect(allowed.map(({ Principal }: Properties) => Principal.Service)).toEqual(allowed.map(() => 'cloudwatch.amazonaws.com'));
  });

  test('are kept, in a log that the two rules alone may write', () => {
    const log = propertiesOf('AWS::Logs::LogGroup', 'DetectionFindings');
    const policy = JSON.stringify(propertiesOf('AWS::Logs::ResourcePolicy').PolicyDocument);

    expect(log.LogGroupName).toBe('/aws/events/portiere-findings');
    for (const { logicalId } of ofType('AWS::Events::Rule')) expect(policy).toContain(logicalId);
  });
});

test('a budget tells by mail, at 80 % of the month and when the forecast passes it', () => {
  const { Budget, NotificationsWithSubscribers } = only(synthesized.ofType('AWS::Budgets::Budget')).properties;

  expect(Budget.BudgetLimit).toEqual({ Amount: 500, Unit: 'USD' });
  expect(NotificationsWithSubscribers.map(({ Notification }: Properties) => Notification.NotificationType)).toEqual([
    'ACTUAL',
    'FORECASTED',
  ]);
  expect(NotificationsWithSubscribers[0].Subscribers).toEqual([{ SubscriptionType: 'EMAIL', Address: 'on-call@example.com' }]);
});
