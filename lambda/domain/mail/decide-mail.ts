/** Whether a message leads to a mail, to which, and when: the one place that knows which addresses have accounts. Pure. */
import type { MailMessage } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { MailToken } from '../ports.ts';
import { isDeliverable } from './address.ts';
import { computePlace, type MailBudget, type NoticeKind } from './budget.ts';
import type { Recipient } from './ports.ts';

const { tokens } = securityPolicy;

/** The mail to write. */
export type DueMail =
  | { readonly content: 'verification'; readonly token: MailToken }
  | { readonly content: 'password_reset'; readonly token: MailToken }
  | { readonly content: 'existing_account' }
  | { readonly content: NoticeKind; readonly repeated: boolean };

export type MailDecision =
  /** Nobody to tell: the address has no account, and the request was none that an address without one gets a mail for. */
  | { readonly action: 'nothing' }
  /** This message's mail went out with an earlier delivery of it. */
  | { readonly action: 'finished' }
  | { readonly action: 'send'; readonly mail: DueMail; readonly budget: MailBudget }
  | { readonly action: 'defer'; readonly waitSeconds: number; readonly budget: MailBudget }
  | { readonly action: 'wait'; readonly waitSeconds: number }
  | { readonly action: 'drop'; readonly reason: DropReason; readonly budget?: MailBudget };

export type DropReason = 'over_limit' | 'notice_already_waiting' | 'address_not_deliverable' | 'registration_expired';

/**
 * @param recipient undefined when the address has no account
 * @param budget what the address got within the last hour, and what waits for it
 * @param now milliseconds since the epoch
 * @returns what to do; a `budget` in it must be stored by compare-and-swap before it is done
 */
export function decideMail(message: MailMessage, recipient: Recipient | undefined, budget: MailBudget, now: number): MailDecision {
  const due = computeDueMail(message, recipient, now);
  if (due === undefined) return { action: 'nothing' };
  if (due === 'registration_expired') return { action: 'drop', reason: due };
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

function computeDueMail(message: MailMessage, recipient: Recipient | undefined, now: number): DueMail | 'registration_expired' | undefined {
  const { emailKey } = message;
  if (message.kind === 'verification') {
    // Registering a known address answers as any other; only the mailbox's owner reads that there is an account.
    if (recipient !== undefined) return { content: 'existing_account' };
    // The registration itself lives this long from the request on: a mail that is late must not promise more.
    const expiresAt = Date.parse(message.at) + tokens.verificationSeconds * 1000;
    if (expiresAt <= now) return 'registration_expired';
    return { content: 'verification', token: { purpose: 'verification', emailKey, registrationId: message.registrationId, expiresAt } };
  }
  if (recipient === undefined) return undefined;
  if (message.kind === 'password_reset') {
    const expiresAt = now + tokens.passwordResetSeconds * 1000;
    return {
      content: 'password_reset',
      token: {
        purpose: 'password_reset',
        emailKey,
        accountId: recipient.accountId,
        credentialVersion: recipient.credentialVersion,
        expiresAt,
      },
    };
  }
  return { content: message.kind, repeated: false };
}
