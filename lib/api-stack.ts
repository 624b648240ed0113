import { CrossStackReferences, Lazy, ReferenceStrength, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  EndpointType,
  HttpApi,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnPermission, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { vulnerabilityReports } from '../contract/policy/disclosure.ts';
import { type ApiFunctionId, type FunctionId, type FunctionPrivileges, privileges, type QueueId } from '../contract/privileges.ts';
import { fallbackFunction, type Route, routes } from '../contract/routes.ts';
import { securityPolicy } from '../contract/security-policy.ts';
import { acknowledge } from './acknowledgements.ts';
import { type Config, settingsOf } from './config.ts';
import { AlarmFeed } from './constructs/alarm-feed.ts';
import { AuditArchive } from './constructs/audit-archive.ts';
import { Blocks } from './constructs/blocks.ts';
import { runByTheClock } from './constructs/clock-rule.ts';
import type { PrivilegedResources } from './constructs/function-role.ts';
import { importHostedZone } from './constructs/hosted-zone.ts';
import { Mail } from './constructs/mail.ts';
import { Pages } from './constructs/pages.ts';
import { PortiereFunction, retentionDays } from './constructs/portiere-function.ts';
import { PublishRequests } from './constructs/publish-requests.ts';
import { createQueuePair, type QueuePair } from './constructs/queue-pair.ts';
import { Rollout } from './constructs/rollout.ts';
import type { DataStack } from './data-stack.ts';
import { disclosureSettingsOf } from './disclosure-config.ts';
import type { FirewallStack } from './firewall-stack.ts';
import { logGroupPrefix, mapValues, pascalCase } from './names.ts';
import type { OriginMutualTls } from './origin-mutual-tls-config.ts';

export interface ApiStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly firewall: FirewallStack;
  /** Folder of each function's bundle. */
  readonly functionBundles: Readonly<Record<FunctionId, string>>;
}

const {
  rotation: _worksOnTheDistribution,
  canary: _visitsTheDistribution,
  status: _writesTheStatusPage,
  announcer: _namesTheStatusPage,
  disclosure: _behindBothPages,
  ...apiPrivileges
} = privileges;
const functionRows = Object.entries(apiPrivileges) as [ApiFunctionId, FunctionPrivileges][];

/** Functions, the HTTP API in front of them, and the queues behind them. */
export class ApiStack extends Stack {
  readonly functions: Record<ApiFunctionId, PortiereFunction>;
  /** What rows of privileges.ts may name, for functions of stacks behind this one. */
  readonly resources: PrivilegedResources;
  readonly api: HttpApi;
  readonly mail: Mail;
  readonly blocks: Blocks;
  readonly alarms: AlarmFeed;
  /** Asks for the status page to be published at once. */
  readonly status: PublishRequests;
  /** What the mailer has for the canary, which is deployed behind the distribution. */
  readonly canaryMail: Queue;
  /** What subscribers of the status page are to be mailed, for the function that is deployed behind it. */
  readonly announcements: QueuePair;
  readonly pages: Pages;
  /** Reports of vulnerabilities that a platform is to hear of. */
  readonly handover: QueuePair;
  /** Of the name below, where there is a domain. */
  originCertificateArn?: string;
  /** Host name at which the edge reaches the API. */
  readonly originDomainName: string;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, { ...props, description: 'Portiere: HTTP API, functions and mail' });
    const { config, data, firewall, functionBundles } = props;
    // The IP sets are in the region of CloudFront.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const hostedZone = config.site && importHostedZone(this, config.site.hostedZone);
    this.mail = new Mail(this, 'Mail', { sender: config.sender, dataKey: data.dataKey, ...(hostedZone ? { hostedZone } : {}) });
    this.blocks = new Blocks(this, 'Blocks', { dataKey: data.dataKey });
    this.alarms = new AlarmFeed(this, 'Alarms', { dataKey: data.dataKey });
    this.status = new PublishRequests(this, 'Status', { dataKey: data.dataKey });
    this.canaryMail = createQueuePair(new Construct(this, 'CanaryMail'), data.dataKey, securityPolicy.canary.maximumReceives).queue;

    this.announcements = createQueuePair(
      new Construct(this, 'Announcements'),
      data.dataKey,
      securityPolicy.statusSubscriptions.maximumReceives,
    );
    this.handover = createQueuePair(new Construct(this, 'ReportHandover'), data.dataKey, vulnerabilityReports.handOver.maximumReceives);
    this.pages = new Pages(this, 'Pages', { config, dataKey: data.dataKey });

    const resources: PrivilegedResources = {
      tables: data.tables,
      keys: data.keys,
      secrets: data.secrets,
      queues: {
        mail: this.mail.queue,
        blocks: this.blocks.queue,
        alarms: this.alarms.queue,
        status: this.status.queue,
        canary: this.canaryMail,
        pages: this.pages.queue,
        announcements: this.announcements.queue,
        handover: this.handover.queue,
      },
      // Beside the function that fills it: what the lock keeps stays when the stack goes, and a new stack begins a new bucket.
      archive: new AuditArchive(this, 'AuditArchive', { key: data.dataKey }),
      alarmTopicStarts: this.alarms.topicStarts,
      pages: this.pages,
      ipSets: firewall.blockedSetArns,
      // Known when the template is written: a function may name one that is made after it.
      aliasArns: mapValues(apiPrivileges, (_, functionId) => Lazy.string({ produce: () => this.functions[functionId].alias.functionArn })),
      dataKey: data.dataKey,
      mail: { identityArn: this.mail.identityArn, configurationSetArn: this.mail.configurationSetArn, sender: config.sender },
    };
    this.resources = resources;
    const settings = settingsOf(config);
    this.functions = mapValues(apiPrivileges, (_, functionId) => {
      const reservedConcurrency = (config.concurrency as Partial<Record<ApiFunctionId, number>>)[functionId];
      return new PortiereFunction(this, pascalCase(functionId), {
        functionId,
        bundle: functionBundles[functionId],
        resources: this.resources,
        settings,
        blocklist: config.blocklist,
        disclosure: disclosureSettingsOf(config.disclosure),
        mailConfigurationSet: this.mail.configurationSetName,
        ...(reservedConcurrency ? { reservedConcurrency } : {}),
      });
    });
    // The least concurrency that SQS takes: a flood of messages must not use up the account's, which sign-ins need.
    this.consume('mail', { batchSize: 5, maxConcurrency: 2 });
    this.consume('blocks', { batchSize: 10, maxConcurrency: 2 });
    this.consume('handover', { batchSize: 1, maxConcurrency: 2 });
    this.consume('alarms', { batchSize: 10, maxConcurrency: 2 });
    // Each page by itself: one that the phones' topic refuses must not hold up the next.
    this.consume('pages', { batchSize: 1, maxConcurrency: 2 });
    for (const [functionId, { runsEverySeconds }] of functionRows) {
      if (runsEverySeconds !== undefined) runByTheClock(this, functionId, this.functions[functionId].alias, runsEverySeconds);
    }
    if (config.heartbeat) this.pages.beatBy(this.functions.pager.alias, config.heartbeat.everyMinutes);
    this.api = this.createApi(config.site !== undefined);
    const originDomain =
      config.site && hostedZone
        ? this.createOriginDomain(`origin.${config.site.domain}`, hostedZone, config.firewall.originMutualTls?.truststore)
        : undefined;
    this.permitDefaultRoute();
    const stage = this.createStage(data);
    if (config.rollout === 'gradual') {
      const servesHttp = (functionId: ApiFunctionId) => privileges[functionId].servesHttp;
      new Rollout(this, 'Rollout', { functions: this.functions, servesHttp, api: this.api });
    }
    // Named here: the stage's own option would put an "undefined" into the id for good.
    if (originDomain) new ApiMapping(this, 'OriginMapping', { api: this.api, domainName: originDomain, stage });
    this.originDomainName = originDomain ? originDomain.name : `${this.api.apiId}.execute-api.${this.region}.${this.urlSuffix}`;
  }

  private consume(queueId: Exclude<QueueId, 'canary'>, how: { readonly batchSize: number; readonly maxConcurrency: number }): void {
    const { queue } = this[queueId];
    for (const [functionId, row] of functionRows) {
      if (!row.consumes?.includes(queueId)) continue;
      const mapping = new EventSourceMapping(this, `${pascalCase(functionId)}Consumes`, {
        target: this.functions[functionId].alias,
        eventSourceArn: queue.queueArn,
        // Without it one bad message would send a whole batch of good ones again.
        reportBatchItemFailures: true,
        ...how,
      });
      acknowledge(mapping, {
        'Serverless-LambdaEventSourceMappingDestination': `A failure destination is for streams; messages that fail for good go to the dead-letter queue of the queue ${queueId}, which has an alarm`,
      });
    }
  }

  private createApi(hasOriginDomain: boolean): HttpApi {
    const integrations = new Map<ApiFunctionId, HttpLambdaIntegration>();
    const integrationOf = (functionId: ApiFunctionId) => {
      const known = integrations.get(functionId);
      // One permission a function: API Gateway may call it for any route of this API, and routes come from routes.ts alone.
      const integration =
        known ??
        new HttpLambdaIntegration(`${pascalCase(functionId)}Integration`, this.functions[functionId].alias, {
          scopePermissionToRoute: false,
        });
      integrations.set(functionId, integration);
      return integration;
    };
    const api = new HttpApi(this, 'Api', {
      apiName: 'portiere',
      description: 'Portiere: the security front door',
      createDefaultStage: false,
      // With a domain of its own the API has no second address to come in by. Without, the origin secret refuses whoever passes by the edge.
      disableExecuteApiEndpoint: hasOriginDomain,
      defaultIntegration: integrationOf(fallbackFunction),
    });
    const added = (Object.values(routes) as Route[]).flatMap((route) =>
      api.addRoutes({ path: route.path, methods: [route.method as HttpMethod], integration: integrationOf(route.function) }),
    );
    for (const route of [...added, api.node.findChild('DefaultRoute')]) {
      acknowledge(route, {
        'AwsSolutions-APIG4':
          'Sessions are opaque and checked by the function behind the route (guards by routes.ts), in the same read that loads them; an authorizer would read twice',
      });
    }
    return api;
  }

  /**
   * The permission that the integration makes is for stage, method and path, three segments. `$default` is called as
   * `<api>/<stage>/$default`, one segment less, which that pattern does not match.
   */
  private permitDefaultRoute(): void {
    new CfnPermission(this, 'DefaultRoutePermission', {
      action: 'lambda:InvokeFunction',
      functionName: this.functions[fallbackFunction].alias.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:${this.partition}:execute-api:${this.region}:${this.account}:${this.api.apiId}/*/$default`,
    });
  }

  private createStage(data: DataStack): HttpStage {
    const logGroup = new LogGroup(this, 'AccessLog', {
      logGroupName: `${logGroupPrefix}${this.stackName}/access`,
      retention: retentionDays(securityPolicy.retention.accessLogDays),
      encryptionKey: data.dataKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: securityPolicy.apiThrottle.ratePerSecond, burstLimit: securityPolicy.apiThrottle.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLogFormat() },
    });
  }

  private createOriginDomain(domainName: string, zone: IHostedZone, truststore: OriginMutualTls['truststore']): DomainName {
    const certificate = new Certificate(this, 'OriginCertificate', { domainName, validation: CertificateValidation.fromDns(zone) });
    this.originCertificateArn = certificate.certificateArn;
    const domain = new DomainName(this, 'OriginDomain', {
      domainName,
      certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      // Who shows no certificate of these authorities gets no further than the handshake: no function runs.
      ...(truststore ? { mtls: { ...truststore, bucket: Bucket.fromBucketName(this, 'OriginTruststore', truststore.bucket) } } : {}),
    });
    const target = RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId));
    new ARecord(this, 'OriginRecord', { zone, recordName: `${domainName}.`, target });
    return domain;
  }
}

/** The route's key stands for the path: paths and queries can carry ids and tokens that a log must not hold. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      peer: '$context.identity.sourceIp',
      route: '$context.routeKey',
      protocol: '$context.protocol',
      status: '$context.status',
      responseBytes: '$context.responseLength',
      latencyMilliseconds: '$context.responseLatency',
      functionMilliseconds: '$context.integration.latency',
      functionRequestId: '$context.integration.requestId',
      // Not `messageString`, which brings quotes of its own.
      error: '$context.error.message',
      functionError: '$context.integration.error',
    }),
  );
}
