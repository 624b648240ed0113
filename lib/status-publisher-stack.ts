import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { privileges, type StatusFunctionId } from '../contract/privileges.ts';
import { acknowledge } from './acknowledgements.ts';
import type { ApiStack } from './api-stack.ts';
import { type Config, settingsOf } from './config.ts';
import { runAfterDeployment, runByTheClock } from './constructs/clock-rule.ts';
import { PortiereFunction } from './constructs/portiere-function.ts';
import { pascalCase } from './names.ts';
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
 * The functions that write to the status page, mail its subscribers, and keep security.txt on both hosts, by the clock and by their
 * queues. Behind all other stacks: they need addresses of the site and of the page, which are known only when both are there.
 */
export class StatusPublisherStack extends Stack {
  readonly functions: Record<StatusFunctionId, PortiereFunction>;

  constructor(scope: Construct, id: string, props: StatusPublisherStackProps) {
    super(scope, id, { ...props, description: 'Portiere: publishes the status page, mails its subscribers, keeps security.txt' });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { config, api, status, siteOrigin, siteBucket, functionBundles } = props;
    const statusFiles = { bucketArn: status.bucket.bucketArn, keyArn: status.key.keyArn, region: status.region };
    const { email, encryption } = config.disclosure;
    const statusPage = { url: status.url, siteOrigin };
    const common = { settings: settingsOf(config), blocklist: config.blocklist, mailConfigurationSet: api.mail.configurationSetName };
    this.functions = {
      status: new PortiereFunction(this, 'Status', {
        ...common,
        functionId: 'status',
        bundle: functionBundles.status,
        resources: { ...api.resources, statusFiles },
        status: { bucket: status.bucket.bucketName, region: status.region, ...statusPage },
      }),
      announcer: new PortiereFunction(this, 'Announcer', {
        ...common,
        functionId: 'announcer',
        bundle: functionBundles.announcer,
        resources: api.resources,
        statusPage,
      }),
      disclosure: new PortiereFunction(this, 'Disclosure', {
        ...common,
        functionId: 'disclosure',
        bundle: functionBundles.disclosure,
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
      }),
    };
    this.consume(
      'status',
      { queue: api.status.queue, batchSize: 10 },
      'A failure destination is for streams; a request that fails for good is made good by the clock within a minute',
    );
    // One by one, two at a time at most: together with the pause between mails that is the pace, and SES's rate is left to security mails.
    this.consume(
      'announcer',
      { queue: api.announcements.queue, batchSize: 1 },
      'A failure destination is for streams; messages that fail for good go to the dead-letter queue, which has an alarm',
    );
    for (const functionId of ['status', 'announcer', 'disclosure'] as const) {
      runByTheClock(this, functionId, this.functions[functionId].alias, privileges[functionId].runsEverySeconds);
    }
    // Who looks for security.txt on the first day finds it, and a changed contact is there as soon as it is deployed.
    runAfterDeployment(this, 'disclosure', this.functions.disclosure.alias);
  }

  private consume(functionId: StatusFunctionId, { queue, batchSize }: { queue: IQueue; batchSize: number }, reason: string): void {
    const { alias } = this.functions[functionId];
    const mapping = new EventSourceMapping(this, `${pascalCase(functionId)}Consumes`, {
      target: alias,
      eventSourceArn: queue.queueArn,
      reportBatchItemFailures: true,
      batchSize,
      maxConcurrency: 2,
    });
    acknowledge(mapping, { 'Serverless-LambdaEventSourceMappingDestination': reason });
  }
}
