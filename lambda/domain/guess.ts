/** One guess at a password, from taking the attempt to settling it: shared by sign-in, re-authentication and verification. */
import type { Overspent } from './budgets.ts';
import { addressSubject, type Call, event, mailBase, type PasswordServices, type Refusal, secondsUntil } from './context.ts';
import { computeLockSeconds, type Reservation, reserveAttempt, startsLock } from './lockout.ts';
import { type PreparedPassword, preparePassword, verifyPassword } from './password-hash.ts';
import type { Credential, EventType } from './ports.ts';
import { instant } from './sessions.ts';
import { noteWrongGuess } from './suspicion.ts';

export interface Guess {
  readonly attemptKey: string;
  readonly email: string;
  readonly emailKey: string;
  readonly password: string;
  /** Whose password it must be, where that is known: the one of any other account is as good as none. */
  readonly accountId?: string;
  /** What the caller's address has left, asked for already: beside the attempt, so that it costs no time. */
  readonly admission?: Promise<Overspent | undefined> | undefined;
  /** Written when the guess is wrong. */
  readonly failureEvent: EventType;
}

export type GuessOutcome =
  | { readonly kind: 'right'; readonly credential: Credential; readonly prepared: PreparedPassword; readonly reservation: Reservation }
  | Extract<Refusal, { kind: 'invalid_credentials' | 'account_locked' | 'rate_limited' }>;

export interface Verdict<Found> {
  readonly kind: 'verdict';
  readonly matches: boolean;
  /** What the password was checked against. */
  readonly found: Found | undefined;
  readonly prepared: PreparedPassword;
  /** For the caller to settle: right, or wrong. */
  readonly reservation: Reservation;
}

/**
 * Takes an attempt and reads what has the hash at once (one round trip to the store), then asks KMS and runs bcrypt.
 *
 * @param attemptKey from `attempt-keys.ts`
 * @param find no hash costs as much as one
 * @param admission what the caller's address has left; a refusal gives the attempt back, for there was no verdict
 * @throws Unavailable when a service fails; the attempt is given back, for there was no verdict
 */
export async function judgePassword<Found extends { readonly hash: string }>(
  services: PasswordServices,
  attemptKey: string,
  password: string,
  find: () => Promise<Found | undefined>,
  admission?: Promise<Overspent | undefined>,
): Promise<Verdict<Found> | Extract<Refusal, { kind: 'account_locked' | 'rate_limited' }>> {
  let isRefused = false;
  const [reserved, read, admitted] = await Promise.allSettled([
    reserveAttempt(services.attempts, services.clock, services.random, attemptKey, undefined, () => isRefused),
    find(),
    admission?.then(
      (overspent) => {
        isRefused = overspent !== undefined;
        return overspent;
      },
      (fault) => {
        isRefused = true;
        throw fault;
      },
    ),
  ]);
  if (admitted.status === 'rejected' || admitted.value) {
    // The account's own budget must not suffer from who has none left.
    if (reserved.status === 'fulfilled' && reserved.value.kind === 'reserved') await giveBack(services, reserved.value.reservation);
    if (admitted.status === 'rejected') throw admitted.reason;
    services.telemetry.count('Budgets/Exceeded');
    if (admitted.value) return admitted.value;
  }
  if (reserved.status === 'rejected') throw reserved.reason;
  const outcome = reserved.value;
  if (outcome.kind === 'locked') {
    return { kind: 'account_locked', retryAfterSeconds: secondsUntil(outcome.until, services.clock.now()) };
  }
  // Attempts under way hold what is left: there is no lock to speak of, and if they were right there will be none.
  if (outcome.kind === 'busy') return { kind: 'rate_limited', retryAfterSeconds: 1 };

  const { reservation } = outcome;
  try {
    if (read.status === 'rejected') throw read.reason;
    const found = read.value;
    // KMS only for attempts that were admitted: a flood of guesses at a locked address must not spend its quota.
    const prepared = await preparePassword(services.hasher, password);
    const matches = await verifyPassword(services.hasher, prepared, found?.hash, services.bcryptCost);
    return { kind: 'verdict', matches, found, prepared, reservation };
  } catch (fault) {
    await giveBack(services, reservation);
    throw fault;
  }
}

/** A courtesy: if it fails, the lease runs out and the attempt counts as a failure. */
async function giveBack({ attempts }: PasswordServices, reservation: Reservation): Promise<void> {
  await attempts.giveBack(reservation).catch(() => undefined);
}

/**
 * Judges a guess at an account's password. A wrong guess is settled here (the second round trip), a right one by the caller,
 * together with what it writes.
 *
 * Work, writes and messages are the same whether or not the address has an account.
 *
 * @throws Unavailable when a service fails; the attempt is given back, for there was no verdict
 */
export async function guessPassword(services: PasswordServices, call: Call, guess: Guess): Promise<GuessOutcome> {
  const verdict = await judgePassword(services, guess.attemptKey, guess.password, () => findCredential(services, guess), guess.admission);
  if (verdict.kind !== 'verdict') return verdict;
  const { matches, found: credential, prepared, reservation } = verdict;
  // From here on there is a verdict: nothing gives the attempt back any more, whatever fails.
  if (matches && credential?.status === 'active') return { kind: 'right', credential, prepared, reservation };
  await settleWrongGuess(services, call, guess, reservation, credential);
  return { kind: 'invalid_credentials' };
}

/** Asked for by the wrong account: none, so that the answer says nothing about it. */
async function findCredential(services: PasswordServices, { emailKey, accountId }: Guess): Promise<Credential | undefined> {
  const credential = await services.credentials.read(emailKey);
  return accountId === undefined || credential?.accountId === accountId ? credential : undefined;
}

async function settleWrongGuess(
  services: PasswordServices,
  call: Call,
  guess: Guess,
  reservation: Reservation,
  credential: Credential | undefined,
): Promise<void> {
  const now = services.clock.now();
  const subject = credential?.accountId ?? addressSubject(guess.emailKey);
  const hasLocked = startsLock(reservation);
  const writes: Promise<unknown>[] = [
    services.attempts.confirmFailure(reservation, now),
    services.events.append(event(call, subject, guess.failureEvent, now, { reason: nameReason(credential) })),
    noteWrongGuess(services, call, guess.emailKey, hasLocked),
  ];
  if (hasLocked) {
    services.telemetry.count('Accounts/Locked');
    const lockedUntil = instant(now + computeLockSeconds(reservation.ordinal) * 1000);
    writes.push(
      services.events.append(event(call, subject, 'account.locked', now, { reason: 'too_many_failures' })),
      services.mail.send({ ...mailBase(call, services, guess.email, guess.emailKey), kind: 'account_locked', lockedUntil }),
    );
  }
  await Promise.all(writes);
}

function nameReason(credential: Credential | undefined): string {
  if (!credential) return 'unknown_address';
  return credential.status === 'active' ? 'wrong_password' : 'disabled';
}
