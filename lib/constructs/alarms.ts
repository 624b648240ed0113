import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmId, alarmName, type MetricAlarm, metricsNamespace } from '../../contract/alarms.ts';
import type { OnCall } from './on-call.ts';

/** What an alarm watches, where one definition watches several things. */
export interface AlarmTarget {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Record<string, string>;
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
  const metric = new Metric({
    namespace: target.namespace,
    metricName: target.metricName,
    statistic: definition.statistic,
    period: Duration.seconds(definition.periodSeconds),
    ...(target.dimensions ? { dimensionsMap: target.dimensions } : {}),
  });
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
