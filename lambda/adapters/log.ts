/**
 * Log lines and metrics, one JSON document a line on standard output. Written past `console`, which the Lambda
 * runtime wraps: embedded metrics must reach CloudWatch as they are.
 */
import { metricsNamespace, type ProductMetric } from '../../contract/alarm.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields are flat and chosen by the caller: never a body, a header, an address in clear or an error's own fields. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, event, ...fields })}\n`);
}

/** CloudWatch embedded metric format: a count without dimensions. */
export function countMetric(name: ProductMetric, value = 1): void {
  process.stdout.write(
    `${JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: metricsNamespace, Dimensions: [[]], Metrics: [{ Name: name, Unit: 'Count' }] }],
      },
      [name]: value,
    })}\n`,
  );
}
