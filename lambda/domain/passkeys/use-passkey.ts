/**
 * One assertion, from reading the account to the write that settles it: like a code (`second-factor/use-code.ts`), the verdict
 * leaves the function only if the write that counts it finds the state that it was computed on. Of fifty clients that send
 * the same assertion at the same instant one is let in.
 */
import type { PasskeyAssertion } from '../../../contract/schemas.ts';
import { type Call, event, type PasskeyServices, type Refusal } from '../context.ts';
import type { AccountRecord, FactorChange, Passkey, SecondFactor } from '../ports.ts';
import { pauseBeforeRetry } from '../second-factor/change-factor.ts';
import { recordStoppedRecovery } from '../second-factor/notices.ts';
import { expectationOf, type Purpose, readCeremony, spendCeremony } from './ceremony.ts';

const ROUNDS = 40;

export interface PasskeyUse {
  readonly accountId: string;
  readonly assertion: PasskeyAssertion;
  readonly purpose: Purpose;
  /** What else must hold, asked again in every round. @returns a private reason to refuse */
  admit(account: AccountRecord): Promise<Doubt | undefined> | Doubt | undefined;
  /** Why even a right one is refused, if so. @returns a private reason */
  refuseRight?(account: AccountRecord, passkey: Passkey): string | undefined;
  /** What happens in the same write as the verdict. */
  whenRight(account: AccountRecord, passkeyId: string): FactorChange;
  /** Absent: a wrong one leaves no trace but the event. Signatures are not guessed. */
  whenWrong?(account: AccountRecord): FactorChange;
  /** Of the passkey, once it was right. */
  readonly changes?: Partial<Passkey>;
}

/** `expired`: what it was to open is gone. `wrong`: not the person. */
export type Doubt = { readonly as: 'expired' | 'wrong'; readonly reason: string };

export type PasskeyOutcome =
  | { readonly kind: 'right'; readonly account: AccountRecord }
  | { readonly kind: 'wrong' }
  | Extract<Refusal, { kind: 'challenge_expired' | 'rate_limited' }>;

/** @throws Unavailable when the store fails: nothing was spent, nothing is open */
export async function usePasskey(services: PasskeyServices, call: Call, use: PasskeyUse): Promise<PasskeyOutcome> {
  const ceremony = await readCeremony(services.ceremonyKey, use.assertion.response.clientDataJSON, use.purpose, services.clock.now());
  if (!ceremony) return { kind: 'challenge_expired' };

  for (let round = 0; round < ROUNDS; round++) {
    const account = await services.accounts.read(use.accountId);
    if (!account) return { kind: 'wrong' };
    const doubt = await use.admit(account);
    if (doubt) return refuse(services, call, use, account, doubt);

    const now = services.clock.now();
    const spentCeremonies = spendCeremony(account, ceremony, now);
    if (spentCeremonies === 'spent') return refuse(services, call, use, account, { as: 'expired', reason: 'already_answered' });
    if (spentCeremonies === 'too_many') return { kind: 'rate_limited', retryAfterSeconds: 60 };

    const verdict = await judge(services, use, account, expectationOf(ceremony, call.siteOrigin));
    if (verdict.kind === 'wrong' && !use.whenWrong) return refuse(services, call, use, account, { as: 'wrong', reason: verdict.reason });
    const change: FactorChange =
      verdict.kind === 'right'
        ? {
            secondFactor: withPasskey(verdict.factor, verdict.passkeyId, { ...verdict.passkey, lastUsedAt: now, ...use.changes }),
            spentCeremonies,
            // Whoever shows a second factor has not lost it.
            cancelRecovery: true,
            ...use.whenRight(account, verdict.passkeyId),
          }
        : (use.whenWrong?.(account) ?? {});
    const written = await services.factors.changeFactor(account.accountId, account.factorVersion, change);
    if (written && verdict.kind === 'right') {
      await recordStoppedRecovery(services, call, account);
      return { kind: 'right', account: written };
    }
    if (written && verdict.kind === 'wrong') return refuse(services, call, use, written, { as: 'wrong', reason: verdict.reason });
    await pauseBeforeRetry(services);
  }
  return { kind: 'rate_limited', retryAfterSeconds: 1 };
}

export function withPasskey(factor: SecondFactor, passkeyId: string, passkey: Passkey): SecondFactor {
  return { ...factor, passkeys: { ...factor.passkeys, [passkeyId]: passkey } };
}

type Verdict =
  | { readonly kind: 'right'; readonly factor: SecondFactor; readonly passkeyId: string; readonly passkey: Passkey }
  | { readonly kind: 'wrong'; readonly reason: string };

async function judge(
  services: PasskeyServices,
  { assertion, refuseRight }: PasskeyUse,
  account: AccountRecord,
  expected: ReturnType<typeof expectationOf>,
): Promise<Verdict> {
  const factor = account.secondFactor;
  const [passkeyId, passkey] = findPasskey(account, assertion) ?? [];
  if (!factor || passkeyId === undefined || !passkey) return { kind: 'wrong', reason: 'unknown_passkey' };
  const { userHandle } = assertion.response;
  // WebAuthn level 3, 7.2 step 6: whose it is was said before, or is said here; never both differently.
  if (userHandle != null && userHandle !== account.accountId) return { kind: 'wrong', reason: 'other_user_handle' };
  const verdict = await services.webauthn.verifyAssertion(assertion, expected, passkey);
  if (verdict.kind === 'wrong') return verdict;
  const refusal = refuseRight?.(account, passkey);
  if (refusal !== undefined) return { kind: 'wrong', reason: refusal };
  return { kind: 'right', factor, passkeyId, passkey: { ...passkey, counter: verdict.counter, synced: verdict.synced } };
}

async function refuse(
  services: PasskeyServices,
  call: Call,
  { assertion, purpose }: PasskeyUse,
  account: AccountRecord,
  { as, reason }: Doubt,
): Promise<PasskeyOutcome> {
  // Into the history of whoever is known to be meant. Before a sign-in anybody can name an account and a passkey of his own: he must
  // not be able to fill its history with that until nothing else is seen in it.
  const isMeant = purpose.use !== 'sign_in' || findPasskey(account, assertion) !== undefined;
  if (isMeant) await services.events.append(event(call, account.accountId, 'passkey.refused', services.clock.now(), { reason }));
  return { kind: as === 'expired' ? 'challenge_expired' : 'wrong' };
}

function findPasskey({ secondFactor }: AccountRecord, { id }: PasskeyAssertion): [string, Passkey] | undefined {
  return Object.entries(secondFactor?.passkeys ?? {}).find(([, { credentialId }]) => credentialId === id);
}
