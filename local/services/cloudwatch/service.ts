/** CloudWatch: `GetMetricData` of single metrics, out of what the system's own alarms are computed from. JSON protocol. */
import type { Metrics } from '../../alarms/metrics.ts';
import { AwsError, constraintViolated } from '../aws-error.ts';
import { createJsonService, type Input } from '../json-protocol.ts';
import { requireAccess, type Service, type ServiceContext } from '../service.ts';

/** CloudWatch's quotas for one call. */
const maximumQueries = 500;
const maximumDatapoints = 100_800;

/** @param metrics gives what the functions have reported; undefined until they have started */
export function createCloudWatch(context: ServiceContext, metrics: () => Metrics | undefined): Service {
  return createJsonService(context, {
    signingName: 'monitoring',
    faultName: 'cloudwatch',
    version: '1.0',
    targetPrefix: 'GraniteServiceVersion20100801',
    namespace: 'com.amazonaws.cloudwatch',
    faults: {
      error: new AwsError('InternalServiceFault', 'Request processing has failed due to some unknown error.', 500),
      throttle: new AwsError('ThrottlingException', 'Rate exceeded'),
    },
    actions: {
      GetMetricData: async (_store, input, roleArn) => {
        await requireAccess(context, roleArn, 'cloudwatch:GetMetricData', '*');
        return getMetricData(metrics(), input);
      },
    },
    store: undefined,
  });
}

function getMetricData(metrics: Metrics | undefined, { StartTime, EndTime, MetricDataQueries }: Input): object {
  if (typeof StartTime !== 'number' || typeof EndTime !== 'number') throw constraintViolated('startTime', 'Member must not be null');
  const queries = (MetricDataQueries ?? []) as Input[];
  if (queries.length > maximumQueries) throw constraintViolated('metricDataQueries', `Member must have length at most ${maximumQueries}`);
  const results = queries.map((query) => readSeries(metrics, query, StartTime, EndTime));
  const datapoints = queries.reduce((sum, { MetricStat }) => sum + Math.max(0, EndTime - StartTime) / Number(MetricStat.Period), 0);
  if (datapoints > maximumDatapoints)
    throw new AwsError('ValidationError', `You have requested more than ${maximumDatapoints} data points.`);
  return { MetricDataResults: results, Messages: [] };
}

/** Newest first, as CloudWatch gives them unless asked otherwise. */
function readSeries(metrics: Metrics | undefined, { Id, MetricStat, Expression }: Input, start: number, end: number): object {
  if (Expression !== undefined || MetricStat === undefined) {
    throw new AwsError('ValidationError', 'The local system knows queries of single metrics only.');
  }
  const { Metric, Period, Stat } = MetricStat;
  const dimensions = Object.fromEntries(((Metric.Dimensions ?? []) as Input[]).map(({ Name, Value }) => [String(Name), String(Value)]));
  const identity = { namespace: String(Metric.Namespace), name: String(Metric.MetricName), dimensions };
  const Timestamps: number[] = [];
  const Values: number[] = [];
  for (let at = Math.floor(start / Period) * Period; at < end; at += Period) {
    const value = metrics?.read(identity, String(Stat), at * 1000, (at + Period) * 1000);
    if (value === undefined) continue;
    Timestamps.unshift(at);
    Values.unshift(value);
  }
  return { Id: String(Id), Label: identity.name, Timestamps, Values, StatusCode: 'Complete' };
}
