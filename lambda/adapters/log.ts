/**
 * Log lines and metrics, one JSON document a line on standard output. Written past `console`, which the Lambda
 * runtime wraps: embedded metrics must reach CloudWatch as they are.
 */
import { metricsNamespace, type ProductMetric } from '../../contract/alarm.ts';
import { sliMetrics } from '../../contract/slo.ts';
import type { RequestVerdict } from '../domain/slo/judge-request.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields are flat and chosen by the caller: never a body, a header, an address in clear or an error's own fields. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, event, ...fields })}\n`);
}

/** CloudWatch embedded metric format: a count without dimensions. */
export function countMetric(name: ProductMetric, value = 1): void {
  writeMetrics([[]], { [name]: value });
}

/** One line a request, whatever it counts for: many are written every second. */
export function countRequest({ slo, isFailed, isSlow }: RequestVerdict): void {
  const { requests, failed, slow } = sliMetrics;
  writeMetrics(
    slo === undefined ? [[]] : [['Slo'], []],
    { [requests]: 1, [failed]: Number(isFailed), [slow]: Number(isSlow) },
    { Slo: slo },
  );
}

/**
 * Why not a library: docs/decisions/0020-counting-requests.md.
 *
 * @param dimensions sets of names; each metric is counted once for each set
 * @param values of the dimensions named
 */
function writeMetrics(
  dimensions: readonly (readonly string[])[],
  metrics: Readonly<Record<string, number>>,
  values: Readonly<Record<string, string | undefined>> = {},
): void {
  const directive = {
    Namespace: metricsNamespace,
    Dimensions: dimensions,
    Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' })),
  };
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...values, ...metrics })}\n`);
}
