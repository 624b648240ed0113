import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Delivery } from '../../local/services/model.ts';
import { account, accountKeyPolicy, arn, type RunningServices, region, role, startOn, writeAssembly } from './services-fixture.ts';

const identities = `arn:aws:ses:${region}:${account}:identity`;
const alarmArn = `arn:aws:cloudwatch:${region}:${account}:alarm:Functions/Errors`;

function topicPolicy(topic: string, Principal: object) {
  const statement = {
    Effect: 'Allow',
    Principal,
    Action: 'sns:Publish',
    Resource: { Ref: topic },
    Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:*:${account}:alarm:*` } },
  };
  return {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [{ Ref: topic }], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
  };
}

const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        Mailer: role({
          Action: 'ses:SendEmail',
          Resource: [`${identities}/portiere.example`, `${identities}/no-reply@other.example`],
          Condition: { StringLike: { 'ses:FromAddress': 'no-reply@*' } },
        }),
        Publisher: role({ Action: 'sns:Publish', Resource: { Ref: 'Pages' } }),
        Domain: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'portiere.example' } },
        Pages: {
          Type: 'AWS::SNS::Topic',
          Properties: { TopicName: 'pages', Subscription: [{ Protocol: 'sms', Endpoint: '+390000000001' }] },
        },
        Post: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: { Ref: 'Pages' }, Protocol: 'email', Endpoint: 'on-call@example.com' },
        },
        Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
        InboxPolicy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Inbox' }],
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Service: 'sns.amazonaws.com' },
                  Action: 'sqs:SendMessage',
                  Resource: arn('Inbox'),
                  Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Pages' } } },
                },
              ],
            },
          },
        },
        ToInbox: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Pages' }, Protocol: 'sqs', Endpoint: arn('Inbox') } },
        ClosedToInbox: {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: { Ref: 'Closed' }, Protocol: 'sqs', Endpoint: arn('Inbox') },
        },
        PagesPolicy: topicPolicy('Pages', { Service: 'cloudwatch.amazonaws.com' }),
        Closed: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'closed' } },
        ClosedPolicy: topicPolicy('Closed', { Service: 'events.amazonaws.com' }),
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: accountKeyPolicy } },
        Sealed: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'sealed', KmsMasterKeyId: arn('Key') } },
      },
    },
  },
});

let running: RunningServices;
let ses: SESv2Client;

beforeEach(async () => {
  running = await startOn(directory);
  ses = new SESv2Client(running.clientAs('Mailer'));
});

afterEach(async () => {
  ses.destroy();
  await running.stop();
});

function mailTo(to: string, FromEmailAddress = 'Portiere <no-reply@portiere.example>', subject = 'Verify') {
  const Body = { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } };
  return new SendEmailCommand({
    FromEmailAddress,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: { Data: subject }, Body } },
  });
}

describe('mail', () => {
  test('lies in the mailbox, newest first, by recipient', async () => {
    await ses.send(mailTo('a@example.com', undefined, 'first'));
    running.clock.advance(60);
    await ses.send(mailTo('A@example.com', undefined, 'second'));
    await ses.send(mailTo('b@example.com'));

    const mails = running.services.mailbox.list('a@example.com');

    expect(mails).toMatchObject([
      { to: 'A@example.com', subject: 'second', text: 'text', html: '<p>html</p>', from: 'Portiere <no-reply@portiere.example>' },
      { to: 'a@example.com', subject: 'first' },
    ]);
    expect(Date.parse(mails[0]?.sentAt ?? '') - Date.parse(mails[1]?.sentAt ?? '')).toBeGreaterThanOrEqual(60_000);
    expect(running.services.mailbox.list()).toHaveLength(3);
  });

  test('is still there after a restart, and new mail comes before it', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'data-'));
    for (const subject of ['first', 'second']) {
      const system = await startOn(directory, dataDirectory);
      const client = new SESv2Client(system.clientAs('Mailer'));
      await client.send(mailTo('a@example.com', undefined, subject));
      client.destroy();
      await system.stop();
    }

    const system = await startOn(directory, dataDirectory);

    expect(system.services.mailbox.list().map(({ subject }) => subject)).toEqual(['second', 'first']);
    await system.stop();
  });

  test('from an address whose identity the templates do not declare is rejected', async () => {
    const sent = ses.send(mailTo('a@example.com', 'no-reply@other.example'));

    await expect(sent).rejects.toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('Email address is not verified'),
    });
  });

  test('from an address that the role may not use is denied', async () => {
    const sent = ses.send(mailTo('a@example.com', 'boss@portiere.example'));

    await expect(sent).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(running.services.mailbox.list()).toEqual([]);
  });

  test('to what is no address is refused', async () => {
    await expect(ses.send(mailTo('nobody'))).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  test('fails and is throttled as SES does it', async () => {
    running.faults.set({ service: 'ses', mode: 'error', rate: 1, seconds: 60 });
    await expect(ses.send(mailTo('a@example.com'))).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    running.faults.set({ service: 'ses', mode: 'throttle', rate: 1, seconds: 60 });
    await expect(ses.send(mailTo('a@example.com'))).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });
});

describe('topics', () => {
  const heard: Delivery[] = [];

  beforeEach(() => {
    heard.length = 0;
    running.services.topics.onDelivery((delivery) => heard.push(delivery));
  });

  test('what an alarm publishes reaches each subscription', async () => {
    const topicArn = running.refOf('Pages');

    await running.services.topics.publish(topicArn, { subject: 'ALARM', message: '{}' }, 'cloudwatch.amazonaws.com', alarmArn);

    expect(heard).toMatchObject([
      { protocol: 'sms', endpoint: '+390000000001', subject: 'ALARM', message: '{}', topicArn },
      { protocol: 'email', endpoint: 'on-call@example.com' },
      { protocol: 'sqs' },
    ]);
  });

  test('a topic whose policy does not know alarms gets nothing, and says why', async () => {
    const published = running.services.topics.publish(running.refOf('Closed'), { message: '{}' }, 'cloudwatch.amazonaws.com', alarmArn);

    await expect(published).rejects.toThrow('gets nothing from cloudwatch.amazonaws.com');
  });

  test('an encrypted topic gets nothing from alarms whose key policy forgets them', async () => {
    const published = running.services.topics.publish(running.refOf('Sealed'), { message: '{}' }, 'cloudwatch.amazonaws.com', alarmArn);

    await expect(published).rejects.toThrow('kms:GenerateDataKey');
  });

  test('a role publishes by the query protocol, where it may', async () => {
    const publish = async (topic: string) => {
      const { accessKeyId, sessionToken } = running.services.credentialsFor(running.arnOf('Publisher'));
      const body = new URLSearchParams({ Action: 'Publish', TopicArn: running.refOf(topic), Message: 'hello', Subject: 'greeting' });
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/sns/aws4_request, SignedHeaders=host, Signature=0`;
      const response = await fetch(running.services.endpoint, {
        method: 'POST',
        body,
        headers: { authorization, 'x-amz-security-token': sessionToken },
      });
      return { status: response.status, text: await response.text() };
    };

    const [allowed, denied] = [await publish('Pages'), await publish('Closed')];

    expect(allowed).toMatchObject({ status: 200, text: expect.stringMatching(/<MessageId>[\w-]{36}<\/MessageId>/) });
    expect(denied).toMatchObject({ status: 403, text: expect.stringContaining('<Code>AuthorizationError</Code>') });
    expect(heard.map(({ message, subject }) => [message, subject])).toEqual(Array(3).fill(['hello', 'greeting']));
  });

  test('phones and mailboxes get texts of their own where there are such', async () => {
    const notification = { message: '{"AlarmName":"a"}', byProtocol: { sms: 'short', email: 'long' } };

    await running.services.topics.publish(running.refOf('Pages'), notification, 'cloudwatch.amazonaws.com', alarmArn);

    expect(heard.map(({ protocol, message }) => `${protocol} ${message}`).sort()).toEqual([
      'email long',
      'sms short',
      'sqs {"AlarmName":"a"}',
    ]);
  });

  test('a queue gets what its policy lets a topic send, in the envelope of SNS, and nothing else', async () => {
    const receive = () => running.services.queues.receive(running.arnOf('Inbox'), 10);
    const arrived = new Promise<string>((resolve) => running.services.queues.onMessage(resolve));

    await running.services.topics.publish(
      running.refOf('Pages'),
      { subject: 'ALARM', message: '{}' },
      'cloudwatch.amazonaws.com',
      alarmArn,
    );
    await arrived;
    const [message, ...more] = await receive();
    await running.services.topics.publish(running.refOf('Closed'), { message: '{}' }, 'events.amazonaws.com', alarmArn);
    while (running.logged.length === 0) await new Promise((resolve) => setImmediate(resolve));

    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      Type: 'Notification',
      TopicArn: running.refOf('Pages'),
      Subject: 'ALARM',
      Message: '{}',
    });
    expect([more, await receive()]).toEqual([[], []]);
    expect(running.logged).toEqual([expect.stringContaining(`gets nothing from the topic ${running.refOf('Closed')}`)]);
  });
});

test('a service that is not known is refused aloud', async () => {
  const authorization = `AWS4-HMAC-SHA256 Credential=x/20260101/${region}/xray/aws4_request, SignedHeaders=host, Signature=0`;

  const response = await fetch(`${running.services.endpoint}/traces`, { headers: { authorization } });

  expect(response.status).toBe(400);
  expect(running.logged).toEqual(['the AWS service xray is not known to the local system: GET /traces']);
});
