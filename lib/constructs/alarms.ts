import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmId, alarmName, type MetricAlarm, metricsNamespace } from '../../contract/alarms.ts';
import { mapValues } from '../names.ts';
import type { OnCall } from './on-call.ts';

export interface WatchedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Record<string, string>;
}

/** What an alarm watches, where one definition watches several things. */
export interface AlarmTarget extends WatchedMetric {
  /** Instead of the metric alone: metric math on several, in which it is `m`. */
  readonly math?: { readonly expression: string; readonly others: Readonly<Record<string, WatchedMetric>> };
  /** Behind the alarm's name, where there is one alarm for each of several things. */
  readonly suffix?: string;
}

/** An alarm with what the dashboard draws of it. */
export interface CreatedAlarm {
  readonly id: AlarmId;
  readonly name: string;
  readonly alarm: AlarmBase;
  readonly metric?: IMetric;
  readonly annotation?: ReturnType<Alarm['toAnnotation']>;
}

export function createAlarm(scope: Construct, id: AlarmId, definition: MetricAlarm, target: AlarmTarget, onCall: OnCall): CreatedAlarm {
  const name = alarmName(id, target.suffix);
  const period = Duration.seconds(definition.periodSeconds);
  const read = ({ namespace, metricName, dimensions }: WatchedMetric) =>
    new Metric({
      namespace,
      metricName,
      statistic: definition.statistic,
      period,
      ...(dimensions ? { dimensionsMap: dimensions } : {}),
    });
  const { math } = target;
  const metric = math
    ? new MathExpression({
        expression: math.expression,
        usingMetrics: { m: read(target), ...mapValues(math.others, read) },
        label: name,
        period,
      })
    : read(target);
  const alarm = new Alarm(scope, constructId(name), {
    alarmName: name,
    alarmDescription: onCall.describe(id),
    metric,
    threshold: definition.threshold,
    evaluationPeriods: definition.evaluationPeriods,
    datapointsToAlarm: definition.datapointsToAlarm,
    comparisonOperator:
      definition.speaksWhen === 'under' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: definition.missingData === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  notify(alarm, definition.aboutOnCall ? onCall.secondWay : onCall.actions[definition.severity]);
  return { id, name, alarm, metric, annotation: alarm.toAnnotation() };
}

/** It says when it begins and when it is over. */
export function notify(alarm: AlarmBase, action: IAlarmAction): void {
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}

export function constructId(name: string): string {
  return name.replaceAll('-', '');
}

export { metricsNamespace };
