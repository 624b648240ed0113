/**
 * One code, from reading the account to the write that settles it (P14).
 *
 * The verdict is computed on a state that was read and leaves the function only if the write that counts it finds the
 * same state: of fifty clients that send the same code at the same instant one is let in, and of a thousand guesses
 * none learns more than the counter allows. Second factors are counted apart from passwords, with the same growth.
 */
import { type Call, type Refusal, type SecondFactorServices, secondsUntil } from '../context.ts';
import { type AttemptState, decideAttempt } from '../lockout.ts';
import type { AccountRecord, FactorChange, SecondFactor, StoredSeed } from '../ports.ts';
import { pauseBeforeRetry } from './change-factor.ts';
import { hashRecoveryCode, parseRecoveryCode, parseTotpCode } from './codes.ts';
import { recordStoppedRecovery } from './notices.ts';

/** Rounds of compare-and-swap before a code is put off. */
const ROUNDS = 40;

export interface CodeUse {
  readonly accountId: string;
  readonly code: string;
  /** `any`: six digits are a code of the authenticator, the rest recovery codes. */
  readonly method: 'totp' | 'recovery_code' | 'any';
  /** What the code must open: the factor that is on, or the one that waits to be confirmed. */
  factorOf(account: AccountRecord): SecondFactor | undefined;
  /** What else must hold; asked again in every round. */
  admit(account: AccountRecord): Promise<boolean> | boolean;
  /** Why even a right code counts as a wrong one, if so: found out by the same work, and never told. */
  refuseRight?(account: AccountRecord): string | undefined;
  /** What happens in the same write as the verdict. @returns undefined when what was read is out of date: nothing is counted, and it is read again */
  whenRight(account: AccountRecord, next: SecondFactor): Promise<FactorChange | undefined> | FactorChange | undefined;
  whenWrong(account: AccountRecord): FactorChange;
  /** What is done beside a write that would take the code, at the same time; in every round that gets so far. */
  besideRight?(): Promise<void>;
}

export type CodeOutcome =
  | { readonly kind: 'right'; readonly account: AccountRecord; readonly usedRecoveryCode: boolean }
  | { readonly kind: 'invalid_code'; readonly account: AccountRecord; readonly reason: string }
  | Extract<Refusal, { kind: 'challenge_expired' | 'account_locked' | 'rate_limited' }>;

/** @throws Unavailable when the store or KMS fails: nothing was counted, nothing is open */
export async function useCode(services: SecondFactorServices, call: Call, use: CodeUse): Promise<CodeOutcome> {
  let missingSeed: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const [account, seeds] = await Promise.all([services.accounts.read(use.accountId), services.seeds.list(use.accountId)]);
    const factor = account && use.factorOf(account);
    if (!account || !factor || !(await use.admit(account))) return { kind: 'challenge_expired' };

    const now = services.clock.now();
    const decision = decideAttempt(account.codeAttempts, now);
    if (decision.kind === 'locked') return { kind: 'account_locked', retryAfterSeconds: secondsUntil(decision.until, now) };
    if (decision.kind === 'busy') throw new Error('codes are never left pending');

    const judged = await judge(services, use, factor, seeds, now);
    if (judged.kind === 'seed_missing') {
      // Account and seeds are two reads, and an authenticator may be replaced between them. Missing twice, it is lost: a fault of ours.
      if (judged.seedId === missingSeed) throw new Error('the seed of a second factor is missing');
      missingSeed = judged.seedId;
      await pauseBeforeRetry(services);
      continue;
    }
    const refusal = use.refuseRight?.(account);
    const verdict: Verdict = judged.kind === 'right' && refusal !== undefined ? { kind: 'wrong', reason: refusal } : judged;
    const consequence = verdict.kind === 'right' ? await use.whenRight(account, verdict.next) : use.whenWrong(account);
    if (!consequence) {
      await pauseBeforeRetry(services);
      continue;
    }
    const change: FactorChange =
      verdict.kind === 'right'
        ? // Whoever shows a second factor has not lost it.
          { codeAttempts: settleRight(decision.next), cancelRecovery: true, ...consequence }
        : { codeAttempts: settleWrong(decision.next, now), ...consequence };
    const [written] = await Promise.all([
      services.factors.changeFactor(account.accountId, account.factorVersion, change),
      verdict.kind === 'right' ? use.besideRight?.() : undefined,
    ]);
    if (written) {
      if (verdict.kind === 'right') await recordStoppedRecovery(services, call, account);
      return verdict.kind === 'right'
        ? { kind: 'right', account: written, usedRecoveryCode: verdict.usedRecoveryCode }
        : { kind: 'invalid_code', account: written, reason: verdict.reason };
    }
    await pauseBeforeRetry(services);
  }
  return { kind: 'rate_limited', retryAfterSeconds: 1 };
}

type Verdict =
  | { readonly kind: 'right'; readonly next: SecondFactor; readonly usedRecoveryCode: boolean }
  | { readonly kind: 'wrong'; readonly reason: string };

async function judge(
  services: SecondFactorServices,
  { accountId, code, method }: CodeUse,
  factor: SecondFactor,
  seeds: readonly StoredSeed[],
  now: number,
): Promise<Verdict | { readonly kind: 'seed_missing'; readonly seedId: string }> {
  const digits = method === 'recovery_code' ? undefined : parseTotpCode(code);
  if (digits !== undefined) {
    const { totp } = factor;
    // Only passkeys: no six digits are right, and each try counts like any other.
    if (!totp) return { kind: 'wrong', reason: 'no_authenticator' };
    const seed = seeds.find(({ seedId }) => seedId === totp.seedId);
    if (!seed) return { kind: 'seed_missing', seedId: totp.seedId };
    const step = services.totp.findStep(await services.vault.open(accountId, seed.sealed), digits, now);
    if (step === undefined) return { kind: 'wrong', reason: 'wrong_code' };
    if (step <= totp.lastStep) return { kind: 'wrong', reason: 'code_already_used' };
    return { kind: 'right', next: { ...factor, totp: { ...totp, lastStep: step } }, usedRecoveryCode: false };
  }

  const recoveryCode = method === 'totp' ? undefined : parseRecoveryCode(code);
  if (recoveryCode === undefined) return { kind: 'wrong', reason: 'malformed_code' };
  const hash = await hashRecoveryCode(services.recoveryKey, accountId, recoveryCode);
  const left = factor.recoveryCodes.filter((other) => other !== hash);
  if (left.length === factor.recoveryCodes.length) return { kind: 'wrong', reason: 'wrong_recovery_code' };
  return { kind: 'right', next: { ...factor, recoveryCodes: left }, usedRecoveryCode: true };
}

function settleRight(taken: AttemptState): AttemptState {
  return { ...taken, taken: 0, pending: 0, takenToday: taken.takenToday - 1 };
}

function settleWrong(taken: AttemptState, now: number): AttemptState {
  return { ...taken, pending: 0, lastFailureAt: now };
}
