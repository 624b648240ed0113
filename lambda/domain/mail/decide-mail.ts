/** Whether a message leads to a mail, to which, and when: the one place that knows which addresses have accounts. Pure. */
import type { MailMessage } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { MailToken } from '../ports.ts';
import { isDeliverable } from './address.ts';
import { computePlace, type MailBudget, type NoticeKind } from './budget.ts';
import type { AccountAddress, Recipient, ReservedAddress } from './ports.ts';

const { tokens, addressChange, statusSubscriptions } = securityPolicy;

/** The mail to write. */
export type DueMail =
  | { readonly content: 'verification' | 'password_reset' | 'address_confirmation' | 'status_subscription'; readonly token: MailToken }
  | { readonly content: 'existing_account' | 'address_taken' | 'report_received' }
  | { readonly content: 'report_answered' | 'report_news'; readonly repeated: boolean }
  | { readonly content: 'address_reserved'; readonly reservedUntil: number }
  /** There is nothing left that a link could lead to. */
  | { readonly content: 'account_erased'; readonly repeated: boolean }
  | {
      readonly content: Exclude<NoticeKind, 'report_answered' | 'report_news' | 'account_erased'>;
      readonly repeated: boolean;
      readonly token: MailToken;
    };

export type MailDecision =
  /** Nobody to tell: the address has no account, and the request was none that an address without one gets a mail for. */
  | { readonly action: 'nothing' }
  /** This message's mail went out with an earlier delivery of it. */
  | { readonly action: 'finished' }
  | { readonly action: 'send'; readonly mail: DueMail; readonly budget: MailBudget }
  | { readonly action: 'defer'; readonly waitSeconds: number; readonly budget: MailBudget }
  | { readonly action: 'wait'; readonly waitSeconds: number }
  | { readonly action: 'drop'; readonly reason: DropReason; readonly budget?: MailBudget };

export type DropReason = 'over_limit' | 'notice_already_waiting' | 'address_not_deliverable' | 'request_expired';

/**
 * @param recipient undefined when the address has no account
 * @param budget what the address got within the last hour, and what waits for it
 * @param now milliseconds since the epoch
 * @returns what to do; a `budget` in it must be stored by compare-and-swap before it is done
 */
export function decideMail(
  message: MailMessage,
  recipient: Recipient | undefined,
  budget: MailBudget,
  now: number,
  isStaff: (normalisedEmail: string) => boolean,
): MailDecision {
  // No account moves to an address of staff (`account/change-email.ts`): a link that leads nowhere would only invite a click.
  if (message.kind === 'address_confirmation' && isStaff(message.email)) return { action: 'nothing' };
  // Taken from the configuration while it waited.
  if (message.kind === 'report_news' && !isStaff(message.email)) return { action: 'nothing' };
  const due = computeDueMail(message, recipient, now);
  if (due === undefined) return { action: 'nothing' };
  if (due === 'request_expired') return { action: 'drop', reason: due };
  if (!isDeliverable(message.email)) return { action: 'drop', reason: 'address_not_deliverable' };

  const place = computePlace(budget, message, now);
  switch (place.answer) {
    case 'granted':
      return { action: 'send', mail: 'repeated' in due ? { ...due, repeated: place.repeated } : due, budget: place.budget };
    case 'already_sent':
      return { action: 'finished' };
    case 'being_sent':
      return { action: 'wait', waitSeconds: place.waitSeconds };
    case 'deferred':
      return { action: 'defer', waitSeconds: place.waitSeconds, budget: place.budget };
    case 'exhausted':
      return { action: 'drop', reason: 'over_limit' };
    case 'covered':
      return { action: 'drop', reason: 'notice_already_waiting', ...(place.budget && { budget: place.budget }) };
  }
}

function computeDueMail(message: MailMessage, recipient: Recipient | undefined, now: number): DueMail | 'request_expired' | undefined {
  const [account, reservation] = placeOf(recipient, now);
  const { emailKey } = message;
  switch (message.kind) {
    case 'verification': {
      // Registering a known address answers as any other; only the mailbox's owner reads that there is an account.
      if (account) return { content: 'existing_account' };
      if (reservation) return { content: 'address_reserved', reservedUntil: reservation.reservedUntil };
      // The registration itself lives this long from the request on: a mail that is late must not promise more.
      const expiresAt = after(tokens.verificationSeconds, Date.parse(message.at));
      if (expiresAt <= now) return 'request_expired';
      return { content: 'verification', token: { purpose: 'verification', emailKey, registrationId: message.registrationId, expiresAt } };
    }
    case 'address_confirmation': {
      const { accountId, changeId } = message;
      // The account's own: it comes back to an address that it has left, or a crash left a copy of its credential there.
      if (account && account.accountId !== accountId) return { content: 'address_taken' };
      if (reservation && reservation.accountId !== accountId) {
        return { content: 'address_reserved', reservedUntil: reservation.reservedUntil };
      }
      const expiresAt = after(tokens.addressChangeSeconds, Date.parse(message.at));
      if (expiresAt <= now) return 'request_expired';
      return { content: 'address_confirmation', token: { purpose: 'address_change', emailKey, accountId, changeId, expiresAt } };
    }
    // The same mail whether or not the address is subscribed: neither who asks nor the mailer can tell.
    case 'status_subscription': {
      const expiresAt = after(statusSubscriptions.confirmationSeconds, Date.parse(message.at));
      if (expiresAt <= now) return 'request_expired';
      const { email, locale = 'en', components, siteOrigin } = message;
      return { content: message.kind, token: { purpose: message.kind, emailKey, email, locale, components, siteOrigin, expiresAt } };
    }
    // To an address that the account may have left by now, so nothing is asked of the recipient.
    case 'address_change_requested': {
      // As long as the account can be brought back if the change is confirmed at the last moment.
      const expiresAt = after(addressChange.undoSeconds + tokens.addressChangeSeconds, now);
      return undoMail(message, expiresAt, now);
    }
    case 'address_changed':
      return undoMail(message, Date.parse(message.undoableUntil), now);
    // Reporters have no account here, or one that this is not about: the address is the one that they gave.
    case 'report_received':
      return { content: message.kind };
    case 'report_answered':
    case 'report_news':
      return { content: message.kind, repeated: false };
    case 'account_erased':
      return { content: message.kind, repeated: false };
    // Whether or not the address has the account by now: who asked for it may have moved it.
    case 'account_erasure_requested': {
      const { accountId, erasureId } = message;
      const expiresAt = Date.parse(message.erasesAt);
      if (expiresAt <= now) return 'request_expired';
      return { content: message.kind, repeated: false, token: { purpose: 'erasure_stop', emailKey, accountId, erasureId, expiresAt } };
    }
    case 'password_reset':
      return account && { content: message.kind, token: resetToken(message, account, now) };
    case 'account_secured':
      return account && { content: message.kind, repeated: false, token: resetToken(message, account, now) };
    default: {
      if (!account) return undefined;
      const { accountId } = account;
      const token = { purpose: 'disavow', emailKey, accountId, mintedAt: now, expiresAt: after(tokens.disavowSeconds, now) } as const;
      return { content: message.kind, repeated: false, token };
    }
  }
}

/** A reservation that is over is none, whether or not the store has cleaned it up. */
function placeOf(recipient: Recipient | undefined, now: number): [AccountAddress | undefined, ReservedAddress | undefined] {
  if (recipient === undefined) return [undefined, undefined];
  if (!('reservedUntil' in recipient)) return [recipient, undefined];
  return [undefined, recipient.reservedUntil > now ? recipient : undefined];
}

function undoMail(
  { kind, emailKey, accountId }: Extract<MailMessage, { kind: 'address_change_requested' | 'address_changed' }>,
  expiresAt: number,
  now: number,
): DueMail {
  return { content: kind, repeated: false, token: { purpose: 'address_undo', emailKey, accountId, mintedAt: now, expiresAt } };
}

function resetToken({ emailKey }: MailMessage, { accountId, credentialVersion }: AccountAddress, now: number): MailToken {
  return { purpose: 'password_reset', emailKey, accountId, credentialVersion, expiresAt: after(tokens.passwordResetSeconds, now) };
}

function after(seconds: number, start: number): number {
  return start + seconds * 1000;
}
