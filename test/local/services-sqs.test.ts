import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { accountKeyPolicy, arn, type RunningServices, role, startOn, writeAssembly } from './services-fixture.ts';

const every = ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].map(
  (action) => `sqs:${action}`,
);

const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        Worker: role({ Action: every, Resource: [arn('Mail'), arn('Sealed')] }),
        Sender: role({ Action: 'sqs:SendMessage', Resource: arn('Mail') }),
        Mail: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            VisibilityTimeout: 60,
            MessageRetentionPeriod: 86_400,
            RedrivePolicy: { deadLetterTargetArn: arn('DeadLetters'), maxReceiveCount: 2 },
          },
        },
        DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: accountKeyPolicy } },
        Sealed: { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: arn('Key') } },
      },
    },
  },
});

let running: RunningServices;
let worker: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  running = await startOn(directory);
  worker = new SQSClient(running.clientAs('Worker'));
  QueueUrl = running.services.withLocalQueueUrls(running.refOf('Mail'));
});

afterEach(async () => {
  worker.destroy();
  await running.stop();
});

async function receive(options: object = {}) {
  const { Messages = [] } = await worker.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'], ...options }),
  );
  return Messages;
}

test('a message is received once, hidden while somebody works on it, and gone when it is deleted', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));

  const [first] = await receive();
  const whileHidden = await receive();
  await worker.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  running.clock.advance(61);

  expect(first).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '1' } });
  expect(whileHidden).toEqual([]);
  expect(await receive()).toEqual([]);
});

test('a message that nobody deletes comes back after its visibility timeout', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  await receive();

  running.clock.advance(61);

  expect(await receive()).toMatchObject([{ Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } }]);
});

test('visibility can be changed while the message is in flight: later, or at once', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  const [message] = await receive();
  const change = (VisibilityTimeout: number) =>
    worker.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }));

  await change(900);
  running.clock.advance(61);
  const stillHidden = await receive();
  await change(0);

  expect(stillHidden).toEqual([]);
  expect(await receive()).toHaveLength(1);
  await expect(change(43_201)).rejects.toMatchObject({ message: expect.stringContaining('Must be between 0 and 43200') });
});

test('an older receipt holds no more', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  const [first] = await receive();
  running.clock.advance(61);
  await receive();

  await worker.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));

  expect(running.services.queues.depth(running.arnOf('Mail'))).toMatchObject({ inFlight: 1 });
});

test('what was received as often as the redrive policy allows goes to the dead-letter queue, with its age', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await receive()).toHaveLength(1);
    running.clock.advance(61);
  }

  const third = await receive();

  expect(third).toEqual([]);
  expect(running.services.queues.depth(running.arnOf('Mail'))).toMatchObject({ visible: 0, inFlight: 0, oldestAgeSeconds: 0 });
  const dead = running.services.queues.depth(running.arnOf('DeadLetters'));
  expect(dead).toMatchObject({ visible: 1 });
  expect(dead.oldestAgeSeconds).toBeGreaterThanOrEqual(122);
  expect(await running.services.queues.receive(running.arnOf('DeadLetters'), 1)).toMatchObject([{ body: 'poison' }]);
});

test('a delayed message waits, and an old one is forgotten', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));

  const early = await receive();
  running.clock.advance(901);
  const inTime = await receive({ VisibilityTimeout: 0 });
  running.clock.advance(86_400);

  expect(early).toEqual([]);
  expect(inTime).toHaveLength(1);
  expect(await receive()).toEqual([]);
});

test('a batch is taken entry by entry', async () => {
  const Entries = [
    { Id: 'good', MessageBody: 'a' },
    { Id: 'bad', MessageBody: 'b', DelaySeconds: 901 },
  ];

  const { Successful, Failed } = await worker.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(Failed?.map(({ Id }) => Id)).toEqual(['bad']);
});

test('depth and settings are told', async () => {
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b' }));
  await receive({ MaxNumberOfMessages: 1 });

  const { Attributes } = await worker.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    VisibilityTimeout: '60',
  });
});

test('listeners hear of each message that can be received', async () => {
  const heard: string[] = [];
  running.services.queues.onMessage((queueArn) => heard.push(queueArn));

  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));

  expect(heard).toEqual([running.arnOf('Mail')]);
});

test('a role that may only send can neither receive by the API nor have an event source', async () => {
  const sender = new SQSClient(running.clientAs('Sender'));

  const receive = () => sender.send(new ReceiveMessageCommand({ QueueUrl }));
  const poll = () => running.services.queues.receive(running.arnOf('Mail'), 1, undefined, running.arnOf('Sender'));

  await expect(receive()).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('sqs:ReceiveMessage') });
  await expect(poll()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  sender.destroy();
});

test("an encrypted queue needs the key's use on the caller's behalf", async () => {
  const sealed = running.services.withLocalQueueUrls(running.refOf('Sealed'));

  const sent = worker.send(new SendMessageCommand({ QueueUrl: sealed, MessageBody: 'a' }));

  await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('kms:GenerateDataKey') });
});

test('a queue that is not there is named as SQS names it', async () => {
  const sent = worker.send(new SendMessageCommand({ QueueUrl: `${running.services.endpoint}/000000000000/nothing`, MessageBody: 'a' }));

  await expect(sent).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('a restart finds messages, receipts and counts again', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'data-'));
  const first = await startOn(directory, dataDirectory);
  const client = new SQSClient(first.clientAs('Worker'));
  const url = first.services.withLocalQueueUrls(first.refOf('Mail'));
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'waiting' }));
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'second' }));
  await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
  client.destroy();
  await first.stop();

  const second = await startOn(directory, dataDirectory);
  const depth = second.services.queues.depth(second.arnOf('Mail'));
  second.clock.advance(61);
  const messages = await second.services.queues.receive(second.arnOf('Mail'), 10);

  expect(depth).toMatchObject({ visible: 1, inFlight: 1 });
  expect(messages.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([
    ['waiting', '2'],
    ['second', '1'],
  ]);
  await second.stop();
});
