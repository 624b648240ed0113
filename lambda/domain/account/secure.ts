/**
 * What the owner says by a link in a mail: "this wasn't me", and "take my account back". Neither trusts the password any
 * more: whoever did it knew it. Each may be repeated after a crash, for the link is redeemed last.
 */
import { type Call, event, mailBase, type Refusal } from '../context.ts';
import { hashToken } from '../mail-token.ts';
import type { AccountRecord, AddressChange, EventType, MailToken } from '../ports.ts';
import { carryDevice } from './carry-device.ts';
import { addressVersionOf, computeLeft, retireStray, settleLeft } from './left-credentials.ts';
import { type AccountServices, readLink, untilWritten } from './services.ts';

type InvalidToken = Extract<Refusal, { kind: 'invalid_token' }>;
type UndoLink = Extract<MailToken, { purpose: 'address_undo' }>;

/**
 * "This wasn't me": every session and challenge ends, remembered devices and pending changes go, the password opens nothing
 * until it is reset; two-step verification stays (never off by mail alone).
 */
export async function disavow(
  services: AccountServices,
  call: Call,
  input: { readonly token: string },
): Promise<{ readonly kind: 'disavowed' } | InvalidToken> {
  const tokenHash = hashToken(input.token);
  const link = await readLink(services, tokenHash, 'disavow');
  if (!link) return { kind: 'invalid_token' };
  const account = await untilWritten(async () => {
    const read = await services.accounts.read(link.accountId);
    // A mail to an address that the account has left: that one has a link of its own, which takes the account back.
    return read?.emailKey === link.emailKey ? secure(services, read, link.mintedAt) : invalidToken;
  });
  if ('kind' in account) return account;
  return (await finish(services, call, account, tokenHash, 'account.disavowed')) ? { kind: 'disavowed' } : invalidToken;
}

/**
 * Stops a change of the address, or takes it back: to any address that the account has left within its seven days, however
 * far it has been moved on since. All later addresses are forgotten, so that their links take nothing back.
 */
export async function undoEmailChange(
  services: AccountServices,
  call: Call,
  input: { readonly token: string },
): Promise<{ readonly kind: 'undone'; readonly deviceCookie: string | undefined } | InvalidToken> {
  const tokenHash = hashToken(input.token);
  const link = await readLink(services, tokenHash, 'address_undo');
  if (!link) return { kind: 'invalid_token' };
  const account = await untilWritten(async () => {
    const read = await services.accounts.read(link.accountId);
    return read?.emailKey === link.emailKey ? secure(services, read, link.mintedAt) : takeBack(services, read, link);
  });
  if ('kind' in account) return account;
  if (!(await finish(services, call, account, tokenHash, 'account.email_change_undone'))) return invalidToken;
  return { kind: 'undone', deviceCookie: await carryDevice(services, call, [account.emailKey], account.emailKey) };
}

/**
 * @param mintedAt of the link. If the account was secured since, all that the mail is about is over: the link is the
 *   second one for the same thing, or the same one after a crash, and must not end what its owner has done since
 * @returns the account after it, or undefined when it was written meanwhile
 */
async function secure(services: AccountServices, account: AccountRecord, mintedAt: number): Promise<AccountRecord | undefined> {
  const isSecured = (account.devicesForgottenAt ?? 0) >= mintedAt && account.pendingEmail === undefined;
  if (isSecured) return account;
  return services.addresses.changeAddress(account.accountId, addressVersionOf(account), {
    ...securing(services),
    ...forgetLater(account, account.emailKey, services.clock.now()),
  });
}

async function takeBack(
  services: AccountServices,
  account: AccountRecord | undefined,
  link: UndoLink,
): Promise<AccountRecord | InvalidToken | undefined> {
  const now = services.clock.now();
  const previous = account?.previousEmails ?? [];
  const target = previous.find(({ emailKey, until }) => emailKey === link.emailKey && until > now);
  if (!account || !target) return invalidToken;

  const { accountId, emailKey, status } = account;
  const addressVersion = addressVersionOf(account);
  const move = { accountId, fromEmailKey: emailKey, toEmailKey: target.emailKey, addressVersion: addressVersion + 1, status };
  if ((await services.credentials.copy(move)) === undefined) {
    const again = await services.accounts.read(accountId);
    return again && addressVersionOf(again) !== addressVersion ? undefined : invalidToken;
  }
  const taken = await services.addresses.changeAddress(accountId, addressVersion, {
    ...securing(services),
    take: { email: target.email, emailKey: target.emailKey, at: now, status },
    ...forgetLater(account, target.emailKey, now),
  });
  if (!taken) await retireStray(services, accountId, target.emailKey);
  return taken;
}

/**
 * Back at an address, or secured at it: what came after it is forgotten, and its links take nothing back. What came before
 * it stays, reserved, even if it is the one that is left now.
 */
function forgetLater(account: AccountRecord, at: string, now: number): Pick<AddressChange, 'previousEmails' | 'leftCredentials'> {
  const previous = account.previousEmails ?? [];
  const index = previous.findIndex(({ emailKey }) => emailKey === at);
  const earlier = (index < 0 ? previous : previous.slice(0, index)).filter(({ until }) => until > now);
  const later = index < 0 ? [] : previous.slice(index + 1).map(({ emailKey }) => emailKey);
  const left = [account.emailKey, ...later].map((emailKey) => ({
    emailKey,
    addressVersion: addressVersionOf(account),
    reservedUntil: earlier.find((other) => other.emailKey === emailKey)?.until ?? null,
  }));
  return { previousEmails: earlier, leftCredentials: computeLeft(account, left, at) };
}

function securing({ clock }: AccountServices): AddressChange {
  return { secureAt: clock.now(), pendingEmail: null };
}

/** @returns whether this call was the one that redeemed the link */
async function finish(services: AccountServices, call: Call, account: AccountRecord, tokenHash: string, type: EventType): Promise<boolean> {
  const { accountId, email, emailKey, locale } = account;
  await services.mail.send({
    ...mailBase(call, services, email, emailKey),
    // The same for the same link, however often it is followed: one mail.
    id: `secured.${tokenHash}`,
    locale,
    kind: 'account_secured',
  });
  await services.events.append(event(call, accountId, type, services.clock.now()));
  await settleLeft(services, account);
  return services.tokens.redeem(tokenHash);
}

const invalidToken: InvalidToken = { kind: 'invalid_token' };
