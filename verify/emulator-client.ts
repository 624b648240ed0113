/** What the emulator's operator asks it, and what a viewer of the API would send through the edge. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { securityPolicy } from '../contract/security-policy.ts';
import { emulatorAccount } from './emulator.ts';
import { VerificationError } from './program.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `name=value` of each cookie set. */
  readonly cookies: readonly string[];
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
export async function callService(port: number, region: string, service: string, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    ...init,
    headers: {
      ...init.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  if (!response.ok) throw new VerificationError(`${service} ${path} answered ${response.status}: ${(await response.text()).slice(0, 400)}`);
  return response;
}

export async function findApiId(port: number, region: string): Promise<string> {
  const { items } = (await (await callService(port, region, 'apigateway', '/v2/apis')).json()) as {
    items: { apiId: string; name: string }[];
  };
  const [api, ...others] = items.filter((item) => item.name === 'portiere');
  if (api === undefined || others.length > 0)
    throw new VerificationError(`Expected one HTTP API named portiere, found ${items.map((item) => item.name).join(', ')}`);
  return api.apiId;
}

/** The secret that the edge presents, read as an operator would. */
export async function readOriginSecret(port: number, region: string): Promise<string> {
  const ask = async (action: string, body: object) =>
    (
      await callService(port, region, 'secretsmanager', '/', {
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

export async function verifySender(port: number, region: string, sender: string): Promise<void> {
  await callService(port, region, 'ses', '/v2/email/identities', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ EmailIdentity: sender }),
  });
}

/** Waits for the mail that fulfils a condition, at most 40 seconds. */
export async function waitForMail(port: number, isWanted: (message: Message) => boolean, what: string): Promise<Message> {
  for (let tries = 0; tries < 160; tries++) {
    const response = await fetch(`http://127.0.0.1:${port}/_ministack/ses/messages?account=${emulatorAccount}`);
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

/** A viewer behind the edge: sends what CloudFront would add, and keeps the cookies it gets. */
export class Viewer {
  readonly cookies = new Map<string, string>();
  private readonly port: number;
  private readonly apiId: string;
  private readonly originSecret: string | undefined;
  private readonly address: string;
  readonly origin = 'https://front.example';

  constructor(options: {
    readonly port: number;
    readonly apiId: string;
    readonly originSecret: string | undefined;
    readonly address: string;
  }) {
    this.port = options.port;
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
          ...(this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const cookies = (response.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '');
          for (const cookie of cookies) this.keepCookie(cookie);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, cookies, body: parseOrKeep(text) });
        });
      },
    );
    outgoing.setTimeout(30_000, () => outgoing.destroy(new VerificationError(`${method} ${path} had no answer within 30 s`)));
    outgoing.on('error', reject);
    outgoing.end(payload);
    return await promise;
  }

  private keepCookie(cookie: string): void {
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
