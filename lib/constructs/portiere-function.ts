import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alarmTopicsVariable } from '../../contract/alarm-message.ts';
import { type BlocklistSettings, blocklistVariable } from '../../contract/blocks.ts';
import { type DisclosureSettings, disclosureVariable, type SecurityTxtPlaces, securityTxtVariable } from '../../contract/disclosure.ts';
import { pagingVariable } from '../../contract/paging.ts';
import { privileges as allPrivileges, type FunctionId, type FunctionPrivileges } from '../../contract/privileges.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import {
  resourceVariable,
  type Settings,
  type StatusPlace,
  settingsVariable,
  siteOriginVariable,
  statusPageVariable,
  statusVariable,
} from '../../contract/settings.ts';
import { acknowledge } from '../acknowledgements.ts';
import { logGroupPrefix } from '../names.ts';
import { distributionOf, FunctionRole, type PrivilegedResources } from './function-role.ts';

/** 1,769 MB buy one whole vCPU: bcrypt runs on one, and half of one would double every sign-in. */
const hashingMemoryMegabytes = 1769;
const memoryMegabytes = 512;

export interface PortiereFunctionProps {
  readonly functionId: FunctionId;
  /** Folder with `index.mjs`, which exports `handler`. */
  readonly bundle: string;
  readonly resources: PrivilegedResources;
  readonly settings: Settings;
  /** For the function that writes the IP sets. */
  readonly blocklist: BlocklistSettings;
  /** Name of the SES configuration set, for the function that sends mail. */
  readonly mailConfigurationSet: string;
  /** For the function that publishes the status page. */
  readonly status?: StatusPlace;
  /** For the function that writes security.txt. */
  readonly securityTxt?: SecurityTxtPlaces;
  /** For functions that deal with reports of vulnerabilities. */
  readonly disclosure?: DisclosureSettings;
  /** For the function that mails subscribers. */
  readonly statusPage?: Pick<StatusPlace, 'url' | 'siteOrigin'>;
  /** Off unless configured, see `concurrency` in lib/config.ts. */
  readonly reservedConcurrency?: number;
}

/** A row of privileges.ts as a function: bundle, role, log group, and the alias `live` that callers use. */
export class PortiereFunction extends Construct {
  readonly function: LambdaFunction;
  readonly alias: IFunction;
  /** The same, for what shifts it. */
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: PortiereFunctionProps) {
    super(scope, id);
    const { functionId, resources, settings } = props;
    const privileges: FunctionPrivileges = allPrivileges[functionId];
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `${logGroupPrefix}${Stack.of(this).stackName}/functions/${functionId}`,
      retention: retentionDays(securityPolicy.retention.functionLogDays),
      encryptionKey: resources.dataKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new FunctionRole(this, 'Role', { privileges, resources, logGroup });
    this.function = new LambdaFunction(this, 'Function', {
      description: `Portiere: ${privileges.purpose}`.slice(0, 256),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      memorySize: privileges.hashes ? hashingMemoryMegabytes : memoryMegabytes,
      timeout: Duration.seconds(privileges.timeoutSeconds ?? securityPolicy.functionTimeoutSeconds),
      environment: environmentOf(this, props, settings),
      // The runbook rolls the alias back to the version before: it must still be there.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(props.reservedConcurrency ? { reservedConcurrentExecutions: props.reservedConcurrency } : {}),
    });
    // The CDK's own classes don't meet its interfaces under exactOptionalPropertyTypes, hence the casts.
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.function.currentVersion as IVersion });
    this.alias = this.live as IFunction;
    this.acknowledgeFindings(privileges, props.reservedConcurrency !== undefined);
  }

  private acknowledgeFindings(privileges: FunctionPrivileges, isConcurrencyReserved: boolean): void {
    const deadLetters = privileges.servesHttp
      ? 'API Gateway and functions that may invoke it wait for its answer; what the clock fails to start, it starts again within minutes'
      : privileges.runsEverySeconds
        ? 'What the clock failed to start, the clock starts again within minutes, and where it has a queue, that keeps dead letters itself'
        : 'Only the mail queue calls it, and keeps dead letters itself: there is no asynchronous event to lose';
    acknowledge(this.function, {
      'Serverless-LambdaDLQ': deadLetters,
      'NIST.800.53.R5-LambdaDLQ': deadLetters,
      'Serverless-LambdaTracing':
        'X-Ray takes traces for the resource * only, and no role here has a wildcard; logs and metrics carry the request id instead',
      'NIST.800.53.R5-LambdaInsideVPC':
        'It talks to AWS services alone, by TLS and its own role; a network would add NAT gateways and endpoints to guard, and no secret to it',
      ...(isConcurrencyReserved
        ? {}
        : {
            'NIST.800.53.R5-LambdaConcurrency':
              'New accounts have 10 concurrent executions, none of which may be reserved; `concurrency` in portiere.config.ts reserves them later',
          }),
    });
  }
}

function siteOriginOf({ settings, resources }: PortiereFunctionProps): string {
  return settings.siteOrigin ?? `https://${distributionOf(resources).distributionDomainName}`;
}

/** Only what the row names: a function isn't even told the names of tables that it may not read. */
function environmentOf(scope: Construct, props: PortiereFunctionProps, settings: Settings): Record<string, string> {
  const privileges: FunctionPrivileges = allPrivileges[props.functionId];
  const { tables, keys, secrets, queues, aliasArns, ipSets, pages, dataKey, archive } = props.resources;
  const queueIds = new Set([...(privileges.sendsTo ?? []), ...(privileges.consumes ?? [])]);
  return Object.fromEntries([
    [settingsVariable, JSON.stringify(settings)],
    ...privileges.tables.map(({ table }) => [resourceVariable('table', table), tables[table].tableName]),
    ...(privileges.keys ?? []).map(({ key }) => [resourceVariable('key', key), keys[key].keyArn]),
    ...(privileges.secrets ?? []).map((secret) => [resourceVariable('secret', secret), secrets[secret].secretArn]),
    ...[...queueIds].map((queue) => [resourceVariable('queue', queue), queues[queue].queueUrl]),
    ...(privileges.invokes ?? []).map((invoked) => [resourceVariable('function', invoked), aliasArns[invoked]]),
    ...(privileges.archivesTrail ? [[resourceVariable('bucket', 'audit-archive'), archive.bucketName]] : []),
    ...(privileges.writesToPhones ? [[pagingVariable, Stack.of(scope).toJsonString(pages.paging)]] : []),
    ...(privileges.writesIpSets
      ? [
          [resourceVariable('ip_set', 'ipv4'), ipSets.ipv4],
          [resourceVariable('ip_set', 'ipv6'), ipSets.ipv6],
          [blocklistVariable, JSON.stringify(props.blocklist)],
        ]
      : []),
    ...(privileges.rotates
      ? [
          [resourceVariable('secret', privileges.rotates), secrets[privileges.rotates].secretArn],
          [resourceVariable('distribution', 'site'), distributionOf(props.resources).distributionId],
        ]
      : []),
    ...(privileges.looksAfterKeys
      ? Object.entries({ ...keys, data: dataKey }).map(([key, { keyArn }]) => [resourceVariable('key', key), keyArn])
      : []),
    ...(privileges.knowsAllowList ? [[blocklistVariable, JSON.stringify({ ...props.blocklist, feeds: [] })]] : []),
    ...(privileges.hearsAlarms ? [[alarmTopicsVariable, props.resources.alarmTopicStarts]] : []),
    ...(privileges.publishesStatus && props.status ? [[statusVariable, JSON.stringify(props.status)]] : []),
    ...(privileges.publishesSecurityTxt && props.securityTxt
      ? [[securityTxtVariable, Stack.of(scope).toJsonString(props.securityTxt)]]
      : []),
    ...(privileges.knowsDisclosure && props.disclosure ? [[disclosureVariable, JSON.stringify(props.disclosure)]] : []),
    ...(privileges.knowsStatusPage && props.statusPage ? [[statusPageVariable, JSON.stringify(props.statusPage)]] : []),
    ...(privileges.keeps ? [[resourceVariable('secret', privileges.keeps), secrets[privileges.keeps].secretArn]] : []),
    ...(privileges.visitsSite ? [[siteOriginVariable, siteOriginOf(props)]] : []),
    ...(privileges.sendsMail ? [['MAIL_CONFIGURATION_SET', props.mailConfigurationSet]] : []),
  ]);
}

/** Days as CloudWatch Logs takes them. */
export function retentionDays(days: number): RetentionDays {
  if (!(days in RetentionDays)) {
    throw new Error(`CloudWatch Logs can't keep logs for ${days} days; see RetentionDays for the numbers that it takes`);
  }
  return days;
}
