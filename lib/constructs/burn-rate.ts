/**
 * Burn rates as CloudWatch's metric math, and the alarms on them.
 *
 * A window is one period as long as itself: CloudWatch moves it with every evaluation, and takes periods up to seven days. A sum
 * over many short periods would need functions that work on all points that happen to be fetched.
 */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmId, alarmName, type BurnRateAlarm, metricsNamespace } from '../../contract/alarms.ts';
import type { ApiFunctionId } from '../../contract/privileges.ts';
import { routes } from '../../contract/routes.ts';
import { objective, type SloDefinition, type SloId, sliDimensions, sliMetrics, slos } from '../../contract/slo.ts';
import { acknowledge } from '../acknowledgements.ts';
import { type CreatedAlarm, constructId, notify } from './alarms.ts';
import type { OnCall } from './on-call.ts';

/** Where the failures are counted that no function can tell of. */
export interface MeasuredApi {
  readonly apiId: string;
  readonly functionNames: Readonly<Record<ApiFunctionId, string>>;
}

/** Terms of one objective over one window, for the alarms and for the dashboard. */
export interface Objective {
  readonly usingMetrics: Record<string, IMetric>;
  /** Requests, those that no function answered included. */
  readonly requests: string;
  /** Failed or slow. */
  readonly bad: string;
}

/**
 * What counts against an objective: requests that our functions answered with 5xx or too late, and those that they could not
 * answer. The latter are counted by AWS. Where the objective has routes: crashes, time-outs and throttles of the functions behind
 * them, whatever they were doing, as a route's own count has dimensions that the documentation and the service tell differently.
 * For everything: what the API answered with 5xx beyond what the functions counted, the canary's and GET /v1/health included.
 */
export function describeObjective(id: SloId, { apiId, functionNames }: MeasuredApi, period: Duration): Objective {
  const ours = (metricName: string) =>
    new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { ...sliDimensions(id) }, statistic: 'Sum', period });
  const common = { r: ours(sliMetrics.requests), f: ours(sliMetrics.failed), s: ours(sliMetrics.slow) };
  const { routes: routeIds }: SloDefinition = slos[id];
  if (routeIds === undefined) {
    const answered = new Metric({
      namespace: 'AWS/ApiGateway',
      metricName: '5xx',
      dimensionsMap: { ApiId: apiId },
      statistic: 'Sum',
      period,
    });
    const unanswered = 'IF(FILL(g,0) > FILL(f,0), FILL(g,0) - FILL(f,0), 0)';
    return { usingMetrics: { ...common, g: answered }, ...terms(unanswered) };
  }
  const functions = [...new Set(routeIds.map((routeId) => routes[routeId].function))];
  const unanswered = functions.flatMap((functionId, index) =>
    (['Errors', 'Throttles'] as const).map((metricName) => {
      const dimensionsMap = { FunctionName: functionNames[functionId] };
      return [
        `${metricName.charAt(0).toLowerCase()}${index}`,
        new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: 'Sum', period }),
      ] as const;
    }),
  );
  return {
    usingMetrics: { ...common, ...Object.fromEntries(unanswered) },
    ...terms(unanswered.map(([metricId]) => `FILL(${metricId},0)`).join(' + ')),
  };
}

/** Missing is none: a function that crashes on every request writes nothing at all. */
function terms(unanswered: string): { requests: string; bad: string } {
  return { requests: `(FILL(r,0) + ${unanswered})`, bad: `(FILL(f,0) + FILL(s,0) + ${unanswered})` };
}

const perUnitOfBudget = Math.round(1 / (1 - objective.share));

function burnRateOf(objectiveId: SloId, api: MeasuredApi, seconds: number, minimumRequests: number): MathExpression {
  const period = Duration.seconds(seconds);
  const { usingMetrics, requests, bad } = describeObjective(objectiveId, api, period);
  return new MathExpression({
    expression: `IF(${requests} >= ${minimumRequests}, ${perUnitOfBudget} * ${bad} / ${requests}, 0)`,
    label: `burn rate over ${windowName(seconds)}`,
    usingMetrics,
    period,
  });
}

/** Both windows must burn: the long one says that it matters, the short one that it goes on. The pair alone notifies. */
export function createBurnRateAlarm(
  scope: Construct,
  id: AlarmId,
  { burnRate, severity }: BurnRateAlarm,
  objectiveId: SloId,
  api: MeasuredApi,
  onCall: OnCall,
): CreatedAlarm {
  const { rate, longSeconds, shortSeconds, minimumRequests } = burnRate;
  const windows = [
    { seconds: longSeconds, minimum: minimumRequests },
    // The long window has seen enough requests; here one is enough to divide by.
    { seconds: shortSeconds, minimum: 1 },
  ].map(({ seconds, minimum }) => {
    const name = alarmName(id, `${objectiveId}-${windowName(seconds)}`);
    const window = new Alarm(scope, constructId(name), {
      alarmName: name,
      alarmDescription: `One of the two windows of ${alarmName(id, objectiveId)}, which notifies when both burn.`,
      metric: burnRateOf(objectiveId, api, seconds, minimum),
      threshold: rate,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    acknowledge(window, {
      'NIST.800.53.R5-CloudWatchAlarmAction':
        'One window alone is no news: the composite alarm of both has the actions, for its beginning and its end',
    });
    return window;
  });
  const name = alarmName(id, objectiveId);
  const alarm = new CompositeAlarm(scope, constructId(name), {
    compositeAlarmName: name,
    alarmDescription: onCall.describe(id),
    alarmRule: AlarmRule.allOf(...windows.map((window) => AlarmRule.fromAlarm(window, AlarmState.ALARM))),
  });
  notify(alarm, onCall.actions[severity]);
  return { id, name, alarm };
}

/** `5min`, `6h`, `3d`. */
export function windowName(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}min`;
}
