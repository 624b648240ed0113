import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { arn, role, startOn, writeAssembly } from './services-fixture.ts';

const directory = writeAssembly({
  Demo: {
    template: {
      Resources: {
        Writer: role(
          { Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: arn('Table') },
          { Action: 'sqs:SendMessage', Resource: arn('Queue') },
        ),
        Queue: { Type: 'AWS::SQS::Queue' },
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          },
        },
      },
    },
  },
});

test('a killed process restarts with everything that it had acknowledged', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'data-'));
  const child = spawn(process.execPath, [join(__dirname, 'services-killed.ts'), directory, dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(line);
    if (acknowledged.length === 100) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

  const running = await startOn(directory, dataDirectory);
  const client = new DynamoDBClient(running.clientAs('Writer'));
  const TableName = running.refOf('Table');
  const items = await Promise.all(acknowledged.map((id) => client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))));
  const messages = await running.services.queues.receive(running.arnOf('Queue'), 10_000);

  expect(child.signalCode).toBe('SIGKILL');
  expect(acknowledged.length).toBeGreaterThanOrEqual(100);
  expect(items.filter(({ Item }) => Item === undefined)).toEqual([]);
  expect(messages.map(({ body }) => body)).toEqual(expect.arrayContaining(acknowledged));
  client.destroy();
  await running.stop();
});
