/** Mail. */
import type { AlarmDefinition } from '../alarm.ts';

export const mailAlarms = {
  'Mail/DeadLetters': {
    severity: 'page',
    component: 'mail',
    suffers: 'degraded_performance',
    source: { kind: 'queue', queue: 'mail-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'A mail could not be sent after every retry, or a message could not be read.',
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
} as const satisfies Record<string, AlarmDefinition>;
