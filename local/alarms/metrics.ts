/** Metric values in buckets of ten seconds by the system's clock: what CloudWatch keeps, as far as alarms and the console need it. */
import type { Json } from '../assembly/model.ts';

export type Dimensions = Readonly<Record<string, string>>;

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

export interface Metrics {
  put(metric: MetricIdentity, value: number): void;
  /** Puts into one series without finding it again each time: for what is counted several times a request. */
  counter(metric: MetricIdentity): (value: number) => void;
  /** Takes one line in the embedded metric format; a malformed one is ignored, as CloudWatch does. */
  putEmbedded(document: Record<string, unknown>): void;
  /**
   * One statistic over a stretch of time.
   *
   * @param statistic `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`
   * @param from milliseconds, inclusive; `until` is exclusive
   * @returns undefined when nothing was reported
   */
  read(metric: MetricIdentity, statistic: string, from: number, until: number): number | undefined;
  /** Every series with its newest minutes, for the console. */
  summary(): MetricSummary[];
}

export interface MetricSummary extends MetricIdentity {
  readonly samples: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly last: number;
  /** ISO 8601. */
  readonly lastAt: string;
}

interface Bucket {
  readonly start: number;
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  last: number;
  /** For percentiles; a sample once there are many. */
  readonly values: number[];
}

interface Series {
  readonly identity: MetricIdentity;
  readonly buckets: Bucket[];
}

const bucketMilliseconds = 10_000;
const valuesKept = 2000;

/**
 * @param retentionSeconds how long values are kept: at least the longest window of any alarm
 */
export function createMetrics(now: () => number, retentionSeconds: number): Metrics {
  const series = new Map<string, Series>();

  function seriesOf(identity: MetricIdentity): Series {
    const key = seriesKey(identity);
    let entry = series.get(key);
    if (entry === undefined) {
      entry = { identity, buckets: [] };
      series.set(key, entry);
    }
    return entry;
  }

  function putInto(entry: Series, value: number): void {
    if (!Number.isFinite(value)) return;
    const start = Math.floor(now() / bucketMilliseconds) * bucketMilliseconds;
    let bucket = entry.buckets.at(-1);
    if (bucket === undefined || bucket.start !== start) {
      bucket = { start, sum: 0, count: 0, minimum: value, maximum: value, last: value, values: [] };
      entry.buckets.push(bucket);
      const oldest = start - retentionSeconds * 1000;
      while ((entry.buckets[0] as Bucket).start < oldest) entry.buckets.shift();
    }
    bucket.sum += value;
    bucket.count += 1;
    if (value < bucket.minimum) bucket.minimum = value;
    if (value > bucket.maximum) bucket.maximum = value;
    bucket.last = value;
    // Reservoir sampling keeps every value equally likely to be among those kept.
    if (bucket.values.length < valuesKept) bucket.values.push(value);
    else {
      const place = Math.floor(Math.random() * bucket.count);
      if (place < valuesKept) bucket.values[place] = value;
    }
  }

  const put = (identity: MetricIdentity, value: number) => putInto(seriesOf(identity), value);

  return {
    put,
    counter(identity) {
      let entry: Series | undefined;
      return (value) => {
        // Made with the first value: a series without any is not there.
        entry ??= seriesOf(identity);
        putInto(entry, value);
      };
    },
    putEmbedded(document) {
      for (const { identity, value } of readEmbedded(document)) put(identity, value);
    },
    read(metric, statistic, from, until) {
      const buckets = (series.get(seriesKey(metric))?.buckets ?? []).filter(({ start }) => start >= from && start < until);
      return buckets.length === 0 ? undefined : aggregate(buckets, statistic);
    },
    summary: () =>
      [...series.values()].map(({ identity, buckets }) => ({
        ...identity,
        samples: buckets.reduce((total, { count }) => total + count, 0),
        sum: buckets.reduce((total, { sum }) => total + sum, 0),
        minimum: Math.min(...buckets.map(({ minimum }) => minimum)),
        maximum: Math.max(...buckets.map(({ maximum }) => maximum)),
        last: (buckets.at(-1) as Bucket).last,
        lastAt: new Date((buckets.at(-1) as Bucket).start).toISOString(),
      })),
  };
}

function seriesKey({ namespace, name, dimensions }: MetricIdentity): string {
  const names = Object.keys(dimensions);
  if (names.length === 0) return `${namespace}\n${name}`;
  return `${namespace}\n${name}\n${names
    .sort()
    .map((dimension) => `${dimension}=${dimensions[dimension]}`)
    .join('\n')}`;
}

function aggregate(buckets: readonly Bucket[], statistic: string): number {
  const sum = buckets.reduce((total, bucket) => total + bucket.sum, 0);
  const count = buckets.reduce((total, bucket) => total + bucket.count, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return count;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Math.min(...buckets.map(({ minimum }) => minimum));
    case 'Maximum':
      return Math.max(...buckets.map(({ maximum }) => maximum));
  }
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile === undefined) throw new Error(`the statistic ${statistic} is not known to the local system`);
  const values = buckets.flatMap(({ values: kept }) => kept).sort((a, b) => a - b);
  // Nearest rank.
  return values[Math.max(0, Math.ceil((Number(percentile) / 100) * values.length) - 1)] as number;
}

/** The values in one embedded-metric-format document (CloudWatch's published specification). */
function readEmbedded(document: Record<string, unknown>): { identity: MetricIdentity; value: number }[] {
  const found: { identity: MetricIdentity; value: number }[] = [];
  const header = document._aws as { CloudWatchMetrics?: Json } | undefined;
  if (!Array.isArray(header?.CloudWatchMetrics)) return found;
  for (const directive of header.CloudWatchMetrics as { Namespace?: unknown; Metrics?: unknown; Dimensions?: unknown }[]) {
    if (typeof directive?.Namespace !== 'string' || !Array.isArray(directive.Metrics)) continue;
    const sets = Array.isArray(directive.Dimensions) && directive.Dimensions.length > 0 ? (directive.Dimensions as unknown[]) : [[]];
    for (const set of sets) {
      const dimensions = Object.fromEntries((Array.isArray(set) ? set : []).map((name) => [String(name), String(document[String(name)])]));
      for (const metric of directive.Metrics as { Name?: unknown }[]) {
        const name = String(metric?.Name);
        for (const value of [document[name]].flat()) {
          if (typeof value === 'number') found.push({ identity: { namespace: directive.Namespace, name, dimensions }, value });
        }
      }
    }
  }
  return found;
}
