/** The system under test: `npm start` with nothing kept, as a process of its own, and accounts in it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller, cookieOf } from './caller.ts';
import { startChild } from './child.ts';

const repository = path.join(import.meta.dirname, '..');

export interface SystemUnderTest {
  /** `https://localhost:port` */
  readonly origin: string;
  readonly certificateAuthority: string;
  readonly console: string;
  caller(): Caller;
  stop(): Promise<void>;
}

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** @throws with its output when it doesn't start */
export async function startSystem(): Promise<SystemUnderTest> {
  const child = await startChild([process.execPath, path.join(repository, 'local/main.ts')], {
    ready: /^ready/,
    seconds: 180,
    directory: repository,
    environment: { DATA_DIR: ':memory:', PORT: '0', HTTP_PORT: '0', STATUS_PORT: '0', CONSOLE_PORT: '0' },
  });
  const [, origin, console, authorityFile] = /edge (https:\S+).* console (http:\S+).* CA (.+)$/.exec(child.readyLine) ?? [];
  if (!origin || !console || !authorityFile) throw new Error(`the ready line names no addresses: ${child.readyLine}`);
  const certificateAuthority = readFileSync(path.resolve(repository, authorityFile), 'utf8');
  return { origin, console, certificateAuthority, caller: () => new Caller(origin, certificateAuthority), stop: () => child.stop() };
}

let people = 0;

/** An account that nobody has signed in to: registered, and verified with the token from its mail. */
export async function registerPerson(system: SystemUnderTest): Promise<Person> {
  people += 1;
  const person = { email: `person-${people}@bench.example`, password: `a password of person ${people}` };
  const caller = system.caller();
  try {
    const registered = await caller.call('POST', '/v1/accounts', { body: person });
    if (registered.status !== 202) throw new Error(`registration answered ${registered.status} ${JSON.stringify(registered.json)}`);
    const token = await readToken(system, person.email);
    const verified = await caller.call('POST', '/v1/accounts/verify', { body: { token } });
    if (verified.status !== 204) throw new Error(`verification answered ${verified.status} ${JSON.stringify(verified.json)}`);
    return person;
  } finally {
    caller.close();
  }
}

export async function registerPeople(system: SystemUnderTest, count: number): Promise<Person[]> {
  const registered: Person[] = [];
  while (registered.length < count) {
    const batch = Math.min(8, count - registered.length);
    registered.push(...(await Promise.all(Array.from({ length: batch }, () => registerPerson(system)))));
  }
  return registered;
}

/** The token in the newest mail to an address, which the mailer sends when it gets to it. */
async function readToken(system: SystemUnderTest, email: string): Promise<string> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const response = await fetch(`${system.console}/api/mail?to=${encodeURIComponent(email)}`);
    const mails = (await response.json()) as { text: string }[];
    const token = /#token=([\w-]+)/.exec(mails[0]?.text ?? '')?.[1];
    if (token) return token;
    await pause(50);
  }
  throw new Error(`no mail to ${email} in 60 s`);
}

/** Somebody at their own browser: keeps the device cookie, as browsers do, so that a sign-in is one of many. */
export class SignedInPerson {
  readonly #caller: Caller;
  readonly #person: Person;
  #deviceCookie: string | undefined;
  #sessionCookie: string | undefined;

  constructor(system: SystemUnderTest, person: Person) {
    this.#caller = system.caller();
    this.#person = person;
  }

  /** @throws when it isn't answered with 200 */
  async signIn(): Promise<void> {
    const headers = this.#deviceCookie ? { cookie: this.#deviceCookie } : undefined;
    const answer = await this.#caller.call('POST', '/v1/sign-in', { body: this.#person, ...(headers && { headers }) });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status} ${JSON.stringify(answer.json)}`);
    this.#deviceCookie = cookieOf(answer, '__Host-device') ?? this.#deviceCookie;
    this.#sessionCookie = cookieOf(answer, '__Host-session');
  }

  /** @throws when the session isn't recognised */
  async checkSession(): Promise<void> {
    const answer = await this.#caller.call('GET', '/v1/session', { headers: { cookie: this.#sessionCookie ?? '' } });
    if (answer.status !== 200) throw new Error(`the session check answered ${answer.status} ${JSON.stringify(answer.json)}`);
  }

  close(): void {
    this.#caller.close();
  }
}
