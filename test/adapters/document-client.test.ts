/** Our way to DynamoDB, against a service on loopback that answers as it is told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '../../lambda/adapters/document-client.ts';
import { HttpHandler } from '../../lambda/adapters/http-handler.ts';

interface Seen {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}
type Answer = { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> };
/** What comes of the n-th request, counted from 1; a function may leave it without an answer. */
type Behaviour = (number: number, response: ServerResponse) => Answer | undefined;

const item = { accountId: { S: 'a-1' }, signIns: { N: '3' } };
const credentials = { accessKeyId: 'AKIDFIRST', secretAccessKey: 'secret', sessionToken: 'token' };

let server: Server;
let seen: Seen[];
let behave: Behaviour;
let client: DynamoDBDocumentClient | undefined;

beforeEach(async () => {
  seen = [];
  behave = () => ({ body: { Item: item } });
  server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ headers: request.headers as Record<string, string>, body: JSON.parse(Buffer.concat(chunks).toString()) });
    const answer = behave(seen.length, response);
    if (answer === undefined) return;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/x-amz-json-1.0', ...answer.headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  client?.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function createClient({ requestTimeout = 5000, provider = credentials as AwsCredentialIdentityProvider | typeof credentials } = {}) {
  client = new DynamoDBDocumentClient({
    requestHandler: new HttpHandler({ connectionTimeout: 1000, requestTimeout }),
    maxAttempts: 3,
    region: 'eu-south-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: provider,
  });
  return client;
}

const read = (from: DynamoDBDocumentClient) => from.send(new GetCommand({ TableName: 'accounts', Key: { accountId: 'a-1' } }));
const fault = (name: string, status = 400): Answer => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' },
});

describe('A call to DynamoDB', () => {
  it('names its operation, encodes what it sends and decodes what comes back', async () => {
    const to = createClient();
    behave = (number) => [{ body: { Item: item } }, {}, { body: { Attributes: item } }, {}, { body: { Items: [item, item] } }][number - 1];

    const answers = [
      await read(to),
      await to.send(new PutCommand({ TableName: 'accounts', Item: { accountId: 'a-1', gone: undefined, seed: new Uint8Array([1, 2]) } })),
      await to.send(
        new UpdateCommand({
          TableName: 'accounts',
          Key: { accountId: 'a-1' },
          UpdateExpression: 'SET #n = :n',
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':n': 4 },
          ReturnValues: 'ALL_NEW',
        }),
      ),
      await to.send(new DeleteCommand({ TableName: 'accounts', Key: { accountId: 'a-1' } })),
      await to.send(
        new QueryCommand({ TableName: 'accounts', KeyConditionExpression: '#a = :a', ExclusiveStartKey: { accountId: 'a-0' } }),
      ),
    ];

    const plain = { accountId: 'a-1', signIns: 3 };
    expect(answers).toEqual([{ Item: plain }, {}, { Attributes: plain }, {}, { Items: [plain, plain] }]);
    expect(seen.map(({ headers }) => headers['x-amz-target'])).toEqual(
      ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map((operation) => `DynamoDB_20120810.${operation}`),
    );
    expect(seen[1]?.body.Item).toEqual({ accountId: { S: 'a-1' }, seed: { B: 'AQI=' } });
    expect(seen[2]?.body.ExpressionAttributeValues).toEqual({ ':n': { N: '4' } });
    expect(seen[4]?.body.ExclusiveStartKey).toEqual({ accountId: { S: 'a-0' } });
  });

  it('goes to the endpoint of the region, in the partition of the region, unless the environment names another', async () => {
    const asked: string[] = [];
    const handler = new HttpHandler({ connectionTimeout: 1, requestTimeout: 1 });
    handler.handle = (request) => {
      asked.push(`${request.protocol}//${request.hostname}`);
      return Promise.reject(Object.assign(new Error('enough'), { name: 'Enough' }));
    };
    const ask = (region: string) =>
      read(new DynamoDBDocumentClient({ requestHandler: handler, maxAttempts: 1, region, credentials })).catch((error) => error.name);
    const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
    try {
      delete process.env.AWS_ENDPOINT_URL;
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
      await ask('eu-south-1');
      await ask('cn-north-1');
      process.env.AWS_ENDPOINT_URL = 'http://every.example';
      await ask('eu-south-1');
      process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://dynamodb.example';
      await ask('eu-south-1');
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
      if (AWS_ENDPOINT_URL) process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
      if (AWS_ENDPOINT_URL_DYNAMODB) process.env.AWS_ENDPOINT_URL_DYNAMODB = AWS_ENDPOINT_URL_DYNAMODB;
    }

    expect(asked).toEqual([
      'https://dynamodb.eu-south-1.amazonaws.com',
      'https://dynamodb.cn-north-1.amazonaws.com.cn',
      'http://every.example',
      'http://dynamodb.example',
    ]);
  });

  it('is tried again when it is throttled or the service fails, three times in all', async () => {
    behave = (number) =>
      number < 3
        ? fault(number === 1 ? 'ProvisionedThroughputExceededException' : 'InternalServerError', number === 1 ? 400 : 500)
        : { body: {} };

    await expect(read(createClient())).resolves.toEqual({});

    behave = () => fault('InternalServerError', 500);
    seen.length = 0;
    await expect(read(createClient())).rejects.toMatchObject({ name: 'InternalServerError', $fault: 'server' });
    expect(seen.length).toBe(3);
  });

  it('is not tried again when DynamoDB refuses it', async () => {
    for (const name of ['ValidationException', 'ResourceNotFoundException', 'ConditionalCheckFailedException', 'SerializationException']) {
      seen.length = 0;
      behave = () => fault(name);

      await expect(read(createClient())).rejects.toMatchObject({ name, message: 'no', $fault: 'client' });
      expect(seen.length).toBe(1);
    }
  });

  it('says by its class that a condition did not hold, and nothing else does', async () => {
    behave = () => fault('ConditionalCheckFailedException');
    const refused = await read(createClient()).catch((error) => error);
    behave = () => fault('ValidationException');
    const invalid = await read(createClient()).catch((error) => error);

    expect([refused, invalid].map((error) => error instanceof ConditionalCheckFailedException)).toEqual([true, false]);
    expect([refused, invalid].map((error) => error instanceof DynamoDBServiceException)).toEqual([true, true]);
  });

  it('fails when no answer comes in time, or stops half way, or is not JSON', async () => {
    behave = () => undefined;
    await expect(read(createClient({ requestTimeout: 50 }))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(seen.length).toBe(3);

    behave = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"Item":');
      return undefined;
    };
    await expect(read(createClient({ requestTimeout: 50 }))).rejects.toMatchObject({ name: 'TimeoutError' });

    behave = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"Item":', () => response.destroy());
      return undefined;
    };
    await expect(read(createClient())).rejects.toMatchObject({ code: 'ECONNRESET' });

    behave = () => ({ body: '<html>' });
    await expect(read(createClient())).rejects.toThrow(SyntaxError);

    behave = () => ({ status: 503, body: '<html>' });
    seen.length = 0;
    await expect(read(createClient())).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(seen.length).toBe(3);
  });

  it('is tried again on a fresh connection when the kept one was closed meanwhile', async () => {
    const to = createClient();
    await read(to);
    behave = (number, response) => {
      if (number > 2) return { body: { Item: item } };
      response.destroy();
      return undefined;
    };

    await expect(read(to)).resolves.toEqual({ Item: { accountId: 'a-1', signIns: 3 } });
  });

  it('that no connection stands for fails', async () => {
    const to = createClient();
    await new Promise((resolve) => server.close(resolve));

    await expect(read(to)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('The signature of a call', () => {
  const timeOf = ({ headers }: Seen) =>
    Date.parse((headers['x-amz-date'] ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

  it('covers the host, the operation, the time and the session', async () => {
    await read(createClient());

    const signedHeaders = /SignedHeaders=([^,]+)/.exec(seen[0]?.headers.authorization ?? '')?.[1]?.split(';');
    expect(signedHeaders).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target', 'content-type']));
    expect(seen[0]?.headers.authorization).toContain('Credential=AKIDFIRST/');
    expect(seen[0]?.headers.authorization).toContain('/eu-south-1/dynamodb/aws4_request');
  });

  it('follows the time of DynamoDB when the clock here is wrong, and the call is tried again with it', async () => {
    const serverTime = Date.now() + 3_600_000;
    const headers = { date: new Date(serverTime).toUTCString() };
    behave = (number) => (number === 1 ? { ...fault('InvalidSignatureException'), headers } : { body: { Item: item }, headers });
    const to = createClient();

    await expect(read(to)).resolves.toEqual({ Item: { accountId: 'a-1', signIns: 3 } });
    await read(to);

    expect(seen.map((call) => Math.abs(Math.round((timeOf(call) - serverTime) / 60_000)))).toEqual([60, 0, 0]);
  });

  it('is made with fresh credentials once the old ones expire', async () => {
    let given = 0;
    const provider: AwsCredentialIdentityProvider = async () => {
      given += 1;
      return { ...credentials, accessKeyId: `AKID${given}`, expiration: new Date(Date.now() + 3_600_000) };
    };
    const to = createClient({ provider });

    await read(to);
    await read(to);
    const later = Date.now() + 7_200_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => later);
    await read(to).finally(() => clock.mockRestore());

    expect(seen.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual(['AKID1', 'AKID1', 'AKID2']);
  });

  it('is not made without credentials: nothing is sent', async () => {
    const provider: AwsCredentialIdentityProvider = () =>
      Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));

    await expect(read(createClient({ provider }))).rejects.toMatchObject({ name: 'CredentialsProviderError' });
    expect(seen).toEqual([]);
  });
});
