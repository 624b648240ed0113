import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type MetricAlarm, metricsNamespace, type OnCallTopicId, onCallTopics } from '../../contract/alarms.ts';
import type { FunctionId } from '../../contract/privileges.ts';
import type { ApiStack } from '../api-stack.ts';
import type { AlarmTarget } from './alarms.ts';
import type { OnCall } from './on-call.ts';
import type { PagerDuty } from './pager-duty.ts';
import type { PortiereFunction } from './portiere-function.ts';

export interface Watched {
  readonly api: ApiStack;
  /** Of every stack. */
  readonly functions: Readonly<Record<FunctionId, PortiereFunction>>;
  readonly onCall: OnCall;
  readonly pagerDuty: readonly PagerDuty[];
}

/** What a definition watches in this region. CloudFront's metrics live in us-east-1, see lib/edge-monitoring-stack.ts. */
export function targetsOf({ source }: MetricAlarm, { api, functions, onCall, pagerDuty }: Watched): AlarmTarget[] {
  switch (source.kind) {
    case 'function':
      return Object.entries(functions)
        .filter(([functionId]) => source.only === undefined || source.only === functionId)
        .map(([functionId, { function: lambda }]) => ({
          namespace: 'AWS/Lambda',
          metricName: source.metric,
          dimensions: { FunctionName: lambda.functionName },
          ...(source.only === undefined ? { suffix: functionId } : {}),
        }));
    case 'api':
      return [{ namespace: 'AWS/ApiGateway', metricName: source.metric, dimensions: { ApiId: api.api.apiId } }];
    case 'queue': {
      const queues = {
        mail: api.mail.queue,
        'mail-dead-letters': api.mail.deadLetters,
        'blocks-dead-letters': api.blocks.deadLetters,
        'alarms-dead-letters': api.alarms.deadLetters,
        'status-dead-letters': api.status.deadLetters,
        pages: api.pages.queue,
        'pages-dead-letters': api.pages.deadLetters,
      } as const;
      const queue = queues[source.queue];
      return [{ namespace: 'AWS/SQS', metricName: source.metric, dimensions: { QueueName: queue.queueName } }];
    }
    case 'product':
      return [{ namespace: metricsNamespace, metricName: source.metric }];
    case 'canary':
      return source.of.map((component) => ({
        namespace: metricsNamespace,
        metricName: source.metric,
        dimensions: { Component: component },
        ...(source.of.length > 1 ? { suffix: component } : {}),
      }));
    case 'topic': {
      const topics: Record<OnCallTopicId, ITopic | undefined> = { ...onCall.topics, phones: api.pages.phones };
      return onCallTopics.flatMap((suffix) => {
        const topic = topics[suffix];
        return topic ? { namespace: 'AWS/SNS', metricName: source.metric, dimensions: { TopicName: topic.topicName }, suffix } : [];
      });
    }
    case 'pager-duty':
      return pagerDuty.flatMap(({ ruleNames }, index) =>
        ruleNames.map((RuleName, rule) => ({
          namespace: 'AWS/Events',
          metricName: source.metric,
          dimensions: { RuleName },
          suffix: `${rule === 0 ? 'trigger' : 'resolve'}${index === 0 ? '' : `-${index + 1}`}`,
        })),
      );
    case 'edge':
    case 'web-acl':
      return [];
  }
}
