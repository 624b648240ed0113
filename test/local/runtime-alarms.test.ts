import { setTimeout as wait } from 'node:timers/promises';
import { type AlarmState, compileAlarm } from '../../local/alarms/alarm.ts';
import { findUnfedAlarms, startAlarms } from '../../local/alarms/alarms.ts';
import { compileAlarmRule } from '../../local/alarms/composite.ts';
import { compileMetricMath } from '../../local/alarms/metric-math.ts';
import { createMetrics, type MetricIdentity } from '../../local/alarms/metrics.ts';
import { isReportedHere } from '../../local/alarms/recorder.ts';
import { createClock } from '../../local/clock.ts';
import { openState } from '../../local/state.ts';
import { type ResourceSketch, sketchAssembly } from './runtime-assembly.ts';

const noon = Date.UTC(2026, 0, 1, 12, 0, 0);
const locked: MetricIdentity = { namespace: 'Portiere', name: 'Accounts/Locked', dimensions: {} };

function alarm(properties: Record<string, unknown> = {}, ref = 'locked'): ResourceSketch {
  return {
    logicalId: ref,
    type: 'AWS::CloudWatch::Alarm',
    ref,
    attributes: { Arn: `arn:aws:cloudwatch:eu-south-1:000000000000:alarm:${ref}` },
    properties: {
      Namespace: 'Portiere',
      MetricName: 'Accounts/Locked',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...properties,
    },
  };
}

/** Puts one value into each of the minutes before noon, oldest first; undefined leaves it empty. */
function metricsWith(values: readonly (number | undefined)[]) {
  let now = noon;
  const metrics = createMetrics(() => now, 3600);
  values.forEach((value, index) => {
    now = noon - (values.length - index) * 60_000 + 5000;
    if (value !== undefined) metrics.put(locked, value);
  });
  return metrics;
}

describe('metrics', () => {
  test('statistics are taken over exactly the period asked for', () => {
    const metrics = metricsWith([1, 2, 30]);

    const read = (statistic: string) => metrics.read(locked, statistic, noon - 120_000, noon);

    expect(['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p99', 'p50'].map(read)).toEqual([32, 16, 2, 30, 2, 30, 2]);
  });

  test('embedded metrics are read with their dimensions, and malformed ones change nothing', () => {
    const metrics = createMetrics(() => noon, 3600);

    metrics.putEmbedded({
      _aws: { CloudWatchMetrics: [{ Namespace: 'Portiere', Dimensions: [[]], Metrics: [{ Name: 'Accounts/Locked', Unit: 'Count' }] }] },
      'Accounts/Locked': 2,
    });
    metrics.putEmbedded({
      _aws: { CloudWatchMetrics: [{ Namespace: 'X', Dimensions: [['Route']], Metrics: [{ Name: 'Calls' }] }] },
      Route: 'a',
      Calls: [1, 4],
    });
    metrics.putEmbedded({ _aws: { CloudWatchMetrics: 'nonsense' } });
    metrics.putEmbedded({
      _aws: { CloudWatchMetrics: [{ Namespace: 'Portiere', Metrics: [{ Name: 'Accounts/Locked' }] }] },
      'Accounts/Locked': 'many',
    });

    expect(metrics.read(locked, 'Sum', noon, noon + 1)).toBe(2);
    expect(metrics.read({ namespace: 'X', name: 'Calls', dimensions: { Route: 'a' } }, 'Sum', noon, noon + 1)).toBe(5);
    expect(metrics.summary()).toHaveLength(2);
  });
});

describe('metric math', () => {
  const lookup = (id: string) => ({ errors: 5, requests: 20, none: undefined, zero: 0 })[id];
  const compute = (expression: string) => compileMetricMath(expression, ['errors', 'requests', 'none'])(lookup);

  test.each([
    ['errors / requests * 100', 25],
    ['100 * (errors + 1) / requests', 30],
    ['-errors + 2 ^ 3', 3],
    ['errors / zero', undefined],
    ['errors / none', undefined],
    ['FILL(none, 0) + errors', 5],
    ['IF(requests > 10 AND errors >= 5, errors / requests, 0)', 0.25],
    ['IF(requests < 10 OR errors == 0, 1, 2)', 2],
    ['SUM(METRICS())', 25],
    ['MAX([errors, requests, 7])', 20],
    ['SUM(METRICS("err"))', 5],
    ['CEIL(errors / 2)', 3],
    ['100 * errors / SERVICE_QUOTA(requests)', undefined],
  ])('%s is %s', (expression, value) => {
    expect(compute(expression)).toBe(value);
  });

  test.each(['errors +', '(errors', 'ANOMALY_DETECTION_BAND(errors, 2)', 'errors $ 2', 'errors requests'])(
    '"%s" is refused aloud',
    (expression) => {
      expect(() => compute(expression)).toThrow(SyntaxError);
    },
  );
});

describe('an alarm', () => {
  const evaluate = (values: readonly (number | undefined)[], properties = {}, current: AlarmState = 'OK') =>
    compileAlarm(sketchAssembly([alarm(properties)]).resources[0] as never).evaluate(metricsWith(values), noon, current).state;

  test.each([
    ['two of three periods over the threshold', [5, 0, 9], {}, 'ALARM'],
    ['one of three', [0, 0, 9], {}, 'OK'],
    ['nothing reported, which is not breaching', [], {}, 'OK'],
    ['nothing reported, which is missing', [], { TreatMissingData: 'missing' }, 'INSUFFICIENT_DATA'],
    ['nothing reported, which is breaching', [], { TreatMissingData: 'breaching' }, 'ALARM'],
    ['under a lower bound', [1, 1, 1], { ComparisonOperator: 'LessThanThreshold' }, 'ALARM'],
    ['a percentile over the threshold', [9, 9, 9], { Statistic: undefined, ExtendedStatistic: 'p99' }, 'ALARM'],
    [
      'metric math over the threshold',
      [6, 6, 6],
      {
        Metrics: [
          {
            Id: 'm1',
            ReturnData: false,
            MetricStat: { Metric: { Namespace: 'Portiere', MetricName: 'Accounts/Locked' }, Period: 60, Stat: 'Sum' },
          },
          { Id: 'e1', Expression: 'm1 * 2', Label: 'doubled' },
        ],
        Threshold: 12,
      },
      'ALARM',
    ],
  ])('with %s is in the right state', (_title, values, properties, state) => {
    expect(evaluate(values, properties)).toBe(state);
  });

  test('with missing data ignored stays what it was', () => {
    expect(evaluate([undefined, undefined, undefined], { TreatMissingData: 'ignore' }, 'ALARM')).toBe('ALARM');
  });

  test('that compares in an unknown way is refused at start', () => {
    expect(() => evaluate([], { ComparisonOperator: 'LessThanLowerThreshold' })).toThrow('compares by LessThanLowerThreshold');
  });
});

describe('a composite rule', () => {
  const states: Record<string, AlarmState> = { a: 'ALARM', b: 'OK', 'Api/Errors': 'ALARM' };
  const holds = (rule: string) => compileAlarmRule(rule)((name) => states[name] ?? 'INSUFFICIENT_DATA');

  test.each([
    ['ALARM("a") AND OK("b")', true],
    ['ALARM(a) AND NOT ALARM("b")', true],
    ['ALARM("b") OR (ALARM("Api/Errors") AND INSUFFICIENT_DATA(c))', true],
    ['NOT (ALARM("a") OR FALSE)', false],
    ['TRUE', true],
  ])('%s is %s', (rule, value) => {
    expect(holds(rule)).toBe(value);
  });

  test.each(['ALARM("a"', 'ALARM("a") BUT', '("a")', ''])('"%s" is refused', (rule) => {
    expect(() => compileAlarmRule(rule)).toThrow(SyntaxError);
  });
});

describe('the alarms of an assembly', () => {
  function start(sketches: readonly ResourceSketch[]) {
    const assembly = sketchAssembly(sketches);
    const clock = createClock(openState(':memory:'));
    const metrics = createMetrics(clock.now, 3600);
    const published: { topic: string; subject: string | undefined; message: Record<string, unknown>; by: string | undefined }[] = [];
    const alarms = startAlarms({
      assembly,
      clock,
      metrics,
      topics: {
        publish: async (topic, { subject, message }, by) => void published.push({ topic, subject, message: JSON.parse(message), by }),
      },
      sample: () => {},
      log: () => {},
    });
    return { alarms, metrics, published };
  }
  const topic = 'arn:aws:sns:eu-south-1:000000000000:on-call';
  const actions = { AlarmActions: [topic], OKActions: [topic], EvaluationPeriods: 1, DatapointsToAlarm: 1 };

  test('what goes wrong reaches the topic within a minute of the clock, and so does its end', async () => {
    const { alarms, metrics, published } = start([alarm(actions)]);

    await alarms.advance(60);
    metrics.put(locked, 9);
    await alarms.advance(120);
    const during = published.map(({ message }) => message.NewStateValue);
    await alarms.advance(180);
    alarms.stop();

    expect(during[0]).toBe('ALARM');
    expect(published.map(({ message }) => message.NewStateValue)).toEqual(['ALARM', 'OK']);
    expect(published[0]).toMatchObject({ topic, by: 'cloudwatch.amazonaws.com', message: { AlarmName: 'locked', OldStateValue: 'OK' } });
  });

  test('a day that passes at once is judged minute by minute', async () => {
    const { alarms, metrics, published } = start([alarm(actions)]);

    metrics.put(locked, 9);
    await alarms.advance(24 * 3600);
    alarms.stop();

    expect(published.map(({ message }) => message.NewStateValue)).toEqual(['ALARM', 'OK']);
    expect(alarms.list()[0]?.state).toBe('OK');
  });

  test('a composite alarm follows the alarms that it names', async () => {
    const composite: ResourceSketch = {
      logicalId: 'Any',
      type: 'AWS::CloudWatch::CompositeAlarm',
      ref: 'any',
      properties: { AlarmRule: 'ALARM("locked")', AlarmActions: [topic] },
    };
    const { alarms, metrics, published } = start([alarm({ ...actions, AlarmActions: [], OKActions: [] }), composite]);

    await alarms.advance(60);
    metrics.put(locked, 9);
    await alarms.advance(60);
    alarms.stop();

    expect(published.map(({ message }) => [message.AlarmName, message.NewStateValue])).toContainEqual(['any', 'ALARM']);
  });

  test('alarms that nothing here could ever ring are named', () => {
    const assembly = sketchAssembly([alarm(), alarm({ Namespace: 'AWS/SNS', MetricName: 'NumberOfNotificationsFailed' }, 'unheard')]);

    expect(findUnfedAlarms(assembly, isReportedHere)).toEqual(['unheard']);
  });

  test('a topic that refuses is told about, and the alarm goes on', async () => {
    const lines: string[] = [];
    const clock = createClock(openState(':memory:'));
    const metrics = createMetrics(clock.now, 3600);
    const alarms = startAlarms({
      assembly: sketchAssembly([alarm(actions)]),
      clock,
      metrics,
      topics: { publish: async () => Promise.reject(new Error('not allowed')) },
      sample: () => {},
      log: (line) => lines.push(line),
    });

    metrics.put(locked, 9);
    await alarms.advance(60);
    await wait(0);
    alarms.stop();

    expect(lines[0]).toContain('the alarm locked could not reach');
    expect(alarms.list()[0]?.state).toBe('ALARM');
  });

  test('one that was set by hand is judged by its metric again, though that is as silent as before', async () => {
    const clock = createClock(openState(':memory:'));
    const alarms = startAlarms({
      assembly: sketchAssembly([alarm({ TreatMissingData: 'notBreaching' })]),
      clock,
      metrics: createMetrics(clock.now, 3600),
      topics: { publish: async () => {} },
      sample: () => {},
      log: () => {},
    });
    const states: (string | undefined)[] = [];
    const look = () => states.push(alarms.list()[0]?.state);

    await alarms.advance(120);
    look();
    await alarms.set('locked', 'ALARM', 'to see whether it rings');
    look();
    await alarms.advance(60);
    look();
    alarms.stop();

    expect(states).toEqual(['OK', 'ALARM', 'OK']);
  });
});
