import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IWidget, MathExpression, Metric, SingleValueWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { objective, type SloId, slos } from '../../contract/slo.ts';
import { describeObjective, type MeasuredApi } from './burn-rate.ts';

const perUnitOfBudget = Math.round(1 / (1 - objective.share));

/** A row for each objective: what is left of its budget, how fast it burns, how much of what was asked went well; then the times. */
export function objectiveWidgets(api: MeasuredApi): IWidget[][] {
  const rows = (Object.keys(slos) as SloId[]).map((id): IWidget[] => {
    const over = (period: Duration, label: string, formula: (requests: string, bad: string) => string) => {
      const { usingMetrics, requests, bad } = describeObjective(id, api, period);
      return new MathExpression({ expression: formula(requests, bad), label, usingMetrics, period });
    };
    const fiveMinutes = Duration.minutes(5);
    const hour = Duration.hours(1);
    return [
      new SingleValueWidget({
        title: `${id}: error budget left of ${objective.windowDays} days (%)`,
        metrics: [over(hour, 'left', (requests, bad) => `100 * (1 - ${perUnitOfBudget} * ${bad} / ${requests})`)],
        // One value over the whole window, whatever the dashboard shows otherwise.
        setPeriodToTimeRange: true,
        start: `-P${objective.windowDays}D`,
        width: 6,
      }),
      new GraphWidget({
        title: `${id}: burn rate`,
        left: [over(hour, 'over 1 h', (requests, bad) => `${perUnitOfBudget} * ${bad} / ${requests}`)],
        leftAnnotations: [{ value: 1, label: 'as fast as it comes in' }],
        width: 9,
      }),
      new GraphWidget({
        title: `${id}: good (%)`,
        left: [over(fiveMinutes, 'good', (requests, bad) => `100 * (1 - ${bad} / ${requests})`)],
        leftAnnotations: [{ value: 100 * objective.share, label: 'objective' }],
        width: 9,
      }),
    ];
  });
  const latency = ['p50', 'p90', 'p99'].map(
    (statistic) =>
      new Metric({ namespace: 'AWS/ApiGateway', metricName: 'Latency', dimensionsMap: { ApiId: api.apiId }, statistic, label: statistic }),
  );
  return [...rows, [new GraphWidget({ title: 'Latency of the API (ms)', left: latency, width: 24 })]];
}
