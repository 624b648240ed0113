import { privileges } from '../../contract/privileges.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { tables } from '../../contract/tables.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
});

function describeIndex({ IndexName, KeySchema, Projection }: Properties): [string, Properties] {
  expect(Projection).toEqual({ ProjectionType: 'ALL' });
  return [IndexName, { partitionKey: KeySchema[0].AttributeName, sortKey: KeySchema[1].AttributeName }];
}

const usesCustomerKey = (reference: unknown) => /DataKey|Key[0-9A-F]{8}/.test(JSON.stringify(reference ?? ''));

/** What the role of a function allows. */
function statementsOf(functionId: string): Properties[] {
  const name = functionId.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const roleId = only(synthesized.ofType('AWS::Lambda::Function'), `${name}Function`).properties.Role['Fn::GetAtt'][0];
  const role = only(synthesized.resources.filter(({ logicalId }) => logicalId === roleId));
  return role.properties.Policies.flatMap(({ PolicyDocument }: Properties) => PolicyDocument.Statement);
}
const actionsOf = (statements: readonly Properties[]): string[] => statements.flatMap(({ Action }) => Action);
const about = (statements: readonly Properties[], name: string) =>
  statements.filter(({ Resource }) => JSON.stringify(Resource).includes(name));

describe('who reaches the audit trail', () => {
  test('[P27] nobody changes an event or anything of the trail, and events of an account that is erased alone are removed: functions put new items, and one of them alone seals', () => {
    for (const functionId of Object.keys(privileges)) {
      const statements = statementsOf(functionId);

      expect([functionId, actionsOf(about(statements, 'EventsTable')).filter((action) => !/:(PutItem|Query)$/.test(action))]).toEqual([
        functionId,
        functionId === 'privacy' ? ['dynamodb:DeleteItem'] : [],
      ]);
      expect(actionsOf(about(statements, 'AuditTrailTable')).filter((action) => !/:(GetItem|PutItem|Query)$/.test(action))).toEqual([]);
      expect([functionId, JSON.stringify(about(statements, 'AuditTrailTable')).includes('PutItem')]).toEqual([
        functionId,
        functionId === 'audit',
      ]);
      expect([functionId, JSON.stringify(statements).includes('kms:Sign')]).toEqual([functionId, functionId === 'audit']);
    }
  });

  test('[P27] whoever seals reads ids and hashes of events alone, from the index alone, and reaches nobody’s account', () => {
    const statements = statementsOf('audit');
    const [events, ...more] = about(statements, 'EventsTable');

    expect(more).toEqual([]);
    expect(JSON.stringify(events?.Resource)).toContain('/index/by-hour');
    expect(events?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['hour', 'eventId', 'digest', 'expiresAt'] },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    });
    expect(
      actionsOf(statements)
        .filter((action) => !action.startsWith('logs:'))
        .sort(),
    ).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GetPublicKey',
      'kms:Sign',
      's3:GetObject',
      's3:PutObject',
    ]);
  });
});

describe('tables, keys and secrets', () => {
  test('[P02] every table of tables.ts recovers to any second, refuses deletion, and stays when its stack goes', () => {
    const created = synthesized.ofType('AWS::DynamoDB::Table');

    expect(created).toHaveLength(Object.keys(tables).length);
    for (const { properties, deletionPolicy } of created) {
      expect(properties).toMatchObject({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        BillingMode: 'PAY_PER_REQUEST',
      });
      expect(deletionPolicy).toBe('Retain');
    }
  });

  test.each(Object.entries(tables))('%s has the keys and the time to live of tables.ts', (id, definition: Properties) => {
    const name = id
      .split('-')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join('');
    const { properties } = only(synthesized.ofType('AWS::DynamoDB::Table'), `${name}Table`);

    expect(properties.KeySchema).toEqual([
      { AttributeName: definition.partitionKey, KeyType: 'HASH' },
      ...(definition.sortKey ? [{ AttributeName: definition.sortKey, KeyType: 'RANGE' }] : []),
    ]);
    expect(properties.TimeToLiveSpecification?.AttributeName).toBe(definition.timeToLive);
    expect(Object.fromEntries((properties.GlobalSecondaryIndexes ?? []).map(describeIndex))).toEqual(definition.indexes ?? {});
  });

  test('[P27] nobody changes or removes an item of the audit trail: the table itself forbids it, whatever a role allows', () => {
    const { properties } = only(synthesized.ofType('AWS::DynamoDB::Table'), 'AuditTrailTable');

    expect(properties.ResourcePolicy.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Resource: '*',
        Action: expect.arrayContaining(['dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:PartiQLDelete']),
      }),
    ]);
  });

  test('[P27] the archive is locked in compliance mode for as long as the policy says, and takes new objects alone', () => {
    const bucket = only(synthesized.ofType('AWS::S3::Bucket'), 'AuditArchive');
    const policies = synthesized.ofType('AWS::S3::BucketPolicy').filter(({ properties }) => properties.Bucket.Ref === bucket.logicalId);

    expect(bucket.properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: securityPolicy.auditTrail.archive.lockedDays } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(bucket.deletionPolicy).toBe('Retain');
    expect(only(policies).properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } }),
    );
    expect(securityPolicy.auditTrail.archive.lockedDays * 86_400).toBeGreaterThanOrEqual(securityPolicy.retention.eventSeconds);
  });

  test('[P27] checkpoints are signed by a pair whose private half KMS keeps', () => {
    const { properties, deletionPolicy } = only(synthesized.ofType('AWS::KMS::Key'), 'AuditKey');

    expect(properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PendingWindowInDays: 30 });
    expect(deletionPolicy).toBe('Retain');
  });

  test('[P10] tables, secrets, queues, topics and logs are all encrypted with keys of our own', () => {
    const keyOf: Record<string, (properties: Properties) => unknown> = {
      'AWS::DynamoDB::Table': ({ SSESpecification }) => SSESpecification?.SSEEnabled && SSESpecification.KMSMasterKeyId,
      'AWS::SecretsManager::Secret': ({ KmsKeyId }) => KmsKeyId,
      'AWS::SQS::Queue': ({ KmsMasterKeyId }) => KmsMasterKeyId,
      'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
      'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
    };
    for (const [type, key] of Object.entries(keyOf)) {
      const resources = synthesized.ofType(type);

      expect(resources.length).toBeGreaterThan(0);
      expect(resources.filter(({ properties }) => !usesCustomerKey(key(properties))).map(({ logicalId }) => logicalId)).toEqual([]);
    }
  });

  test('[P10] buckets are private, refuse plain HTTP, and only the public pages do without our key', () => {
    for (const { stack, logicalId, properties } of synthesized.ofType('AWS::S3::Bucket')) {
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const policies = synthesized.ofType('AWS::S3::BucketPolicy').filter((resource) => resource.stack === stack);
      const policy = only(policies.filter((resource) => resource.properties.Bucket.Ref === logicalId));
      expect(policy.properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
      const algorithm = properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm;
      expect(algorithm).toBe(stack === 'PortiereEdge' && logicalId.startsWith('WebFiles') ? 'AES256' : 'aws:kms');
    }
  });

  test('[P12] the pepper is an HMAC key that KMS keeps: multi-Region, thirty days to think twice, retained', () => {
    const { properties, deletionPolicy } = only(synthesized.ofType('AWS::KMS::Key'), 'Pepper');

    expect(properties).toMatchObject({ KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC', MultiRegion: true, PendingWindowInDays: 30 });
    expect(deletionPolicy).toBe('Retain');
  });

  test('[P14] the secrets of authenticators are sealed under a key of their own, which no service may use for us', () => {
    const { properties } = only(synthesized.ofType('AWS::KMS::Key'), 'SeedsKey');

    expect(properties).toMatchObject({
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: true,
      PendingWindowInDays: 30,
    });
    expect(properties.KeyPolicy.Statement).toEqual([expect.objectContaining({ Principal: { AWS: expect.anything() } })]);
    const encrypted = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Logs::LogGroup'];
    expect(JSON.stringify(encrypted.map(synthesized.ofType))).not.toContain('SeedsKey');
  });

  test('encryption keys rotate and are retained', () => {
    const keys = synthesized.ofType('AWS::KMS::Key').filter(({ logicalId }) => !/^(Pepper|AuditKey)/.test(logicalId));

    expect(keys).toHaveLength(5);
    for (const { properties, deletionPolicy } of keys) {
      expect(properties.EnableKeyRotation).toBe(true);
      expect(deletionPolicy).toBe('Retain');
    }
  });

  test('a key lets a service in only for this account, and the log service only for our log groups', () => {
    for (const { properties } of synthesized.ofType('AWS::KMS::Key')) {
      const services = properties.KeyPolicy.Statement.filter(({ Principal }: Properties) => Principal.Service);

      expect(
        services.filter(
          ({ Condition }: Properties) =>
            !/aws:SourceAccount|:SourceArn.*AWS::AccountId|kms:EncryptionContext:aws:logs:arn/.test(JSON.stringify(Condition ?? {})),
        ),
      ).toEqual([]);
    }
  });

  test('secrets are generated, 64 characters that are legal in a header, and retained', () => {
    const secrets = synthesized.ofType('AWS::SecretsManager::Secret');

    expect(secrets.map(({ logicalId }) => logicalId.replace(/Secret.*/, '')).sort()).toEqual([
      'Canary',
      'Ceremony',
      'Device',
      'Handover',
      'Identity',
      'Origin',
      'Recovery',
      'Subscription',
      'Tracking',
    ]);
    for (const { properties, deletionPolicy } of secrets) {
      expect(properties.GenerateSecretString).toMatchObject({ PasswordLength: 64, ExcludePunctuation: true, IncludeSpace: false });
      expect(properties.SecretString).toBeUndefined();
      expect(deletionPolicy).toBe('Retain');
    }
  });

  test('the data stack is protected from being ended', () => {
    expect(synthesized.stackNamed('PortiereData').terminationProtection).toBe(true);
  });
});
