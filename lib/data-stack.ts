import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { KeyId, SecretId } from '../contract/privileges.ts';
import { auditKeyAlias } from '../contract/settings.ts';
import { type TableDefinition, type TableId, tables } from '../contract/tables.ts';
import { acknowledge } from './acknowledgements.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { logGroupPrefix, mapValues, pascalCase } from './names.ts';

const secretPurposes: Record<SecretId, string> = {
  origin: 'Proves to the API that a request came through the edge',
  identity: 'Keys the hash of addresses, so that tables name nobody',
  device: 'Signs device cookies, which give known devices an attempt budget of their own',
  recovery: 'Keys the hash of recovery codes, so that a stolen table is no list of them to search',
  canary: 'The password of our own customer, and from its first sign-in on what it needs to come back',
  ceremony: 'Signs the challenges of passkeys, so that only ours are answered',
  tracking: 'Makes the tracking tokens of reports that may be sent twice, so that nobody else can make them',
  subscription: 'Signs the links in mails about the status page, each for one subscription and one purpose',
  handover: 'Signs the reports of vulnerabilities that are handed over to a platform, which is given a copy of it',
};

/** Why none of them rotates by Secrets Manager's timer. */
const rotations: Record<SecretId, string> = {
  origin:
    'The function `rotation` changes it every 30 days by its own clock: each step waits for CloudFront or for the functions longer than one run of a rotation function may take',
  identity: 'Accounts are found by hashes keyed with it: a new value would orphan every account, and it leaves no function',
  device: 'A new value makes a stranger of every known device: it is changed after an incident, not by a timer',
  recovery: 'A new value ends every recovery code that people keep on paper: it is changed after an incident, not by a timer',
  canary: 'A new value gives the canary a new account, which it makes itself: it is changed when the account is lost, not by a timer',
  subscription:
    'A new value ends the links in every mail that subscribers have, the one that unsubscribes too: it is changed after an incident, not by a timer',
  ceremony: 'A new value ends the passkey ceremonies under way, which live five minutes: it is changed after an incident, not by a timer',
  tracking: 'A new value makes another token for a report that is sent again, and so another report: there is nothing to gain by a timer',
  handover: 'The platform that reports are handed over to holds a copy: it is changed together with that, by hand',
};

/**
 * What must outlive everything else: tables, keys and secrets. All of it is retained when the stack goes, and the
 * stack itself is protected from going.
 */
export class DataStack extends Stack {
  readonly tables: Record<TableId, Table>;
  readonly dataKey: Key;
  readonly keys: Record<KeyId, Key>;
  readonly secrets: Record<SecretId, Secret>;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true, description: 'Portiere: tables, keys and secrets' });
    this.dataKey = new EncryptionKey(this, 'DataKey', {
      description: 'Portiere: encrypts tables, queues, secrets, logs and alarm topics',
      logGroupPrefixes: [logGroupPrefix],
    });
    this.keys = {
      pepper: this.createPepper(),
      seeds: this.createSeedsKey(),
      reports: this.createReportsKey(),
      audit: this.createAuditKey(),
    };
    this.tables = mapValues(tables, (definition: TableDefinition, id) => this.createTable(id, definition));
    this.secrets = mapValues(secretPurposes, (purpose, id) => this.createSecret(id, purpose));
  }

  /**
   * The key of the HMAC over every password. It never leaves KMS, so a stolen table can't be guessed against offline.
   * Multi-Region, because without it no password can ever be checked again: a replica elsewhere survives its region.
   */
  private createPepper(): Key {
    const pepper = new Key(this, 'Pepper', {
      description: 'Portiere: the pepper of all passwords. Losing it means that nobody can sign in, ever',
      keySpec: KeySpec.HMAC_384,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      multiRegion: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(pepper, {
      'AwsSolutions-KMS5': 'KMS does not rotate HMAC keys; the scheme tag in front of each hash lets a second pepper take over at sign-in',
      'NIST.800.53.R5-KMSBackingKeyRotationEnabled':
        'KMS does not rotate HMAC keys; the scheme tag in front of each hash lets a second pepper take over at sign-in',
    });
    return pepper;
  }

  /**
   * Seals the secrets of authenticators. A key of their own, so that no other function's use of a key reaches them, and so that
   * every use stands in CloudTrail with the account that it was for. Multi-Region for the pepper's reason, and because a key
   * can't become it later.
   */
  private createSeedsKey(): Key {
    return new Key(this, 'SeedsKey', {
      description: 'Portiere: seals the secrets of authenticators, each bound to its account. Losing it ends every two-step enrolment',
      keySpec: KeySpec.SYMMETRIC_DEFAULT,
      keyUsage: KeyUsage.ENCRYPT_DECRYPT,
      multiRegion: true,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Wraps the data keys of reports of vulnerabilities: what attackers would like to read first. */
  private createReportsKey(): Key {
    return new Key(this, 'ReportsKey', {
      description: 'Portiere: seals reports of vulnerabilities, each bound to its purpose. Losing it loses the text of every report',
      keySpec: KeySpec.SYMMETRIC_DEFAULT,
      keyUsage: KeyUsage.ENCRYPT_DECRYPT,
      multiRegion: true,
      enableKeyRotation: true,
      rotationPeriod: Duration.days(365),
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Signs the heads of the audit trail: a pair, so that whoever verifies needs nothing that could sign. */
  private createAuditKey(): Key {
    const key = new Key(this, 'AuditKey', {
      alias: auditKeyAlias,
      description: 'Portiere: signs checkpoints of the audit trail',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const reason = 'KMS does not rotate asymmetric keys; each checkpoint names the key that signed it, so that a new one can take over';
    acknowledge(key, { 'AwsSolutions-KMS5': reason, 'NIST.800.53.R5-KMSBackingKeyRotationEnabled': reason });
    return key;
  }

  private createTable(id: TableId, definition: TableDefinition): Table {
    const table = new Table(this, `${pascalCase(id)}Table`, {
      partitionKey: { name: definition.partitionKey, type: AttributeType.STRING },
      ...(definition.sortKey ? { sortKey: { name: definition.sortKey, type: AttributeType.STRING } } : {}),
      ...(definition.timeToLive ? { timeToLiveAttribute: definition.timeToLive } : {}),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.dataKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(definition.appendOnly ? { resourcePolicy: onlyNewItems() } : {}),
    });
    for (const [indexName, { partitionKey, sortKey }] of Object.entries(definition.indexes ?? {})) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
      });
    }
    acknowledge(table, {
      'NIST.800.53.R5-DynamoDBInBackupPlan':
        'Point-in-time recovery covers every second of the last 35 days, and deletion protection and retention keep the table itself',
    });
    return table;
  }

  private createSecret(id: SecretId, purpose: string): Secret {
    const secret = new Secret(this, `${pascalCase(id)}Secret`, {
      description: `Portiere: ${purpose}`,
      encryptionKey: this.dataKey,
      // 64 characters of 62 kinds: 381 bits. It must be legal in an HTTP header.
      generateSecretString: { passwordLength: 64, excludePunctuation: true, includeSpace: false },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const reason = rotations[id];
    acknowledge(secret, { 'AwsSolutions-SMG4': reason, 'NIST.800.53.R5-SecretsManagerRotationEnabled': reason });
    return secret;
  }
}

/**
 * Nobody changes or removes an item, administrators included, without first changing this policy, which CloudTrail records. What no
 * policy can say is that a PutItem must be of a new item: our code says it with a condition, and the chain shows when it was not so.
 */
function onlyNewItems(): PolicyDocument {
  const actions = ['UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete', 'PartiQLInsert'];
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'OnlyNewItems',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: actions.map((action) => `dynamodb:${action}`),
        // Of this table: its own ARN would be a circle.
        resources: ['*'],
      }),
    ],
  });
}
