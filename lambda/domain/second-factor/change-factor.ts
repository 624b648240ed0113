import type { CurrentSession, SessionServices } from '../context.ts';
import type { AccountRecord, FactorChange, FactorStore } from '../ports.ts';

const ROUNDS = 20;

/**
 * Reads, decides, writes on the version that was read, and begins anew when something else came first.
 *
 * @param decide asked on every state that is read; undefined: nothing is to be done
 * @returns the account after the write, or undefined when nothing was to be done, or others came first every time
 */
export async function changeFactor(
  services: Pick<SessionServices, 'accounts' | 'clock' | 'random'> & { readonly factors: FactorStore },
  accountId: string,
  decide: (account: AccountRecord) => FactorChange | undefined,
): Promise<AccountRecord | undefined> {
  for (let round = 0; round < ROUNDS; round++) {
    const account = await services.accounts.read(accountId);
    const change = account && decide(account);
    if (!change) return undefined;
    const written = await services.factors.changeFactor(accountId, account.factorVersion, change);
    if (written) return written;
    await pauseBeforeRetry(services);
  }
  return undefined;
}

/** The caller's session as a condition of a write: "this wasn't me" must end what it has under way, too. */
export function requirementOf({ token, stored }: CurrentSession): NonNullable<FactorChange['requireSession']> {
  return { sessionId: token.sessionId, secretHash: stored.secretHash };
}

/** Whether the caller's session is still there, in the state that was read. */
export function isSessionOpen({ sessions }: AccountRecord, { token, stored }: CurrentSession): boolean {
  return sessions[token.sessionId]?.secretHash === stored.secretHash;
}

/** 5 to 69 ms, so that those who met once don't meet again. */
export function pauseBeforeRetry({ clock, random }: Pick<SessionServices, 'clock' | 'random'>): Promise<void> {
  return clock.pause(5 + (random.bytes(1)[0] ?? 0) / 4);
}
