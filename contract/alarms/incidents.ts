/** What goes wrong on the way from an alarm to what customers are told. None of it keeps an alarm from the phones. */
import type { AlarmDefinition } from '../alarm.ts';

export const incidentAlarms = {
  'Incidents/DeadLetters': {
    severity: 'ticket',
    source: { kind: 'queue', queue: 'alarms-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means:
      'A message of an alarm has opened no incident after every retry: the store failed, nobody can read it, or it did not come from an alarm of ours. The phones have rung all the same.',
    check: 'The log of `incidents` for the message id: `alarm_message.refused` says why. Then whether the status page tells what is so.',
    act: 'Write the incident by hand if customers should know. Mend the cause and redrive the queue: older messages never undo newer ones. A message from a topic or an account that is not ours is an intrusion.',
  },
} as const satisfies Record<string, AlarmDefinition>;
