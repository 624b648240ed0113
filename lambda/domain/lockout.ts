/**
 * Lockout (P13): how many guesses an account's address gets, exactly, however parallel they come.
 *
 * An attempt is taken before the password is checked, by one conditional write, so that a thousand parallel guesses
 * get no more verdicts than the budget has. A right password gives its attempt back; a wrong one leaves it taken.
 * The lock is not stored: it follows from the row of failures and the time of the last one, so nothing has to be
 * written for it to begin or to end. Counters exist for addresses without an account too (OWASP ASVS 5.0 6.3.1).
 */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { AttemptStore, Clock, RandomSource } from './ports.ts';

export type LockoutPolicy = Readonly<Record<keyof typeof securityPolicy.lockout, number>>;

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** The counters of one budget: an address for strangers, one known device of an account, or an account's re-authentication. Times in milliseconds. */
export interface AttemptState {
  /** Attempts taken in a row since the last success: failures, and those still without a verdict. */
  readonly taken: number;
  /** Of these, how many wait for their verdict. */
  readonly pending: number;
  /** A verdict that has not come by now never will: its attempt counts as a failure. */
  readonly pendingUntil: number;
  readonly lastFailureAt: number;
  /** UTC day (days since the epoch) that `takenToday` counts. */
  readonly day: number;
  /** Attempts taken on that day, successes not counted. Success doesn't reset it. */
  readonly takenToday: number;
  readonly version: number;
}

/** What must be known to settle an attempt. */
export interface Reservation {
  readonly attemptKey: string;
  readonly day: number;
  /** How many attempts in a row were taken, this one included. */
  readonly ordinal: number;
}

export function utcDay(milliseconds: number): number {
  return Math.floor(milliseconds / DAY);
}

/** @returns seconds of the lock that follows this many failures in a row; 0 below the threshold */
export function computeLockSeconds(failures: number, policy: LockoutPolicy = securityPolicy.lockout): number {
  if (failures < policy.threshold) return 0;
  return Math.min(policy.firstLockSeconds * 2 ** (failures - policy.threshold), policy.maximumLockSeconds);
}

/**
 * Whether an attempt may be taken by the plain increment, without knowing more: the common case, in one round trip.
 * The attempt store states the same as a condition of its write; the store contract holds the two together.
 */
export function isPlainlyFree(state: AttemptState | undefined, now: number, policy: LockoutPolicy = securityPolicy.lockout): boolean {
  if (state === undefined) return true;
  const takenToday = state.day === utcDay(now) ? state.takenToday : 0;
  return (
    takenToday < policy.verdictsPerWindow &&
    (state.taken === 0 || (state.taken < policy.threshold && state.lastFailureAt > now - policy.forgetAfterSeconds * SECOND))
  );
}

export type AttemptDecision =
  | { readonly kind: 'admitted'; readonly next: AttemptState }
  | { readonly kind: 'locked'; readonly until: number }
  /** Parallel attempts hold what is left of the budget; their verdicts decide. */
  | { readonly kind: 'busy' };

/** Decides one attempt at `now`. The caller writes `next` only if the state is still the one given here. */
export function decideAttempt(
  state: AttemptState | undefined,
  now: number,
  policy: LockoutPolicy = securityPolicy.lockout,
): AttemptDecision {
  const current = settleTime(state ?? emptyState(now), now, policy);

  if (current.takenToday >= policy.verdictsPerWindow) {
    if (current.takenToday - current.pending < policy.verdictsPerWindow) return { kind: 'busy' };
    return { kind: 'locked', until: (current.day + 1) * DAY };
  }

  if (current.taken >= policy.threshold) {
    const failures = current.taken - current.pending;
    const until = current.lastFailureAt + computeLockSeconds(failures, policy) * SECOND;
    if (failures >= policy.threshold && now < until) return { kind: 'locked', until };
    // Either the lock is over, which allows one guess at a time, or the last attempts of the budget are in flight.
    if (current.pending > 0) return { kind: 'busy' };
  }

  return {
    kind: 'admitted',
    next: {
      ...current,
      taken: current.taken + 1,
      pending: current.pending + 1,
      pendingUntil: now + policy.reservationLeaseSeconds * SECOND,
      takenToday: current.takenToday + 1,
      version: current.version + 1,
    },
  };
}

/**
 * Forgets the row of failures, and with it the lock; the day's count stays, and so do attempts that wait for their verdict.
 *
 * @returns what to write, or undefined where there is nothing to forget
 */
export function forgetFailures(
  state: AttemptState | undefined,
  now: number,
  policy: LockoutPolicy = securityPolicy.lockout,
): AttemptState | undefined {
  const current = state && settleTime(state, now, policy);
  if (!current || current.taken === current.pending) return undefined;
  return { ...current, taken: current.pending, version: current.version + 1 };
}

function emptyState(now: number): AttemptState {
  return { taken: 0, pending: 0, pendingUntil: 0, lastFailureAt: now, day: utcDay(now), takenToday: 0, version: 0 };
}

/** What time alone has changed: verdicts that will never come, a forgotten row of failures, a new day. */
function settleTime(state: AttemptState, now: number, policy: LockoutPolicy): AttemptState {
  let { taken, pending, lastFailureAt, takenToday, day } = state;
  if (pending > 0 && state.pendingUntil <= now) {
    pending = 0;
    lastFailureAt = Math.max(lastFailureAt, state.pendingUntil);
  }
  if (lastFailureAt + policy.forgetAfterSeconds * SECOND <= now) taken = pending;
  if (day !== utcDay(now)) {
    day = utcDay(now);
    takenToday = pending;
  }
  return { ...state, taken, pending, lastFailureAt, takenToday, day };
}

export type ReservationOutcome =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  | { readonly kind: 'locked'; readonly until: number }
  | { readonly kind: 'busy' };

/**
 * Takes an attempt from a budget. One round trip where the budget is plainly free; otherwise the state is read,
 * decided and swapped. Waits, within bounds, while parallel attempts hold the rest of the budget: sixteen right
 * passwords at the same instant must not refuse each other.
 *
 * @param isPointless whether the answer is known already: then nobody waits for it
 * @throws Unavailable when the store fails: no answer is a no
 */
export async function reserveAttempt(
  attempts: AttemptStore,
  clock: Clock,
  random: RandomSource,
  attemptKey: string,
  policy: LockoutPolicy = securityPolicy.lockout,
  isPointless: () => boolean = () => false,
): Promise<ReservationOutcome> {
  let waited = 0;
  let pause = 20;
  for (;;) {
    const now = clock.now();
    const taken = await attempts.takeIfPlainlyFree(attemptKey, now);
    if (taken) return { kind: 'reserved', reservation: { attemptKey, day: utcDay(now), ordinal: taken.taken } };

    const state = await attempts.read(attemptKey, now);
    const decision = decideAttempt(state, now, policy);
    if (decision.kind === 'locked') return decision;
    if (decision.kind === 'admitted' && (await attempts.replace(attemptKey, state, decision.next))) {
      return { kind: 'reserved', reservation: { attemptKey, day: decision.next.day, ordinal: decision.next.taken } };
    }
    if (waited >= policy.contentionWaitSeconds * SECOND || isPointless()) return { kind: 'busy' };

    // Jitter, so that those who wait don't come back all at once.
    const jittered = Math.ceil(pause * (0.5 + (random.bytes(1)[0] ?? 0) / 256));
    await clock.pause(jittered);
    waited += jittered;
    pause = Math.min(pause * 2, 300);
  }
}

/** Whether a failure with this reservation is the one that locks: the moment to tell the owner. Later ones only prolong it. */
export function startsLock(reservation: Reservation, policy: LockoutPolicy = securityPolicy.lockout): boolean {
  return reservation.ordinal === policy.threshold;
}
