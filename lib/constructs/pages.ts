import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { heartbeatEvent, type Paging } from '../../contract/paging.ts';
import { acknowledge } from '../acknowledgements.ts';
import type { Config } from '../config.ts';
import { createQueuePair } from './queue-pair.ts';
import { topicPrincipals } from './topic-principals.ts';

export interface PagesProps {
  readonly config: Pick<Config, 'onCall' | 'runbookUrl' | 'heartbeat'>;
  readonly dataKey: IKey;
}

/** Tries again 105 seconds apart: a page that is nine minutes late helps nobody, and the second way has told of it long before. */
const maximumReceives = 5;

/**
 * The way of a page to a phone: on-call topic, queue, function `pager`, topic of the phones. CloudWatch's own text message is the
 * alarm's name and nothing else; mailboxes and webhooks get CloudWatch's message straight from the on-call topic, with no code
 * of ours between.
 */
export class Pages extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Absent where nobody on call has a phone. */
  readonly phones?: Topic;
  readonly heartbeat?: Topic;
  readonly paging: Paging;

  constructor(scope: Construct, id: string, { config, dataKey }: PagesProps) {
    super(scope, id);
    const { region, partition, account } = Stack.of(this);
    const { queue, deadLetters } = createQueuePair(this, dataKey, maximumReceives);
    this.queue = queue;
    this.deadLetters = deadLetters;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnCallTopics',
        principals: topicPrincipals(region),
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        // CloudFormation names topics after their stack; the topics come after this queue. Those of the edge are in us-east-1.
        conditions: {
          ArnLike: {
            'aws:SourceArn': [...new Set([region, 'us-east-1'])].map((of) => `arn:${partition}:sns:${of}:${account}:Portiere*`),
          },
        },
      }),
    );
    const numbers = config.onCall.flatMap((contact) => ('sms' in contact ? [contact.sms] : []));
    if (numbers.length > 0) this.phones = this.createPhones(numbers, dataKey);
    if (config.heartbeat) this.heartbeat = this.createHeartbeat(dataKey);
    this.paging = {
      ...(this.phones ? { phonesTopicArn: this.phones.topicArn } : {}),
      runbookUrl: config.runbookUrl,
      dashboardUrl: dashboardUrl(region),
      ...(config.heartbeat && this.heartbeat ? { heartbeat: { url: config.heartbeat.url, topicArn: this.heartbeat.topicArn } } : {}),
    };
  }

  /** Topics that the function may publish to. */
  get topicArns(): string[] {
    return [this.phones, this.heartbeat].flatMap((topic) => (topic ? [topic.topicArn] : []));
  }

  /** The clock tells the function to send a heartbeat, which then takes the way of a page. */
  beatBy(pager: IFunction, everyMinutes: number): void {
    const rule = new Rule(this, 'HeartbeatSchedule', {
      description: "Portiere: a heartbeat through the way of the pages to the dead-man's switch",
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        new LambdaFunction(pager, { event: RuleTargetInput.fromObject(heartbeatEvent), maxEventAge: Duration.minutes(everyMinutes) }),
      ],
    });
    acknowledge(rule, { 'Serverless-EventBusDLQ': 'A heartbeat that is lost is what the switch outside rings for' });
  }

  private createPhones(numbers: readonly string[], masterKey: IKey): Topic {
    const topic = new Topic(this, 'Phones', { displayName: 'Portiere', masterKey, enforceSSL: true });
    numbers.forEach((endpoint, index) => {
      const phone = new Subscription(this, `Phone${index + 1}`, { topic, protocol: SubscriptionProtocol.SMS, endpoint });
      acknowledge(phone, {
        'Serverless-SNSRedrivePolicy': 'A text message that failed is told at once by OnCall/NotificationsFailed, on a second way',
      });
    });
    return topic;
  }

  private createHeartbeat(masterKey: IKey): Topic {
    const topic = new Topic(this, 'Heartbeat', { masterKey, enforceSSL: true });
    subscribeQueue(this, 'HeartbeatToQueue', topic, this.queue);
    return topic;
  }
}

/** The queue's policy and key let the topics in already: CDK's own subscription would write into them across stacks. */
export function subscribeQueue(scope: Construct, id: string, topic: Topic, queue: Queue): void {
  const subscription = new Subscription(scope, id, { topic, protocol: SubscriptionProtocol.SQS, endpoint: queue.queueArn });
  acknowledge(subscription, {
    'Serverless-SNSRedrivePolicy':
      'SQS takes what SNS hands it for 23 days of retries, and the queue has dead letters and alarms of its own',
  });
}

export function dashboardUrl(region: string): string {
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/portiere`;
}
