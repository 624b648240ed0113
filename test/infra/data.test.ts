import { tables } from '../../contract/tables.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
});

const usesCustomerKey = (reference: unknown) => /DataKey|Key[0-9A-F]{8}/.test(JSON.stringify(reference ?? ''));

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
    const keys = synthesized.ofType('AWS::KMS::Key').filter(({ logicalId }) => !logicalId.startsWith('Pepper'));

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
      'Identity',
      'Origin',
      'Recovery',
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
