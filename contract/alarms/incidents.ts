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
  'Incidents/Silent': {
    severity: 'ticket',
    source: { kind: 'function', metric: 'Invocations', only: 'incidents' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 1,
    speaksWhen: 'under',
    missingData: 'breaching',
    means:
      'The function `incidents` has not been called for a quarter of an hour, not even by the clock: maintenance neither begins nor ends, and incidents that are over stay open.',
    check: 'Its rule in EventBridge: is it enabled, and may it call the alias? Functions/Throttles and Functions/Concurrency.',
    act: 'Enable the rule, or deploy `PortiereApi`. Until then write by hand what customers should know.',
  },
  'Status/Silent': {
    severity: 'page',
    source: { kind: 'product', metric: 'Status/Published' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    threshold: 1,
    speaksWhen: 'under',
    missingData: 'breaching',
    means:
      'The status page has not been published for five minutes. It stands as it was and warns its readers that its figures are old; what happens now is not on it.',
    check:
      'The log of `status`: its errors and throttles, `status.part_missing`, S3 in the region of the page. Whether something else is down, too.',
    act: 'Publish by hand, with credentials and nothing else of ours: `npm run ops -- status publish` (docs/status-page.md). Then mend the function; its next run takes over.',
  },
} as const satisfies Record<string, AlarmDefinition>;
