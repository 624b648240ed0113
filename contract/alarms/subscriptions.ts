/** Mails to whoever subscribed to the status page. */
import type { AlarmDefinition } from '../alarm.ts';

export const subscriptionAlarms = {
  'Announcements/DeadLetters': {
    severity: 'ticket',
    source: { kind: 'queue', queue: 'announcements-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means:
      'Subscribers of the status page were not mailed what happened: SES refused for an hour, or nobody can read the message. The page and its feed say it all the same.',
    check:
      'The log of `announcer`, events `announcement.refused` and `announcement.failed`, field `reason`; the SES account: sandbox, suspended, quota?',
    act: 'Mend the cause. Redrive the queue within a day of the incident: nobody is mailed twice, and what is older than a day is not news any more and goes nowhere. Purge it after that.',
  },
} as const satisfies Record<string, AlarmDefinition>;
