/** A process that serves until it is killed: writes by the SDK, and prints the number of each write after it was acknowledged. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startOn } from './services-fixture.ts';

const [directory = '', dataDirectory = ''] = process.argv.slice(2);
const running = await startOn(directory, dataDirectory);
const dynamoDb = new DynamoDBClient(running.clientAs('Writer'));
const sqs = new SQSClient(running.clientAs('Writer'));
const QueueUrl = running.services.withLocalQueueUrls(running.refOf('Queue'));

let next = 0;
async function writeForEver(): Promise<never> {
  for (;;) {
    const number = String(next++);
    await dynamoDb.send(new PutItemCommand({ TableName: running.refOf('Table'), Item: { id: { S: number } } }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: number }));
    process.stdout.write(`${number}\n`);
  }
}
await Promise.all(Array.from({ length: 4 }, writeForEver));
