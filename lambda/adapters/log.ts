/**
 * Log lines and metrics, one JSON document a line on standard output. Written past `console`, which the Lambda
 * runtime wraps: embedded metrics must reach CloudWatch as they are.
 */
import { metricsNamespace, type ProductMetric } from '../../contract/alarm.ts';
import { canaryMetrics, sliMetrics } from '../../contract/slo.ts';
import type { Sighting } from '../domain/canary/ports.ts';
import type { RequestVerdict } from '../domain/slo/judge-request.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields are flat and chosen by the caller: never a body, a header, an address in clear or an error's own fields. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, event, ...fields })}\n`);
}

/** CloudWatch embedded metric format: a count without dimensions. */
export function countMetric(name: ProductMetric, value = 1): void {
  writeMetrics([[]], [{ name, value }]);
}

/** One line a request, whatever it counts for: many are written every second. */
export function countRequest({ slo, isFailed, isSlow }: RequestVerdict): void {
  const metrics = [
    { name: sliMetrics.requests, value: 1 },
    { name: sliMetrics.failed, value: Number(isFailed) },
    { name: sliMetrics.slow, value: Number(isSlow) },
  ];
  writeMetrics(slo === undefined ? [[]] : [['Slo'], []], metrics, { Slo: slo });
}

/** High resolution, for an alarm that looks every ten seconds. */
export function countSighting({ component, isFailed, milliseconds }: Sighting): void {
  const metrics = [
    { name: canaryMetrics.runs, value: 1 },
    { name: canaryMetrics.failed, value: Number(isFailed), StorageResolution: 1 },
    { name: canaryMetrics.duration, value: milliseconds, Unit: 'Milliseconds' },
  ];
  writeMetrics([['Component']], metrics, { Component: component });
}

interface WrittenMetric {
  readonly name: string;
  readonly value: number;
  readonly Unit?: string;
  /** Seconds: 60 where it isn't said. */
  readonly StorageResolution?: number;
}

/**
 * Why not a library: docs/decisions/0020-counting-requests.md.
 *
 * @param dimensions sets of names; each metric is counted once for each set
 * @param values of the dimensions named
 */
function writeMetrics(
  dimensions: readonly (readonly string[])[],
  metrics: readonly WrittenMetric[],
  values: Readonly<Record<string, string | undefined>> = {},
): void {
  const directive = {
    Namespace: metricsNamespace,
    Dimensions: dimensions,
    Metrics: metrics.map(({ name, value: _, ...how }) => ({ Name: name, Unit: 'Count', ...how })),
  };
  const counted = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...values, ...counted })}\n`);
}
