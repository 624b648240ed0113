import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type CertificateId, type MetricAlarm, metricsNamespace, type OnCallTopicId, onCallTopics } from '../../contract/alarms.ts';
import { type FunctionId, type FunctionPrivileges, privileges } from '../../contract/privileges.ts';
import type { TableId } from '../../contract/tables.ts';
import type { ApiStack } from '../api-stack.ts';
import type { DataStack } from '../data-stack.ts';
import type { AlarmTarget, WatchedMetric } from './alarms.ts';
import type { OnCall } from './on-call.ts';
import type { PagerDuty } from './pager-duty.ts';
import type { PortiereFunction } from './portiere-function.ts';

export interface Watched {
  readonly api: ApiStack;
  readonly data: DataStack;
  /** Of every stack. */
  readonly functions: Readonly<Record<FunctionId, PortiereFunction>>;
  readonly onCall: OnCall;
  readonly pagerDuty: readonly PagerDuty[];
}

/** What a definition watches in this region. CloudFront's metrics live in us-east-1, see lib/edge-monitoring-stack.ts. */
export function targetsOf({ source }: MetricAlarm, { api, data, functions, onCall, pagerDuty }: Watched): AlarmTarget[] {
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
        'announcements-dead-letters': api.announcements.deadLetters,
        pages: api.pages.queue,
        'pages-dead-letters': api.pages.deadLetters,
        'handover-dead-letters': api.handover.deadLetters,
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
    case 'concurrency': {
      // CloudWatch asks Service Quotas itself; it knows the quota by this metric.
      const quota = { namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions' };
      const math = { expression: '100 * m / SERVICE_QUOTA(q)', others: { q: quota } };
      return [{ namespace: 'AWS/Lambda', metricName: source.metric, math }];
    }
    case 'table':
      return (Object.keys(data.tables) as TableId[]).map((table) => ({
        ...sumOf(source.metric === 'SystemErrors' ? systemErrors(table, data) : throttles(table, data)),
        suffix: table,
      }));
    case 'mail-account':
      return [{ namespace: 'AWS/SES', metricName: source.metric }];
    case 'certificate':
      return api.originCertificateArn === undefined ? [] : [certificateTarget(source.metric, api.originCertificateArn, 'origin')];
    case 'edge':
    case 'web-acl':
      return [];
  }
}

export function certificateTarget(metricName: string, CertificateArn: string, suffix: CertificateId): AlarmTarget {
  return { namespace: 'AWS/CertificateManager', metricName, dimensions: { CertificateArn }, suffix };
}

/** By the table alone: with an operation there is no such metric. */
function throttles(table: TableId, data: DataStack): WatchedMetric[] {
  const dimensions = { TableName: data.tables[table].tableName };
  return ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metricName) => ({ namespace: 'AWS/DynamoDB', metricName, dimensions }));
}

/** By table and operation: with the table alone there is no such metric, and an alarm on it would be content for ever. */
function systemErrors(table: TableId, data: DataStack): WatchedMetric[] {
  const rows: readonly FunctionPrivileges[] = Object.values(privileges);
  const operations = new Set(
    rows.flatMap(({ tables }) => tables.filter((grant) => grant.table === table).flatMap(({ actions }) => actions)),
  );
  const { tableName } = data.tables[table];
  return [...operations].sort().map((Operation) => ({
    namespace: 'AWS/DynamoDB',
    metricName: 'SystemErrors',
    dimensions: { TableName: tableName, Operation },
  }));
}

/** What was not counted is none: DynamoDB reports nothing where there was nothing. */
function sumOf([first, ...others]: WatchedMetric[]): AlarmTarget {
  if (first === undefined) throw new Error('a table that no function uses has nothing to watch');
  const named = Object.fromEntries(others.map((metric, index) => [`m${index + 1}`, metric]));
  return { ...first, math: { expression: ['m', ...Object.keys(named)].map((id) => `FILL(${id},0)`).join(' + '), others: named } };
}
