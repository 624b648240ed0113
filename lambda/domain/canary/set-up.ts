/**
 * How the canary comes by its account: as everybody does. It registers, gets the mail (through a queue of its own), follows the
 * link, signs in, turns two-step verification on. Nothing in the product knows how to make an account for it, so nothing can be
 * made to do that for somebody else.
 *
 * Any step may end without our hearing of it: a mail comes twice, an answer is lost after the deed, a function is cut off between
 * the deed and the note of it. So what is learnt is stored before it is needed, a link that no longer counts may be one that we
 * followed ourselves, the mail's function and the clock's do not write the same things at the same time, and an account that we
 * can't get into any more is left for a new one.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { Browser, StepFailed } from './browser.ts';
import type { CanaryAccount, CanaryPorts } from './ports.ts';
import { canaryAddress, lacksFactor, lookAtPages, readSession, signIn, signOut } from './visit.ts';

/** A mail as the mailer hands it over. */
export interface CanaryMail {
  readonly to: string;
  readonly text: string;
}

const common = { component: 'accounts', method: 'POST' } as const;
/** As long as the one that the deployment makes. */
const passwordBytes = 48;

/** Does the next thing that is missing, if it is not under way. */
export async function continueSetUp(ports: CanaryPorts, account: CanaryAccount): Promise<void> {
  if (account.isVerified) return enrol(ports, account);
  const now = ports.clock.now();
  const { password, registeredAt } = account;
  if (registeredAt !== undefined) {
    if (Math.abs(now - registeredAt) < securityPolicy.canary.registerAgainSeconds * 1000) return;
    if (await noteIfVerified(ports, account)) return;
  }
  // A site that is not there yet costs no quarter of an hour.
  await lookAtPages(ports);
  // Before the request: the mail may be quicker than its answer, and what its function has written must not be written over. A
  // registration that fails is so asked for again after a while only: a secret takes some hundred new values a day.
  await ports.memory.write({ ...account, registeredAt: now });
  await new Browser(ports.site).take({
    ...common,
    name: 'register',
    path: '/v1/accounts',
    body: { email: canaryAddress(password), password },
    isExpected: ({ status }) => status === 202,
  });
  ports.journal.note('INFO', 'canary.registered', {});
}

/**
 * Follows the link of the verification mail. Whoever else registers an address of the canary's domain gets nothing by it: mail to
 * other names is dropped, and the link of somebody else's registration wants that one's password.
 */
export async function followLink(ports: CanaryPorts, mail: CanaryMail): Promise<void> {
  const account = await ports.memory.read();
  const { password } = account;
  const token = /\/verify#token=([\w-]+)/.exec(mail.text)?.[1];
  if (account.isVerified || token === undefined || mail.to !== canaryAddress(password)) return;
  const browser = new Browser(ports.site);
  const answer = await browser.take({
    ...common,
    name: 'follow the link of the verification',
    path: '/v1/accounts/verify',
    body: { token, password },
    isExpected: ({ status, json }) => status === 204 || json.code === 'invalid_token' || json.code === 'invalid_credentials',
  });
  if (answer.json.code === 'invalid_token') await noteIfVerified(ports, account);
  if (answer.status === 204) await noteVerified(ports, account, browser);
}

async function noteVerified(ports: CanaryPorts, account: CanaryAccount, browser: Browser): Promise<void> {
  await ports.memory.write({ ...account, isVerified: true, ...remembered(ports, browser) });
  ports.journal.note('INFO', 'canary.verified', {});
}

/** Whoever can sign in has followed the link, even if the answer to that never came. */
async function noteIfVerified(ports: CanaryPorts, account: CanaryAccount): Promise<boolean> {
  let browser: Browser;
  try {
    browser = await signIn(ports, account, ports.clock.now());
  } catch (error) {
    if (error instanceof StepFailed && error.code === 'invalid_credentials') return false;
    if (!wantsUnknownFactor(error)) throw error;
    // Verified long ago, and shut: the next run finds that out, and leaves the account.
    await ports.memory.write({ ...account, isVerified: true });
    return true;
  }
  await noteVerified(ports, account, browser);
  await readSession(browser, canaryAddress(account.password));
  await signOut(browser);
  return true;
}

async function enrol(ports: CanaryPorts, account: CanaryAccount): Promise<void> {
  const { password } = account;
  const email = canaryAddress(password);
  let browser: Browser;
  try {
    browser = await signIn(ports, account, ports.clock.now());
  } catch (error) {
    if (!wantsUnknownFactor(error)) throw error;
    // Confirmed with a secret that we no longer know: nobody gets into this account again, as nobody should.
    await ports.memory.write({ password: Buffer.from(ports.random.bytes(passwordBytes)).toString('base64url') });
    ports.journal.note('WARN', 'canary.started_over', { reason: error.code });
    return;
  }
  // The last run may have ended between confirming and remembering.
  if (!(await readSession(browser, email)).isEnrolled) {
    const take = (name: string, path: string, body: unknown, expected: number) =>
      browser.take({ ...common, name, path, body, isExpected: ({ status }) => status === expected });
    await take('step up', '/v1/session/step-up', { password }, 204);
    // Stepping up changes the session, and with it the token against forged requests.
    await readSession(browser, email);
    const { json } = await take('ask for the secret of an authenticator', '/v1/account/totp', undefined, 201);
    const totpSecret = String(json.secret);
    await ports.memory.write({ ...account, totpSecret });
    await take('confirm the secret', '/v1/account/totp/confirm', { code: await ports.code(totpSecret, ports.clock.now()) }, 200);
    await ports.memory.write({ ...account, totpSecret, isEnrolled: true });
    await readSession(browser, email);
  } else {
    await ports.memory.write({ ...account, isEnrolled: true });
  }
  ports.journal.note('INFO', 'canary.enrolled', {});
  await signOut(browser);
}

/** The password is right, and the account asks for a factor that the secret does not hold. */
function wantsUnknownFactor(error: unknown): error is StepFailed {
  return error instanceof StepFailed && (error.code === 'invalid_code' || error.code === lacksFactor);
}

export function remembered({ clock }: CanaryPorts, { deviceCookie }: Browser): Partial<CanaryAccount> {
  return deviceCookie === undefined ? {} : { deviceCookie, deviceCookieAt: clock.now() };
}
