import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SesMailSender } from '../../lambda/adapters/ses-mail-sender.ts';
import { SqsVisibility } from '../../lambda/adapters/sqs-visibility.ts';

interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

let server: Server;
let calls: Call[] = [];
let answer: { status: number; error?: string; message?: string } = { status: 200 };

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      calls.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text || '{}') });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...(answer.error && { 'x-amzn-errortype': answer.error }) });
      response.end(JSON.stringify(answer.error ? { message: answer.message } : { MessageId: 'ses-1' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  calls = [];
  answer = { status: 200 };
});

function connection() {
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-south-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
}

function sender(configurationSet?: string) {
  const options = { sender: 'no-reply@example.com', productName: 'Città', ...(configurationSet !== undefined && { configurationSet }) };
  return new SesMailSender(options, new SESv2Client(connection()));
}

const mail = { to: 'anna@example.com', subject: 'Perché', text: 'text', html: '<p>html</p>' };

describe('Sending by SES', () => {
  it('sends text and HTML from the product, to one address, and asks for no automatic replies', async () => {
    const result = await sender('events').send(mail);

    expect(result).toEqual({ status: 'accepted' });
    expect(calls.map(({ path, body }) => [path, body])).toEqual([
      [
        '/v2/email/outbound-emails',
        {
          FromEmailAddress: '=?UTF-8?B?Q2l0dMOg?= <no-reply@example.com>',
          Destination: { ToAddresses: ['anna@example.com'] },
          Content: {
            Simple: {
              Subject: { Data: 'Perché', Charset: 'UTF-8' },
              Body: { Text: { Data: 'text', Charset: 'UTF-8' }, Html: { Data: '<p>html</p>', Charset: 'UTF-8' } },
              Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
            },
          },
          ConfigurationSetName: 'events',
        },
      ],
    ]);
  });

  it('names no configuration set where none is configured', async () => {
    await sender().send(mail);

    expect(calls[0]?.body).not.toHaveProperty('ConfigurationSetName');
  });

  it.each([
    [429, 'TooManyRequestsException', 'passing'],
    [400, 'LimitExceededException', 'passing'],
    [400, 'SendingPausedException', 'passing'],
    [500, 'InternalServiceErrorException', 'passing'],
    [503, 'ServiceUnavailable', 'passing'],
    [400, 'MessageRejected', 'lasting'],
    [400, 'BadRequestException', 'lasting'],
    [400, 'MailFromDomainNotVerifiedException', 'lasting'],
    [400, 'AccountSuspendedException', 'lasting'],
    [403, 'AccessDeniedException', 'lasting'],
  ])('tells a fault that passes from one that lasts, by name, without the address that SES quotes: %i %s', async (status, error, fault) => {
    answer = { status, error, message: 'Email address is not verified: anna@example.com' };

    const result = await sender().send(mail);

    expect(result).toEqual({ status: 'refused', fault, reason: error });
  });

  it('takes an unreachable service for a fault that passes', async () => {
    const unreachable = new SesMailSender(
      { sender: 'a@b.c', productName: 'P' },
      new SESv2Client({ ...connection(), endpoint: 'http://127.0.0.1:9' }),
    );

    expect(await unreachable.send(mail)).toMatchObject({ status: 'refused', fault: 'passing' });
  });
});

describe('Putting a message off in SQS', () => {
  it('hides this delivery of the message for the seconds given', async () => {
    await new SqsVisibility('https://queue.example/mail', new SQSClient(connection())).postpone(
      { messageId: 'm', handle: 'h', receives: 2 },
      900,
    );

    expect(calls[0]?.headers['x-amz-target']).toBe('AmazonSQS.ChangeMessageVisibility');
    expect(calls[0]?.body).toEqual({ QueueUrl: 'https://queue.example/mail', ReceiptHandle: 'h', VisibilityTimeout: 900 });
  });
});
