import { Annotations, CfnOutput, CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  PriceClass,
  type ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { AaaaRecord, ARecord, HttpsRecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { securityPolicy } from '../contract/security-policy.ts';
import { acknowledge } from './acknowledgements.ts';
import type { Config } from './config.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { importHostedZone } from './constructs/hosted-zone.ts';
import { SecurityHeadersPolicy } from './constructs/security-headers-policy.ts';
import { statusRequestCode } from './constructs/status-request.ts';
import { WebFiles } from './constructs/web-files.ts';
import type { FirewallStack } from './firewall-stack.ts';
import { logGroupPrefix } from './names.ts';

export interface StatusStackProps extends StackProps {
  readonly config: Config;
  readonly firewall: FirewallStack;
  /** What `lib/bundling/status-assets.ts` built. */
  readonly assetsDirectory: string;
}

/**
 * The status page's own region, bucket and distribution. Between a reader and a file there is nothing of ours: no API, no table,
 * no function of a region, no web ACL that our own mistakes could close.
 */
export class StatusStack extends Stack {
  readonly bucket: IBucket;
  readonly key: Key;
  readonly distribution: Distribution;
  /** `https://host` of the page. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: StatusStackProps) {
    super(scope, id, { ...props, description: 'Portiere: the status page, which stays up when the rest is down' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { config, firewall } = props;
    this.key = new EncryptionKey(this, 'Key', {
      description: 'Portiere: encrypts the files of the status page and the log of their deployment',
      logGroupPrefixes: [logGroupPrefix],
    });
    this.bucket = new WebFiles(this, 'WebFiles', {
      webDirectory: props.assetsDirectory,
      dataKey: this.key,
      encryptsFiles: true,
      // Their names stay: see lib/bundling/status-assets.ts.
      assetsCacheControl: 'public, max-age=300, stale-if-error=86400',
    }).bucket;
    this.distribution = this.createDistribution(props);
    this.answerForTheKey();
    const { domain } = config.status;
    if (domain && config.site && firewall.statusCertificate) {
      const zone = importHostedZone(this, config.site.hostedZone);
      const record = { zone, recordName: `${domain}.`, target: RecordTarget.fromAlias(new CloudFrontTarget(this.distribution)) };
      new ARecord(this, 'RecordV4', record);
      new AaaaRecord(this, 'RecordV6', record);
      new HttpsRecord(this, 'RecordHttps', record);
    }
    this.url = `https://${domain ?? this.distribution.distributionDomainName}`;
    new CfnOutput(this, 'StatusAddress', { value: this.url, description: 'Where the status page is' });
    // The publisher is in the main region, and reads these through the outputs of this stack.
    for (const construct of [this.bucket, this.key, this.distribution]) CrossStackReferences.of(construct).produce(ReferenceStrength.WEAK);
  }

  private createDistribution({ config, firewall }: StatusStackProps): Distribution {
    const viewerRequest = new EdgeFunction(this, 'ViewerRequest', {
      comment: 'Portiere: the status page by language',
      code: FunctionCode.fromInline(statusRequestCode()),
      runtime: FunctionRuntime.JS_2_0,
    });
    const origin = S3BucketOrigin.withOriginAccessControl(this.bucket);
    const behavior = (responseHeadersPolicy: ResponseHeadersPolicy) => ({
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      // Lifetimes come from the objects, and are short.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [{ function: viewerRequest, eventType: FunctionEventType.VIEWER_REQUEST }],
      responseHeadersPolicy,
    });
    const pages = behavior(new SecurityHeadersPolicy(this, 'SecurityHeaders', { comment: 'Portiere: status page', headers: ownHeaders }));
    const data = behavior(
      new SecurityHeadersPolicy(this, 'DataHeaders', {
        comment: 'Portiere: data of the status page, for scripts of any site',
        headers: { ...ownHeaders, 'Cross-Origin-Resource-Policy': 'cross-origin' },
        isReadable: true,
      }),
    );
    const { domain } = config.status;
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Portiere status page',
      defaultBehavior: pages,
      additionalBehaviors: { '/api/*': data, '/history.atom': data, '/snapshot.json': data },
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: PriceClass.PRICE_CLASS_100,
      errorResponses: [
        // S3's word for what is not there yet: the first minute after the first deployment.
        { httpStatus: 403, responseHttpStatus: 503, responsePagePath: '/assets/not-yet.html', ttl: Duration.seconds(0) },
        ...[404, 500, 502, 503, 504].map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      ],
      ...(domain && firewall.statusCertificate
        ? { domainNames: [domain], certificate: firewall.statusCertificate, minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }
        : {}),
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Customers travel, and look from abroad whether it is us or their hotel: no country is shut out',
      'AwsSolutions-CFR2':
        'It serves public files from a cache and takes nothing: a web ACL could only shut out readers, in an outage above all',
      'AwsSolutions-CFR3':
        'Who reads a status page is nobody’s business, ours included: nothing here is guarded, and no log of readers is kept',
      ...(domain
        ? {}
        : { 'AwsSolutions-CFR4': 'CloudFront fixes the floor of its own certificate at TLSv1; a configured domain raises it to TLS 1.2' }),
    });
    return distribution;
  }

  /** The key must let CloudFront read the files, and can't name the distribution, which needs the bucket, which needs the key. */
  private answerForTheKey(): void {
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac',
      'Naming the distribution would be a circle; the files are public, and the bucket’s own policy does name it',
    );
  }
}

const { 'Content-Security-Policy': sitePolicy } = securityPolicy.headers;

/** The policy's headers, but that refusals are reported to nobody: who would take the reports may be down. */
const ownHeaders = {
  'Content-Security-Policy': sitePolicy
    .split('; ')
    .filter((directive) => !directive.startsWith('report-'))
    .join('; '),
  'Reporting-Endpoints': '',
};
