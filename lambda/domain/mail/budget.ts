/**
 * How much mail one address may get: a sliding window over what was sent, and a queue of the security notices that
 * wait for room in it. Pure; the use case moves it by compare-and-swap before anything is sent.
 *
 * The threat: anybody can ask for mails to anybody. The window keeps a stranger from flooding a mailbox; the waiting
 * notices keep their place, so that a stranger who fills the window can delay a notice, but not push it out.
 */

import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { MailMessage } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';

const { mail: limits, functionTimeoutSeconds, statusSubscriptions } = securityPolicy;
const windowMilliseconds = limits.perRecipientWindowSeconds * 1000;
/** A waiting notice that is this late is taken for lost (dead-letter queue, purged by hand) and keeps no place any more. */
const latenessMilliseconds = limits.deferSeconds * 1000;
/** The function that took a place may still be sending for this long; after it, it was stopped. */
const sendingMilliseconds = functionTimeoutSeconds * 1000;

export type MailKind = MailMessage['kind'];
/** What tells the owner about something that happened. The person can't ask for it again, so it waits instead of being dropped. */
export type NoticeKind = Exclude<MailKind, Invitation | 'password_reset'>;
type Invitation = 'verification' | 'address_confirmation' | 'report_received' | 'status_subscription';

export interface SentMail {
  readonly id: string;
  readonly kind: MailKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `taken`: the place is taken and the mail on its way. `sent`: the mail service accepted it. */
  readonly state: 'taken' | 'sent';
  readonly repeated?: boolean;
}

export interface WaitingNotice {
  readonly id: string;
  /** Its place in the queue: milliseconds since the epoch. */
  readonly since: number;
  /** When the message queue brings it back: milliseconds since the epoch. */
  readonly wakesAt: number;
  /** Something of the same kind has happened since; the waiting mail says so, instead of another mail. */
  readonly repeated: boolean;
}

export interface MailBudget {
  /** 0: nothing stored yet. */
  readonly version: number;
  readonly sent: readonly SentMail[];
  readonly deferred: Readonly<Partial<Record<NoticeKind, WaitingNotice>>>;
}

export const emptyBudget: MailBudget = { version: 0, sent: [], deferred: {} };

/** What the budget says to one message. `budget` is what must be stored before the answer may be acted on. */
export type BudgetAnswer =
  | { readonly answer: 'granted'; readonly budget: MailBudget; readonly repeated: boolean }
  | { readonly answer: 'already_sent' }
  /** Another delivery of the same message is sending it at this moment. */
  | { readonly answer: 'being_sent'; readonly waitSeconds: number }
  | { readonly answer: 'exhausted' }
  | { readonly answer: 'deferred'; readonly budget: MailBudget; readonly waitSeconds: number }
  /** A notice of this kind waits already, or the owner was told by another. Without `budget` there is nothing to store. */
  | { readonly answer: 'covered'; readonly budget?: MailBudget };

export function isNotice(kind: MailKind): kind is NoticeKind {
  return kind !== 'password_reset' && !isInvitation(kind);
}

/** To an address that somebody else may have named: strangers must leave room for its owner's own mails. */
function isInvitation(kind: MailKind): kind is Invitation {
  return kind === 'verification' || kind === 'address_confirmation' || kind === 'report_received' || kind === 'status_subscription';
}

/**
 * Asks for a place in the window for one message.
 *
 * A message has one place however often it is delivered: after a crash between taking the place and sending it takes
 * the same one again, counted from now, so that the window holds for the mails that really go out.
 *
 * @param now milliseconds since the epoch
 */
export function computePlace(stored: MailBudget, message: { readonly id: string; readonly kind: MailKind }, now: number): BudgetAnswer {
  const budget = { ...stored, sent: stored.sent.filter((sent) => now < sent.at + windowMilliseconds) };
  const own = budget.sent.find((sent) => sent.id === message.id);
  if (own?.state === 'sent') return { answer: 'already_sent' };
  if (own !== undefined) {
    const sendingUntil = own.at + sendingMilliseconds;
    if (now < sendingUntil) return { answer: 'being_sent', waitSeconds: secondsUntil(sendingUntil, now) };
    return { answer: 'granted', repeated: own.repeated ?? false, budget: withPlace(budget, message, own.repeated ?? false, now) };
  }

  if (message.kind === 'address_changed' && isToldOfRequest(budget, now)) return { answer: 'covered' };

  const news = budget.sent.filter(({ kind }) => kind === 'report_news').length;
  const invited = budget.sent.filter(({ kind }) => isInvitation(kind)).length + news;
  if (isInvitation(message.kind) && invited >= limits.verificationsPerRecipient) return { answer: 'exhausted' };

  // Whoever wants to annoy somebody by our mails gets one out of us, however often and from wherever it is asked for.
  const asked = budget.sent.filter(({ kind }) => kind === 'status_subscription').length;
  if (message.kind === 'status_subscription' && asked >= statusSubscriptions.confirmationsPerRecipient) return { answer: 'exhausted' };

  const ofSameKind = isNotice(message.kind) ? budget.deferred[message.kind] : undefined;
  const waiting = ofSameKind?.id === message.id ? ofSameKind : undefined;
  // Places are promised to the notices in front, so that requests can't take each place the moment it gets free.
  const promised = Object.entries(budget.deferred).filter(
    ([kind, other]) =>
      kind !== 'report_news' && other.id !== message.id && isExpected(other, now) && (waiting === undefined || isInFront(other, waiting)),
  ).length;
  // Strangers bring reports, and must leave room for what a member of staff asks for: these come seldom, and no place is kept for them.
  const isCrowded =
    message.kind === 'report_news' && (news >= vulnerabilityReports.staffMailsPerRecipient || invited >= limits.verificationsPerRecipient);
  if (!isCrowded && budget.sent.length + promised < limits.perRecipient) {
    const repeated = waiting?.repeated ?? false;
    return { answer: 'granted', repeated, budget: withPlace(budget, message, repeated, now) };
  }

  if (!isNotice(message.kind)) return { answer: 'exhausted' };
  if (waiting === undefined && ofSameKind !== undefined && isExpected(ofSameKind, now)) {
    if (ofSameKind.repeated) return { answer: 'covered' };
    return { answer: 'covered', budget: withWaiting(budget, message.kind, { ...ofSameKind, repeated: true }) };
  }
  const waitSeconds = secondsUntilRoom(budget, promised, now);
  const notice = { id: message.id, since: waiting?.since ?? now, wakesAt: now + waitSeconds * 1000, repeated: waiting?.repeated ?? false };
  return { answer: 'deferred', waitSeconds, budget: withWaiting(budget, message.kind, notice) };
}

/**
 * The mail about the request was to the same address and has the same link in it: the place is kept for what may have to
 * follow at once, the reset link of whoever takes the account back.
 */
function isToldOfRequest(budget: MailBudget, now: number): boolean {
  const waiting = budget.deferred.address_change_requested;
  return budget.sent.some(({ kind }) => kind === 'address_change_requested') || (waiting !== undefined && isExpected(waiting, now));
}

/** The budget after the mail service accepted the mail; undefined when there is nothing to mark any more. */
export function markSent(budget: MailBudget, messageId: string): MailBudget | undefined {
  if (!budget.sent.some((sent) => sent.id === messageId && sent.state === 'taken')) return undefined;
  const sent = budget.sent.map((mail) => (mail.id === messageId ? { ...mail, state: 'sent' as const } : mail));
  return { ...budget, version: budget.version + 1, sent };
}

/** From when on the budget holds nothing that counts. @returns milliseconds since the epoch */
export function computeExpiry(budget: MailBudget): number {
  return Math.max(
    0,
    ...budget.sent.map((sent) => sent.at + windowMilliseconds),
    ...Object.values(budget.deferred).map((notice) => notice.wakesAt + latenessMilliseconds),
  );
}

/** Whether the queue can still be trusted to bring it back. */
function isExpected(notice: WaitingNotice, now: number): boolean {
  return now < notice.wakesAt + latenessMilliseconds;
}

function isInFront(one: WaitingNotice, other: WaitingNotice): boolean {
  return one.since < other.since || (one.since === other.since && one.id < other.id);
}

function withPlace(budget: MailBudget, message: { id: string; kind: MailKind }, repeated: boolean, now: number): MailBudget {
  const place: SentMail = { id: message.id, kind: message.kind, at: now, state: 'taken', ...(repeated && { repeated }) };
  return {
    version: budget.version + 1,
    sent: [...budget.sent.filter((sent) => sent.id !== message.id), place],
    deferred: Object.fromEntries(Object.entries(budget.deferred).filter(([, notice]) => notice.id !== message.id)),
  };
}

function withWaiting(budget: MailBudget, kind: NoticeKind, notice: WaitingNotice): MailBudget {
  return { ...budget, version: budget.version + 1, deferred: { ...budget.deferred, [kind]: notice } };
}

/** Until as many places are free as the notices in front need, and one more; at most the longest wait that the policy allows. */
function secondsUntilRoom(budget: MailBudget, promised: number, now: number): number {
  const missing = budget.sent.length + promised + 1 - limits.perRecipient;
  const leaving = budget.sent.map((sent) => sent.at + windowMilliseconds).sort((one, other) => one - other)[missing - 1];
  return leaving === undefined ? limits.deferSeconds : Math.min(limits.deferSeconds, secondsUntil(leaving, now));
}

function secondsUntil(instant: number, now: number): number {
  return Math.max(1, Math.ceil((instant - now) / 1000));
}
