/** The local system as a drill sees it: its console, its site as customers ask it, its status page as anybody does. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalSystem } from '../local-system.ts';
import { VerificationError } from '../program.ts';
import type { Observation } from './timeline.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Viewer's address, any of 127.0.0.0/8. */
  readonly from?: string;
}

export class DrillSystem {
  readonly #system: LocalSystem;
  readonly #agents = new Map<string, Agent>();
  readonly #authority: string;

  constructor(system: LocalSystem) {
    this.#system = system;
    this.#authority = readFileSync(system.certificateAuthority, 'utf8');
  }

  get statusUrl(): string {
    return `https://localhost:${this.#system.statusPort}`;
  }

  get consolePort(): number {
    return this.#system.consolePort;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  async now(): Promise<number> {
    return Date.parse((await this.read<{ now: string }>('/api/clock')).now);
  }

  advance(seconds: number): Promise<void> {
    return this.tell('POST', '/api/clock', { advanceSeconds: seconds });
  }

  /** Three minutes at a time, each lived through: in a longer jump a sign-in that is under way finds its code out of date. */
  async pass(minutes: number): Promise<void> {
    for (let left = minutes; left > 0; left -= 3) await this.advance(60 * Math.min(3, left));
  }

  inject(service: string, mode: 'error' | 'deny'): Promise<void> {
    return this.tell('POST', '/api/faults', { service, mode, rate: 1, seconds: 86_400 });
  }

  lift(): Promise<void> {
    return this.tell('DELETE', '/api/faults');
  }

  async read<T>(pathAndQuery: string): Promise<T> {
    return (await (await fetch(`http://127.0.0.1:${this.#system.consolePort}${pathAndQuery}`)).json()) as T;
  }

  async tell(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.#system.consolePort}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new VerificationError(`console ${path}: ${response.status} ${await response.text()}`);
  }

  ask(path: string, options: Ask = {}): Promise<Answer> {
    return this.#send(this.#system.port, path, options);
  }

  askStatus(path: string): Promise<Answer> {
    return this.#send(this.#system.statusPort, path, {});
  }

  async observe(): Promise<Observation> {
    const [now, alarms, pages, answer] = await Promise.all([
      this.now(),
      this.read<Observation['alarms']>('/api/alarms'),
      this.read<Observation['pages']>('/api/pages'),
      this.askStatus('/api/v2/summary.json'),
    ]);
    if (answer.status !== 200) throw new VerificationError(`the status page answered ${answer.status}`);
    // The summary has open incidents only; how one ended stands in the history.
    const history = JSON.parse((await this.askStatus('/api/v2/incidents.json')).text) as Pick<Observation['summary'], 'incidents'>;
    const { components } = JSON.parse(answer.text) as Observation['summary'];
    return { now, alarms, pages, summary: { components, incidents: history.incidents } };
  }

  /** @throws VerificationError when it does not come about in 30 s of this machine's time */
  async until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < 150; tries++) {
      const found = await ask();
      if (found !== undefined) return found;
      await sleep(200);
    }
    throw new VerificationError(`waited in vain for ${what}`);
  }

  /** The token in the newest mail to an address. */
  awaitToken(email: string): Promise<string> {
    return this.until(`a mail to ${email}`, async () => {
      const [mail] = await this.read<{ text: string }[]>(`/api/mail?to=${encodeURIComponent(email)}`);
      return /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
    });
  }

  async #send(port: number, path: string, { method = 'GET', body, headers = {}, from = '127.0.0.1' }: Ask): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(
      {
        agent: this.#agentAt(from),
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path,
        method,
        headers: {
          host: `localhost:${port}`,
          ...(method === 'POST' ? { origin: this.#system.base } : {}),
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.setTimeout(30_000, () => outgoing.destroy(new Error(`${path} did not answer in 30 s`)));
    outgoing.on('error', reject);
    outgoing.end(text);
    return await promise;
  }

  #agentAt(localAddress: string): Agent {
    const known = this.#agents.get(localAddress);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxSockets: 32, ca: this.#authority, localAddress });
    this.#agents.set(localAddress, agent);
    return agent;
  }
}
