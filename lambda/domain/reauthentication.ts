/** What a signed-in person does with the password in hand: confirm it, change it. */
import { sessionBudget } from './attempt-keys.ts';
import { type Call, type CurrentSession, event, mailBase, type PasswordServices, type Refusal } from './context.ts';
import { guessPassword } from './guess.ts';
import { hashPassword, preparePassword } from './password-hash.ts';
import { findPasswordWeaknesses } from './password-policy.ts';
import type { StoredSession } from './ports.ts';
import { rotateSession, type SessionToken } from './sessions.ts';

type GuessRefusal = Extract<Refusal, { kind: 'invalid_credentials' | 'account_locked' | 'rate_limited' }>;

/** Answers the function that may not see hashes (step-up): whether this is the password of the session's account. */
export async function confirmPassword(
  services: PasswordServices,
  call: Call,
  session: Pick<CurrentSession, 'accountId' | 'email' | 'emailKey'>,
  password: string,
): Promise<{ readonly kind: 'right' } | GuessRefusal> {
  const guess = await guessPassword(services, call, {
    attemptKey: sessionBudget(session.emailKey),
    accountId: session.accountId,
    email: session.email,
    emailKey: session.emailKey,
    password,
    failureEvent: 'session.step_up_failed',
  });
  if (guess.kind !== 'right') return guess;
  await services.attempts.recordSuccess(guess.reservation);
  return { kind: 'right' };
}

/**
 * Changes the password, ends the other sessions and rotates this one. The session moves first and the hash second: a
 * crash in between leaves the old password unable to open a session, and a reset by mail mends it.
 */
export async function changePassword(
  services: PasswordServices,
  call: Call,
  session: CurrentSession,
  input: { readonly currentPassword: string; readonly newPassword: string },
): Promise<
  | { readonly kind: 'changed'; readonly token: SessionToken; readonly stored: StoredSession }
  | GuessRefusal
  | Extract<Refusal, { kind: 'weak_password' | 'conflict' }>
> {
  const guess = await guessPassword(services, call, {
    attemptKey: sessionBudget(session.emailKey),
    accountId: session.accountId,
    email: session.email,
    emailKey: session.emailKey,
    password: input.currentPassword,
    failureEvent: 'password.change_failed',
  });
  if (guess.kind !== 'right') return guess;
  await services.attempts.recordSuccess(guess.reservation);

  const errors = findPasswordWeaknesses(input.newPassword, session.email, services.rules, 'newPassword');
  if (errors.length > 0) return { kind: 'weak_password', errors };

  const prepared = await preparePassword(services.hasher, input.newPassword);
  const hash = await hashPassword(services.hasher, prepared, services.bcryptCost);

  const now = services.clock.now();
  const next = rotateSession(services.random, session.token, session.stored, { lastSeenAt: now });
  const version = guess.credential.credentialVersion;
  const verified = { emailKey: session.emailKey, credentialVersion: version };
  const moved = await services.accounts.advanceCredentialVersion(session.accountId, verified, version + 1, {
    sessionId: next.token.sessionId,
    session: next.stored,
    replaces: { sessionId: session.token.sessionId, secretHash: session.stored.secretHash },
  });
  if (!moved) return { kind: 'conflict' };
  const replaced = await services.credentials.replaceHash(
    session.emailKey,
    { credentialVersion: version },
    { hash, credentialVersion: version + 1 },
  );
  if (!replaced) return { kind: 'conflict' };

  await Promise.all([
    services.events.append(event(call, session.accountId, 'password.changed', now, { sessionId: next.token.sessionId })),
    services.mail.send({ ...mailBase(call, services, session.email, session.emailKey), kind: 'password_changed' }),
  ]);
  return { kind: 'changed', ...next };
}
