/**
 * What each table holds of a person, how long, why, and what becomes of it when an account is erased. A table without a row is a
 * type error; an attribute that a person's data is found in and that is not named here fails `test/adapters/privacy.test.ts`.
 * `docs/privacy.md` is made from it.
 */
import type { TableId } from './tables.ts';

export interface PersonalData {
  /** What of a person, in words. */
  readonly holds: string;
  /** Every attribute of its items in which something of a person or their account may stand, keys included. */
  readonly attributes: readonly string[];
  /** How long it is kept while the account lives. */
  readonly kept: string;
  readonly why: string;
  /** `deleted` with the account; `expires`: not found by the account, gone by itself; `kept`: stays, and why. */
  readonly erasure: 'deleted' | 'expires' | 'kept';
  readonly afterErasure: string;
  /** Whether an export has it; if not, why. */
  readonly exported: true | string;
}

export const personalData: Readonly<Record<TableId, PersonalData | 'nobody'>> = {
  accounts: {
    holds:
      'address, language, sessions with network address and browser, passkeys, remembered browsers, keyed hashes of networks, addresses from before',
    attributes: [
      'accountId',
      'email',
      'emailKey',
      'sessions',
      'challenges',
      'secondFactor',
      'pendingTotp',
      'rememberedDevices',
      'networks',
      'factorRecovery',
      'pendingEmail',
      'previousEmails',
      'leftCredentials',
      'erasure',
    ],
    kept: 'as long as the account; sessions 30 days at most, remembered browsers 30 days, networks 90 days, former addresses 7 days',
    why: 'it is the account',
    erasure: 'deleted',
    afterErasure: 'deleted',
    exported: true,
  },
  credentials: {
    holds: 'the password as a bcrypt hash over a keyed digest, under the keyed hash of the address',
    attributes: ['emailKey', 'accountId', 'hash'],
    kept: 'as long as the account; under a former address 7 days, without a hash',
    why: 'signing in',
    erasure: 'deleted',
    afterErasure: 'deleted, under every address that the account has or had: each can be registered again',
    exported: 'a hash says nothing to its owner, and is the one thing that a thief of the export must not have',
  },
  seeds: {
    holds: 'the secret of the authenticator, sealed',
    attributes: ['accountId', 'seedId', 'sealed'],
    kept: 'until it is turned off; unconfirmed ones 10 minutes',
    why: 'two-step verification',
    erasure: 'deleted',
    afterErasure: 'deleted',
    exported: 'whoever had it could make codes: it is shown once, at enrolment',
  },
  registrations: {
    holds: 'address and password hash of a registration that waits for its link',
    attributes: ['registrationId', 'accountId', 'email', 'emailKey', 'hash'],
    kept: '24 hours',
    why: 'double opt-in',
    erasure: 'expires',
    afterErasure: 'gone within 24 hours of the registration, long before an erasure can be due',
    exported: 'it is no account yet, and over within a day',
  },
  tokens: {
    holds: 'what the link of a mail is good for: account, keyed address; for a subscription that waits, the address',
    attributes: ['tokenHash', 'accountId', 'emailKey', 'email', 'components', 'locale', 'registrationId', 'changeId', 'erasureId'],
    kept: 'until it is used; 30 minutes to 7 days',
    why: 'single-use links',
    erasure: 'expires',
    afterErasure: 'gone within 7 days; what it named is not there any more, so it opens nothing',
    exported: 'a token is a way in; what it is about stands in the history',
  },
  attempts: {
    holds: 'how often a wrong password was tried, by keyed hash of the address or of its device',
    attributes: ['attemptKey'],
    kept: 'two days at most after the last attempt',
    why: 'lockout, for addresses with and without an account alike',
    erasure: 'expires',
    afterErasure: 'gone within two days: deleting it would give whoever guesses new guesses',
    exported: 'counts, without who made them',
  },
  'rate-limits': {
    holds: 'how often a network address, or an account, did a thing',
    attributes: ['budgetKey'],
    kept: 'the window: 10 minutes',
    why: 'exact limits behind the edge',
    erasure: 'expires',
    afterErasure: 'gone within minutes',
    exported: 'counts of minutes',
  },
  events: {
    holds: 'security events: what, when, network address, browser, and for acts of staff the reason',
    attributes: ['subject', 'eventId', 'address', 'userAgent', 'sessionId', 'reason', 'actor', 'target', 'requestId'],
    kept: '400 days; 30 days for an address without an account',
    why: 'the owner’s own history, and finding out what happened after an incident',
    erasure: 'kept',
    afterErasure:
      'the person’s own history is deleted. What staff did, to whom by account id and why, stays in the history of that member of staff, or among the acts of operators, until it is 400 days old (GDPR art. 17(3)(e): acts of staff must be answered for); so does one entry that an account of this id was erased. With the account gone the id names nobody',
    exported: true,
  },
  'mail-budgets': {
    holds: 'which kinds of mail the keyed hash of an address was sent in the last hour',
    attributes: ['recipientKey'],
    kept: 'an hour, or as long as a notice waits',
    why: 'three mails an hour to an address at most',
    erasure: 'expires',
    afterErasure: 'gone within the hour',
    exported: 'an hour of counts',
  },
  'ip-blocks': 'nobody',
  incidents: 'nobody',
  'audit-trail': {
    holds:
      'hashes of events with the time until when each is kept: nothing of a person, and nothing that could be tried out once the event is gone',
    attributes: ['entryId', 'number', 'entries', 'header'],
    kept: 'see docs/audit.md',
    why: 'that nobody can change or remove what was written down without being seen',
    erasure: 'kept',
    afterErasure:
      'stays: an entry can’t be taken out of the chain, and with the event its two salts are gone, so that its hash says nothing',
    exported: 'hashes; `ops audit` exports a person’s history with its proof',
  },
  'vulnerability-reports': {
    holds: 'what a reporter wrote and how to reach them, sealed; which member of staff works on it',
    attributes: ['entryId', 'sealed', 'contactKey', 'owner'],
    kept: 'as long as it is open, and two years after the last word once it is closed; then text, contact, answers and notes are deleted. A name that wished to be thanked stays on the page',
    why: 'the report, its answers and the thanks: a reporter has no account, and needs none',
    erasure: 'kept',
    afterErasure:
      'stays until its own end: it belongs to no account. A reporter follows it by the tracking token, and may ask there that name and contact be taken out (GDPR art. 17(3)(e): what was reported and done must be shown)',
    exported: 'it is not found by an account; the reporter has the tracking token, which shows all of it',
  },
  'csp-reports': 'nobody',
  'status-minutes': 'nobody',
  'status-subscriptions': {
    holds: 'who has confirmed that they want mails about the status page: address, language, parts of the service',
    attributes: ['subscriptionId', 'email', 'components', 'locale'],
    kept: 'until the subscriber ends it: one click in every mail',
    why: 'the subscriber asked for it, with an account or without',
    erasure: 'deleted',
    afterErasure: 'deleted for every address of the account',
    exported: true,
  },
  announcements: {
    holds: 'which mail about an incident went to which subscription, by id',
    attributes: ['entryId'],
    kept: '3 days',
    why: 'nobody is mailed twice',
    erasure: 'expires',
    afterErasure: 'gone within 3 days; the id names nobody once the subscription is gone',
    exported: 'three days of marks; the mails themselves are in the mailbox',
  },
  erasures: {
    holds: 'accounts that are to be erased: id, when, and while it happens the addresses that are still to be cleared',
    attributes: ['accountId', 'erasureId', 'found', 'siteOrigin'],
    kept: 'until the erasure is done or stopped',
    why: 'an erasure that a crash has interrupted is finished',
    erasure: 'deleted',
    afterErasure: 'deleted as the last step',
    exported: true,
  },
};
