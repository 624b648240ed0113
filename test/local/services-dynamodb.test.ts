import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createMetrics } from '../../local/alarms/metrics.ts';
import { accountKeyPolicy, arn, type RunningServices, role, startOn, writeAssembly } from './services-fixture.ts';

const dataActions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'];
const viaDynamo = { StringEquals: { 'kms:ViaService': 'dynamodb.eu-south-1.amazonaws.com' } };

const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        Owner: role({ Action: [...dataActions, 'dynamodb:DescribeTable', 'dynamodb:DescribeTimeToLive'], Resource: arn('Table') }),
        Reader: role({
          Action: 'dynamodb:GetItem',
          Resource: arn('Table'),
          Condition: {
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['id', 'name'] },
            StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          },
        }),
        Tenant: role({
          Action: 'dynamodb:Query',
          Resource: arn('Events'),
          Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } },
        }),
        WithKey: role(
          { Action: dataActions, Resource: arn('Sealed') },
          { Action: 'kms:Decrypt', Resource: arn('Key'), Condition: viaDynamo },
        ),
        WithoutKey: role({ Action: dataActions, Resource: arn('Sealed') }),
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: accountKeyPolicy } },
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          },
        },
        Events: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            KeySchema: [
              { AttributeName: 'subject', KeyType: 'HASH' },
              { AttributeName: 'at', KeyType: 'RANGE' },
            ],
            AttributeDefinitions: [
              { AttributeName: 'subject', AttributeType: 'S' },
              { AttributeName: 'at', AttributeType: 'S' },
            ],
          },
        },
        Sealed: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
            Replicas: [{ Region: 'eu-south-1', SSESpecification: { KMSMasterKeyId: arn('Key') } }],
          },
        },
      },
    },
  },
});

let running: RunningServices;
const clients: DynamoDBClient[] = [];

function as(roleName: string): DynamoDBClient {
  const client = new DynamoDBClient(running.clientAs(roleName));
  clients.push(client);
  return client;
}

beforeEach(async () => {
  running = await startOn(directory);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await running.stop();
});

test('tables of the template are there at the start, under the names that functions are given', async () => {
  const TableName = running.refOf('Table');

  const { Table } = await as('Owner').send(new DescribeTableCommand({ TableName }));
  const { TimeToLiveDescription } = await as('Owner').send(new DescribeTimeToLiveCommand({ TableName }));

  expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE', TableArn: running.arnOf('Table') });
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
});

test('what a role is not granted is refused with AccessDeniedException, and remembered', async () => {
  const deletion = as('Owner').send(new DeleteItemCommand({ TableName: running.refOf('Table'), Key: { id: { S: 'a' } } }));

  await expect(deletion).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`is not authorized to perform: dynamodb:DeleteItem on resource: ${running.arnOf('Table')}`),
  });
  expect(running.authorizer.denials()).toEqual([expect.objectContaining({ action: 'dynamodb:DeleteItem', count: 1 })]);
});

test('a read that is limited to attributes needs a projection onto them', async () => {
  const TableName = running.refOf('Table');
  await as('Owner').send(new PutItemCommand({ TableName, Item: { id: { S: 'a' }, name: { S: 'Ada' }, hash: { S: 'secret' } } }));
  const read = (projection: object) => as('Reader').send(new GetItemCommand({ TableName, Key: { id: { S: 'a' } }, ...projection }));

  const { Item } = await read({ ProjectionExpression: 'id, #n', ExpressionAttributeNames: { '#n': 'name' } });

  expect(Item).toEqual({ id: { S: 'a' }, name: { S: 'Ada' } });
  await expect(read({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(read({ ProjectionExpression: '#n, #h', ExpressionAttributeNames: { '#n': 'name', '#h': 'hash' } })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  await expect(read({ ProjectionExpression: 'hash.x' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a query that is limited to a partition may read no other', async () => {
  const query = (subject: string) =>
    as('Tenant').send(
      new QueryCommand({
        TableName: running.refOf('Events'),
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'subject' },
        ExpressionAttributeValues: { ':s': { S: subject } },
      }),
    );

  await expect(query('mine')).resolves.toMatchObject({ Count: 0 });
  await expect(query('yours')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test("a table under a customer-managed key needs the key's use on the caller's behalf", async () => {
  const get = new GetItemCommand({ TableName: running.refOf('Sealed'), Key: { id: { S: 'a' } } });

  await expect(as('WithKey').send(get)).resolves.toMatchObject({});
  await expect(as('WithoutKey').send(get)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('kms:Decrypt'),
  });
});

test('a conditional write that loses is told so', async () => {
  const TableName = running.refOf('Table');
  const take = () =>
    as('Owner').send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: 'a' } },
        UpdateExpression: 'SET taken = :t',
        ConditionExpression: 'attribute_not_exists(taken)',
        ExpressionAttributeValues: { ':t': { BOOL: true } },
      }),
    );

  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, take));

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'ConditionalCheckFailedException' } });
});

test('items expire when the clock is moved past their time, and not before', async () => {
  const TableName = running.refOf('Table');
  const owner = as('Owner');
  const inAnHour = String(Math.floor(running.clock.now() / 1000) + 3600);
  await owner.send(new PutItemCommand({ TableName, Item: { id: { S: 'short' }, expiresAt: { N: inAnHour } } }));
  await owner.send(new PutItemCommand({ TableName, Item: { id: { S: 'for ever' } } }));

  const early = await running.services.tables.sweep();
  running.clock.advance(3700);
  await running.services.tables.sweep();

  const get = async (id: string) => (await owner.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;
  expect(early).toBe(0);
  expect(await get('short')).toBeUndefined();
  expect(await get('for ever')).toBeDefined();
});

test('faults show as DynamoDB shows them', async () => {
  const TableName = running.refOf('Table');
  const get = new GetItemCommand({ TableName, Key: { id: { S: 'a' } } });
  const metrics = createMetrics(running.clock.now, 600);
  running.services.serveMetrics(metrics);

  running.faults.set({ service: 'dynamodb', mode: 'error', rate: 1, seconds: 60 });
  await expect(as('Owner').send(get)).rejects.toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
  running.faults.set({ service: 'dynamodb', mode: 'throttle', rate: 1, seconds: 60 });
  await expect(as('Owner').send(get)).rejects.toMatchObject({ name: 'ThrottlingException' });
  running.faults.clear();
  await expect(as('Owner').send(get)).resolves.toMatchObject({});
  // As CloudWatch counts them: errors by operation, throttles by table.
  const count = (name: string, dimensions: Record<string, string>) =>
    metrics.read({ namespace: 'AWS/DynamoDB', name, dimensions }, 'Sum', running.clock.now() - 60_000, running.clock.now() + 60_000);
  expect(count('SystemErrors', { TableName, Operation: 'GetItem' })).toBe(1);
  expect(count('ReadThrottleEvents', { TableName })).toBe(1);
  expect(count('SystemErrors', { TableName })).toBeUndefined();
});

test('an action that is not known is refused aloud', async () => {
  const transaction = as('Owner').send(new TransactWriteItemsCommand({ TransactItems: [] }));

  await expect(transaction).rejects.toMatchObject({ name: 'UnknownOperationException' });
  expect(running.logged).toContain('dynamodb TransactWriteItems is not known to the local system');
});

test('credentials that nobody was given are refused', async () => {
  const { credentials, ...rest } = running.clientAs('Owner');
  const stranger = new DynamoDBClient({ ...rest, credentials: { ...credentials, sessionToken: 'guessed' } });

  const got = stranger.send(new GetItemCommand({ TableName: running.refOf('Table'), Key: { id: { S: 'a' } } }));

  await expect(got).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  stranger.destroy();
});

test('a restart finds every item again', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'data-'));
  const first = await startOn(directory, dataDirectory);
  const TableName = first.refOf('Table');
  const before = new DynamoDBClient(first.clientAs('Owner'));
  await before.send(new PutItemCommand({ TableName, Item: { id: { S: 'kept' } } }));
  before.destroy();
  await first.stop();

  const second = await startOn(directory, dataDirectory);
  const after = new DynamoDBClient(second.clientAs('Owner'));
  const { Item } = await after.send(new GetItemCommand({ TableName, Key: { id: { S: 'kept' } } }));

  expect(Item).toEqual({ id: { S: 'kept' } });
  after.destroy();
  await second.stop();
});
