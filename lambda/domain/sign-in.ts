/** Sign-in with address and password: at most two round trips to the store, the same for known and unknown addresses. */
import { type Call, event, mailBase, type PasswordServices, type Refusal } from './context.ts';
import { findKnownDevice, type KnownDevice, rememberDevice } from './devices.ts';
import { computeEmailKey, normaliseEmail } from './email-address.ts';
import { type GuessOutcome, guessPassword } from './guess.ts';
import { hashPassword, isOutdated } from './password-hash.ts';
import type { AccountRecord, Credential, StoredSession } from './ports.ts';
import { type OpenedChallenge, openChallenge } from './second-factor/challenge.ts';
import { mintSession, type SessionToken, selectSurplus } from './sessions.ts';

export type SignInOutcome =
  | OpenedChallenge
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
  input: { readonly email: string; readonly password: string; readonly delivery?: 'cookie' | 'bearer' },
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

  const opened = await openDoor(services, call, outcome, input.delivery ?? 'cookie', device);
  if (opened?.kind === 'second_factor_required') return opened;
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
    ...opened,
    isStaff,
    deviceCookie: await rememberDevice(services.deviceKey, services.random, call.deviceCookie, emailKey, device, now),
  };
}

interface OpenedSession {
  readonly kind: 'signed_in';
  readonly account: AccountRecord;
  readonly token: SessionToken;
  readonly stored: StoredSession;
}

/**
 * A session, or a challenge where the account asks for a second factor: each by a write that the account's own state
 * allows or refuses. The credential's hint only says which to try first, so that either way it is one round trip.
 */
async function openDoor(
  services: PasswordServices,
  call: Call,
  { credential, prepared, reservation }: Extract<GuessOutcome, { kind: 'right' }>,
  delivery: 'cookie' | 'bearer',
  device: KnownDevice | undefined,
): Promise<OpenedSession | OpenedChallenge | undefined> {
  const upgraded = isOutdated(credential.hash, services.bcryptCost)
    ? await hashPassword(services.hasher, prepared, services.bcryptCost)
    : undefined;
  const session = () => openSession(services, call, credential);
  const challenge = () => openChallenge(services, call, credential, delivery, device);
  const [likelier, other] = credential.expectsSecondFactor ? [challenge, session] : [session, challenge];

  const [opened] = await Promise.all([
    likelier(),
    services.attempts.recordSuccess(reservation),
    // If the password changes at the same instant the swap fails, and the old hash is gone anyway.
    upgraded &&
      services.credentials.replaceHash(credential.emailKey, credential, {
        hash: upgraded,
        credentialVersion: credential.credentialVersion,
      }),
  ]);
  if (opened) return opened;
  const second = await other();
  if (second) await services.credentials.expectSecondFactor(credential.emailKey, second.kind === 'second_factor_required');
  return second;
}

async function openSession(services: PasswordServices, call: Call, credential: Credential): Promise<OpenedSession | undefined> {
  const now = services.clock.now();
  const { token, stored } = mintSession(services.random, credential.accountId, call.viewer, now);
  const [account] = await Promise.all([
    services.accounts.addSession(credential.accountId, {
      credentialVersion: credential.credentialVersion,
      emailKey: credential.emailKey,
      sessionId: token.sessionId,
      session: stored,
    }),
    services.events.append(event(call, credential.accountId, 'sign_in.succeeded', now, { sessionId: token.sessionId })),
  ]);
  return account && { kind: 'signed_in', account, token, stored };
}
