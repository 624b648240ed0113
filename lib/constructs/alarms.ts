import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmDefinition, type AlarmId, alarmName, alarms, metricsNamespace } from '../../contract/alarms.ts';
import type { OnCall } from './on-call.ts';

/** What an alarm watches, where one definition watches several things. */
export interface AlarmTarget {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Record<string, string>;
  /** Behind the alarm's name, where there is one alarm a function. */
  readonly suffix?: string;
}

export function createAlarm(scope: Construct, id: AlarmId, target: AlarmTarget, onCall: OnCall): Alarm {
  const definition: AlarmDefinition = alarms[id];
  const name = alarmName(id, target.suffix);
  const metric = new Metric({
    namespace: target.namespace,
    metricName: target.metricName,
    statistic: definition.statistic,
    period: Duration.seconds(definition.periodSeconds),
    ...(target.dimensions ? { dimensionsMap: target.dimensions } : {}),
  });
  const alarm = new Alarm(scope, name.replaceAll('-', ''), {
    alarmName: name,
    alarmDescription: `${definition.means} Runbook: ${id}`,
    metric,
    threshold: definition.threshold,
    evaluationPeriods: definition.evaluationPeriods,
    datapointsToAlarm: definition.datapointsToAlarm,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // These metrics count events: no news is good news.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(onCall.actions[definition.severity]);
  alarm.addOkAction(onCall.actions[definition.severity]);
  return alarm;
}

export { metricsNamespace };
