/** The canary: a sign-in every minute through the public address. What it sees, customers see. */
import type { MetricAlarm } from '../alarm.ts';
import { canaryMetrics } from '../slo.ts';

export const canaryAlarms = {
  'Canary/Failing': {
    severity: 'page',
    component: 'of-the-component',
    source: { kind: 'canary', metric: canaryMetrics.failed, of: ['sign-in', 'sessions', 'accounts', 'pages'] },
    statistic: 'Sum',
    // High resolution: a minute's wait for the period to close would be half of the time that a page may take.
    periodSeconds: 10,
    // Longer than from one run to the next, so that a canary that keeps failing rings once and not every minute.
    evaluationPeriods: 9,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'The canary could not do what customers do, twice in a row within seconds: sign in with a code, read its session, open a page.',
    check:
      'The log of `canary`: the step, the status and the request id. Is the component down for customers too (dashboard, GET /v1/health), or for the canary alone (status 403: the edge refuses its address; `account_locked`: somebody guesses its password)?',
    act: 'Follow the entry of the failing part. If the canary alone is shut out, end the block of its address; if its account is broken, `docs/slo.md` says how it gets a new one.',
  },
  'Canary/Silent': {
    severity: 'page',
    source: { kind: 'canary', metric: canaryMetrics.runs, of: ['sign-in'] },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    threshold: 1,
    speaksWhen: 'under',
    missingData: 'breaching',
    means: 'The canary has not signed in for five minutes, not even in vain. Nobody would see an outage at night.',
    check:
      'The errors and throttles of `canary`, its schedule, its log (`canary.set_up_failed`: it has no account yet). Functions/Throttles: is the account out of concurrency?',
    act: 'Mend the cause. Until it runs, look at the site by hand every quarter of an hour, or ask somebody to.',
  },
} as const satisfies Record<string, MetricAlarm>;
