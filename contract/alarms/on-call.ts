/** The way of the alarms themselves. What goes wrong on it is told by a second way, straight to every contact. */
import type { AlarmDefinition } from '../alarm.ts';

const test = {
  source: { kind: 'product', metric: 'OnCall/Test' },
  statistic: 'Sum',
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 1,
  means: 'A test of the way from alarm to phone. Nothing is wrong.',
  check: 'Whether everybody on call has heard of it, and that its end is told, too, about a minute later.',
  act: 'Nothing. Whoever has heard nothing sees to it with `npm run ops -- page contacts`.',
} as const;

export const onCallAlarms = {
  /** Nothing ever counts their metric: `npm run ops -- page test` sets them off. */
  'OnCall/PageTest': { ...test, severity: 'page' },
  'OnCall/TicketTest': { ...test, severity: 'ticket' },
  'OnCall/Late': {
    severity: 'page',
    aboutOnCall: true,
    source: { kind: 'queue', queue: 'pages', metric: 'ApproximateAgeOfOldestMessage' },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 60,
    means: 'An alarm has waited for over a minute to be written to the phones. It is in the mailboxes already.',
    check: 'Which alarms ring, on the dashboard: one of them did not reach the phones. Then the log of `pager`, its throttles, and SNS.',
    act: 'See to the alarms themselves first. If `pager` is throttled, the account has too little concurrency for the load: block the flood, or raise the quota.',
  },
  'OnCall/Undelivered': {
    severity: 'page',
    aboutOnCall: true,
    source: { kind: 'queue', queue: 'pages-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: "An alarm did not reach the phones after every retry, or a heartbeat did not reach the dead-man's switch.",
    check: 'The messages in the dead-letter queue say which; the log of `pager` says why.',
    act: 'Mend the cause: the spending limit for text messages, a number that opted out, the address of the switch. Then delete the messages: late pages wake people for nothing.',
  },
  'OnCall/PagerDutyFailed': {
    severity: 'page',
    aboutOnCall: true,
    source: { kind: 'pager-duty', metric: 'FailedInvocations' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'PagerDuty did not take a page.',
    check:
      'Which alarms ring, on the dashboard. Then the state of the connection in EventBridge, the routing key, and the status of PagerDuty.',
    act: 'Reach whoever is on call by another way. A new routing key goes into its secret and its replica in us-east-1, and counts after a deployment.',
  },
  'OnCall/NotificationsFailed': {
    severity: 'page',
    aboutOnCall: true,
    source: { kind: 'topic', metric: 'NumberOfNotificationsFailed' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'SNS could not deliver a page or a ticket to somebody: a number, a mailbox or a webhook refuses it.',
    check:
      'Which alarms ring, on the dashboard. Then `npm run ops -- page contacts`, and the monthly spending limit for text messages in SNS.',
    act: 'Reach whoever is on call by another way, then mend the contact in portiere.config.ts or the limit.',
  },
} as const satisfies Record<string, AlarmDefinition>;
