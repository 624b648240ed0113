/** One person's way through the deployed API: real gateway, real function processes, real roles, an engine that is not ours. */
import { securityPolicy } from '../contract/security-policy.ts';
import { type Answer, type Message, Viewer, waitForMail } from './emulator-client.ts';
import { VerificationError } from './program.ts';

export interface Deployment {
  readonly port: number;
  readonly apiId: string;
  readonly originSecret: string;
}

/** What stays in the person's hands between two deployments. */
export interface Person {
  readonly email: string;
  readonly password: string;
  /** The browser that signed in once: it has a device cookie. */
  readonly browser: Viewer;
}

function expectAnswer(answer: Answer, status: number, what: string, code?: string): Answer {
  if (answer.status !== status || (code !== undefined && answer.body?.code !== code)) {
    throw new VerificationError(
      `${what}: expected ${status}${code ? ` ${code}` : ''}, got ${answer.status} ${JSON.stringify(answer.body).slice(0, 400)}`,
    );
  }
  return answer;
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new VerificationError(what);
}

/** Health, and the refusal of whoever comes past the edge. */
export async function checkOrigin(deployment: Deployment): Promise<void> {
  const viewer = new Viewer({ ...deployment, address: '192.0.2.10' });
  const stranger = new Viewer({ ...deployment, originSecret: undefined, address: '192.0.2.10' });

  expectAnswer(await viewer.send('GET', '/v1/health'), 200, 'health');
  expectAnswer(await stranger.send('GET', '/v1/session'), 403, 'a request past the edge', 'forbidden');
}

export async function register(deployment: Deployment): Promise<Person> {
  const browser = new Viewer({ ...deployment, address: '192.0.2.10' });
  const person = { email: 'ada@customer.example', password: 'a quiet walk 1843', browser };
  const { email, password } = person;

  expectAnswer(await browser.send('POST', '/v1/accounts', { email, password, locale: 'it' }), 202, 'register');
  expectAnswer(await browser.send('POST', '/v1/sign-in', { email, password }), 401, 'sign in before the link', 'invalid_credentials');
  const mail = await waitForMail(deployment.port, (message) => message.to.includes(email) && hasToken(message), 'the verification link');
  const token = mail.text.match(/#token=([\w-]+)/)?.[1];
  expectAnswer(await browser.send('POST', '/v1/accounts/verify', { token }), 204, 'redeem the link');
  expectAnswer(await browser.send('POST', '/v1/accounts/verify', { token }), 400, 'redeem it again', 'invalid_token');
  return person;
}

function hasToken(message: Message): boolean {
  return message.text.includes('#token=');
}

/** Sign-in, the session, the guards on it, and its end on the very next request. */
export async function signInAndOut(person: Person): Promise<void> {
  const { browser, email, password } = person;

  const signedIn = expectAnswer(await browser.send('POST', '/v1/sign-in', { email, password }), 200, 'sign in');
  expectThat(signedIn.body.status === 'signed_in' && signedIn.body.account.email === email, 'the answer names the account');
  expectThat(
    browser.cookies.has(securityPolicy.cookies.session) && browser.cookies.has(securityPolicy.cookies.device),
    'both cookies are set',
  );
  const session = expectAnswer(await browser.send('GET', '/v1/session'), 200, 'who am I');
  const oldCookie = `${securityPolicy.cookies.session}=${browser.cookies.get(securityPolicy.cookies.session)}`;

  expectAnswer(await browser.send('POST', '/v1/sign-out'), 403, 'sign out without the CSRF token', 'csrf_token_invalid');
  expectAnswer(
    await browser.send('POST', '/v1/sign-out', undefined, { origin: 'https://evil.example', 'x-csrf-token': session.body.csrfToken }),
    403,
    'sign out from elsewhere',
    'origin_not_allowed',
  );
  expectAnswer(await browser.send('POST', '/v1/sign-out', undefined, { 'x-csrf-token': session.body.csrfToken }), 204, 'sign out');
  expectAnswer(await browser.send('GET', '/v1/session', undefined, { cookie: oldCookie }), 401, 'the ended session', 'unauthenticated');
}

/** Twelve parallel wrong guesses of a stranger, then the lock, which the owner's own browser passes. */
export async function lockOut(deployment: Deployment, person: Person): Promise<void> {
  const stranger = new Viewer({ ...deployment, address: '198.51.100.66' });
  const { email, password, browser } = person;

  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, index) => stranger.send('POST', '/v1/sign-in', { email, password: `wrong guess ${index}` })),
  );
  const verdicts = guesses.filter((answer) => answer.status === 401).length;
  const refusals = guesses.filter((answer) => answer.status === 429 && answer.body.code === 'account_locked').length;
  expectThat(
    verdicts === securityPolicy.lockout.threshold && verdicts + refusals === guesses.length,
    `12 parallel guesses: ${verdicts} verdicts, ${refusals} refusals, statuses ${guesses.map((answer) => answer.status).join(' ')}`,
  );
  const locked = expectAnswer(
    await stranger.send('POST', '/v1/sign-in', { email, password }),
    429,
    'the right password while locked',
    'account_locked',
  );
  expectThat(Number(locked.headers['retry-after']) > 0, 'the refusal says how long to wait');
  await waitForMail(deployment.port, (message) => message.to.includes(email) && !hasToken(message), 'the owner is told of the lock');
  expectAnswer(await browser.send('POST', '/v1/sign-in', { email, password }), 200, 'the owner on a known device while locked');
}

/** After an update of the stacks: the account and the sessions are still there, and the changed setting is in force. */
export async function checkUpdate(deployment: Deployment, person: Person): Promise<void> {
  const stranger = new Viewer({ ...deployment, address: '192.0.2.77' });

  expectAnswer(await person.browser.send('GET', '/v1/session'), 200, 'the session after the update');
  expectAnswer(
    await person.browser.send('POST', '/v1/sign-in', { email: person.email, password: person.password }),
    200,
    'sign in after the update',
  );
  expectAnswer(
    await stranger.send('POST', '/v1/accounts', { email: 'grace@customer.example', password: 'nine-char' }),
    422,
    'a password too short for the updated profile',
    'weak_password',
  );
}
