import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
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
  /** Folder of the function's bundle. */
  readonly bundle: string;
}

/**
 * The function that publishes the status page, by the clock and when asked. Behind all other stacks: it writes addresses of the
 * site and of the page, which are known only when both are there.
 */
export class StatusPublisherStack extends Stack {
  readonly functions: Record<StatusFunctionId, PortiereFunction>;

  constructor(scope: Construct, id: string, props: StatusPublisherStackProps) {
    super(scope, id, { ...props, description: 'Portiere: publishes the status page' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { config, api, status, siteOrigin } = props;
    const publisher = new PortiereFunction(this, 'Status', {
      functionId: 'status',
      bundle: props.bundle,
      resources: {
        ...api.resources,
        statusFiles: { bucketArn: status.bucket.bucketArn, keyArn: status.key.keyArn, region: status.region },
      },
      settings: settingsOf(config),
      blocklist: config.blocklist,
      mailConfigurationSet: api.mail.configurationSetName,
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
    this.functions = { status: publisher };
  }
}
