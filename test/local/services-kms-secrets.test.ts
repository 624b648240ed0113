import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  KMSClient,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { generateSecretString } from '../../local/services/secretsmanager/generate-secret-string.ts';
import { accountKeyPolicy, arn, type RunningServices, role, startOn, writeAssembly } from './services-fixture.ts';

const macKey = { KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC', KeyPolicy: accountKeyPolicy };
const keys = ['Pepper', 'Disabled', 'Seeds'].map(arn);

const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        User: role(
          { Action: ['kms:GenerateMac', 'kms:VerifyMac', 'kms:DescribeKey', 'kms:GenerateDataKey'], Resource: keys },
          {
            Action: ['kms:Encrypt', 'kms:Decrypt'],
            Resource: keys,
            Condition: { StringEquals: { 'kms:EncryptionContext:account': 'a1' } },
          },
          {
            Action: ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
              (action) => `secretsmanager:${action}`,
            ),
            Resource: { Ref: 'Origin' },
          },
          { Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Sealed' } },
        ),
        Sealer: role({
          Action: ['kms:Encrypt', 'kms:Decrypt'],
          Resource: arn('Seeds'),
          Condition: {
            StringEquals: { 'kms:EncryptionContext:purpose': 'totp' },
            'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['accountId', 'purpose'] },
            'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['accountId'] },
          },
        }),
        Stranger: role({ Action: 'kms:DescribeKey', Resource: keys }),
        Pepper: { Type: 'AWS::KMS::Key', Properties: { ...macKey, MultiRegion: true } },
        Disabled: { Type: 'AWS::KMS::Key', Properties: { ...macKey, Enabled: false } },
        Seeds: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: accountKeyPolicy } },
        PepperAlias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/pepper', TargetKeyId: arn('Pepper') } },
        Origin: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
        },
        Sealed: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { SecretString: '{"user":"u","password":"p"}', Name: 'sealed', KmsKeyId: arn('Seeds') },
        },
      },
    },
  },
});

let running: RunningServices;
let kms: KMSClient;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  running = await startOn(directory);
  kms = new KMSClient(running.clientAs('User'));
  secrets = new SecretsManagerClient(running.clientAs('User'));
});

afterEach(async () => {
  kms.destroy();
  secrets.destroy();
  await running.stop();
});

const Message = Buffer.alloc(64, 7);
const MacAlgorithm = 'HMAC_SHA_384';

function mac(KeyId: string, input: object = {}) {
  return kms.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm, ...input }));
}

test('a MAC is the same for the same message, by ARN, id and alias, and verifies', async () => {
  const KeyId = running.arnOf('Pepper');

  const first = await mac(KeyId);
  const others = [await mac(running.refOf('Pepper')), await mac('alias/pepper')];
  const verified = await kms.send(new VerifyMacCommand({ KeyId, Message, Mac: first.Mac, MacAlgorithm }));

  expect(first).toMatchObject({ KeyId, MacAlgorithm });
  expect(first.Mac).toHaveLength(48);
  for (const other of others) expect(other.Mac).toEqual(first.Mac);
  expect(verified.MacValid).toBe(true);
  const changed = kms.send(new VerifyMacCommand({ KeyId, Message: Buffer.alloc(64, 8), Mac: first.Mac, MacAlgorithm }));
  await expect(changed).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
});

test('the pepper outlives a restart, or every password would be lost', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'data-'));
  const macs: unknown[] = [];
  const values: string[] = [];

  for (let start = 0; start < 2; start++) {
    const system = await startOn(directory, dataDirectory);
    const client = new KMSClient(system.clientAs('User'));
    macs.push((await client.send(new GenerateMacCommand({ KeyId: system.arnOf('Pepper'), Message, MacAlgorithm }))).Mac);
    values.push(system.services.secrets.value(system.refOf('Origin')));
    client.destroy();
    await system.stop();
  }

  expect(macs[0]).toEqual(macs[1]);
  expect(values[0]).toBe(values[1]);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a message over 4,096 bytes', () => mac(running.arnOf('Pepper'), { Message: Buffer.alloc(4097) }), 'ValidationException'],
  ['a disabled key', () => mac(running.arnOf('Disabled')), 'DisabledException'],
  ['a key of another use', () => mac(running.arnOf('Seeds')), 'InvalidKeyUsageException'],
  ['an algorithm that is not the key’s', () => mac(running.arnOf('Pepper'), { MacAlgorithm: 'HMAC_SHA_256' }), 'InvalidKeyUsageException'],
  ['a key that is not there', () => mac('alias/nothing'), 'NotFoundException'],
])('%s is refused as KMS refuses it', async (_, call, name) => {
  await expect(call()).rejects.toMatchObject({ name });
});

test('a role without the grant gets no MAC', async () => {
  const stranger = new KMSClient(running.clientAs('Stranger'));

  const asked = stranger.send(new GenerateMacCommand({ KeyId: running.arnOf('Pepper'), Message, MacAlgorithm }));

  await expect(asked).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('kms:GenerateMac') });
  stranger.destroy();
});

test('keys describe themselves without their material', async () => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: running.arnOf('Disabled') }));

  expect(KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false, KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC' });
});

test('what was encrypted for one context opens for no other', async () => {
  const KeyId = running.arnOf('Seeds');
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Message, EncryptionContext: { account: 'a1', use: 'totp' } }),
  );
  const open = (EncryptionContext: Record<string, string>) => kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

  const { Plaintext } = await open({ use: 'totp', account: 'a1' });

  expect(Buffer.from(Plaintext ?? [])).toEqual(Message);
  await expect(open({ account: 'a1', use: 'other' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  await expect(open({ account: 'a2', use: 'totp' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a role that is bound to the names of a context may use the key with all of them, and with no other', async () => {
  const sealer = new KMSClient(running.clientAs('Sealer'));
  const seal = (EncryptionContext?: Record<string, string>) =>
    sealer.send(new EncryptCommand({ KeyId: running.arnOf('Seeds'), Plaintext: Message, ...(EncryptionContext && { EncryptionContext }) }));
  const { CiphertextBlob } = await seal({ accountId: 'a1', purpose: 'totp' });
  const open = (EncryptionContext: Record<string, string>) => sealer.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

  const { Plaintext } = await open({ purpose: 'totp', accountId: 'a1' });

  expect(Buffer.from(Plaintext ?? [])).toEqual(Message);
  await expect(open({ accountId: 'a2', purpose: 'totp' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  const refused = [undefined, { purpose: 'totp' }, { accountId: 'a1' }, { accountId: 'a1', purpose: 'other' }];
  for (const context of [...refused, { accountId: 'a1', purpose: 'totp', more: 'x' }]) {
    await expect(seal(context)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  }
  sealer.destroy();
});

test('a data key comes with its sealed copy', async () => {
  const EncryptionContext = { account: 'a1' };
  const { Plaintext, CiphertextBlob } = await kms.send(
    new GenerateDataKeyCommand({ KeyId: running.arnOf('Seeds'), KeySpec: 'AES_256', EncryptionContext }),
  );

  const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

  expect(Plaintext).toHaveLength(32);
  expect(opened.Plaintext).toEqual(Plaintext);
});

test('a secret is generated by the rules of the template, and its previous value stays valid when it changes', async () => {
  const SecretId = running.refOf('Origin');
  const before = await secrets.send(new GetSecretValueCommand({ SecretId }));
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'next' }));

  const current = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const previous = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
  const described = await secrets.send(new DescribeSecretCommand({ SecretId }));

  expect(before.SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(current).toMatchObject({ SecretString: 'next', VersionStages: ['AWSCURRENT'] });
  expect(previous).toMatchObject({ SecretString: before.SecretString, VersionStages: ['AWSPREVIOUS'] });
  expect(
    Object.values(described.VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

test('a value can be made before it is current, takes the place of the one before at once, and that one can be ended', async () => {
  const SecretId = running.refOf('Origin');
  const stages = async () =>
    Object.entries((await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {}).map(([id, labels]) => [
      id,
      [...labels].sort(),
    ]);
  const move = (VersionStage: string, versions: { MoveToVersionId?: string; RemoveFromVersionId?: string }) =>
    secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...versions }));
  const { VersionId: first = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const { VersionId: next = '' } = await secrets.send(
    new PutSecretValueCommand({ SecretId, SecretString: 'next', VersionStages: ['AWSPENDING'] }),
  );

  const pending = await stages();
  await expect(move('AWSCURRENT', { MoveToVersionId: next, RemoveFromVersionId: next })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(move('AWSCURRENT', { RemoveFromVersionId: first })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await move('AWSCURRENT', { MoveToVersionId: next, RemoveFromVersionId: first });
  const promoted = await stages();
  await move('AWSPREVIOUS', { RemoveFromVersionId: first });

  expect(Object.fromEntries(pending)).toMatchObject({ [first]: expect.arrayContaining(['AWSCURRENT']), [next]: ['AWSPENDING'] });
  expect(Object.fromEntries(promoted)).toEqual({ [first]: ['AWSPREVIOUS'], [next]: ['AWSCURRENT', 'AWSPENDING'] });
  expect(await stages()).toEqual([[next, ['AWSCURRENT', 'AWSPENDING']]]);
});

test('a stage that no version has is said as Secrets Manager says it', async () => {
  const asked = secrets.send(new GetSecretValueCommand({ SecretId: running.refOf('Origin'), VersionStage: 'AWSPREVIOUS' }));

  await expect(asked).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  });
});

test("a secret under a customer-managed key needs the key's use on the caller's behalf", async () => {
  const asked = secrets.send(new GetSecretValueCommand({ SecretId: 'sealed' }));

  await expect(asked).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('Access to KMS is not allowed'),
  });
});

test('references in a template become the values, whole or a member of them', () => {
  const { resolveDynamicReferences, value } = running.services.secrets;
  const origin = running.refOf('Origin');

  const text = resolveDynamicReferences(
    `a {{resolve:secretsmanager:${origin}:SecretString:::}} b {{resolve:secretsmanager:sealed:SecretString:password}} c`,
  );

  expect(text).toBe(`a ${value(origin)} b p c`);
  expect(() => resolveDynamicReferences('{{resolve:secretsmanager:nothing}}')).toThrow("can't find the specified secret");
});

test('generated texts hold one of each type, none of what is excluded, and fit into a template', () => {
  const generated = Array.from({ length: 200 }, () => generateSecretString({ PasswordLength: 4, ExcludeCharacters: 'abcABC123"\\' }));
  const wrapped = JSON.parse(generateSecretString({ SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'password' }));

  for (const text of generated) {
    expect(text).toMatch(/^(?=.*[d-z])(?=.*[D-Z])(?=.*[04-9])(?=.*[^\w\s]|.*_)[^abcABC123"\\]{4}$/);
  }
  expect(wrapped).toMatchObject({ user: 'u', password: expect.stringMatching(/^.{32}$/) });
  expect(() => generateSecretString({ PasswordLength: 2 })).toThrow("2 characters can't hold one of each of 4 types");
});

test.each(['kms', 'secretsmanager'] as const)('faults of %s show as the service shows them', async (service) => {
  const call = () =>
    service === 'kms' ? mac(running.arnOf('Pepper')) : secrets.send(new GetSecretValueCommand({ SecretId: running.refOf('Origin') }));

  running.faults.set({ service, mode: 'error', rate: 1, seconds: 60 });
  await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  running.faults.set({ service, mode: 'throttle', rate: 1, seconds: 60 });
  await expect(call()).rejects.toMatchObject({ name: 'ThrottlingException' });
  running.faults.set({ service, mode: 'deny', rate: 1, seconds: 60 });
  await expect(call()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
