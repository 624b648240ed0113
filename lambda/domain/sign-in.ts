/** Sign-in with address and password: at most two round trips to the store, the same for known and unknown addresses. */
import { type Call, event, mailBase, type PasswordServices, type Refusal } from './context.ts';
import { findKnownDevice, rememberDevice } from './devices.ts';
import { computeEmailKey, normaliseEmail } from './email-address.ts';
import { type GuessOutcome, guessPassword } from './guess.ts';
import { hashPassword, isOutdated } from './password-hash.ts';
import type { AccountRecord, StoredSession } from './ports.ts';
import { mintSession, type SessionToken, selectSurplus } from './sessions.ts';

export type SignInOutcome =
  | {
      readonly kind: 'signed_in';
      readonly account: AccountRecord;
      readonly isStaff: boolean;
      readonly token: SessionToken;
      readonly stored: StoredSession;
      readonly deviceCookie: string;
    }
  | Extract<Refusal, { kind: 'invalid_email' | 'invalid_credentials' | 'account_locked' | 'rate_limited' }>;

export async function signIn(
  services: PasswordServices,
  call: Call,
  input: { readonly email: string; readonly password: string },
): Promise<SignInOutcome> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const emailKey = await computeEmailKey(services.identity, email);
  const device = await findKnownDevice(services.deviceKey, call.deviceCookie, emailKey, services.clock.now());

  const outcome = await guessPassword(services, call, {
    attemptKey: device ? `device:${emailKey}:${device.deviceId}` : `address:${emailKey}`,
    email,
    emailKey,
    password: input.password,
    failureEvent: 'sign_in.failed',
  });
  if (outcome.kind !== 'right') return outcome;

  const opened = await openSession(services, call, outcome);
  if (!opened) {
    // Disabled, or the password has changed since it was read: to the caller a wrong password like any other.
    const now = services.clock.now();
    await Promise.all([
      services.attempts.recordFailure(outcome.reservation, now),
      services.events.append(event(call, outcome.credential.accountId, 'sign_in.failed', now, { reason: 'disabled_or_password_changed' })),
    ]);
    return { kind: 'invalid_credentials' };
  }

  const now = services.clock.now();
  const isStaff = services.isStaff(email);
  const surplus = selectSurplus(opened.account.sessions, opened.token.sessionId, isStaff, now);
  if (surplus.length > 0) await services.accounts.endSessions(opened.account.accountId, surplus);
  // The first sign-in of all is from a device that nobody could know yet.
  if (!device && opened.account.signIns > 1) {
    await services.mail.send({
      ...mailBase(call, services, email, emailKey),
      locale: opened.account.locale,
      kind: 'new_device',
    });
  }
  return {
    kind: 'signed_in',
    ...opened,
    isStaff,
    deviceCookie: await rememberDevice(services.deviceKey, services.random, call.deviceCookie, emailKey, device, now),
  };
}

async function openSession(
  services: PasswordServices,
  call: Call,
  { credential, prepared, reservation }: Extract<GuessOutcome, { kind: 'right' }>,
): Promise<{ account: AccountRecord; token: SessionToken; stored: StoredSession } | undefined> {
  const upgraded = isOutdated(credential.hash, services.bcryptCost)
    ? await hashPassword(services.hasher, prepared, services.bcryptCost)
    : undefined;

  const now = services.clock.now();
  const { token, stored } = mintSession(services.random, credential.accountId, call.viewer, now);
  const [account] = await Promise.all([
    services.accounts.addSession(credential.accountId, credential.credentialVersion, token.sessionId, stored),
    services.attempts.recordSuccess(reservation),
    services.events.append(event(call, credential.accountId, 'sign_in.succeeded', now, { sessionId: token.sessionId })),
    // If the password changes at the same instant the swap fails, and the old hash is gone anyway.
    upgraded &&
      services.credentials.replaceHash(credential.emailKey, credential, {
        hash: upgraded,
        credentialVersion: credential.credentialVersion,
      }),
  ]);
  return account && { account, token, stored };
}
