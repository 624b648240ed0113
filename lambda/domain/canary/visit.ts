/** What a customer does, step by step: each part of the service is looked at by itself. */
import { createHash } from 'node:crypto';
import { canaryDomain } from '../../../contract/canary.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { Browser, StepFailed } from './browser.ts';
import type { CanaryAccount, CanaryPorts, SiteAnswer } from './ports.ts';

/** Made from the secret: nobody who doesn't know it can aim at the account. */
export function canaryAddress(password: string): string {
  return `canary-${createHash('sha256').update(`address of the canary: ${password}`).digest('hex').slice(0, 20)}@${canaryDomain}`;
}

export async function lookAtPages({ site }: CanaryPorts): Promise<void> {
  await new Browser(site).take({
    component: 'pages',
    name: 'open the sign-in page',
    method: 'GET',
    path: '/',
    isExpected: ({ status, contentType, text }) => status === 200 && contentType.startsWith('text/html') && text.includes('<html'),
  });
}

/** A link that was never sent: the function that redeems links reads its table, and says so. Nothing is written, nobody is told. */
export async function lookAtAccounts({ site, random }: CanaryPorts): Promise<void> {
  const token = Buffer.from(random.bytes(securityPolicy.tokens.bits / 8)).toString('base64url');
  await new Browser(site).take({
    component: 'accounts',
    name: 'follow a link that does not exist',
    method: 'POST',
    path: '/v1/account/disavow',
    body: { token },
    isExpected: ({ status, json }) => status === 400 && json.code === 'invalid_token',
  });
}

/** The code of a failure that is no problem of the API's: its own account wants a factor that the canary does not know. */
export const lacksFactor = 'lacks_factor';

/**
 * @param now of the time step whose code is given: a second try within the same half minute needs the next one, as each counts once
 */
export async function signIn({ site, code }: CanaryPorts, account: CanaryAccount, now: number): Promise<Browser> {
  const { password, totpSecret, isEnrolled, deviceCookie } = account;
  const browser = new Browser(site, deviceCookie);
  const common = { component: 'sign-in', method: 'POST' } as const;
  const isAnswered = ({ status, json }: SiteAnswer) => status === 200 && (json.status === 'second_factor_required' || !isEnrolled);
  const { json, requestId } = await browser.take({
    ...common,
    name: 'sign in',
    path: '/v1/sign-in',
    body: { email: canaryAddress(password), password },
    isExpected: isAnswered,
  });
  const request = requestId === undefined ? {} : { requestId };
  if (json.status === 'second_factor_required') {
    if (totpSecret === undefined)
      throw new StepFailed('sign-in', 'sign in', 'asked for a second factor that the canary lacks', { ...request, code: lacksFactor });
    await browser.take({
      ...common,
      name: 'give the code',
      path: '/v1/sign-in/second-factor',
      body: { challengeId: json.challengeId, method: 'totp', code: await code(totpSecret, now) },
      isExpected: (answer) => answer.status === 200 && answer.json.status === 'signed_in',
    });
  }
  if (!browser.isSignedIn) throw new StepFailed('sign-in', 'sign in', 'answered without a session', request);
  return browser;
}

/** @returns the account, as the API describes it */
export async function readSession(browser: Browser, email: string): Promise<{ readonly isEnrolled: boolean }> {
  type Described = { email?: string; secondFactor?: { enabled?: boolean } } | undefined;
  const { json } = await browser.take({
    component: 'sessions',
    name: 'read the session',
    method: 'GET',
    path: '/v1/session',
    isExpected: (answer) => answer.status === 200 && (answer.json.account as Described)?.email === email,
  });
  return { isEnrolled: (json.account as Described)?.secondFactor?.enabled === true };
}

export async function signOut(browser: Browser): Promise<void> {
  await browser.take({
    component: 'sessions',
    name: 'sign out',
    method: 'POST',
    path: '/v1/sign-out',
    isExpected: ({ status }) => status === 204,
  });
}
