/**
 * Credentials of addresses that an account has left. Which ones is written into the account's item by the very write that
 * leaves them, and taken off when they are retired: a crash in between forgets none, for the next change of the address, or
 * the same link once more, carries on. Retiring names the version at which the address was left, so that a late one can't
 * meet the account come back.
 */
import type { AccountRecord, LeftCredential } from '../ports.ts';
import type { AccountServices } from './services.ts';

export function addressVersionOf(account: AccountRecord): number {
  return account.addressVersion ?? 0;
}

/**
 * What is to be retired once a change at the account's present version is written.
 *
 * @param left besides the address that waits for its link: a crash may have left a copy of the credential there
 * @param kept the account's own address from then on, and the one that will wait
 */
export function computeLeft(account: AccountRecord, left: readonly LeftCredential[], kept: readonly string[]): LeftCredential[] {
  const addressVersion = addressVersionOf(account) + 1;
  const { pendingEmail } = account;
  const waiting = pendingEmail ? [{ emailKey: pendingEmail.emailKey, addressVersion, reservedUntil: null }] : [];
  const all = [...(account.leftCredentials ?? []), ...waiting, ...left].filter(({ emailKey }) => !kept.includes(emailKey));
  // Of two entries for one address the later one knows better.
  return [...new Map(all.map((entry) => [entry.emailKey, entry])).values()];
}

/**
 * Something else came between a copy and the write that was to take its address. If that has no use for the address any
 * more, nobody else knows of the copy.
 */
export async function retireStray(
  services: Pick<AccountServices, 'accounts' | 'credentials'>,
  accountId: string,
  emailKey: string,
  addressVersion: number,
): Promise<void> {
  const account = await services.accounts.read(accountId);
  const inUse = [account, account?.pendingEmail, ...(account?.previousEmails ?? [])].some((one) => one?.emailKey === emailKey);
  if (!inUse) await services.credentials.retire(accountId, { emailKey, addressVersion, reservedUntil: null });
}

/** Retires what the account has left, and takes it off its list. Repeatable. */
export async function settleLeft(services: Pick<AccountServices, 'addresses' | 'credentials'>, account: AccountRecord): Promise<void> {
  const left = account.leftCredentials ?? [];
  if (left.length === 0) return;
  await Promise.all(left.map((entry) => services.credentials.retire(account.accountId, entry)));
  // If something else came first, it has the list and settles it.
  await services.addresses.changeAddress(account.accountId, addressVersionOf(account), { leftCredentials: [] });
}
