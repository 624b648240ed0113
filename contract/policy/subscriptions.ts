/** The part of the security policy about mails to whoever subscribed to the status page (P04). */
import { DAY, MINUTE } from './units.ts';

export const statusSubscriptions = {
  /** How long the link in the first mail confirms; nobody gets another mail before it has. */
  confirmationSeconds: DAY,
  /** First mails to one address in `mail.perRecipientWindowSeconds`, however often and by whomever it is asked for. */
  confirmationsPerRecipient: 1,
  /** Subscribers are kept in as many lists, which are worked through side by side. */
  lists: 16,
  announceEverySeconds: MINUTE,
  /** What is said of one incident meanwhile waits and goes into one mail; that it is over doesn't wait. */
  betweenSeconds: 10 * MINUTE,
  /** Mails to one subscriber in an hour, whatever happens: beyond it news waits, and is told together. */
  mailsPerHour: 10,
  /** Older than this it is not news: nobody who was away for a day is mailed what the page has said long ago. */
  staleSeconds: DAY,
  /** Of one message of the queue; the rest of a list is left to the next message. */
  mailsPerMessage: 20,
  /**
   * Between two mails of one instance, of which there are two at most: under ten a second, where SES gives a new account fourteen.
   * What is left of its rate is for security mails, which wait for nobody.
   */
  pauseMilliseconds: 200,
  /** Over an hour of tries. */
  maximumReceives: 40,
  /** How long it is remembered which mail went to whom: longer than any message about it is believed. */
  markSeconds: 3 * DAY,
  /** How long it is remembered what was told of an incident that is over and out of sight. */
  toldSeconds: 100 * DAY,
} as const;
