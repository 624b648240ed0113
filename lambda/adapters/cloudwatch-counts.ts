import { metricsNamespace } from '../../contract/alarm.ts';
import { Unavailable } from '../domain/ports.ts';
import type { CountQuery, Counts, CountsByMinute } from '../domain/status/ports.ts';
import { SignedClient, type SignedClientOptions } from './signed-client.ts';

interface Answer {
  readonly MetricDataResults?: readonly {
    readonly Id: string;
    readonly Timestamps?: readonly number[];
    readonly Values?: readonly number[];
  }[];
  readonly NextToken?: string;
}

/** Sums by the minute out of CloudWatch, over its JSON protocol. */
export class CloudWatchCounts implements Counts {
  readonly #client: SignedClient;

  constructor(options: Omit<SignedClientOptions, 'service'> = {}) {
    this.#client = new SignedClient({ ...options, service: 'monitoring' });
  }

  async read(queries: readonly CountQuery[], from: number, until: number): Promise<readonly CountsByMinute[]> {
    const counts = queries.map(() => new Map<number, number>());
    let next: string | undefined;
    do {
      const page = await this.#ask({
        StartTime: from / 1000,
        EndTime: until / 1000,
        MetricDataQueries: queries.map(({ metric, dimension, value }, index) => ({
          Id: `q${index}`,
          MetricStat: {
            Metric: { Namespace: metricsNamespace, MetricName: metric, Dimensions: [{ Name: dimension, Value: value }] },
            Period: 60,
            Stat: 'Sum',
          },
        })),
        ...(next !== undefined && { NextToken: next }),
      });
      for (const { Id, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const series = counts[Number(Id.slice(1))];
        Timestamps.forEach((seconds, index) => void series?.set(seconds * 1000, Values[index] ?? 0));
      }
      next = page.NextToken;
    } while (next !== undefined);
    return counts;
  }

  async #ask(input: object): Promise<Answer> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' };
    try {
      const { status, body } = await this.#client.send({ method: 'POST', path: '/', headers, body: JSON.stringify(input) });
      if (status !== 200) throw new Error(`CloudWatch answered ${status}`);
      return JSON.parse(body) as Answer;
    } catch (cause) {
      throw new Unavailable('cloudwatch', { cause });
    }
  }
}
