/** Metric values by the system's clock: what CloudWatch keeps, as far as alarms and the console need it. */
import type { Json } from '../assembly/model.ts';
import { createSeries, type Series } from './series.ts';

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
  /** When the newest value came, to ten seconds, in milliseconds; -Infinity if none did. */
  latest(metric: MetricIdentity): number;
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

/**
 * @param retentionSeconds how long values are kept: at least the longest window of any alarm
 */
export function createMetrics(now: () => number, retentionSeconds: number): Metrics {
  const known = new Map<string, { readonly identity: MetricIdentity; readonly series: Series }>();
  /** An alarm asks with the same object each time, and need not spell it out again: nor for what nothing has reported yet. */
  const found = new WeakMap<MetricIdentity, Series>();
  const keys = new WeakMap<MetricIdentity, string>();

  function keyOf(identity: MetricIdentity): string {
    let key = keys.get(identity);
    if (key === undefined) {
      key = seriesKey(identity);
      keys.set(identity, key);
    }
    return key;
  }

  function seriesOf(identity: MetricIdentity): Series {
    const key = seriesKey(identity);
    let entry = known.get(key);
    if (entry === undefined) {
      entry = { identity, series: createSeries(retentionSeconds * 1000) };
      known.set(key, entry);
    }
    return entry.series;
  }

  function find(metric: MetricIdentity): Series | undefined {
    let series = found.get(metric);
    if (series === undefined) {
      series = known.get(keyOf(metric))?.series;
      if (series !== undefined) found.set(metric, series);
    }
    return series;
  }

  function put(identity: MetricIdentity, value: number): void {
    if (Number.isFinite(value)) seriesOf(identity).put(value, now());
  }

  return {
    put,
    counter(identity) {
      let series: Series | undefined;
      return (value) => {
        if (!Number.isFinite(value)) return;
        // Made with the first value: a series without any is not there.
        series ??= seriesOf(identity);
        series.put(value, now());
      };
    },
    putEmbedded(document) {
      for (const { identity, value } of readEmbedded(document)) put(identity, value);
    },
    read: (metric, statistic, from, until) => find(metric)?.read(statistic, from, until),
    latest: (metric) => find(metric)?.latest() ?? Number.NEGATIVE_INFINITY,
    summary: () =>
      [...known.values()].flatMap(({ identity, series }) => {
        const total = series.total();
        if (total === undefined) return [];
        const { last, ...figures } = total;
        return { ...identity, ...figures, last: last.last, lastAt: new Date(last.start).toISOString() };
      }),
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
