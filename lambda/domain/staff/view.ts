/** An account as staff see it: enough to help its owner, and nothing that would let them act as the owner. Pure. */
import type { StaffView } from '../../../contract/schemas.ts';
import { opensSession, withoutRefusedSessions } from '../history.ts';
import { type AttemptState, decideAttempt } from '../lockout.ts';
import type { AccountRecord, FactorRecovery, StoredEvent } from '../ports.ts';
import { computeExpiry, instant, lifetimesFor, methodsOf } from '../sessions.ts';
import { isLive } from './factor-recovery-rules.ts';

export function describeForStaff(
  account: AccountRecord,
  isStaff: boolean,
  attempts: AttemptState | undefined,
  events: readonly StoredEvent[],
  now: number,
): StaffView {
  const lifetimes = lifetimesFor(isStaff);
  const decision = decideAttempt(attempts, now);
  const { secondFactor, factorRecovery, erasure } = account;
  const history = withoutRefusedSessions(events);
  const sessions = Object.values(account.sessions);
  const signIns = [...history.filter(opensSession).map(({ at }) => at), ...sessions.map(({ createdAt }) => createdAt)];
  return {
    id: account.accountId,
    email: account.email,
    locale: account.locale,
    status: account.status,
    isStaff,
    createdAt: instant(account.createdAt),
    signIns: account.signIns,
    sessions: sessions.filter((session) => computeExpiry(session, lifetimes) > now).length,
    lastSignInAt: signIns.length === 0 ? null : instant(Math.max(...signIns)),
    erasesAt: erasure === undefined ? null : instant(erasure.dueAt),
    lockedUntil: decision.kind === 'locked' ? instant(decision.until) : null,
    secondFactor: {
      enabled: secondFactor !== undefined,
      methods: methodsOf(secondFactor),
      recoveryCodesLeft: secondFactor?.recoveryCodes.length ?? 0,
    },
    factorRecovery: isLive(factorRecovery, now) ? describeRecovery(factorRecovery) : null,
    events: history.map(describeEvent),
  };
}

function describeRecovery(recovery: FactorRecovery): NonNullable<StaffView['factorRecovery']> {
  return {
    requestedBy: recovery.requestedBy,
    requestedAt: instant(recovery.requestedAt),
    reason: recovery.reason,
    approvedBy: recovery.approvedBy ?? null,
    effectiveAt: recovery.effectiveAt === undefined ? null : instant(recovery.effectiveAt),
    expiresAt: instant(recovery.expiresAt),
  };
}

function describeEvent(event: StoredEvent): StaffView['events'][number] {
  return {
    id: event.eventId,
    type: event.type,
    at: instant(event.at),
    address: event.address,
    userAgent: event.userAgent,
    reason: event.reason ?? '',
    ...(event.addressKind === undefined ? {} : { addressKind: event.addressKind }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
  };
}
