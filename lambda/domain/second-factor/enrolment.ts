/** Turning two-step verification on, replacing its authenticator, turning it off, renewing the recovery codes. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Call, type CurrentSession, event, type Refusal, type SecondFactorServices } from '../context.ts';
import type { AccountRecord, SecondFactor } from '../ports.ts';
import { isEnough } from '../required-factor.ts';
import { newId } from '../sessions.ts';
import { changeFactor, isSessionOpen, requirementOf } from './change-factor.ts';
import { createRecoveryCodes } from './codes.ts';
import { tell, tellOfRecoveryCode } from './notices.ts';
import { useCode } from './use-code.ts';

const { totp, enrolmentSeconds } = securityPolicy.secondFactor;

type CodeRefusal = Extract<Refusal, { kind: 'invalid_code' | 'challenge_expired' | 'account_locked' | 'rate_limited' }>;

/** Makes a secret and seals it for this account. Until it is confirmed nothing else changes; left alone, it expires. */
export async function enrolTotp(
  services: SecondFactorServices,
  session: CurrentSession,
): Promise<
  { readonly kind: 'enrolling'; readonly secret: string; readonly uri: string } | Extract<Refusal, { kind: 'conflict' | 'rate_limited' }>
> {
  const secret = services.random.bytes(totp.secretBytes);
  const seedId = newId(services.random);
  const expiresAt = services.clock.now() + enrolmentSeconds * 1000;
  await services.seeds.put(session.accountId, { seedId, sealed: await services.vault.seal(session.accountId, secret) }, expiresAt);
  let isOver = false;
  let superseded: string | undefined;
  const changed = await changeFactor(services, session.accountId, (account) => {
    isOver = !isSessionOpen(account, session);
    superseded = account.pendingTotp?.seedId;
    return isOver ? undefined : { pendingTotp: { seedId, expiresAt }, requireSession: requirementOf(session) };
  });
  // Asked for again and again, secrets must not pile up until time to live gets round to them.
  const unused = changed ? superseded : seedId;
  if (unused !== undefined) await services.seeds.remove(session.accountId, unused);
  if (!changed) return isOver ? { kind: 'conflict' } : { kind: 'rate_limited', retryAfterSeconds: 1 };
  return { kind: 'enrolling', ...services.totp.describe(secret, services.productName, session.email) };
}

/**
 * The first code turns it on, and is spent by that. The seed is kept for good before the account refers to it: a crash
 * in between leaves a seed that nobody refers to, never an account whose seed expires.
 */
export async function confirmTotp(
  services: SecondFactorServices,
  call: Call,
  session: CurrentSession,
  code: string,
): Promise<{ readonly kind: 'enabled'; readonly recoveryCodes: readonly string[] } | CodeRefusal> {
  const { codes, hashes } = await createRecoveryCodes(services.random, services.recoveryKey, session.accountId);
  let replaced: string | undefined;
  let shown: string | undefined;
  const outcome = await useCode(services, call, {
    accountId: session.accountId,
    code,
    method: 'totp',
    factorOf: (account) => {
      const factor = pendingFactor(account, hashes, services.clock.now());
      shown ??= factor?.totp?.seedId;
      // Asked for again meanwhile, there is another secret: this code is none of its, right or wrong.
      return factor?.totp?.seedId === shown ? factor : undefined;
    },
    admit: (account) => isSessionOpen(account, session),
    whenRight: async (account, next) => {
      replaced = account.secondFactor?.totp?.seedId;
      // Gone since it was read: whoever asked for another secret has taken it away, and the next round sees that.
      if (!next.totp || !(await services.seeds.keep(session.accountId, next.totp.seedId))) return undefined;
      const now = services.clock.now();
      return {
        secondFactor: { ...next, confirmedAt: now },
        pendingTotp: null,
        forgetDevices: true,
        // This session has just shown all there is; every other one is asked to step up again.
        replaceSession: {
          from: { sessionId: session.token.sessionId, secretHash: session.stored.secretHash },
          to: { sessionId: session.token.sessionId, session: { ...session.stored, steppedUpAt: now } },
        },
      };
    },
    whenWrong: () => ({}),
  });
  if (outcome.kind === 'invalid_code') return refuse(services, call, session, outcome.reason);
  if (outcome.kind !== 'right') return outcome;

  await tell(services, call, outcome.account, 'second_factor_enabled');
  await tidyUp(services, session, replaced, true);
  return { kind: 'enabled', recoveryCodes: codes };
}

/**
 * The authenticator goes, with a code, after the step-up that the route asks for; two-step verification goes off with it
 * unless there are passkeys. The account forgets the factor first, the seed goes second.
 */
export async function removeTotp(
  services: SecondFactorServices,
  call: Call,
  session: CurrentSession,
  code: string,
): Promise<{ readonly kind: 'disabled' } | CodeRefusal | Extract<Refusal, { kind: 'not_found' | 'forbidden' }>> {
  const account = await services.accounts.read(session.accountId);
  if (!account?.secondFactor?.totp) return { kind: 'not_found' };
  const mayGo = ({ secondFactor }: AccountRecord) =>
    secondFactor?.totp !== undefined && isEnough(services.factorPolicy, session.isStaff, withoutTotp(secondFactor));
  if (!mayGo(account)) return { kind: 'forbidden', detail: 'A second factor is required here: add another one first' };
  let removed: string | undefined;
  const outcome = await useCode(services, call, {
    accountId: session.accountId,
    code,
    method: 'any',
    factorOf: ({ secondFactor }) => secondFactor,
    admit: (read) => isSessionOpen(read, session) && mayGo(read),
    whenRight: (_, next) => {
      removed = next.totp?.seedId;
      return { secondFactor: withoutTotp(next), forgetDevices: true, requireSession: requirementOf(session) };
    },
    whenWrong: () => ({}),
  });
  if (outcome.kind === 'invalid_code') return refuse(services, call, session, outcome.reason);
  if (outcome.kind !== 'right') return outcome;

  await Promise.all([
    tell(services, call, outcome.account, outcome.account.secondFactor ? 'authenticator_removed' : 'second_factor_disabled'),
    outcome.usedRecoveryCode ? tellOfRecoveryCode(services, call, outcome.account) : undefined,
  ]);
  await tidyUp(services, session, removed, outcome.account.secondFactor !== undefined);
  return { kind: 'disabled' };
}

export async function renewRecoveryCodes(
  services: SecondFactorServices,
  call: Call,
  session: CurrentSession,
): Promise<
  | { readonly kind: 'renewed'; readonly recoveryCodes: readonly string[] }
  | Extract<Refusal, { kind: 'not_found' | 'conflict' | 'rate_limited' }>
> {
  const { codes, hashes } = await createRecoveryCodes(services.random, services.recoveryKey, session.accountId);
  let refusal: 'not_found' | 'conflict' | undefined;
  const changed = await changeFactor(services, session.accountId, (account) => {
    const { secondFactor } = account;
    refusal = undefined;
    if (!isSessionOpen(account, session)) refusal = 'conflict';
    else if (!secondFactor) refusal = 'not_found';
    if (refusal || !secondFactor) return undefined;
    return { secondFactor: { ...secondFactor, recoveryCodes: hashes }, requireSession: requirementOf(session) };
  });
  if (refusal) return { kind: refusal };
  if (!changed) return { kind: 'rate_limited', retryAfterSeconds: 1 };
  await tell(services, call, changed, 'recovery_codes_renewed');
  return { kind: 'renewed', recoveryCodes: codes };
}

/**
 * What may fail without harm once the account has been written and its owner told: an unused seed that stays, sealed,
 * and a hint that the next sign-in corrects. The caller must get his recovery codes all the same.
 */
async function tidyUp(
  services: SecondFactorServices,
  session: CurrentSession,
  seedId: string | undefined,
  expected: boolean,
): Promise<void> {
  await Promise.allSettled([
    services.passwords.expectSecondFactor(session.emailKey, expected),
    seedId === undefined ? undefined : services.seeds.remove(session.accountId, seedId),
  ]);
}

/** What is left when the authenticator goes: nothing without passkeys, for recovery codes alone are no second factor. */
function withoutTotp({ totp: _, ...rest }: SecondFactor): SecondFactor | null {
  return Object.keys(rest.passkeys).length > 0 ? rest : null;
}

/** The waiting authenticator as the factor that it would become. */
function pendingFactor(account: AccountRecord, recoveryCodes: readonly string[], now: number): SecondFactor | undefined {
  const { pendingTotp } = account;
  if (!pendingTotp || pendingTotp.expiresAt <= now) return undefined;
  return {
    totp: { seedId: pendingTotp.seedId, lastStep: 0 },
    passkeys: account.secondFactor?.passkeys ?? {},
    confirmedAt: now,
    recoveryCodes,
  };
}

async function refuse(
  services: SecondFactorServices,
  call: Call,
  session: CurrentSession,
  reason: string,
): Promise<{ readonly kind: 'invalid_code' }> {
  await services.events.append(event(call, session.accountId, 'second_factor.refused', services.clock.now(), { reason }));
  return { kind: 'invalid_code' };
}
