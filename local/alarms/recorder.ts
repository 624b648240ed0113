/** The metrics that AWS services report by themselves, taken where the local system does their work. */
import type { Assembly } from '../assembly/model.ts';
import type { InvocationResult } from '../functions/instance.ts';
import type { GatewayMetric } from '../gateway/gateway.ts';
import type { LocalServices } from '../services/model.ts';
import type { Dimensions, MetricIdentity, Metrics } from './metrics.ts';

export interface Recorder {
  invocation(functionName: string, resource: string | undefined, result: InvocationResult): void;
  request(metric: GatewayMetric): void;
  edgeRequest(distributionId: string, status: number): void;
  /** Queue depths and ages, which SQS reports once a minute. */
  sampleQueues(): void;
}

const reported: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles', 'Duration'],
  'AWS/ApiGateway': ['Count', '4xx', '5xx', 'Latency', 'IntegrationLatency'],
  'AWS/CloudFront': ['Requests', '4xxErrorRate', '5xxErrorRate', 'TotalErrorRate'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateAgeOfOldestMessage'],
};

/** Metrics in other namespaces come from the functions themselves. */
export function isReportedHere({ namespace, name }: MetricIdentity): boolean {
  return namespace.startsWith('AWS/') ? (reported[namespace]?.includes(name) ?? false) : true;
}

export function createRecorder(assembly: Assembly, metrics: Metrics, queues: LocalServices['queues']): Recorder {
  const sampled = assembly.ofType('AWS::SQS::Queue').map(({ attributes }) => ({
    arn: String(attributes.Arn),
    dimensions: { QueueName: String(attributes.QueueName) },
  }));
  // Made once each: a metric is put several times a request.
  const identities = new Map<string, MetricIdentity>();
  function put(namespace: string, name: string, dimensions: Dimensions, value: number): void {
    const key = `${namespace} ${name} ${Object.values(dimensions).join(' ')}`;
    let identity = identities.get(key);
    if (identity === undefined) {
      identity = { namespace, name, dimensions };
      identities.set(key, identity);
    }
    metrics.put(identity, value);
  }

  return {
    invocation(functionName, resource, result) {
      // CloudWatch has one series for the function and one for the alias that was called.
      const sets: Dimensions[] = [{ FunctionName: functionName }];
      if (resource !== undefined) sets.push({ FunctionName: functionName, Resource: resource });
      for (const dimensions of sets) {
        put('AWS/Lambda', 'Throttles', dimensions, result.kind === 'throttled' ? 1 : 0);
        if (result.kind === 'throttled') continue;
        put('AWS/Lambda', 'Invocations', dimensions, 1);
        put('AWS/Lambda', 'Errors', dimensions, result.kind === 'failure' ? 1 : 0);
        put('AWS/Lambda', 'Duration', dimensions, result.milliseconds);
      }
    },
    request({ apiId, stage, status, latencyMilliseconds, integrationLatencyMilliseconds }) {
      for (const dimensions of [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }]) {
        put('AWS/ApiGateway', 'Count', dimensions, 1);
        put('AWS/ApiGateway', '4xx', dimensions, status >= 400 && status < 500 ? 1 : 0);
        put('AWS/ApiGateway', '5xx', dimensions, status >= 500 ? 1 : 0);
        put('AWS/ApiGateway', 'Latency', dimensions, latencyMilliseconds);
        put('AWS/ApiGateway', 'IntegrationLatency', dimensions, integrationLatencyMilliseconds);
      }
    },
    edgeRequest(distributionId, status) {
      const dimensions = { DistributionId: distributionId, Region: 'Global' };
      put('AWS/CloudFront', 'Requests', dimensions, 1);
      // Rates in percent: the average of hundreds and zeros.
      put('AWS/CloudFront', '4xxErrorRate', dimensions, status >= 400 && status < 500 ? 100 : 0);
      put('AWS/CloudFront', '5xxErrorRate', dimensions, status >= 500 ? 100 : 0);
      put('AWS/CloudFront', 'TotalErrorRate', dimensions, status >= 400 ? 100 : 0);
    },
    sampleQueues() {
      for (const { arn, dimensions } of sampled) {
        const { visible, inFlight, oldestAgeSeconds } = queues.depth(arn);
        put('AWS/SQS', 'ApproximateNumberOfMessagesVisible', dimensions, visible);
        put('AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', dimensions, inFlight);
        put('AWS/SQS', 'ApproximateAgeOfOldestMessage', dimensions, oldestAgeSeconds);
      }
    },
  };
}
