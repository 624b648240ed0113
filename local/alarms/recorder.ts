/** The metrics that AWS services report by themselves, taken where the local system does their work. */
import type { Assembly } from '../assembly/model.ts';
import type { InvocationResult } from '../functions/instance.ts';
import type { GatewayMetric } from '../gateway/gateway.ts';
import type { LocalServices } from '../services/model.ts';
import type { Dimensions, MetricIdentity, Metrics } from './metrics.ts';

export type WebAclMetric = 'AllowedRequests' | 'BlockedRequests' | 'CountedRequests';

export interface Recorder {
  invocation(functionName: string, resource: string | undefined, result: InvocationResult): void;
  request(metric: GatewayMetric): void;
  edgeRequest(distributionId: string, status: number): void;
  /** @param rule name of the rule's metric; `Default_Action` when none decided */
  webAclRequest(webAcl: string, metric: WebAclMetric, rule: string): void;
  /** Queue depths and ages, which SQS reports once a minute. */
  sampleQueues(): void;
}

const reported: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles', 'Duration'],
  'AWS/ApiGateway': ['Count', '4xx', '5xx', 'Latency', 'IntegrationLatency'],
  'AWS/CloudFront': ['Requests', '4xxErrorRate', '5xxErrorRate', 'TotalErrorRate'],
  'AWS/WAFV2': ['AllowedRequests', 'BlockedRequests', 'CountedRequests'],
  // Of faults alone.
  'AWS/DynamoDB': ['SystemErrors', 'ReadThrottleEvents', 'WriteThrottleEvents'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateAgeOfOldestMessage'],
};

/** Metrics in other namespaces come from the functions themselves. */
export function isReportedHere({ namespace, name }: MetricIdentity): boolean {
  return namespace.startsWith('AWS/') ? (reported[namespace]?.includes(name) ?? false) : true;
}

export function createRecorder(assembly: Assembly, metrics: Metrics, queues: LocalServices['queues']): Recorder {
  const sampled = assembly.ofType('AWS::SQS::Queue').map(({ attributes }) => {
    const gauge = (name: string) =>
      metrics.counter({ namespace: 'AWS/SQS', name, dimensions: { QueueName: String(attributes.QueueName) } });
    return {
      arn: String(attributes.Arn),
      putVisible: gauge('ApproximateNumberOfMessagesVisible'),
      putInFlight: gauge('ApproximateNumberOfMessagesNotVisible'),
      putOldestAge: gauge('ApproximateAgeOfOldestMessage'),
    };
  });
  /** The counters of one source, each for all the sets of dimensions that CloudWatch keeps. */
  function counters<Name extends string>(namespace: string, names: readonly Name[], sets: readonly Dimensions[]) {
    const made = names.map((name) => {
      const all = sets.map((dimensions) => metrics.counter({ namespace, name, dimensions }));
      const put = (value: number) => {
        for (const counter of all) counter(value);
      };
      return [name, put] as const;
    });
    return Object.fromEntries(made) as Record<Name, (value: number) => void>;
  }
  /** Sources are few and known by name; what is counted several times a request must not be looked up each time. */
  function remembered<Counters>(make: (name: string, other: string) => Counters): (name: string, other: string) => Counters {
    const known = new Map<string, Counters>();
    return (name, other) => {
      const key = `${name} ${other}`;
      let found = known.get(key);
      if (found === undefined) {
        found = make(name, other);
        known.set(key, found);
      }
      return found;
    };
  }

  // One series for the function, and one for the alias that was called.
  const functionCounters = remembered((name, resource) =>
    counters(
      'AWS/Lambda',
      ['Invocations', 'Errors', 'Throttles', 'Duration'],
      [{ FunctionName: name }, ...(resource === '' ? [] : [{ FunctionName: name, Resource: resource }])],
    ),
  );
  const apiCounters = remembered((apiId, stage) =>
    counters(
      'AWS/ApiGateway',
      ['Count', '4xx', '5xx', 'Latency', 'IntegrationLatency'],
      [{ ApiId: apiId }, { ApiId: apiId, Stage: stage }],
    ),
  );
  const edgeCounters = remembered((distributionId) =>
    counters(
      'AWS/CloudFront',
      ['Requests', '4xxErrorRate', '5xxErrorRate', 'TotalErrorRate'],
      [{ DistributionId: distributionId, Region: 'Global' }],
    ),
  );
  // A web ACL of CloudFront: no dimension Region. Each rule has its series, and all of them one together.
  const webAclCounters = remembered((webAcl, rule) =>
    counters(
      'AWS/WAFV2',
      ['AllowedRequests', 'BlockedRequests', 'CountedRequests'],
      [
        { WebACL: webAcl, Rule: rule },
        { WebACL: webAcl, Rule: 'ALL' },
      ],
    ),
  );

  return {
    invocation(functionName, resource, result) {
      const counter = functionCounters(functionName, resource ?? '');
      counter.Throttles(result.kind === 'throttled' ? 1 : 0);
      if (result.kind === 'throttled') return;
      counter.Invocations(1);
      counter.Errors(result.kind === 'failure' ? 1 : 0);
      counter.Duration(result.milliseconds);
    },
    request({ apiId, stage, status, latencyMilliseconds, integrationLatencyMilliseconds }) {
      const counter = apiCounters(apiId, stage);
      counter.Count(1);
      counter['4xx'](status >= 400 && status < 500 ? 1 : 0);
      counter['5xx'](status >= 500 ? 1 : 0);
      counter.Latency(latencyMilliseconds);
      counter.IntegrationLatency(integrationLatencyMilliseconds);
    },
    edgeRequest(distributionId, status) {
      const counter = edgeCounters(distributionId, '');
      counter.Requests(1);
      // Rates in percent: the average of hundreds and zeros.
      counter['4xxErrorRate'](status >= 400 && status < 500 ? 100 : 0);
      counter['5xxErrorRate'](status >= 500 ? 100 : 0);
      counter.TotalErrorRate(status >= 400 ? 100 : 0);
    },
    webAclRequest(webAcl, metric, rule) {
      webAclCounters(webAcl, rule)[metric](1);
    },
    sampleQueues() {
      for (const { arn, putVisible, putInFlight, putOldestAge } of sampled) {
        const { visible, inFlight, oldestAgeSeconds } = queues.depth(arn);
        putVisible(visible);
        putInFlight(inFlight);
        putOldestAge(oldestAgeSeconds);
      }
    },
  };
}
