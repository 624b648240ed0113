/**
 * Letting in somebody who has lost every second factor: request, approval, wait, completion (docs/lost-second-factor.md).
 *
 * The owner is told first, and the step is written second: a step that could not be told is not taken. The other order
 * would leave a crash, or a failing queue, between a second factor that is gone and an owner who doesn't know. A step that
 * something else forestalls in that instant has been told in vain; its mail carries one id whoever takes the step, and is sent once.
 */
import { createHash } from 'node:crypto';
import type { MailMessage } from '../../../contract/schemas.ts';
import type { Call, CurrentSession } from '../context.ts';
import type { AccountRecord, EventType, FactorRecovery } from '../ports.ts';
import { instant } from '../sessions.ts';
import { type Act, findTarget, recordActor, recordForOwner, type StaffRefusal, type StaffServices, staffMailBase } from './acts.ts';
import { decideApproval, decideCompletion, decideRequest, decideStanding, type RecoveryDecision } from './factor-recovery-rules.ts';
import type { RecoveryBasis } from './ports.ts';

/** Rounds of compare-and-swap: wrong codes of a stranger change the account, too, and must not hinder this for long. */
const ROUNDS = 20;

type Done = { readonly kind: 'done' };

interface Step {
  readonly type: EventType;
  decide(account: AccountRecord, now: number): Promise<RecoveryDecision> | RecoveryDecision;
  /** What the owner is told before it happens. */
  tell?(account: AccountRecord, next: FactorRecovery): MailMessage;
  write(from: RecoveryBasis, next: FactorRecovery): Promise<AccountRecord | undefined>;
}

export async function requestRecovery(services: StaffServices, call: Call, staff: CurrentSession, act: Act): Promise<Done | StaffRefusal> {
  return takeStep(services, call, staff, act, {
    type: 'factor_recovery.requested',
    decide: (account, now) => decideRequest(account, staff, act.reason, now),
    tell: (account, next) => ({
      ...noticeBase(services, call, account, next, 'requested'),
      kind: 'factor_recovery_requested',
    }),
    write: (from, next) => services.staff.replaceRecovery(act.accountId, from, next),
  });
}

export async function approveRecovery(services: StaffServices, call: Call, staff: CurrentSession, act: Act): Promise<Done | StaffRefusal> {
  return takeStep(services, call, staff, act, {
    type: 'factor_recovery.approved',
    decide: async (account, now) => {
      const decision = decideApproval(account, staff, now);
      return (decision.kind === 'admitted' && (await refuseFormerStaff(services, [decision.next.requestedBy]))) || decision;
    },
    tell: (account, next) => ({
      ...noticeBase(services, call, account, next, 'approved'),
      kind: 'factor_recovery_approved',
      effectiveAt: instant(next.effectiveAt ?? next.expiresAt),
    }),
    write: (from, next) => services.staff.replaceRecovery(act.accountId, from, next),
  });
}

/**
 * Takes the second factor off and ends every session: the owner signs in with the password, and enrols anew. The seed of an
 * authenticator stays behind, for this function may not touch seeds: sealed, bound to the account, and referred to by nobody.
 */
export async function completeRecovery(services: StaffServices, call: Call, staff: CurrentSession, act: Act): Promise<Done | StaffRefusal> {
  return takeStep(services, call, staff, act, {
    type: 'factor_recovery.completed',
    decide: async (account, now) => {
      const decision = decideCompletion(account, staff, now);
      if (decision.kind !== 'admitted') return decision;
      const { requestedBy, approvedBy = requestedBy } = decision.next;
      return (await refuseFormerStaff(services, [requestedBy, approvedBy])) || decision;
    },
    tell: (account, next) => ({ ...noticeBase(services, call, account, next, 'completed'), kind: 'second_factor_disabled' }),
    write: (from) => services.staff.completeRecovery(act.accountId, from),
  });
}

/** Any member of staff but the person concerned, who has better means: a code, or "this wasn't me". */
export async function cancelRecovery(services: StaffServices, call: Call, staff: CurrentSession, act: Act): Promise<Done | StaffRefusal> {
  return takeStep(services, call, staff, act, {
    type: 'factor_recovery.cancelled',
    decide: ({ factorRecovery }) =>
      factorRecovery ? { kind: 'admitted', next: factorRecovery } : { kind: 'conflict', detail: 'There is nothing to cancel' },
    write: (from) => services.staff.replaceRecovery(act.accountId, from, null),
  });
}

async function takeStep(services: StaffServices, call: Call, staff: CurrentSession, act: Act, step: Step): Promise<Done | StaffRefusal> {
  let announced = false;
  for (let round = 0; round < ROUNDS; round++) {
    const target = await findTarget(services, staff, act.accountId);
    const decision = target.kind === 'found' ? await step.decide(target.account, services.clock.now()) : target;
    if (target.kind !== 'found' || decision.kind !== 'admitted') {
      const refusal = decision as StaffRefusal;
      if (announced) await recordActor(services, call, staff, step.type, { ...act, reason: `not done: ${refusal.kind}` });
      return refusal;
    }

    const { account } = target;
    if (!announced) {
      await recordActor(services, call, staff, step.type, act);
      const notice = step.tell?.(account, decision.next);
      if (notice) await services.mail.send(notice);
      announced = true;
    }
    const from = { factorVersion: account.factorVersion, recovery: account.factorRecovery };
    if (await step.write(from, decision.next)) {
      await recordForOwner(services, call, staff, step.type, act);
      return { kind: 'done' };
    }
    await services.clock.pause(5 + (services.random.bytes(1)[0] ?? 0) / 8);
  }
  return { kind: 'conflict', detail: 'The account is changing right now: look again' };
}

/** @returns a refusal when one of these people is not staff any more, or has a disabled account */
async function refuseFormerStaff(services: StaffServices, accountIds: readonly string[]) {
  const accounts = await Promise.all(accountIds.map((id) => services.accounts.read(id)));
  return decideStanding(accounts.every((account) => account?.status === 'active' && services.isStaff(account.email)));
}

/** One step of one request is one mail, however many take it at the same instant. */
function noticeBase(services: StaffServices, call: Call, account: AccountRecord, recovery: FactorRecovery, step: string) {
  const { requestedAt, requestedBy } = recovery;
  const id = createHash('sha256').update(`${account.accountId}:${requestedBy}:${requestedAt}:${step}`).digest('base64url').slice(0, 22);
  return { ...staffMailBase(call, services, account), id };
}
