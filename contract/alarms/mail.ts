/** Mail. */
import type { AlarmDefinition } from '../alarm.ts';

export const mailAlarms = {
  'Mail/Failing': {
    severity: 'page',
    component: 'mail',
    suffers: 'degraded_performance',
    source: { kind: 'product', metric: 'Mail/Failed' },
    statistic: 'Sum',
    periodSeconds: 900,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 3,
    means:
      'Three mails or more could not be sent within a quarter of an hour: SES refuses or does not answer, or a service of ours fails the mailer. No mail is lost; links and warnings are late.',
    check:
      "The mailer's log, events `mail.refused` and `mail.failed`: `fault: lasting` with the same reason for all is the SES account (sandbox, suspended, sender not verified: `aws sesv2 get-account`), `passing` is SES or its quota.",
    act: 'Mend the account, or wait for AWS: what waits is sent within a quarter of an hour after. With `fault: lasting` mails end among the dead letters after 25 minutes: redrive them (docs/mail.md). Tell customers if it lasts.',
  },
  // One mail that nobody can send is no outage: what customers are told of comes by Mail/Failing.
  'Mail/DeadLetters': {
    severity: 'ticket',
    source: { kind: 'queue', queue: 'mail-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'A mail could not be sent after every retry, or a message could not be read. Somebody waits for a link, or was not warned.',
    check: "The mailer's log for the message id; the SES account: sandbox, suspended, address suppressed?",
    act: 'Mend the cause, then redrive the dead-letter queue: messages carry no token, the mailer mints a fresh one.',
  },
  'Mail/Late': {
    severity: 'ticket',
    component: 'mail',
    suffers: 'degraded_performance',
    source: { kind: 'queue', queue: 'mail', metric: 'ApproximateAgeOfOldestMessage' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 7200,
    means: 'Mail has waited for over two hours: SES refuses, or the mailer does not run.',
    check: "The mailer's errors and throttles; the SES sending quota.",
    act: 'Raise the quota or mend the mailer; the queue keeps messages for 14 days.',
  },
  'Mail/BounceSurge': {
    severity: 'ticket',
    source: { kind: 'mail-account', metric: 'Bounce' },
    statistic: 'Sum',
    periodSeconds: 900,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 20,
    means: 'Many mails come back: somebody registers addresses that do not exist, or a provider refuses our mail.',
    check:
      'SES, the account dashboard: which domains. `registration.requested` in the log of the last minutes: few addresses that ask for many, or one provider among usual registrations. All mail of the account and region counts, other products included.',
    act: 'Registrations that somebody makes up: block the addresses or networks (docs/blocklist.md). A provider: check SPF, DKIM and DMARC of the sender’s domain, and its postmaster pages.',
  },
  'Mail/BounceRate': {
    severity: 'ticket',
    source: { kind: 'mail-account', metric: 'Reputation.BounceRate' },
    statistic: 'Maximum',
    periodSeconds: 3600,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 0.04,
    means:
      'Four per cent of the mails of this account come back. At five AWS puts the account under review, at ten it may stop its mail: no verification, no reset, no warning would go out any more.',
    check: 'As for Mail/BounceSurge, over the last days.',
    act: 'As for Mail/BounceSurge, today. Addresses that bounced for good are on the suppression list already and get nothing more. If a review has begun, answer AWS in the support case with what was done.',
  },
  'Mail/Complaints': {
    severity: 'ticket',
    source: { kind: 'mail-account', metric: 'Reputation.ComplaintRate' },
    statistic: 'Maximum',
    periodSeconds: 3600,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 0.0008,
    means:
      'Eight in ten thousand recipients call our mail spam. At one in a thousand AWS puts the account under review, at five it may stop its mail.',
    check:
      'Whether somebody has others’ addresses registered in quantity: people complain about mails that they never asked for. Whether another product of the account sends advertising.',
    act: 'Block who registers others’ addresses. Move other mail into an account of its own. An address that complained gets nothing more: tell its owner by another way if it is a customer.',
  },
} as const satisfies Record<string, AlarmDefinition>;
