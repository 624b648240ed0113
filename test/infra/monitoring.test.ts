import {
  type AlarmDefinition,
  type AlarmId,
  alarmName,
  alarms,
  type MetricAlarm,
  readAlarmName,
  suffixesOf,
} from '../../contract/alarms.ts';
import { type FunctionPrivileges, privileges } from '../../contract/privileges.ts';
import { tables } from '../../contract/tables.ts';
import { rateRuleIds } from '../../contract/web-acl.ts';
import {
  configWithDomain,
  minimalConfig,
  only,
  type Properties,
  type Synthesized,
  synthesize,
  type TemplateResource,
} from './synthesize.ts';

const everyContact = {
  ...configWithDomain,
  onCall: [...minimalConfig.onCall, { pagerDuty: { routingKeySecret: 'portiere/pagerduty' } }],
  heartbeat: { url: 'https://hc-ping.example.com/0000' },
  status: { domain: 'status.example.com' },
} as const;

let synthesized: Synthesized;
let created: readonly TemplateResource[];
beforeAll(() => {
  // Everything that can have an alarm.
  synthesized = synthesize(everyContact);
  // Those of a roll-out are read by CodeDeploy, wake nobody, and have a test of their own.
  created = synthesized.ofType('AWS::CloudWatch::Alarm').filter(({ stack }) => stack !== 'PortiereApi');
});

/** How an alarm reads its metric, or each of those that its metric math is about. */
const readBy = ({ Metrics, Period, Statistic, ExtendedStatistic }: Properties): { period: number; statistic: string }[] =>
  Metrics
    ? Metrics.filter(({ MetricStat }: Properties) => MetricStat).map(({ MetricStat: { Period: period, Stat: statistic } }: Properties) => ({
        period,
        statistic,
      }))
    : [{ period: Period, statistic: Statistic ?? ExtendedStatistic }];

/** Alarms on burn rates have tests of their own, burn-rate.test.ts. */
const definitions = (Object.entries(alarms) as [AlarmId, AlarmDefinition][]).flatMap(([id, definition]): [AlarmId, MetricAlarm][] =>
  definition.burnRate ? [] : [[id, definition]],
);
const namesOf = (id: AlarmId, definition: MetricAlarm) => suffixesOf(definition).map((suffix) => alarmName(id, suffix));

describe('alarms', () => {
  test('[P03] exist for every row of alarms.ts, one for each of what it watches, and no others', () => {
    const expected = definitions.flatMap(([id, definition]) => namesOf(id, definition));

    const names = created.map(({ properties }) => properties.AlarmName as string);
    expect(names.filter((name) => !readAlarmName(name)?.definition.burnRate).sort()).toEqual(expected.sort());
  });

  test.each(definitions)(
    '[P03] %s speaks when alarms.ts says, to the topic of its severity, and says when it is over',
    (id, definition) => {
      for (const name of namesOf(id, definition)) {
        const { properties } = only(created.filter((alarm) => alarm.properties.AlarmName === name));

        expect(properties).toMatchObject({
          Threshold: definition.threshold,
          EvaluationPeriods: definition.evaluationPeriods,
          DatapointsToAlarm: definition.datapointsToAlarm,
          ComparisonOperator: definition.speaksWhen === 'under' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
          TreatMissingData: definition.missingData ?? 'notBreaching',
        });
        for (const { period, statistic } of readBy(properties)) {
          expect([period, statistic]).toEqual([definition.periodSeconds, definition.statistic]);
        }
        const topic = definition.aboutOnCall ? /^OnCallSecondWay/ : definition.severity === 'page' ? /^OnCallPage/ : /^OnCallTicket/;
        expect(properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(topic) }]);
        expect(properties.OKActions).toEqual(properties.AlarmActions);
        expect(properties.AlarmDescription).toContain(definition.means);
      }
    },
  );

  test('[P03] that of the edge lives where CloudFront keeps its metrics, with both dimensions', () => {
    const { stack, properties } = only(created.filter((alarm) => alarm.properties.AlarmName === 'portiere-Edge-Errors'));

    expect(stack).toBe('PortiereEdgeMonitoring');
    expect(synthesized.stackNamed('PortiereEdgeMonitoring').region).toBe('us-east-1');
    expect(properties.Dimensions).toEqual([
      {
        Name: 'DistributionId',
        Value: { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'PortiereEdge', Region: 'eu-south-1' }) },
      },
      { Name: 'Region', Value: 'Global' },
    ]);
  });

  test('[P03] those of the web ACL live there too, watch rules that it has, and name no region', () => {
    const watching = created.filter(({ properties }) => properties.Namespace === 'AWS/WAFV2');
    const webAcl = only(synthesized.ofType('AWS::WAFv2::WebACL')).properties;
    const metrics = webAcl.Rules.map(({ VisibilityConfig }: Properties) => VisibilityConfig.MetricName);

    expect(watching.length).toBeGreaterThan(rateRuleIds.length);
    for (const { stack, properties } of watching) {
      const [first, second, ...others] = properties.Dimensions;
      expect(stack).toBe('PortiereEdgeMonitoring');
      expect(first).toEqual({ Name: 'Rule', Value: expect.any(String) });
      expect(['ALL', ...metrics]).toContain(first.Value);
      expect(second).toEqual({ Name: 'WebACL', Value: webAcl.VisibilityConfig.MetricName });
      expect(others).toEqual([]);
    }
  });

  test('[P02] [P03] each table has one on what DynamoDB refuses, by the table, and one on what it gets wrong, by each operation that is used', () => {
    const rows: readonly FunctionPrivileges[] = Object.values(privileges);
    for (const table of Object.keys(tables)) {
      const used = new Set(rows.flatMap((row) => row.tables.filter((grant) => grant.table === table).flatMap(({ actions }) => actions)));
      const throttled = only(created.filter(({ properties }) => properties.AlarmName === `portiere-Tables-Throttled-${table}`));
      const failing = only(created.filter(({ properties }) => properties.AlarmName === `portiere-Tables-SystemErrors-${table}`));

      expect(watchedBy(throttled)).toEqual([
        { name: 'ReadThrottleEvents', dimensions: ['TableName'], operation: undefined },
        { name: 'WriteThrottleEvents', dimensions: ['TableName'], operation: undefined },
      ]);
      expect(watchedBy(failing)).toEqual(
        [...used].sort().map((operation) => ({ name: 'SystemErrors', dimensions: ['Operation', 'TableName'], operation })),
      );
      const sum = failing.properties.Metrics.find(({ Expression }: Properties) => Expression);
      expect(sum.Expression.split(' + ')).toHaveLength(used.size);
      expect(JSON.stringify(failing.properties.Metrics)).toContain('PortiereData');
    }
  });

  const watchedBy = ({ properties }: TemplateResource) =>
    properties.Metrics.filter(({ MetricStat }: Properties) => MetricStat).map(({ MetricStat: { Metric } }: Properties) => ({
      name: Metric.MetricName,
      dimensions: Metric.Dimensions.map(({ Name }: Properties) => Name).sort(),
      operation: Metric.Dimensions.find(({ Name }: Properties) => Name === 'Operation')?.Value,
    }));

  test('[P03] one watches how much of what may run at once is taken, of the quota that AWS itself knows', () => {
    const { properties } = only(created.filter((alarm) => alarm.properties.AlarmName === 'portiere-Functions-Concurrency'));

    expect(properties.Metrics.map(({ Expression, MetricStat }: Properties) => Expression ?? MetricStat.Metric)).toEqual([
      '100 * m / SERVICE_QUOTA(q)',
      { Namespace: 'AWS/Lambda', MetricName: 'ClaimedAccountConcurrency' },
      { Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions' },
    ]);
  });

  test('[P03] [P06] each certificate has two, in the region where ACM keeps it; without a domain there is none', () => {
    const watching = (alarms: readonly TemplateResource[]) =>
      alarms
        .filter(({ properties }) => properties.Namespace === 'AWS/CertificateManager')
        .map(({ stack, properties }) => [properties.AlarmName, stack, properties.Dimensions[0].Name].join(' '))
        .sort();

    expect(watching(created)).toEqual(
      ['Ending', 'Expiring'].flatMap((symptom) => [
        `portiere-Certificates-${symptom}-origin PortiereMonitoring CertificateArn`,
        `portiere-Certificates-${symptom}-site PortiereEdgeMonitoring CertificateArn`,
        `portiere-Certificates-${symptom}-status PortiereEdgeMonitoring CertificateArn`,
      ]),
    );
    expect(watching(synthesize(minimalConfig).ofType('AWS::CloudWatch::Alarm'))).toEqual([]);
  });

  test('[P03] what must speak rings when it is silent, and asks for no more than its clock gives', () => {
    const silent = created.filter(({ properties }) => properties.TreatMissingData === 'breaching');

    expect(silent.map(({ properties }) => properties.AlarmName).sort()).toEqual([
      'portiere-Audit-CheckpointStale',
      'portiere-Audit-NotSealed',
      ...['Blocklist', 'Canary', 'Incidents', 'OriginSecret', 'Reports', 'SecurityTxt', 'Status'].map((area) => `portiere-${area}-Silent`),
    ]);
    for (const { properties } of silent) {
      const { runsEverySeconds = 0 } = (privileges as Record<string, FunctionPrivileges>)[runners[properties.AlarmName] ?? ''] ?? {};
      expect(runsEverySeconds).toBeGreaterThan(0);
      expect(properties.Period).toBeGreaterThanOrEqual(runsEverySeconds);
      expect(properties.DatapointsToAlarm * properties.Period).toBeGreaterThanOrEqual(3 * runsEverySeconds);
    }
  });

  const runners: Readonly<Record<string, string>> = {
    'portiere-Audit-CheckpointStale': 'audit',
    'portiere-Audit-NotSealed': 'audit',
    'portiere-Blocklist-Silent': 'blocklist',
    'portiere-Canary-Silent': 'canary',
    'portiere-Incidents-Silent': 'incidents',
    'portiere-OriginSecret-Silent': 'rotation',
    'portiere-Status-Silent': 'status',
    'portiere-SecurityTxt-Silent': 'disclosure',
    'portiere-Reports-Silent': 'triage',
  };

  test('[P03] the dashboard shows the state of every one, a hundred in a widget at most', () => {
    const body = only(synthesized.ofType('AWS::CloudWatch::Dashboard')).properties.DashboardBody;
    const widgets = JSON.parse(body['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'x')).join('')).widgets.filter(
      ({ type }: Properties) => type === 'alarm',
    );
    const shown = widgets.map(({ properties }: Properties) => properties.alarms.length);

    const ofRegion = created.filter(({ stack, properties }) => stack === 'PortiereMonitoring' && properties.AlarmActions);
    const composite = synthesized.ofType('AWS::CloudWatch::CompositeAlarm');
    expect(shown.reduce((sum: number, count: number) => sum + count, 0)).toBe(ofRegion.length + composite.length);
    expect(Math.max(...shown)).toBeLessThanOrEqual(100);
  });

  test('[P03] reach an encrypted topic: CloudWatch may use the key and may publish, for this account only', () => {
    const ofAlarms = synthesized.ofType('AWS::SNS::TopicPolicy').filter(({ logicalId }) => logicalId.startsWith('OnCall'));
    expect(ofAlarms).toHaveLength(5);
    for (const { properties } of ofAlarms) {
      expect(properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': expect.anything() } },
        }),
      );
    }
    for (const { properties } of synthesized
      .ofType('AWS::KMS::Key')
      .filter(({ logicalId }) => !/^(Pepper|SeedsKey|ReportsKey|AuditKey)/.test(logicalId))) {
      expect(properties.KeyPolicy.Statement).toContainEqual(
        expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      );
    }
  });
});

describe('whom they wake', () => {
  const protocolsOf = (synthesis: Synthesized, topic: string) =>
    synthesis
      .ofType('AWS::SNS::Subscription')
      .filter(({ stack, properties }) => stack === 'PortiereMonitoring' && properties.TopicArn.Ref.startsWith(topic))
      .map(({ properties }) => properties.Protocol)
      .sort();

  test('[P03] one kind of channel alone is warned of at synth; two are not', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});

    const single = synthesize({ ...minimalConfig, onCall: [{ sms: '+390200000000' }, { sms: '+390200000001' }] });
    printed.mockRestore();

    expect(single.warnings.filter((warning) => warning.includes('one kind of channel'))).toHaveLength(1);
    expect(synthesized.warnings.filter((warning) => warning.includes('one kind of channel'))).toEqual([]);
    // With phones alone, tickets go there too.
    expect(protocolsOf(single, 'OnCallTicket')).toEqual(['sqs']);
  });
});
