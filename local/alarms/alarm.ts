/** One AWS::CloudWatch::Alarm: its periods read off the metrics, and the state that follows from them. */
import type { Resource } from '../assembly/model.ts';
import { compileMetricMath } from './metric-math.ts';
import type { MetricIdentity, Metrics } from './metrics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmVerdict {
  readonly state: AlarmState;
  /** A sentence like CloudWatch's `NewStateReason`. */
  readonly reason: string;
}

export interface CompiledAlarm {
  readonly name: string;
  readonly description: string;
  readonly threshold: number;
  /** What it looks at, for the note about metrics that nothing here produces. */
  readonly metrics: readonly MetricIdentity[];
  /** Seconds of history that it needs. */
  readonly windowSeconds: number;
  readonly periodSeconds: number;
  /** Silence alone makes it ring. */
  readonly expectsData: boolean;
  /** @param at end of the newest period, milliseconds */
  evaluate(metrics: Metrics, at: number, current: AlarmState): AlarmVerdict;
}

interface MetricQuery {
  readonly Id: string;
  readonly MetricStat?: Record<string, unknown>;
  readonly Expression?: string;
  readonly Period?: number;
  readonly ReturnData?: boolean;
}

type Source = (metrics: Metrics, from: number, until: number) => number | undefined;

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** @throws Error for an alarm that uses what the local system does not know: it would be silent for ever */
export function compileAlarm(resource: Resource): CompiledAlarm {
  const { properties, ref } = resource;
  const compare = comparisons[String(properties.ComparisonOperator)];
  if (compare === undefined)
    throw new Error(`the alarm ${ref} compares by ${properties.ComparisonOperator}, which the local system does not know`);
  const threshold = Number(properties.Threshold);
  const evaluationPeriods = Number(properties.EvaluationPeriods);
  const datapointsToAlarm = Number(properties.DatapointsToAlarm ?? evaluationPeriods);
  const missing = String(properties.TreatMissingData ?? 'missing');
  const { read, periodSeconds, identities } = compileSource(resource);

  return {
    name: ref,
    description: String(properties.AlarmDescription ?? ''),
    threshold,
    metrics: identities,
    periodSeconds,
    expectsData: missing === 'breaching',
    windowSeconds: periodSeconds * evaluationPeriods,
    evaluate(metrics, at, current) {
      const period = periodSeconds * 1000;
      const values: (number | undefined)[] = [];
      for (let index = 0; index < evaluationPeriods; index += 1) values.push(read(metrics, at - (index + 1) * period, at - index * period));
      const breaching = values.filter((value) => (value === undefined ? missing === 'breaching' : compare(value, threshold))).length;
      const present = values.filter((value) => value !== undefined).length;
      const verdict = (state: AlarmState): AlarmVerdict => ({
        state,
        // Worded when somebody reads it: most evaluations change nothing.
        get reason() {
          const shown = values.map((value) => (value === undefined ? '-' : String(Math.round(value * 1000) / 1000))).join(', ');
          return `${breaching} of the last ${evaluationPeriods} datapoints [${shown}] breached the threshold (${threshold}), ${datapointsToAlarm} needed.`;
        },
      });
      if (breaching >= datapointsToAlarm) return verdict('ALARM');
      if (present === 0 && missing === 'missing') return verdict('INSUFFICIENT_DATA');
      if (present < evaluationPeriods && missing === 'ignore') return verdict(current);
      return verdict('OK');
    },
  };
}

function compileSource({ properties, ref }: Resource): { read: Source; periodSeconds: number; identities: MetricIdentity[] } {
  if (properties.Metrics === undefined) {
    const periodSeconds = Number(properties.Period);
    const { read, identity } = compileMetric(properties, String(properties.ExtendedStatistic ?? properties.Statistic));
    return { read, periodSeconds, identities: [identity] };
  }
  const queries = properties.Metrics as MetricQuery[];
  const sources = new Map<string, Source>();
  const identities: MetricIdentity[] = [];
  let periodSeconds = 0;
  const metricIds = queries.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => String(Id));
  for (const query of queries) {
    const { Id, MetricStat, Expression, Period } = query;
    if (MetricStat !== undefined) {
      const { read, identity } = compileMetric(MetricStat.Metric as Record<string, unknown>, String(MetricStat.Stat));
      sources.set(Id, read);
      identities.push(identity);
      periodSeconds = Math.max(periodSeconds, Number(MetricStat.Period));
    } else if (Expression !== undefined) {
      const compute = compileMetricMath(Expression, metricIds);
      sources.set(Id, (metrics, from, until) => {
        // An expression names its metrics several times, and each is a search.
        const values = new Map<string, number | undefined>();
        return compute((id) => {
          if (!values.has(id)) values.set(id, sources.get(id)?.(metrics, from, until));
          return values.get(id);
        });
      });
      if (Period !== undefined) periodSeconds = Math.max(periodSeconds, Period);
    }
  }
  // The one that returns data is the alarm's; by default every query does, so it has to be said.
  const chosen = queries.find(({ ReturnData }) => ReturnData !== false);
  const read = sources.get(String(chosen?.Id));
  if (read === undefined) throw new Error(`the alarm ${ref} has no query that returns data`);
  return { read, periodSeconds, identities };
}

function compileMetric(metric: Record<string, unknown>, statistic: string): { read: Source; identity: MetricIdentity } {
  const dimensions = (metric.Dimensions ?? []) as { Name: string; Value: unknown }[];
  const identity: MetricIdentity = {
    namespace: String(metric.Namespace),
    name: String(metric.MetricName),
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, String(Value)])),
  };
  return { identity, read: (metrics, from, until) => metrics.read(identity, statistic, from, until) };
}
