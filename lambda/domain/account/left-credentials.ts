/**
 * Credentials of addresses that an account has left. Which ones is written into the account's item by the very write that
 * leaves them, and taken off when they are retired: a crash in between forgets none, for the next change of the address, or
 * the same link once more, carries on. Retiring names the version at which the address was left, so that a late one can't
 * meet the account come back.
 */
import type { AccountRecord, LeftCredential } from '../ports.ts';
import { findWaitingEmail } from '../sessions.ts';
import { type AccountServices, untilWritten } from './services.ts';

export function addressVersionOf(account: AccountRecord): number {
  return account.addressVersion ?? 0;
}

/**
 * What is to be retired once a change at the account's present version is written.
 *
 * @param left besides the address that waits for its link: a crash may have left a copy of the credential there
 * @param own the account's address from then on
 * @param waits the address that will wait for its link: what is there may be its copy
 */
export function computeLeft(account: AccountRecord, left: readonly LeftCredential[], own: string, waits?: string): LeftCredential[] {
  const { pendingEmail } = account;
  const waiting = pendingEmail && pendingEmail.emailKey !== waits ? [leaveUnused(account, pendingEmail.emailKey)] : [];
  const all = [...(account.leftCredentials ?? []), ...waiting, ...left].filter(({ emailKey }) => emailKey !== own);
  // Of two entries for one address the later one knows better.
  return [...new Map(all.map((entry) => [entry.emailKey, entry])).values()];
}

/** Asked for and not taken. Nobody needs the address, unless the account has it within its seven days from before: then it stays reserved. */
function leaveUnused(account: AccountRecord, emailKey: string): LeftCredential {
  const reservedUntil = account.previousEmails?.find((previous) => previous.emailKey === emailKey)?.until ?? null;
  return { emailKey, addressVersion: addressVersionOf(account) + 1, reservedUntil };
}

/**
 * Something else came between a copy and the write that was to take its address. If the account has no use for the address any
 * more, nobody else knows of the copy. It is listed first, like all that is left: a copy that somebody makes at this moment
 * either takes the address before that, or loses to it and is made again for a later version.
 */
export async function retireStray(
  services: Pick<AccountServices, 'accounts' | 'addresses' | 'credentials' | 'clock'>,
  accountId: string,
  emailKey: string,
): Promise<void> {
  const written = await untilWritten(async () => {
    const account = await services.accounts.read(accountId);
    const waits = account && findWaitingEmail(account, services.clock.now())?.emailKey;
    if (!account || account.emailKey === emailKey || waits === emailKey) return 'in use';
    return services.addresses.changeAddress(accountId, addressVersionOf(account), {
      leftCredentials: computeLeft(account, [leaveUnused(account, emailKey)], account.emailKey, waits),
    });
  });
  if (written !== 'in use') await settleLeft(services, written);
}

/** Retires what the account has left, and takes it off its list. Repeatable. */
export async function settleLeft(services: Pick<AccountServices, 'addresses' | 'credentials'>, account: AccountRecord): Promise<void> {
  const left = account.leftCredentials ?? [];
  if (left.length === 0) return;
  await Promise.all(left.map((entry) => services.credentials.retire(account.accountId, entry)));
  // If something else came first, it has the list and settles it.
  await services.addresses.changeAddress(account.accountId, addressVersionOf(account), { leftCredentials: [] });
}
