import {
  type AlarmDefinition,
  type AlarmId,
  alarmName,
  alarms,
  type MetricAlarm,
  readAlarmName,
  suffixesOf,
} from '../../contract/alarms.ts';
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
} as const;

let synthesized: Synthesized;
let created: readonly TemplateResource[];
beforeAll(() => {
  // Everything that can have an alarm.
  synthesized = synthesize(everyContact);
  // Those of a roll-out are read by CodeDeploy, wake nobody, and have a test of their own.
  created = synthesized.ofType('AWS::CloudWatch::Alarm').filter(({ stack }) => stack !== 'PortiereApi');
});

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
          Period: definition.periodSeconds,
          EvaluationPeriods: definition.evaluationPeriods,
          DatapointsToAlarm: definition.datapointsToAlarm,
          ComparisonOperator: definition.speaksWhen === 'under' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
          TreatMissingData: definition.missingData ?? 'notBreaching',
        });
        expect(properties.Statistic ?? properties.ExtendedStatistic).toBe(definition.statistic);
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
    for (const { properties } of synthesized.ofType('AWS::KMS::Key').filter(({ logicalId }) => !/^(Pepper|SeedsKey)/.test(logicalId))) {
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
