import { Agent, request as send } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: Record<string, unknown>;
}

/**
 * What one address may send before it gives way to the next: the edge counts credential requests, and all requests, by address, and
 * whoever guesses at fifty accounts is blocked.
 */
const credentialRequestsPerAddress = 40;
const requestsPerAddress = 1500;

let addresses = 0;

/** A loopback address that nothing has called from yet in this run. */
function nextAddress(): string {
  addresses += 1;
  return `127.${20 + Math.floor(addresses / 62_500)}.${Math.floor(addresses / 250) % 250}.${1 + (addresses % 250)}`;
}

/**
 * A client on an address of its own, over one kept connection (HTTP/1.1 over TLS). It moves to another address before the rate
 * rules of the edge would stop it, for they are not what is measured.
 */
export class Caller {
  readonly #origin: string;
  readonly #certificateAuthority: string;
  #agent: Agent | undefined;
  #sent = 0;
  #sentCredentials = 0;

  constructor(origin: string, certificateAuthority: string) {
    this.#origin = origin;
    this.#certificateAuthority = certificateAuthority;
  }

  /** @throws when no answer comes, or one that isn't JSON */
  async call(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const agent = this.#agentFor(method);
    return new Promise((resolve, reject) => {
      const request = send(
        {
          // Not by name: `localhost` may be ::1 first, and the address that calls is an IPv4 one.
          host: '127.0.0.1',
          port: new URL(this.#origin).port,
          path,
          method,
          agent,
          headers: {
            host: new URL(this.#origin).host,
            origin: this.#origin,
            ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...options.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = String(response.headers['content-type']).includes('json');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, json: isJson && text ? JSON.parse(text) : {} });
          });
        },
      );
      request.on('error', reject);
      request.setTimeout(60_000, () => request.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
      request.end(body);
    });
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  #agentFor(method: string): Agent {
    if (this.#sent >= requestsPerAddress || this.#sentCredentials >= credentialRequestsPerAddress) this.close();
    if (!this.#agent) {
      this.#sent = 0;
      this.#sentCredentials = 0;
      this.#agent = new Agent({
        keepAlive: true,
        maxSockets: 1,
        ca: this.#certificateAuthority,
        servername: 'localhost',
        localAddress: nextAddress(),
      });
    }
    this.#sent += 1;
    if (method !== 'GET') this.#sentCredentials += 1;
    return this.#agent;
  }
}

/** The name and value of a cookie that the answer sets, for a `Cookie` header. */
export function cookieOf(answer: Answer, name: string): string | undefined {
  const lines = [answer.headers['set-cookie'] ?? []].flat();
  return lines.find((line) => line.startsWith(`${name}=`))?.split(';')[0];
}
