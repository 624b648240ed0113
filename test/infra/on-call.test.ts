/** Whom an alarm reaches, by which ways, and that those fail apart. */
import { type AlarmDefinition, alarms } from '../../contract/alarms.ts';
import { parseConfig } from '../../lib/config.ts';
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

const routingKeySecret = 'portiere/pagerduty';
const config = {
  ...minimalConfig,
  onCall: [...minimalConfig.onCall, { https: 'https://hooks.example.com/on-call' }, { pagerDuty: { routingKeySecret, region: 'eu' } }],
  heartbeat: { url: 'https://hc-ping.example.com/0000', everyMinutes: 10 },
  runbookUrl: 'https://wiki.example.com/runbook',
} as const;

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(config);
});

/** Of the function that words pages, or of the one that writes incidents. */
const queueOf = (endpoint: unknown) => (JSON.stringify(endpoint).includes('PagesQueue') ? 'pages' : 'incidents');
const reached = (stack: string, topic: string) =>
  synthesized
    .ofType('AWS::SNS::Subscription')
    .filter((subscription) => subscription.stack === stack && subscription.properties.TopicArn.Ref.startsWith(topic))
    .map(
      ({ properties }) =>
        `${properties.Protocol} ${typeof properties.Endpoint === 'string' ? properties.Endpoint : queueOf(properties.Endpoint)}`,
    )
    .sort();
const mail = 'email on-call@example.com';
const hook = 'https https://hooks.example.com/on-call';
const phone = 'sms +390200000000';

describe('whom an alarm reaches', () => {
  test('[P03] a page: mailboxes and webhooks straight from CloudWatch, phones by the function that words it, each contact once', () => {
    expect(reached('PortiereMonitoring', 'OnCallPage')).toEqual([mail, hook, 'sqs pages', 'sqs incidents'].sort());
    expect(reached('PortiereApi', 'PagesPhones')).toEqual([phone]);
  });

  test('[P03] a ticket leaves the phones asleep', () => {
    expect(reached('PortiereMonitoring', 'OnCallTicket')).toEqual([mail, hook].sort());
  });

  test('[P03] what goes wrong on that way is told by a second one: to everybody directly, by a topic that nothing else uses', () => {
    expect(reached('PortiereMonitoring', 'OnCallSecondWay')).toEqual([mail, hook, phone].sort());
    const rows = Object.entries<AlarmDefinition>(alarms).filter(([, { aboutOnCall }]) => aboutOnCall);
    const users = synthesized
      .ofType('AWS::CloudWatch::Alarm')
      .filter(({ properties }) => JSON.stringify(properties.AlarmActions ?? []).includes('OnCallSecondWay'))
      .map(({ properties }) => properties.AlarmName as string);
    expect(rows.length).toBeGreaterThan(2);
    expect(users.every((name) => rows.some(([id]) => name.startsWith(`portiere-${id.replace('/', '-')}`)))).toBe(true);
    expect(rows.every(([id]) => users.some((name) => name.startsWith(`portiere-${id.replace('/', '-')}`)))).toBe(true);
  });

  test('[P03] an alarm of the edge reaches everybody: mailboxes from us-east-1, phones by the function that words it, across regions', () => {
    expect(reached('PortiereEdgeMonitoring', 'OnCallPage')).toEqual([mail, hook, 'sqs pages', 'sqs incidents'].sort());
    expect(reached('PortiereEdgeMonitoring', 'OnCallTicket')).toEqual([mail, hook].sort());
  });

  test('[P03] the queue of the pages takes messages of our own topics only, and keeps what nobody could deliver', () => {
    const queue = only(synthesized.ofType('AWS::SQS::Queue'), 'PagesQueue');
    const policy = synthesized.ofType('AWS::SQS::QueuePolicy').find(({ properties }) => properties.Queues[0].Ref === queue.logicalId);

    const allowing = policy?.properties.PolicyDocument.Statement.filter(({ Effect }: Properties) => Effect === 'Allow');
    expect(allowing).toEqual([
      expect.objectContaining({
        // In a region that an account opts in to, SNS hands over what comes from another by that region's own name.
        Principal: { Service: ['sns.amazonaws.com', 'sns.eu-south-1.amazonaws.com'] },
        Action: 'sqs:SendMessage',
        Condition: { ArnLike: { 'aws:SourceArn': [expect.anything(), expect.anything()] } },
      }),
    ]);
    const [own, ofTheEdge] = allowing[0].Condition.ArnLike['aws:SourceArn'].map((arn: unknown) => JSON.stringify(arn));
    expect(own).toMatch(/:sns:eu-south-1:.*:Portiere\*/);
    expect(ofTheEdge).toMatch(/:sns:us-east-1:.*:Portiere\*/);
    expect(queue.properties.RedrivePolicy.maxReceiveCount).toBe(5);
  });

  test('[P03] every alarm says in its description where to read on; a mail is not cut', () => {
    const telling = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
      .flatMap((type) => synthesized.ofType(type))
      .filter(({ properties }) => properties.AlarmActions);
    for (const { properties } of telling) {
      const text = JSON.stringify(properties.AlarmDescription);

      expect(text).toMatch(/Runbook: https:\/\/wiki\.example\.com\/runbook#portiere-\w+-\w+ Dashboard: https:/);
      expect(text.length).toBeLessThan(1000);
    }
  });
});

describe('PagerDuty', () => {
  const rules = () => synthesized.ofType('AWS::Events::Rule').filter(({ logicalId }) => logicalId.startsWith('PagerDuty'));
  const ruleOf = (id: string) =>
    only(
      rules().filter(({ stack }) => stack === 'PortiereMonitoring'),
      `PagerDuty${id}`,
    );
  /** As EventBridge fills in a template: `<name>` in a string, or alone. */
  const transform = ({ InputPathsMap, InputTemplate }: Properties, event: Properties): Properties => {
    const read = (path: string) =>
      path
        .replace('$.', '')
        .split(/[.[\]]+/)
        .filter(Boolean)
        .reduce<Properties>((value, key) => value?.[key], event);
    // Every second part is a name: a string of its own where it stands alone, escaped where it stands in one.
    const filled = (InputTemplate as string).split(/<([^>]+)>/).reduce((before, part, index) => {
      if (index % 2 === 0) return before + part;
      const text = JSON.stringify(String(read(InputPathsMap[part]) ?? ''));
      const isInString = (before.match(/(?<!\\)"/g) ?? []).length % 2 === 1;
      return before + (isInString ? text.slice(1, -1) : text);
    }, '');
    return JSON.parse(filled);
  };
  const arn = 'arn:aws:cloudwatch:eu-south-1:123456789012:alarm:portiere-Kms-Denied';
  const event = {
    time: '2026-11-28T02:10:00Z',
    resources: [arn],
    detail: {
      alarmName: 'portiere-Kms-Denied',
      configuration: { description: alarms['Kms/Denied'].means },
      state: { value: 'ALARM', reason: 'Threshold Crossed: 1 datapoint [3.0] was greater than or equal to the threshold (1.0).' },
    },
  };

  test('[P03] gets an event of its version 2: what, since when, how bad, and where to read on', () => {
    const [target] = ruleOf('Trigger').properties.Targets;

    const body = transform(target.InputTransformer, event);

    expect(body).toEqual({
      event_action: 'trigger',
      dedup_key: arn,
      client: 'Portiere',
      client_url: expect.stringContaining('dashboard/portiere'),
      payload: {
        summary: `portiere-Kms-Denied: ${alarms['Kms/Denied'].means}`,
        severity: 'critical',
        source: 'Portiere in eu-south-1',
        timestamp: '2026-11-28T02:10:00Z',
        class: 'portiere-Kms-Denied',
        custom_details: { reason: event.detail.state.reason },
      },
      links: [
        { href: 'https://wiki.example.com/runbook', text: 'Runbook' },
        { href: expect.stringContaining('dashboard/portiere'), text: 'Dashboard' },
      ],
    });
    expect(body.payload.summary.length).toBeLessThanOrEqual(1024);
  });

  test('[P03] the end of an alarm resolves the same incident, and where alarms start is no news', () => {
    const { Targets, EventPattern } = ruleOf('Resolve').properties;

    expect(transform(Targets[0].InputTransformer, event)).toMatchObject({ event_action: 'resolve', dedup_key: arn });
    expect(EventPattern.detail).toMatchObject({ state: { value: ['OK'] }, previousState: { value: ['ALARM'] } });
  });

  test('[P03] hears of every alarm that wakes somebody and of no other, in both regions; not while a maintenance silences it', () => {
    expect(
      rules()
        .map(({ stack }) => stack)
        .sort(),
    ).toEqual(['PortiereEdgeMonitoring', 'PortiereEdgeMonitoring', 'PortiereMonitoring', 'PortiereMonitoring']);
    for (const { properties } of rules()) {
      const patterns: (string | { prefix: string })[] = properties.EventPattern.detail.alarmName;
      const isMatched = (name: string) =>
        patterns.some((pattern) => (typeof pattern === 'string' ? pattern === name : name.startsWith(pattern.prefix)));
      const all = synthesized.ofType('AWS::CloudWatch::Alarm').concat(synthesized.ofType('AWS::CloudWatch::CompositeAlarm'));
      for (const { properties: alarm } of all) {
        // The windows of a burn rate and the alarms of a roll-out tell nobody; nor do they here.
        const wakes = /OnCall(Page|SecondWay)/.test(JSON.stringify(alarm.AlarmActions ?? []));
        expect([alarm.AlarmName, isMatched(alarm.AlarmName)]).toEqual([alarm.AlarmName, wakes]);
      }
      expect(properties.EventPattern.detail.state.actionsSuppressedBy).toEqual([{ exists: false }]);
      expect(JSON.stringify(properties.EventPattern).length).toBeLessThan(2048);
    }
  });

  test('[P03] its routing key stands in no template, and its own service is called over HTTPS', () => {
    const [connection] = synthesized.ofType('AWS::Events::Connection');
    const [destination] = synthesized.ofType('AWS::Events::ApiDestination');

    const resolved = `{{resolve:secretsmanager:${routingKeySecret}:SecretString:::}}`;
    expect(connection?.properties.AuthParameters.InvocationHttpParameters.BodyParameters).toEqual([
      { Key: 'routing_key', Value: resolved, IsValueSecret: true },
    ]);
    expect(connection?.properties.AuthParameters.ApiKeyAuthParameters.ApiKeyValue).toBe(resolved);
    expect(destination?.properties.InvocationEndpoint).toBe('https://events.eu.pagerduty.com/v2/enqueue');
  });
});

test('[P03] the function that writes to phones is started every minute, and its failure rings by the second way within the next', () => {
  const rule = only(synthesized.ofType('AWS::Events::Rule'), 'PagerSchedule');
  const alarm = synthesized
    .ofType('AWS::CloudWatch::Alarm')
    .find(({ properties }) => properties.AlarmName === 'portiere-OnCall-PagerFailing');

  expect(rule.properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  expect(alarm?.properties).toMatchObject({
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
  });
  expect(JSON.stringify(alarm?.properties.AlarmActions)).toContain('OnCallSecondWay');
});

describe('the heartbeat', () => {
  test("[P03] goes every ten minutes by topic, queue and function, as a page does, to the dead-man's switch", () => {
    const rule = only(synthesized.ofType('AWS::Events::Rule'), 'PagesHeartbeatSchedule');
    const { Variables } = only(synthesized.ofType('AWS::Lambda::Function'), 'PagerFunction').properties.Environment;

    expect(rule.properties.ScheduleExpression).toBe('rate(10 minutes)');
    expect(rule.properties.Targets).toEqual([expect.objectContaining({ Input: '{"task":"heartbeat"}' })]);
    expect(reached('PortiereApi', 'PagesHeartbeat')).toEqual(['sqs pages']);
    expect(JSON.stringify(Variables.PORTIERE_PAGING)).toContain('https://hc-ping.example.com/0000');
  });

  test('is not there unless it is configured', () => {
    const plain = synthesize(minimalConfig);

    expect(plain.resources.filter(({ logicalId }) => logicalId.includes('Heartbeat'))).toEqual([]);
    expect(plain.resources.filter(({ logicalId }) => logicalId.startsWith('PagerDuty'))).toEqual([]);
  });
});

describe('a mistake in the configuration is refused, with what to do', () => {
  test.each([
    [
      'a routing key in place of its secret',
      { onCall: [{ pagerDuty: { routingKeySecret: '0123456789abcdef0123456789ABCDEF' } }] },
      /never the key itself/,
    ],
    ['a runbook over plain HTTP', { runbookUrl: 'http://wiki.example.com/runbook' }, /runbookUrl .*give the https address/],
    ['a runbook with an anchor', { runbookUrl: 'https://wiki.example.com/runbook#top' }, /without an anchor/],
    ['a runbook that is no address', { runbookUrl: 'wiki' }, /runbookUrl is "wiki"/],
    ['a heartbeat over plain HTTP', { heartbeat: { url: 'http://hc-ping.example.com/1' } }, /heartbeat\.url/],
    ['a heartbeat every minute', { heartbeat: { url: 'https://hc-ping.example.com/1', everyMinutes: 1 } }, /from 5 to 60/],
  ])('%s', (_, change, message) => {
    expect(() => parseConfig({ ...minimalConfig, ...change })).toThrow(message);
  });
});
