/**
 * A lost second factor: who may do what, and when. Pure.
 *
 * Two different people, neither of them the one concerned, and days in which the owner is told twice and can stop it by
 * any right second factor or by "this wasn't me": one bribed or deceived member of staff opens nothing, and two are seen.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { AccountRecord, FactorRecovery } from '../ports.ts';
import { instant } from '../sessions.ts';
import type { StaffRefusal } from './acts.ts';

const SECOND = 1000;

export type RecoveryPolicy = Readonly<Record<keyof typeof securityPolicy.factorRecovery, number>>;

/** Who decides: account and keyed address, for either makes it the same person. */
export interface Decider {
  readonly accountId: string;
  readonly emailKey: string;
}

export type RecoveryDecision = { readonly kind: 'admitted'; readonly next: FactorRecovery } | Exclude<StaffRefusal, { kind: 'not_found' }>;

export function isLive(recovery: FactorRecovery | undefined, now: number): recovery is FactorRecovery {
  return recovery !== undefined && now < recovery.expiresAt;
}

export function decideRequest(
  account: AccountRecord,
  staff: Decider,
  reason: string,
  now: number,
  policy: RecoveryPolicy = securityPolicy.factorRecovery,
): RecoveryDecision {
  const hindrance = findHindrance(account);
  if (hindrance) return hindrance;
  const { factorRecovery } = account;
  if (isLive(factorRecovery, now)) {
    return conflict(`It was requested already, at ${instant(factorRecovery.requestedAt)}: approve it, or cancel it first`);
  }
  return {
    kind: 'admitted',
    next: {
      requestedBy: staff.accountId,
      requestedByKey: staff.emailKey,
      requestedAt: now,
      reason,
      expiresAt: now + policy.expirySeconds * SECOND,
    },
  };
}

export function decideApproval(
  account: AccountRecord,
  staff: Decider,
  now: number,
  policy: RecoveryPolicy = securityPolicy.factorRecovery,
): RecoveryDecision {
  const { factorRecovery } = account;
  const hindrance = findHindrance(account) ?? findMissing(factorRecovery, now);
  if (hindrance) return hindrance;
  const recovery = factorRecovery as FactorRecovery;
  if (isSamePerson(recovery, staff)) return forbidden('Whoever asked may not approve: another member of staff must');
  if (recovery.approvedBy !== undefined) return conflict(`It is approved already, and may be completed from ${fromWhen(recovery)}`);

  const effectiveAt = now + policy.waitSeconds * SECOND;
  if (effectiveAt >= recovery.expiresAt) {
    return conflict(`The request ends at ${instant(recovery.expiresAt)}, before the wait would: cancel it, and ask anew`);
  }
  return { kind: 'admitted', next: { ...recovery, approvedBy: staff.accountId, effectiveAt } };
}

export function decideCompletion(account: AccountRecord, staff: Decider, now: number): RecoveryDecision {
  const { factorRecovery } = account;
  const hindrance = findHindrance(account) ?? findMissing(factorRecovery, now);
  if (hindrance) return hindrance;
  const recovery = factorRecovery as FactorRecovery;
  if (recovery.approvedBy === undefined || recovery.effectiveAt === undefined) {
    return conflict('A second member of staff must approve it first');
  }
  if (staff.accountId !== recovery.requestedBy && staff.accountId !== recovery.approvedBy) {
    return forbidden('Only whoever asked or approved may complete it');
  }
  if (now < recovery.effectiveAt) return conflict(`It may be completed from ${fromWhen(recovery)}`);
  return { kind: 'admitted', next: recovery };
}

/** The request is worth nothing once one of its two people is no staff any more: that may be why. */
export function decideStanding(isStillStaff: boolean): Extract<RecoveryDecision, { kind: 'conflict' }> | undefined {
  return isStillStaff ? undefined : conflict('Whoever asked or approved is no member of staff any more: cancel it, and ask anew');
}

function findHindrance({ status, secondFactor }: AccountRecord) {
  if (status !== 'active') return conflict('The account is disabled');
  return secondFactor ? undefined : conflict('The account has no second factor that could be lost');
}

function findMissing(recovery: FactorRecovery | undefined, now: number) {
  if (!recovery) return conflict('Nobody has asked for it, or the owner has stopped it');
  return now < recovery.expiresAt ? undefined : conflict(`It ended at ${instant(recovery.expiresAt)}: ask anew`);
}

/** By account or by address: an address that was given up and registered again is still the same colleague's. */
function isSamePerson(recovery: FactorRecovery, staff: Decider): boolean {
  return staff.accountId === recovery.requestedBy || staff.emailKey === recovery.requestedByKey;
}

function fromWhen({ effectiveAt }: FactorRecovery): string {
  return effectiveAt === undefined ? 'its approval' : instant(effectiveAt);
}

function conflict(detail: string) {
  return { kind: 'conflict', detail } as const;
}

function forbidden(detail: string) {
  return { kind: 'forbidden', detail } as const;
}
