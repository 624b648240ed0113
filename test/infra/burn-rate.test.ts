import { type AlarmDefinition, type AlarmId, alarmName, alarms, type BurnRateAlarm } from '../../contract/alarms.ts';
import { type SloId, slos } from '../../contract/slo.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize, type TemplateResource } from './synthesize.ts';

let synthesized: Synthesized;
let windows: readonly TemplateResource[];
let pairs: readonly TemplateResource[];
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
  windows = synthesized
    .ofType('AWS::CloudWatch::Alarm')
    .filter(({ properties }) => String(properties.AlarmName).startsWith('portiere-Slo-'));
  pairs = synthesized
    .ofType('AWS::CloudWatch::CompositeAlarm')
    .filter(({ properties }) => String(properties.AlarmName).startsWith('portiere-Slo-'));
});

const rows = (Object.entries(alarms) as [AlarmId, AlarmDefinition][]).flatMap(([id, definition]): [AlarmId, BurnRateAlarm][] =>
  definition.burnRate ? [[id, definition]] : [],
);
const cases = rows.flatMap(([id, definition]) => (Object.keys(slos) as SloId[]).map((slo) => [id, slo, definition] as const));
const periodsOf = ({ properties }: TemplateResource): number[] =>
  properties.Metrics.filter((query: Properties) => query.MetricStat).map((query: Properties) => query.MetricStat.Period);
const named = (resources: readonly TemplateResource[], name: string) =>
  only(resources.filter(({ properties }) => properties.AlarmName === name));

test('[P01] the pairs are those of the SRE workbook: 14.4 over 1 h and 5 min, 6 over 6 h and 30 min, 3 over 1 d and 2 h, 1 over 3 d and 6 h', () => {
  expect(
    rows.map(([, { severity, burnRate }]) => [severity, burnRate.rate, burnRate.longSeconds / 3600, burnRate.shortSeconds / 60]),
  ).toEqual([
    ['page', 14.4, 1, 5],
    ['page', 6, 6, 30],
    ['ticket', 3, 24, 120],
    ['ticket', 1, 72, 360],
  ]);
});

test.each(cases)(
  '[P01] [P03] %s of %s notifies when both of its windows burn, and neither alone',
  (id, slo, { severity, means, burnRate }) => {
    const { properties } = named(pairs, alarmName(id, slo));
    const children = windows.filter((window) => String(window.properties.AlarmName).startsWith(`${alarmName(id, slo)}-`));

    expect(properties.AlarmDescription).toContain(means);
    const topic = severity === 'page' ? /^OnCallPage/ : /^OnCallTicket/;
    expect(properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(topic) }]);
    expect(properties.OKActions).toEqual(properties.AlarmActions);
    const rule = properties.AlarmRule['Fn::Join'][1] as (string | { 'Fn::GetAtt': string[] })[];
    const references = rule.flatMap((part) => (typeof part === 'string' ? [] : part['Fn::GetAtt'][0]));
    expect(references.sort()).toEqual(children.map(({ logicalId }) => logicalId).sort());
    expect(rule.filter((part) => typeof part === 'string').join('')).toBe('(ALARM("") AND ALARM(""))');
    for (const child of children) {
      expect(child.properties).toMatchObject({ Threshold: burnRate.rate, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
      expect(child.properties.AlarmActions).toBeUndefined();
      expect(child.properties.OKActions).toBeUndefined();
    }
    expect(children.map(periodsOf).map((periods) => [...new Set(periods)])).toEqual([[burnRate.longSeconds], [burnRate.shortSeconds]]);
  },
);

// PutMetricAlarm: periods are multiples of 60 s; period x evaluation periods at most a day for periods under an hour, seven days
// otherwise. Ten metrics at most in an alarm's math, of which one query returns data.
test('[P01] keep to the limits of CloudWatch', () => {
  expect(windows).toHaveLength(2 * cases.length);
  for (const window of windows) {
    const { Metrics, EvaluationPeriods } = window.properties;
    for (const period of periodsOf(window)) {
      expect(period % 60).toBe(0);
      expect(period * EvaluationPeriods).toBeLessThanOrEqual(period < 3600 ? 86_400 : 604_800);
    }
    expect(Metrics.length).toBeLessThanOrEqual(10);
    expect(Metrics.filter((query: Properties) => query.ReturnData !== false)).toEqual([
      expect.objectContaining({ Expression: expect.any(String) }),
    ]);
  }
});

test('[P01] count what functions tell, and what they can’t because they crashed or never ran', () => {
  const metricsOf = (slo: SloId) =>
    named(windows, `${alarmName('Slo/FastBurn', slo)}-1h`)
      .properties.Metrics.flatMap((query: Properties) => query.MetricStat?.Metric ?? [])
      .map(({ Namespace, MetricName, Dimensions = [] }: Properties) =>
        [
          Namespace,
          MetricName,
          ...Dimensions.map(({ Name, Value }: Properties) => `${Name}=${typeof Value === 'string' ? Value : 'ours'}`),
        ].join(' '),
      );

  expect(metricsOf('session-check')).toEqual([
    'Portiere Slo/Requests Slo=session-check',
    'Portiere Slo/Failed Slo=session-check',
    'Portiere Slo/Slow Slo=session-check',
    'AWS/Lambda Errors FunctionName=ours',
    'AWS/Lambda Throttles FunctionName=ours',
  ]);
  expect(metricsOf('sign-in').filter((metric: string) => metric.startsWith('AWS/Lambda'))).toHaveLength(6);
  expect(metricsOf('everything')).toEqual([
    'Portiere Slo/Requests',
    'Portiere Slo/Failed',
    'Portiere Slo/Slow',
    'AWS/ApiGateway 5xx ApiId=ours',
  ]);
});
