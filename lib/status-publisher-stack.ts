import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StatusFunctionId } from '../contract/privileges.ts';
import { securityPolicy } from '../contract/security-policy.ts';
import { acknowledge } from './acknowledgements.ts';
import type { ApiStack } from './api-stack.ts';
import { type Config, settingsOf } from './config.ts';
import { runByTheClock } from './constructs/clock-rule.ts';
import { PortiereFunction } from './constructs/portiere-function.ts';
import type { StatusStack } from './status-stack.ts';

export interface StatusPublisherStackProps extends StackProps {
  readonly config: Config;
  readonly api: ApiStack;
  readonly status: StatusStack;
  readonly siteOrigin: string;
  /** The bucket of the site. */
  readonly siteBucket: IBucket;
  /** Folder of each function's bundle. */
  readonly functionBundles: Readonly<Record<StatusFunctionId, string>>;
}

/**
 * The functions that write to the status page: the one that publishes it, by the clock and when asked, and the one that keeps
 * security.txt on both hosts. Behind all other stacks: they need addresses of the site and of the page, which are known only when
 * both are there.
 */
export class StatusPublisherStack extends Stack {
  readonly functions: Record<StatusFunctionId, PortiereFunction>;

  constructor(scope: Construct, id: string, props: StatusPublisherStackProps) {
    super(scope, id, { ...props, description: 'Portiere: publishes the status page and security.txt' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { config, api, status, siteOrigin, siteBucket } = props;
    const statusFiles = { bucketArn: status.bucket.bucketArn, keyArn: status.key.keyArn, region: status.region };
    const common = {
      settings: settingsOf(config),
      blocklist: config.blocklist,
      mailConfigurationSet: api.mail.configurationSetName,
    };
    const publisher = new PortiereFunction(this, 'Status', {
      functionId: 'status',
      ...common,
      bundle: props.functionBundles.status,
      resources: { ...api.resources, statusFiles },
      status: { bucket: status.bucket.bucketName, region: status.region, url: status.url, siteOrigin },
    });
    const mapping = new EventSourceMapping(this, 'StatusConsumes', {
      target: publisher.alias,
      eventSourceArn: api.status.queue.queueArn,
      reportBatchItemFailures: true,
      batchSize: 10,
      maxConcurrency: 2,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A failure destination is for streams; a request that fails for good is made good by the clock within a minute',
    });
    runByTheClock(this, 'status', publisher.alias, securityPolicy.status.publishEverySeconds);
    const { email, encryption } = config.disclosure;
    const disclosure = new PortiereFunction(this, 'Disclosure', {
      functionId: 'disclosure',
      ...common,
      bundle: props.functionBundles.disclosure,
      resources: { ...api.resources, statusFiles, siteFiles: { bucketArn: siteBucket.bucketArn } },
      securityTxt: {
        siteOrigin,
        hosts: [
          { origin: siteOrigin, bucket: siteBucket.bucketName, region: this.region },
          { origin: status.url, bucket: status.bucket.bucketName, region: status.region },
        ],
        ...(email && { email }),
        ...(encryption && { encryption }),
      },
    });
    runByTheClock(this, 'disclosure', disclosure.alias, securityPolicy.securityTxt.runEverySeconds);
    this.functions = { status: publisher, disclosure };
  }
}
