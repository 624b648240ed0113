/** How alarms reach incidents as deployed: whose topics, by which names of SNS, and what the function behind may do. */
import { minimalConfig, only, type Properties, type Synthesized, synthesize } from './synthesize.ts';

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(minimalConfig);
});

const policyOf = (queue: string) =>
  synthesized
    .ofType('AWS::SQS::QueuePolicy')
    .filter(({ logicalId }) => logicalId.startsWith(queue))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement as Properties[]);

describe('the queue of alarms', () => {
  test('[P04] takes what the paging topics of both regions say, and nothing of the topics of tickets', () => {
    const subscriptions = synthesized
      .ofType('AWS::SNS::Subscription')
      .filter(({ properties }) => properties.Protocol === 'sqs' && JSON.stringify(properties.Endpoint).includes('AlarmsQueue'));

    expect(subscriptions.map(({ stack }) => stack).sort()).toEqual(['PortiereEdgeMonitoring', 'PortiereMonitoring']);
    expect(subscriptions.filter(({ properties }) => !JSON.stringify(properties.TopicArn).includes('OnCallPage'))).toEqual([]);
  });

  test('[P04] lets in SNS on behalf of these two topics, also by the name that it has in a region to opt in to', () => {
    const [statement] = policyOf('AlarmsQueue').filter(({ Sid }) => Sid === 'PagingTopics');
    const sources = statement?.Condition.ArnLike['aws:SourceArn'];

    expect(statement?.Principal).toEqual({ Service: ['sns.amazonaws.com', 'sns.eu-south-1.amazonaws.com'] });
    expect(JSON.stringify(sources[0])).toMatch(/:sns:eu-south-1:.*:PortiereMonitoring-OnCallPage[0-9A-F]{8}-\*"/);
    expect(JSON.stringify(sources[1])).toMatch(/:sns:us-east-1:.*:PortiereEdgeMonitoring-OnCallPage[0-9A-F]{8}-\*"/);
    expect(sources).toHaveLength(2);
  });

  test('[P04] is encrypted with a key that SNS may use for our topics', () => {
    const key = only(synthesized.ofType('AWS::KMS::Key'), 'DataKey').properties.KeyPolicy.Statement as Properties[];
    const [statement] = key.filter(({ Sid }) => Sid === 'TopicsToEncryptedQueues');

    expect(statement?.Principal).toEqual({ Service: ['sns.amazonaws.com', 'sns.eu-south-1.amazonaws.com'] });
    expect(JSON.stringify(statement?.Condition)).toMatch(/:sns:\*:.*:Portiere\*/);
  });
});

describe('the function incidents', () => {
  test('[P04] is told the same topics', () => {
    const { PORTIERE_ALARM_TOPICS } = only(synthesized.ofType('AWS::Lambda::Function'), 'IncidentsFunction').properties.Environment
      .Variables;

    expect(JSON.stringify(PORTIERE_ALARM_TOPICS)).toMatch(
      /PortiereMonitoring-OnCallPage[0-9A-F]{8}-.*PortiereEdgeMonitoring-OnCallPage[0-9A-F]{8}-/,
    );
  });

  test('[P04] is called by its queue and by the clock, every minute', () => {
    const rule = only(synthesized.ofType('AWS::Events::Rule'), 'IncidentsSchedule').properties;
    const mapping = only(synthesized.ofType('AWS::Lambda::EventSourceMapping'), 'IncidentsConsumes').properties;

    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } });
  });

  test('[P27] can neither silence an alarm nor publish one, and reaches no credential', () => {
    const statements = only(synthesized.ofType('AWS::IAM::Role'), 'IncidentsRole').properties.Policies.flatMap(
      ({ PolicyDocument }: Properties) => PolicyDocument.Statement,
    );

    expect(JSON.stringify(statements)).not.toMatch(/cloudwatch:|sns:|ses:|CredentialsTable|SeedsTable|AttemptsTable|IdentitySecret/);
  });
});
