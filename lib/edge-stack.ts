import { CfnOutput, CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CachedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  OriginSslPolicy,
  PriceClass,
  type ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { AaaaRecord, ARecord, HttpsRecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type EdgeFunctionId, type FunctionId, privileges } from '../contract/privileges.ts';
import { type Route, routes } from '../contract/routes.ts';
import { securityPolicy } from '../contract/security-policy.ts';
import { acknowledge } from './acknowledgements.ts';
import type { ApiStack } from './api-stack.ts';
import { type Config, settingsOf } from './config.ts';
import { AccessLogBucket } from './constructs/access-log-bucket.ts';
import { ApiOrigin } from './constructs/api-origin.ts';
import { runByTheClock } from './constructs/clock-rule.ts';
import { importHostedZone } from './constructs/hosted-zone.ts';
import { PortiereFunction } from './constructs/portiere-function.ts';
import { SecurityHeadersPolicy } from './constructs/security-headers-policy.ts';
import { trapRequestCode, viewerRequestCode } from './constructs/viewer-request.ts';
import { WebFiles } from './constructs/web-files.ts';
import type { DataStack } from './data-stack.ts';
import type { FirewallStack } from './firewall-stack.ts';
import { pascalCase } from './names.ts';

export interface EdgeStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly firewall: FirewallStack;
  /** Folder of each function's bundle. */
  readonly functionBundles: Readonly<Record<FunctionId, string>>;
  /** The built pages. */
  readonly webDirectory: string;
}

/** The site as the world sees it: CloudFront with the web ACL in front of the API and of the pages. */
export class EdgeStack extends Stack {
  readonly distribution: Distribution;
  /** `https://host` of the site. */
  readonly siteOrigin: string;
  /** The pages, and what else lies beside them. */
  readonly bucket: IBucket;
  /** Access logs are switched on in us-east-1, see edge-monitoring-stack.ts. */
  readonly accessLogs: AccessLogBucket;
  readonly functions: Record<EdgeFunctionId, PortiereFunction>;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, { ...props, description: 'Portiere: CloudFront distribution and pages' });
    const { config, firewall } = props;
    const files = new WebFiles(this, 'WebFiles', { webDirectory: props.webDirectory, dataKey: props.data.dataKey });
    this.bucket = files.bucket;
    this.accessLogs = new AccessLogBucket(this, 'AccessLogs', { dataKey: props.data.dataKey });
    const viewerRequest = new EdgeFunction(this, 'ViewerRequest', {
      comment: 'Portiere: pages by language, the site address for the API',
      code: FunctionCode.fromInline(viewerRequestCode(props.webDirectory)),
      runtime: FunctionRuntime.JS_2_0,
    });
    const common = {
      responseHeadersPolicy: new SecurityHeadersPolicy(this, 'SecurityHeaders'),
      functionAssociations: [{ function: viewerRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
    const api = this.apiBehavior(props, common);
    const pages = this.pagesBehavior(files, api.origin, common);
    const { site } = config;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Portiere',
      defaultBehavior: pages,
      additionalBehaviors: {
        '/v1/*': api,
        ...this.trapBehaviors(api),
        // The same bucket and lifetimes as the pages; apart, so that what they hold can't be mistaken for a page.
        '/assets/*': pages,
        '/.well-known/*': pages,
      },
      webAclId: firewall.webAclArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: PriceClass.PRICE_CLASS_100,
      // CloudFront keeps errors for ten seconds unless told otherwise: one person's 503 must not become everybody's.
      errorResponses: [404, 405, 414, 500, 501, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ...(site && firewall.certificate
        ? { domainNames: [site.domain], certificate: firewall.certificate, minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }
        : {}),
    });
    acknowledge(this.distribution, {
      'AwsSolutions-CFR1': 'People travel, and their front door must open abroad; addresses are blocked by the web ACL, not countries',
      'AwsSolutions-CFR3':
        'Access logs go by standard logging v2 (PortiereEdgeMonitoring), which the rule does not know; v1 can not write to eu-south-1',
      ...(site
        ? {}
        : { 'AwsSolutions-CFR4': 'CloudFront fixes the floor of its own certificate at TLSv1; a configured domain raises it to TLS 1.2' }),
    });
    if (site) {
      this.createRecords(site);
    }
    this.functions = { rotation: this.createFunction(props, 'rotation'), canary: this.createFunction(props, 'canary') };
    this.deliverMail(props.api.canaryMail);
    this.siteOrigin = `https://${site?.domain ?? this.distribution.distributionDomainName}`;
    for (const construct of [this.distribution, this.bucket]) CrossStackReferences.of(construct).produce(ReferenceStrength.WEAK);
    new CfnOutput(this, 'SiteAddress', {
      value: this.siteOrigin,
      description: 'Where the front door is',
    });
  }

  /** Here, not with the other functions: it needs the distribution, which needs the API, which needs those. */
  private createFunction({ config, api, functionBundles }: EdgeStackProps, functionId: EdgeFunctionId): PortiereFunction {
    const made = new PortiereFunction(this, pascalCase(functionId), {
      functionId,
      bundle: functionBundles[functionId],
      resources: { ...api.resources, distribution: this.distribution },
      settings: settingsOf(config),
      blocklist: config.blocklist,
      mailConfigurationSet: api.mail.configurationSetName,
    });
    runByTheClock(this, functionId, made.alias, privileges[functionId].runsEverySeconds);
    return made;
  }

  private deliverMail(queue: Queue): void {
    const mapping = new EventSourceMapping(this, 'CanaryConsumes', {
      target: this.functions.canary.alias,
      eventSourceArn: queue.queueArn,
      reportBatchItemFailures: true,
      batchSize: 1,
      maxConcurrency: 2,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A failure destination is for streams; a mail that the canary could not use is of no use to anybody, and is asked for again',
    });
  }

  private apiBehavior({ config, data, api }: EdgeStackProps, common: CommonBehavior): BehaviorOptions {
    const mutualTls = config.firewall.originMutualTls;
    const { edgeHeaders } = securityPolicy;
    return {
      ...common,
      origin: new ApiOrigin(api.originDomainName, {
        ...(mutualTls ? { clientCertificateArn: mutualTls.clientCertificateArn } : {}),
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // CloudFormation puts in what is current whenever it updates the distribution, and the function `rotation` what comes next; no stage
        // and no version is named, so that a deployment never brings an older value back (docs/decisions/0014). A viewer's own is overwritten.
        customHeaders: { [edgeHeaders.originSecret]: data.secrets.origin.secretValue.unsafeUnwrap() },
      }),
      // Redirecting an API call means that its secrets already went over the wire in the clear: refuse instead.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachedMethods: CachedMethods.CACHE_GET_HEAD,
      // Answers hold a CSRF token beside what a caller can put there: compressed, their length would tell it (BREACH).
      compress: false,
      cachePolicy: this.apiCachePolicy(),
      originRequestPolicy: this.apiOriginRequestPolicy(),
    };
  }

  /** Traps lead to the API, whose function `public` has whoever asks for one blocked. Pages come from a bucket, which tells nobody. */
  private trapBehaviors(api: BehaviorOptions): Record<string, BehaviorOptions> {
    const passOn = new EdgeFunction(this, 'TrapRequest', {
      comment: 'Portiere: the site address for the API, for paths that are no pages',
      code: FunctionCode.fromInline(trapRequestCode()),
      runtime: FunctionRuntime.JS_2_0,
    });
    const trap = { ...api, functionAssociations: [{ function: passOn, eventType: FunctionEventType.VIEWER_REQUEST }] };
    const { forbidden, scanned } = securityPolicy.honeypot;
    return Object.fromEntries([forbidden, ...scanned].map((pattern) => [pattern, trap]));
  }

  /**
   * Keeps only what the API calls public: everything else says `no-store`, and without a word nothing is kept.
   *
   * `Authorization` must be in the key: that is the only way in which CloudFront forwards it without forwarding `Host`
   * too, which API Gateway would refuse. `Origin` must be, because CORS headers answer to it. Policies that keep nothing
   * at all can't name headers, hence the longest lifetime of a public route as the maximum.
   */
  private apiCachePolicy(): CachePolicy {
    const lifetimes = (Object.values(routes) as Route[]).map(({ cacheSeconds = 0 }) => cacheSeconds);
    return new CachePolicy(this, 'ApiCache', {
      comment: 'Portiere: what the API calls public',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(Math.max(1, ...lifetimes)),
      headerBehavior: CacheHeaderBehavior.allowList('Authorization', 'Origin'),
      queryStringBehavior: CacheQueryStringBehavior.all(),
      // In the key, should an answer ever be cached: one person's must not be another's.
      cookieBehavior: CacheCookieBehavior.allowList(securityPolicy.cookies.session),
      enableAcceptEncodingGzip: false,
      enableAcceptEncodingBrotli: false,
    });
  }

  /**
   * What the API gets to see beside the cache key: a short list, so that a header which nobody thought of reaches
   * nobody. `CloudFront-Viewer-Address` is written by CloudFront, and what kind of address it is by the web ACL, which runs before:
   * a viewer's own are overwritten.
   */
  private apiOriginRequestPolicy(): OriginRequestPolicy {
    const { edgeHeaders } = securityPolicy;
    return new OriginRequestPolicy(this, 'ApiOriginRequest', {
      comment: 'Portiere: what the API needs to know of a request',
      // CloudFront takes ten at most.
      headerBehavior: OriginRequestHeaderBehavior.allowList(
        edgeHeaders.viewerAddress,
        edgeHeaders.viewerOrigin,
        edgeHeaders.addressKind,
        'Content-Type',
        'User-Agent',
        'Accept-Language',
        'X-CSRF-Token',
        'Sec-Fetch-Site',
        'Access-Control-Request-Method',
        'Access-Control-Request-Headers',
      ),
      cookieBehavior: OriginRequestCookieBehavior.allowList(...Object.values(securityPolicy.cookies)),
      queryStringBehavior: OriginRequestQueryStringBehavior.none(),
    });
  }

  /**
   * What the bucket lacks, the API answers: with a 404 of ours instead of S3's XML, which says 403 and so that there is a bucket. Error
   * pages of the distribution can't: they hold for every path, and would replace the API's own documents.
   */
  private pagesBehavior(files: WebFiles, api: IOrigin, common: CommonBehavior): BehaviorOptions {
    const { viewerAddress, viewerOrigin, addressKind } = securityPolicy.edgeHeaders;
    return {
      ...common,
      origin: new OriginGroup({
        primaryOrigin: S3BucketOrigin.withOriginAccessControl(files.bucket),
        fallbackOrigin: api,
        fallbackStatusCodes: [403],
      }),
      originRequestPolicy: new OriginRequestPolicy(this, 'PagesOriginRequest', {
        comment: 'Portiere: what the API needs to know to say that a file is missing',
        headerBehavior: OriginRequestHeaderBehavior.allowList(viewerAddress, viewerOrigin, addressKind),
        cookieBehavior: OriginRequestCookieBehavior.none(),
        queryStringBehavior: OriginRequestQueryStringBehavior.none(),
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      // Lifetimes come from the objects: pages are checked again each time, assets kept for good.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
    };
  }

  private createRecords({ domain, hostedZone }: NonNullable<Config['site']>): void {
    const zone = importHostedZone(this, hostedZone);
    const record = { zone, recordName: `${domain}.`, target: RecordTarget.fromAlias(new CloudFrontTarget(this.distribution)) };
    new ARecord(this, 'RecordV4', record);
    new AaaaRecord(this, 'RecordV6', record);
    // Browsers that read it never try plain HTTP, not even the first time.
    new HttpsRecord(this, 'RecordHttps', record);
  }
}

interface CommonBehavior {
  readonly responseHeadersPolicy: ResponseHeadersPolicy;
  readonly functionAssociations: NonNullable<BehaviorOptions['functionAssociations']>;
}
