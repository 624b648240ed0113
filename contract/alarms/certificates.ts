/** The certificates of a deployment with a domain: an outage that is known of weeks before. */
import type { MetricAlarm } from '../alarm.ts';

const check =
  'ACM, the certificate of that name: `RenewalSummary` says why. Mostly the CNAME record that proves the domain is gone from the zone, or the zone is no longer the one that the world asks (`dig NS`), or a CAA record names other authorities than `amazon.com`.';
const act =
  'Put the record back: ACM renews by itself within hours, under the same ARN, and nothing must be deployed. If it can not be proven any more, let the stack make another: change the domain, or deploy with a certificate of your own until then.';

export const certificateAlarms = {
  'Certificates/Expiring': {
    severity: 'ticket',
    source: { kind: 'certificate', metric: 'DaysToExpiry' },
    statistic: 'Minimum',
    periodSeconds: 86_400,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 30,
    speaksWhen: 'under',
    means: 'ACM should have renewed this certificate by now, and has not. With it ends the encryption, and so the service.',
    check,
    act,
  },
  'Certificates/Ending': {
    severity: 'page',
    source: { kind: 'certificate', metric: 'DaysToExpiry' },
    statistic: 'Minimum',
    periodSeconds: 86_400,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 7,
    speaksWhen: 'under',
    means:
      'This certificate ends within the week. Then no browser opens the page (`site`, `status`), or the edge reaches no API (`origin`); HSTS lets nobody click the warning away.',
    check,
    act,
  },
} as const satisfies Record<string, MetricAlarm>;
