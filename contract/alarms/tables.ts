/**
 * The store behind everything. What customers notice of it pages by Api/Errors, the canary and the burn rates; these two say where to
 * look.
 */
import type { MetricAlarm } from '../alarm.ts';

export const tableAlarms = {
  'Tables/Throttled': {
    severity: 'ticket',
    source: { kind: 'table', metric: 'ThrottleEvents' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    threshold: 10,
    means:
      'DynamoDB refuses reads or writes of a table, ten minutes long. The SDK tries again, so callers may have noticed nothing but waiting.',
    check:
      'Whether one key is asked for all the time (1,000 writes or 3,000 reads of one item a second is the most there is): `attempts` and `credentials` are keyed by address, so one address under attack is one hot key. Otherwise the account: on-demand tables have a quota for each table, and grow to twice their last peak at once, and further within half an hour.',
    act: 'A hot key: block who causes it (docs/blocklist.md). The whole table: raise its quota in Service Quotas, or give it warm throughput before the next rush that is announced.',
  },
  'Tables/SystemErrors': {
    severity: 'ticket',
    source: { kind: 'table', metric: 'SystemErrors' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    threshold: 5,
    means: 'DynamoDB itself fails: it answers calls to this table by 5xx, and nothing of ours is the cause.',
    check:
      'The AWS Health page, and whether all tables ring or one. What callers notice is told by Api/Errors and the canary: sign-in answers 503 with `Retry-After`, and nothing that was acknowledged is lost.',
    act: 'Nothing mends it but AWS. Tell customers (`npm run ops -- incident`); open a case with AWS. If items are damaged afterwards: docs/restore.md.',
  },
} as const satisfies Record<string, MetricAlarm>;
