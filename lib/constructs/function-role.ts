import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Paging } from '../../contract/paging.ts';
import { securityTxt } from '../../contract/policy/disclosure.ts';
import type {
  ApiFunctionId,
  FunctionPrivileges,
  KeyGrant,
  KeyId,
  QueueId,
  SecretId,
  TableAction,
  TableGrant,
} from '../../contract/privileges.ts';
import { statusFiles } from '../../contract/status.ts';
import type { TableId } from '../../contract/tables.ts';
import { acknowledge } from '../acknowledgements.ts';
import { pascalCase } from '../names.ts';

/** Everything that a row of privileges.ts may name, as it is deployed. */
export interface PrivilegedResources {
  readonly tables: Readonly<Record<TableId, { readonly tableArn: string; readonly tableName: string }>>;
  readonly keys: Readonly<Record<KeyId, IKey>>;
  readonly secrets: Readonly<Record<SecretId, { readonly secretArn: string }>>;
  readonly queues: Readonly<Record<QueueId, IQueue>>;
  /** Of the audit trail. */
  readonly archive: Bucket;
  /** ARN of each function's alias: what others invoke. */
  readonly aliasArns: Readonly<Record<ApiFunctionId, string>>;
  /** Encrypts tables, queues and secrets. */
  readonly dataKey: IKey;
  readonly mail: { readonly identityArn: string; readonly configurationSetArn: string; readonly sender: string };
  /** Topics that the function which writes to phones may publish to, and what it is told. */
  readonly pages: { readonly topicArns: readonly string[]; readonly paging: Paging };
  /** ARNs of the IP sets of blocked addresses. */
  readonly ipSets: IpSetArns;
  /** For functions that are deployed behind it. */
  readonly distribution?: { readonly distributionId: string; readonly distributionArn: string; readonly distributionDomainName: string };
  /** How the ARNs of the topics begin whose alarms open incidents, as a list in JSON. */
  readonly alarmTopicStarts: string;
  /** For functions that write to the status page: its bucket and the bucket's key, in another region. */
  readonly statusFiles?: StatusFilesResource;
  /** For the function that writes security.txt: the bucket of the site, whose files have no key of ours. */
  readonly siteFiles?: { readonly bucketArn: string };
}

interface StatusFilesResource {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly region: string;
}

export interface IpSetArns {
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface FunctionRoleProps {
  readonly privileges: FunctionPrivileges;
  readonly resources: PrivilegedResources;
  readonly logGroup: ILogGroup;
}

const readActions: readonly TableAction[] = ['GetItem', 'Query'];
const archiveFolders = ['blocks', 'checkpoints'];

/**
 * The role of one function: made from its row of privileges.ts and from nothing else.
 *
 * The CDK's `grant` methods are not used: they add what a function might need (wildcards of actions, key grants)
 * to what it does need, and they would write into the key policy across stacks.
 */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Portiere: ${props.privileges.purpose}`.slice(0, 1000),
      // Inline: the policy is made for this role, lives and dies with it, and exists before the role is used.
      inlinePolicies: { privileges: new PolicyDocument({ statements: statementsOf(scope, props) }) },
    });
    if (props.privileges.publishesStatus) {
      const onlyCounts =
        'cloudwatch:GetMetricData takes no resource and no condition; it is the only action here on all resources, and reads counts that name nobody';
      acknowledge(this, { 'AwsSolutions-IAM5[Resource::*]': onlyCounts, 'Serverless-LambdaStarPermissions': onlyCounts });
    }
    if (props.privileges.archivesTrail) {
      const name = Stack.of(this).getLogicalId(props.resources.archive.node.defaultChild as CfnBucket);
      const numbered = 'Objects of the archive are numbered, and none can be named before it is there; the bucket holds nothing else';
      acknowledge(
        this,
        Object.fromEntries(archiveFolders.map((folder) => [`AwsSolutions-IAM5[Resource::<${name}.Arn>/${folder}/*]`, numbered])),
      );
    }
    acknowledge(this, {
      'NIST.800.53.R5-IAMNoInlinePolicy':
        'The policy is made for this one role from its row of privileges.ts: inline, nothing else can ever attach it',
    });
  }
}

function statementsOf(scope: Construct, { privileges, resources, logGroup }: FunctionRoleProps): PolicyStatement[] {
  const { tables, secrets = [], keys = [], sendsTo = [], consumes = [], invokes = [], sendsMail = false } = privileges;
  const statements = [
    // The ARN ends in `:*`: a stream of its own for each instance, whose name nobody knows before.
    allow('OwnLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    ...tables.flatMap((grant) => tableStatements(grant, placeOf(grant, resources))),
    ...(privileges.archivesTrail
      ? [
          allow(
            'Archive',
            ['s3:PutObject', 's3:GetObject'],
            archiveFolders.map((folder) => `${resources.archive.bucketArn}/${folder}/*`),
          ),
        ]
      : []),
    ...keys.map((grant) => keyStatement(grant, resources.keys[grant.key].keyArn, keys)),
    // The alias alone: neither older versions nor the unpublished code can be called.
    ...invokes.map((functionId) => allow(`Invoke${pascalCase(functionId)}`, ['lambda:InvokeFunction'], [resources.aliasArns[functionId]])),
  ];
  if (secrets.length > 0) {
    statements.push(
      allow(
        'Secrets',
        ['secretsmanager:GetSecretValue'],
        secrets.map((secret) => resources.secrets[secret].secretArn),
      ),
    );
  }
  for (const queue of sendsTo) {
    statements.push(allow(`SendTo${pascalCase(queue)}`, ['sqs:SendMessage'], [resources.queues[queue].queueArn]));
  }
  for (const queue of consumes) {
    // ChangeMessageVisibility: a notice over the recipient's limit waits in the queue instead of being lost.
    statements.push(
      allow(
        `Consume${pascalCase(queue)}`,
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
        [resources.queues[queue].queueArn],
      ),
    );
  }
  if (privileges.writesIpSets) {
    const { ipv4, ipv6 } = resources.ipSets;
    statements.push(allow('IpSets', ['wafv2:GetIPSet', 'wafv2:UpdateIPSet'], [ipv4, ipv6]));
  }
  if (privileges.keeps) {
    statements.push(
      allow(
        'KeptSecret',
        ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        [resources.secrets[privileges.keeps].secretArn],
      ),
    );
  }
  if (privileges.rotates) {
    const { secretArn } = resources.secrets[privileges.rotates];
    const actions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
    statements.push(
      allow(
        'RotatedSecret',
        actions.map((action) => `secretsmanager:${action}`),
        [secretArn],
      ),
      allow('Distribution', ['cloudfront:GetDistribution', 'cloudfront:UpdateDistribution'], [distributionOf(resources).distributionArn]),
    );
  }
  if (privileges.looksAfterKeys) {
    const watched = [...Object.values(resources.keys), resources.dataKey].map(({ keyArn }) => keyArn);
    statements.push(allow('KeyStates', ['kms:DescribeKey'], watched));
  }
  if (privileges.publishesStatus) statements.push(...publishStatements(resources.statusFiles));
  if (privileges.publishesSecurityTxt) statements.push(...securityTxtStatements(resources));
  if (writesToPhones(privileges, resources)) statements.push(allow('Phones', ['sns:Publish'], [...resources.pages.topicArns]));
  if (sendsMail) {
    const { identityArn, configurationSetArn, sender } = resources.mail;
    statements.push(
      allow('SendMail', ['ses:SendEmail'], [identityArn, configurationSetArn], { StringEquals: { 'ses:FromAddress': sender } }),
    );
  }
  return [
    ...statements,
    ...dataKeyStatements(scope, resources.dataKey, {
      reads: readers(privileges),
      writes: writers(privileges),
      both: writesToPhones(privileges, resources) ? ['sns'] : [],
    }),
  ];
}

export function distributionOf({ distribution }: PrivilegedResources): NonNullable<PrivilegedResources['distribution']> {
  if (!distribution) throw new Error('a function that works on the distribution must be deployed behind it (lib/edge-stack.ts)');
  return distribution;
}

/** Each file by its name: the function can neither add one to what is served nor read what it hasn't written. */
function publishStatements(files: PrivilegedResources['statusFiles']): PolicyStatement[] {
  if (files === undefined)
    throw new Error('the function that publishes the status page must be told its bucket (lib/status-publisher-stack.ts)');
  const { bucketArn, keyArn, region } = files;
  return [
    allow(
      'WriteStatusFiles',
      ['s3:PutObject'],
      statusFiles.map((key) => `${bucketArn}/${key}`),
    ),
    allow('ReadLastSnapshot', ['s3:GetObject'], [`${bucketArn}/snapshot.json`]),
    allow('StatusFilesKey', ['kms:GenerateDataKey', 'kms:Decrypt'], [keyArn], {
      StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
    }),
    // CloudWatch knows no resource and no condition for it: whoever may read one count may read all of them.
    allow('ReadCounts', ['cloudwatch:GetMetricData'], ['*']),
  ];
}

/** One file on each host, and nothing is read: the function asks for it over HTTPS, as anybody does. */
function securityTxtStatements({ statusFiles, siteFiles }: PrivilegedResources): PolicyStatement[] {
  if (statusFiles === undefined || siteFiles === undefined)
    throw new Error('the function that writes security.txt must be told both buckets (lib/status-publisher-stack.ts)');
  const { path } = securityTxt;
  return [
    allow('WriteSecurityTxt', ['s3:PutObject'], [`${siteFiles.bucketArn}/${path}`, `${statusFiles.bucketArn}/${path}`]),
    allow('StatusFilesKey', ['kms:GenerateDataKey', 'kms:Decrypt'], [statusFiles.keyArn], {
      StringEquals: { 'kms:ViaService': `s3.${statusFiles.region}.amazonaws.com` },
    }),
  ];
}

function keyStatement({ key, actions, context }: KeyGrant, keyArn: string, all: readonly KeyGrant[]): PolicyStatement {
  // Names of statements are unique in a policy: a key that is granted twice is so for two purposes.
  const purpose = all.filter((grant) => grant.key === key).length > 1 ? pascalCase(context?.purpose ?? '') : '';
  return allow(
    `${pascalCase(key)}Key${purpose}`,
    actions.map((action) => `kms:${action}`),
    [keyArn],
    context && encryptionContextConditions(context),
  );
}

/**
 * Both conditions on the names are needed: ForAllValues lets no name in that isn't listed but is true of an empty context,
 * and ForAnyValue asks for the one whose value is the caller's to choose.
 */
function encryptionContextConditions(context: NonNullable<KeyGrant['context']>): Record<string, unknown> {
  const names = Object.keys(context);
  const fixed = Object.entries(context).filter(([, value]) => value !== null);
  const chosen = names.filter((name) => context[name] === null);
  if (chosen.length > 1) throw new Error(`one condition can't ask for all of ${chosen.join(', ')}: ForAnyValue is content with one`);
  return {
    ...(fixed.length > 0
      ? { StringEquals: Object.fromEntries(fixed.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])) }
      : {}),
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': names },
    ...(chosen.length > 0 ? { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': chosen } } : {}),
  };
}

function placeOf({ table, index }: TableGrant, { tables }: PrivilegedResources): string {
  return index === undefined ? tables[table].tableArn : `${tables[table].tableArn}/index/${index}`;
}

function tableStatements(grant: TableGrant, tableArn: string): PolicyStatement[] {
  const name = `${pascalCase(grant.table)}${grant.index === undefined ? '' : pascalCase(grant.index)}`;
  const { onlyAttributes } = grant;
  if (!onlyAttributes) {
    return [
      allow(
        `${name}Table`,
        grant.actions.map((action) => `dynamodb:${action}`),
        [tableArn],
      ),
    ];
  }
  const reads = grant.actions.filter((action) => readActions.includes(action));
  const others = grant.actions.filter((action) => !readActions.includes(action));
  return [
    // Both conditions are needed: ForAllValues is true of an empty set, so a read that names no attributes, and
    // would get them all, is refused by the second.
    allow(
      `${name}TableAttributes`,
      reads.map((action) => `dynamodb:${action}`),
      [tableArn],
      {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...onlyAttributes] },
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    ),
    ...(others.length > 0
      ? [
          allow(
            `${name}Table`,
            others.map((action) => `dynamodb:${action}`),
            [tableArn],
          ),
        ]
      : []),
  ];
}

/** Services that decrypt, or make data keys, in the name of the function. */
function readers({ tables, secrets = [], sendsTo = [], consumes = [], rotates, keeps, archivesTrail }: FunctionPrivileges): string[] {
  return [
    ...(archivesTrail ? ['s3'] : []),
    ...(tables.length > 0 ? ['dynamodb'] : []),
    ...(secrets.length > 0 || rotates || keeps ? ['secretsmanager'] : []),
    ...(sendsTo.length + consumes.length > 0 ? ['sqs'] : []),
  ];
}

function writesToPhones(privileges: FunctionPrivileges, { pages }: PrivilegedResources): boolean {
  return privileges.writesToPhones === true && pages.topicArns.length > 0;
}

function writers({ tables, sendsTo = [], rotates, keeps, archivesTrail }: FunctionPrivileges): string[] {
  const writesItems = tables.some(({ actions }) => actions.some((action) => !readActions.includes(action)));
  return [
    ...(writesItems ? ['dynamodb'] : []),
    ...(sendsTo.length > 0 ? ['sqs'] : []),
    ...(rotates || keeps ? ['secretsmanager'] : []),
    ...(archivesTrail ? ['s3'] : []),
  ];
}

/** The data key only through the services that store for us: never by a call of the function's own. */
function dataKeyStatements(
  scope: Construct,
  key: IKey,
  given: { reads: readonly string[]; writes: readonly string[]; both: readonly string[] },
): PolicyStatement[] {
  // Whoever publishes to an encrypted topic needs both.
  const services = { reads: [...given.reads, ...given.both], writes: [...given.writes, ...given.both] };
  const via = (names: readonly string[]) => ({
    StringEquals: { 'kms:ViaService': names.map((name) => `${name}.${Stack.of(scope).region}.amazonaws.com`) },
  });
  return [
    ...(services.reads.length > 0 ? [allow('DecryptStored', ['kms:Decrypt'], [key.keyArn], via(services.reads))] : []),
    ...(services.writes.length > 0 ? [allow('EncryptStored', ['kms:GenerateDataKey'], [key.keyArn], via(services.writes))] : []),
  ];
}

function allow(sid: string, actions: string[], resources: string[], conditions?: Record<string, unknown>): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources, ...(conditions ? { conditions } : {}) });
}
