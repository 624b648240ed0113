/** What the emulator's operator asks it, and what a viewer of the API would send through the edge. */
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { securityPolicy } from '../contract/security-policy.ts';
import { type Emulator, emulatorAccount } from './emulator.ts';
import { VerificationError } from './program.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
  readonly body: any;
}

export interface Message {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Calls one AWS service of the emulator. Its router reads the service from the credential scope; nothing checks the signature. */
export async function callService(
  emulator: Emulator,
  region: string,
  service: string,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(`${emulator.origin}${path}`, {
    ...init,
    headers: {
      ...init.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  if (!response.ok) throw new VerificationError(`${service} ${path} answered ${response.status}: ${(await response.text()).slice(0, 400)}`);
  return response;
}

export async function findApiId(emulator: Emulator, region: string): Promise<string> {
  const { items } = (await (await callService(emulator, region, 'apigateway', '/v2/apis')).json()) as {
    items: { apiId: string; name: string }[];
  };
  const [api, ...others] = items.filter((item) => item.name === 'portiere');
  if (api === undefined || others.length > 0)
    throw new VerificationError(`Expected one HTTP API named portiere, found ${items.map((item) => item.name).join(', ')}`);
  return api.apiId;
}

/** The secret that the edge presents, read as an operator would. */
export async function readOriginSecret(emulator: Emulator, region: string): Promise<string> {
  const ask = async (action: string, body: object) =>
    (
      await callService(emulator, region, 'secretsmanager', '/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` },
        body: JSON.stringify(body),
      })
    ).json() as Promise<{ SecretList?: { Name: string }[]; SecretString?: string }>;
  const { SecretList = [] } = await ask('ListSecrets', {});
  const name = SecretList.map((secret) => secret.Name).find((candidate) => /OriginSecret/.test(candidate));
  if (name === undefined) throw new VerificationError('The deployment made no origin secret.');
  const { SecretString } = await ask('GetSecretValue', { SecretId: name });
  if (!SecretString) throw new VerificationError('The origin secret is empty.');
  return SecretString;
}

/** Waits for the mail that fulfils a condition, at most 40 seconds. */
export async function waitForMail(emulator: Emulator, isWanted: (message: Message) => boolean, what: string): Promise<Message> {
  for (let tries = 0; tries < 160; tries++) {
    const response = await fetch(`${emulator.origin}/_ministack/ses/messages?account=${emulatorAccount}`);
    const { messages } = (await response.json()) as {
      messages: Record<string, { To: string[]; Subject: string; BodyText: string; BodyHtml: string }[]>;
    };
    const found = Object.values(messages)
      .flat()
      .map((mail) => ({ to: mail.To, subject: mail.Subject, text: mail.BodyText, html: mail.BodyHtml }))
      .find(isWanted);
    if (found) return found;
    await sleep(250);
  }
  throw new VerificationError(`No mail came within 40 s: ${what}`);
}

/** A viewer behind the edge: sends what CloudFront would add. */
export class Viewer {
  private readonly port: number;
  private readonly apiId: string;
  private readonly originSecret: string | undefined;
  private readonly address: string;
  readonly origin = 'https://front.example';

  constructor(options: {
    readonly emulator: Emulator;
    readonly apiId: string;
    readonly originSecret: string | undefined;
    readonly address: string;
  }) {
    this.port = options.emulator.port;
    this.apiId = options.apiId;
    this.originSecret = options.originSecret;
    this.address = options.address;
  }

  async send(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const { edgeHeaders } = securityPolicy;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port: this.port,
        method,
        path,
        headers: {
          host: `${this.apiId}.execute-api.localhost:${this.port}`,
          'user-agent': 'Portiere verification',
          ...(method === 'GET' ? {} : { origin: this.origin }),
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
          ...(this.originSecret === undefined ? {} : { [edgeHeaders.originSecret]: this.originSecret }),
          [edgeHeaders.viewerOrigin]: this.origin,
          [edgeHeaders.viewerAddress]: `${this.address}:50000`,
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parseOrKeep(text) });
        });
      },
    );
    outgoing.setTimeout(30_000, () => outgoing.destroy(new VerificationError(`${method} ${path} had no answer within 30 s`)));
    outgoing.on('error', reject);
    outgoing.end(payload);
    return await promise;
  }
}

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the functions logged, oldest first, for whoever has to find out why a step failed. */
export async function readFunctionLogs(emulator: Emulator, region: string): Promise<string> {
  const ask = async (action: string, body: object) =>
    (
      await callService(emulator, region, 'logs', '/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${action}` },
        body: JSON.stringify(body),
      })
    ).json() as Promise<{ logGroups?: { logGroupName: string }[]; events?: { message: string }[] }>;
  const lines: string[] = [];
  for (const { logGroupName } of (await ask('DescribeLogGroups', {})).logGroups ?? []) {
    const { events = [] } = await ask('FilterLogEvents', { logGroupName });
    lines.push(`## ${logGroupName}`, ...events.map((event) => event.message.trimEnd()), '');
  }
  return lines.join('\n');
}
