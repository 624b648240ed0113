import { Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnTopic, Subscription, SubscriptionProtocol, type Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acknowledge } from '../acknowledgements.ts';
import { createQueuePair } from './queue-pair.ts';
import { topicPrincipals } from './topic-principals.ts';

/**
 * What alarms that page say, for the function `incidents`: a queue beside the phones, so that no page waits for it. Topics of both
 * regions write to it.
 */
export class AlarmFeed extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #topicStarts: string[] = [];

  constructor(scope: Construct, id: string, { dataKey }: { readonly dataKey: IKey }) {
    super(scope, id);
    const { queue, deadLetters } = createQueuePair(this, dataKey, securityPolicy.incidents.maximumReceives);
    this.queue = queue;
    this.deadLetters = deadLetters;
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PagingTopics',
        principals: topicPrincipals(Stack.of(this).region),
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': Lazy.list({ produce: () => this.#topicStarts.map((start) => `${start}*`) }) } },
      }),
    );
  }

  /**
   * How the ARNs of its topics begin, as a list in JSON. The stacks of the topics need the functions that the queue stands beside, so
   * the topics' own ARNs can't be known here; what CloudFormation calls a topic can, up to the part that it draws.
   */
  get topicStarts(): string {
    return Lazy.string({ produce: () => JSON.stringify(this.#topicStarts) });
  }

  /** Beside the topic, in its stack and region. The CDK's own subscription would write into queue and key across stacks. */
  subscribeTo(topic: Topic): void {
    const stack = Stack.of(topic);
    const name = `${stack.stackName}-${stack.getLogicalId(topic.node.defaultChild as CfnTopic)}-`;
    const { partition, account } = Stack.of(this);
    this.#topicStarts.push(`arn:${partition}:sns:${stack.region}:${account}:${name}`);
    const subscription = new Subscription(topic, 'Incidents', {
      topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
    });
    acknowledge(subscription, {
      'Serverless-SNSRedrivePolicy': 'SNS tries for 23 days to reach a queue, and the queue keeps what fails behind it, with an alarm',
    });
  }
}
