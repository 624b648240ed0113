/** One person's way through the deployed API: real gateway, real function processes, real roles, an engine that is not ours. */
import { securityPolicy } from '../contract/security-policy.ts';
import type { Emulator } from './emulator.ts';
import { type Answer, type Message, Viewer, waitForMail } from './emulator-client.ts';
import { VerificationError } from './program.ts';

export interface Deployment {
  readonly emulator: Emulator;
  readonly apiId: string;
  readonly originSecret: string;
}

/**
 * A person with an account. Sessions are carried as bearer tokens here: the emulator's gateway lacks the `cookies` field
 * of events, so that cookies and CSRF tokens are lived through in the local system instead.
 */
export interface Person {
  readonly email: string;
  readonly password: string;
}

export function expectAnswer(answer: Answer, status: number, what: string, code?: string): Answer {
  if (answer.status !== status || (code !== undefined && answer.body?.code !== code)) {
    throw new VerificationError(
      `${what}: expected ${status}${code ? ` ${code}` : ''}, got ${answer.status} ${JSON.stringify(answer.body).slice(0, 400)}`,
    );
  }
  return answer;
}

export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new VerificationError(what);
}

/** Health, and the refusal of whoever comes past the edge. */
export async function checkOrigin(deployment: Deployment): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.10' });
  const stranger = new Viewer({ ...deployment, originSecret: undefined, address: '192.0.2.10' });

  expectAnswer(await viewer.send('GET', '/v1/health'), 200, 'health');
  expectAnswer(await stranger.send('GET', '/v1/session'), 403, 'a request past the edge', 'forbidden');
}

export async function register(deployment: Deployment, email: string): Promise<Person> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.10' });
  const person = { email, password: 'a quiet walk 1843' };

  expectAnswer(await viewer.send('POST', '/v1/accounts', { ...person, locale: 'it' }), 202, 'register');
  expectAnswer(await viewer.send('POST', '/v1/sign-in', person), 401, 'sign in before the link', 'invalid_credentials');
  const mail = await waitForMail(
    deployment.emulator,
    (message) => message.to.includes(email) && hasToken(message),
    'the verification link',
  );
  const token = mail.text.match(/#token=([\w-]+)/)?.[1];
  expectAnswer(await viewer.send('POST', '/v1/accounts/verify', { token }), 204, 'redeem the link');
  expectAnswer(await viewer.send('POST', '/v1/accounts/verify', { token }), 400, 'redeem it again', 'invalid_token');
  return person;
}

function hasToken(message: Message): boolean {
  return message.text.includes('#token=');
}

/** @returns what carries the session in further requests */
export async function signIn(viewer: Viewer, person: Person): Promise<{ authorization: string }> {
  const answer = expectAnswer(await viewer.send('POST', '/v1/sign-in', { ...person, delivery: 'bearer' }), 200, 'sign in');
  expectThat(answer.body.status === 'signed_in' && answer.body.account.email === person.email, 'the answer names the account');
  return { authorization: `Bearer ${answer.body.token}` };
}

/** Sign-in, two sessions, the guards on them, and the end of one on the very next request. */
export async function signInAndOut(deployment: Deployment, person: Person): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.10' });

  const fromElsewhere = await viewer.send('POST', '/v1/sign-in', person, { origin: 'https://evil.example' });
  expectAnswer(fromElsewhere, 403, 'sign in from a page elsewhere', 'origin_not_allowed');
  const first = await signIn(viewer, person);
  const second = await signIn(viewer, person);
  const session = expectAnswer(await viewer.send('GET', '/v1/session', undefined, first), 200, 'who am I');
  expectThat(session.body.account.email === person.email, 'the session knows its account');
  const list = expectAnswer(await viewer.send('GET', '/v1/sessions', undefined, first), 200, 'the list of sessions');
  expectThat(list.body.sessions.length === 2, `two sessions are listed, not ${list.body.sessions.length}`);
  const forged = { authorization: `${second.authorization.slice(0, -4)}AAAA` };
  expectAnswer(await viewer.send('GET', '/v1/session', undefined, forged), 401, 'a forged token', 'unauthenticated');

  expectAnswer(await viewer.send('POST', '/v1/sign-out', undefined, first), 204, 'sign out');
  expectAnswer(await viewer.send('GET', '/v1/session', undefined, first), 401, 'the ended session', 'unauthenticated');
  expectAnswer(await viewer.send('GET', '/v1/session', undefined, second), 200, 'the other session');
}

/** Twelve parallel wrong guesses of a stranger, then the lock, of which the owner is told. */
export async function lockOut(deployment: Deployment, person: Person): Promise<void> {
  const stranger = new Viewer({ ...deployment, address: '198.51.100.66' });

  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      stranger.send('POST', '/v1/sign-in', { email: person.email, password: `wrong guess ${index}` }),
    ),
  );
  // Signing in before the link was a wrong guess like any other: the address is counted before it has an account.
  const budget = securityPolicy.lockout.threshold - 1;
  const verdicts = guesses.filter((answer) => answer.status === 401).length;
  const refusals = guesses.filter((answer) => answer.status === 429 && answer.body.code === 'account_locked').length;
  expectThat(
    verdicts === budget && verdicts + refusals === guesses.length,
    `12 parallel guesses: ${verdicts} verdicts, ${refusals} refusals, statuses ${guesses.map((answer) => answer.status).join(' ')}`,
  );
  const locked = expectAnswer(await stranger.send('POST', '/v1/sign-in', person), 429, 'the right password while locked', 'account_locked');
  expectThat(Number(locked.headers['retry-after']) > 0, 'the refusal says how long to wait');
  await waitForMail(
    deployment.emulator,
    // The link with the token to register with came before: this one says that it wasn't me.
    (message) => message.to.includes(person.email) && message.text.includes('/disavow#token='),
    'the owner is told of the lock',
  );
}

/** After an update of the stacks: the account is still there, and the changed setting is in force. */
export async function checkUpdate(deployment: Deployment, person: Person): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.10' });

  const session = await signIn(viewer, person);
  const list = expectAnswer(await viewer.send('GET', '/v1/sessions', undefined, session), 200, 'the list of sessions');
  expectThat(list.body.sessions.length === 2, `the session from before the update is still there: ${list.body.sessions.length} listed`);
  const stranger = { email: 'grace@customer.example', password: 'nine-char' };
  expectAnswer(await viewer.send('POST', '/v1/accounts', stranger), 422, 'a password too short for the updated profile', 'weak_password');
}
