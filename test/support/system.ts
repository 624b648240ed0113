/** The whole system as a newcomer starts it, and viewers that call it from addresses of their own. */
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateSync } from 'otplib';
import { claimNumber } from './once-in-a-run.ts';
import { sharedAssembly } from './shared-assembly.ts';
import { findReadyLine, sharedSystem, spawnSystem } from './shared-system.ts';

/** Seconds. */
const [TIME_STEP, HOUR] = [30, 3600];
const root = path.join(__dirname, '../..');

/** Pages that links with a token lead to. */
export type MailPage = '/verify' | '/reset' | '/disavow' | '/undo' | '/confirm-email' | '/keep';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Those that the sender has set. */
  readonly headers: Readonly<Record<string, string>>;
}

export class System {
  readonly dataDirectory: string;
  readonly edge: string;
  readonly plain: string;
  readonly status: string;
  readonly console: string;
  readonly certificateAuthority: string;
  readonly #child: ChildProcess | undefined;
  readonly #spentSteps = new Map<string, number>();

  private constructor(child: ChildProcess | undefined, dataDirectory: string, readyLine: string) {
    const address = (name: string) => new RegExp(`${name} (\\S+)`).exec(readyLine)?.[1] ?? '';
    this.#child = child;
    this.dataDirectory = dataDirectory;
    this.edge = address('edge');
    this.plain = address('plain');
    this.status = address('status');
    this.console = address('console');
    this.certificateAuthority = readFileSync(path.resolve(root, address('CA')), 'utf8');
  }

  static newDataDirectory(): string {
    return mkdtempSync(path.join(tmpdir(), 'portiere-test-'));
  }

  /**
   * The system of this process of the run, started by the first file that asks for it: a start costs as much as a dozen tests. Files
   * run one after the other in it, with addresses of their own, mail and network, and leave it without faults. It ends with the run.
   */
  static async shared(): Promise<System> {
    const { readyLine, isNew } = await sharedSystem();
    const system = new System(undefined, ':memory:', readyLine);
    await system.tellConsole('DELETE', '/api/faults');
    // What the files before have taken of the mails an hour: staff hear of every report.
    if (!isNew) await system.advance(HOUR);
    return system;
  }

  /**
   * Runs the assembly that the whole run of tests shares: it is the same for all of them, and costs more than the rest of a start.
   *
   * @param variables e.g. the ports of an earlier start, free ones otherwise; `ASSEMBLY: ''` synthesizes as `npm start` does
   */
  static async start(dataDirectory = System.newDataDirectory(), variables: Record<string, string> = {}): Promise<System> {
    const isOfItsOwn = 'ASSEMBLY' in variables || 'CDK_CONTEXT_JSON' in variables;
    const assembly = isOfItsOwn ? {} : { ASSEMBLY: await sharedAssembly() };
    const child = spawnSystem({ DATA_DIR: dataDirectory, ...assembly, ...variables }, 'pipe');
    let output = '';
    const readyLine = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk.toString('utf8');
        const line = findReadyLine(output);
        if (line) resolve(line);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.on('exit', (code) => reject(new Error(`the system ended with ${code} while starting:\n${output}`)));
    });
    return new System(child, dataDirectory, readyLine);
  }

  /** Ctrl-C. @returns the exit code */
  async stop(): Promise<number | null> {
    return this.#end('SIGINT');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) throw new Error('this system is shared: it ends with the run of the tests');
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }

  async readConsole<T>(pathAndQuery: string): Promise<T> {
    const response = await fetch(`${this.console}${pathAndQuery}`);
    return (await response.json()) as T;
  }

  async tellConsole(method: 'POST' | 'DELETE', route: string, body?: unknown): Promise<void> {
    const response = await fetch(`${this.console}${route}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`console ${route}: ${response.status} ${await response.text()}`);
  }

  /** `npm run ops -- ... --local`, as an operator types it. */
  ops(...parameters: string[]): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }> {
    const env = { ...process.env, CONSOLE_PORT: new URL(this.console).port };
    return new Promise((resolve) => {
      execFile(process.execPath, ['ops/main.ts', '--local', ...parameters], { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  advance(seconds: number): Promise<void> {
    return this.tellConsole('POST', '/api/clock', { advanceSeconds: seconds });
  }

  /**
   * The next code of an authenticator, by the system's clock: of the current time step, or of the one after it, which is accepted as
   * well (RFC 6238, 5.2). Where both are spent the clock moves on.
   *
   * @param secret Base32, spaces allowed
   */
  async nextCode(secret: string): Promise<string> {
    const { now } = await this.readConsole<{ now: string }>('/api/clock');
    const current = Math.floor(Date.parse(now) / 1000 / TIME_STEP);
    const step = Math.max(current, (this.#spentSteps.get(secret) ?? 0) + 1);
    if (step > current + 1) await this.advance((step - current - 1) * TIME_STEP);
    this.#spentSteps.set(secret, step);
    return generateSync({ secret: secret.replaceAll(' ', ''), epoch: step * TIME_STEP });
  }

  async mails(to: string): Promise<Mail[]> {
    return this.readConsole<Mail[]>(`/api/mail?to=${encodeURIComponent(to)}`);
  }

  /** Waits for a mail to an address with a link to this page. @param seen mails that don't count @returns the token in the newest such link */
  async awaitToken(to: string, page: MailPage, seen = 0): Promise<string> {
    return this.until(async () => {
      const mails = await this.mails(to);
      // Another mail may overtake it: staff hear of reports as well.
      const fresh = mails.slice(0, Math.max(0, mails.length - seen)).map(({ text }) => text);
      return new RegExp(`${page}#token=([\\w-]+)`).exec(fresh.join('\n'))?.[1];
    }, `a mail to ${to} with a link to ${page}`);
  }

  async awaitMail(to: string, count: number): Promise<Mail[]> {
    return this.until(async () => {
      const mails = await this.mails(to);
      return mails.length >= count ? mails : undefined;
    }, `${count} mails to ${to}`);
  }

  /** Asks again until there is an answer: what happens behind a queue has no moment of its own. */
  async until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
    const deadline = performance.now() + 100_000;
    // Soon at first, then seldom: some ask through the edge, which counts.
    for (let wait = 25; performance.now() < deadline; wait = Math.min(200, wait * 1.3)) {
      const found = await ask();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    throw new Error(`waited in vain for ${what}`);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely.
  readonly json: any;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly rawBody?: string | Buffer;
  readonly headers?: Record<string, string | string[]>;
}

/** A browser-like caller: an address, a cookie jar, the site's Origin, the session's CSRF token. */
export class Viewer {
  readonly cookies = new Map<string, string>();
  csrfToken: string | undefined;
  readonly #system: System;
  readonly #origin: string;
  readonly #address: string;
  readonly #agent: Agent;

  /** @param origin of the site, or of another host of the system */
  constructor(system: System, address = '127.0.0.1', origin = system.edge) {
    this.#system = system;
    this.#origin = origin;
    this.#address = address;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64, ca: system.certificateAuthority, localAddress: address });
  }

  get address(): string {
    return this.#address;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @param target method and path, e.g. `POST /v1/sign-in` */
  async send(target: string, options: RequestOptions = {}): Promise<Answer> {
    const [method = 'GET', pathAndQuery = '/'] = target.split(' ');
    const url = new URL(this.#origin);
    const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers: Record<string, string | string[]> = {
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...(method === 'GET' ? {} : { origin: this.#origin }),
      ...(cookie ? { cookie } : {}),
      ...(this.csrfToken && method !== 'GET' ? { 'x-csrf-token': this.csrfToken } : {}),
      ...options.headers,
    };
    const answer = await new Promise<Answer>((resolve, reject) => {
      const outgoing = httpsRequest(
        { host: 'localhost', family: 4, servername: 'localhost', port: url.port, method, path: pathAndQuery, headers, agent: this.#agent },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const isJson = /json/.test(incoming.headers['content-type'] ?? '');
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: isJson ? JSON.parse(text) : undefined });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    this.#remember(answer);
    return answer;
  }

  async register(email: string, password: string): Promise<void> {
    // Whoever registers again has the link of the first time in the mailbox.
    const { length: seen } = await this.#system.mails(email);
    const accepted = await this.send('POST /v1/accounts', { body: { email, password } });
    if (accepted.status !== 202) throw new Error(`registration: ${accepted.status} ${accepted.text}`);
    const token = await this.#system.awaitToken(email, '/verify', seen);
    const verified = await this.send('POST /v1/accounts/verify', { body: { token } });
    if (verified.status !== 204) throw new Error(`verification: ${verified.status} ${verified.text}`);
  }

  signIn(email: string, password: string, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.send('POST /v1/sign-in', { body: { email, password, ...more } });
  }

  #remember(answer: Answer): void {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (/Max-Age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    if (typeof answer.json?.csrfToken === 'string') this.csrfToken = answer.json.csrfToken;
  }
}

/** Of the test file, in this run: files share systems, which remember addresses of both kinds. */
let number: number | undefined;
function fileNumber(): number {
  number ??= claimNumber('file');
  return number;
}

let accounts = 0;

/** An address that no other test uses. */
export function freshEmail(name = 'anna'): string {
  accounts += 1;
  return `${name}.${fileNumber()}.${accounts}@example.com`;
}

/** Viewer addresses that no other test uses: the edge counts per address. */
let addresses = 0;
export function freshAddress(): string {
  addresses += 1;
  return `127.${20 + fileNumber()}.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
}
