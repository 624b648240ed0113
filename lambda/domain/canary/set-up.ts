/**
 * How the canary comes by its account: as everybody does. It registers, gets the mail (through a queue of its own), follows the
 * link, signs in, turns two-step verification on. Nothing in the product knows how to make an account for it, so nothing can be
 * made to do that for somebody else. What is learnt is stored before it is needed: after a crash the next run goes on.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { Browser } from './browser.ts';
import type { CanaryAccount, CanaryPorts } from './ports.ts';
import { canaryAddress, readSession, signIn, signOut } from './visit.ts';

/** A mail as the mailer hands it over. */
export interface CanaryMail {
  readonly to: string;
  readonly text: string;
}

const common = { component: 'accounts', method: 'POST' } as const;

/** Does the next thing that is missing, if it is not under way. */
export async function continueSetUp(ports: CanaryPorts, account: CanaryAccount): Promise<void> {
  if (account.isVerified) return enrol(ports, account);
  const now = ports.clock.now();
  const { password, registeredAt } = account;
  if (registeredAt !== undefined && Math.abs(now - registeredAt) < securityPolicy.canary.registerAgainSeconds * 1000) return;
  await new Browser(ports.site).take({
    ...common,
    name: 'register',
    path: '/v1/accounts',
    body: { email: canaryAddress(password), password },
    isExpected: ({ status }) => status === 202,
  });
  await ports.memory.write({ ...account, registeredAt: now });
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
  if (answer.status !== 204) return;
  const verified = { ...account, isVerified: true, ...remembered(ports, browser) };
  await ports.memory.write(verified);
  ports.journal.note('INFO', 'canary.verified', {});
  await enrol(ports, verified);
}

async function enrol(ports: CanaryPorts, account: CanaryAccount): Promise<void> {
  const { password } = account;
  const email = canaryAddress(password);
  const browser = await signIn(ports, account, ports.clock.now());
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

export function remembered({ clock }: CanaryPorts, { deviceCookie }: Browser): Partial<CanaryAccount> {
  return deviceCookie === undefined ? {} : { deviceCookie, deviceCookieAt: clock.now() };
}
