/** What the security page stands on ends by itself: what people have signed for, and the results of checks. */
import type { MetricAlarm } from '../alarm.ts';

const hourly = { statistic: 'Maximum', periodSeconds: 3600, evaluationPeriods: 2, datapointsToAlarm: 2 } as const;

export const evidenceAlarms = {
  'Evidence/Lapsing': {
    ...hourly,
    severity: 'ticket',
    source: { kind: 'product', metric: 'Evidence/DaysLeft' },
    // `attestationPolicy.remindDays`: a test holds them together.
    threshold: 30,
    speaksWhen: 'under',
    means:
      'Something that a person has signed for (encrypted laptops, screen locks, password managers, second factors, the protection of the repository) ends within 30 days. On that day its promise is open on the public page.',
    check: '`npm run ops -- evidence list`: which one, who signed it, and until when.',
    act: 'Have it looked at and signed anew, put the new entry into `evidence` of portiere.config.ts beside the old one, and deploy.',
  },
  'Evidence/Lapsed': {
    ...hourly,
    severity: 'ticket',
    source: { kind: 'product', metric: 'Evidence/DaysLeft' },
    threshold: 0,
    speaksWhen: 'under',
    means: 'Something that a person has signed for has ended: the public security page shows its promise as open since that day.',
    check: '`npm run ops -- evidence check` says which one and what to do.',
    act: 'Have it signed anew and deploy. If it is no longer true, take the entry out of `evidence`: the promise stays open, and the alarm ends.',
  },
  'Evidence/Outdated': {
    ...hourly,
    severity: 'ticket',
    source: { kind: 'product', metric: 'Evidence/PageDaysLeft' },
    threshold: 2,
    speaksWhen: 'under',
    means:
      'Within two days something that the public security page counts on is too old: results of tests after 14 days, reports of scanners after 45, signatures at their end. From then on the page takes no promise as kept.',
    check: '`goodUntil` of https://SITE/security.json; `node scripts/security-page.ts` on the version that is deployed.',
    act: 'Run the checks (`npm test`, or the workflow `deliver`) and deploy: the page is drawn anew. For reports of scanners, `npm run verify -- --write-reports` first.',
  },
  'Evidence/Unread': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Evidence/Unread' },
    statistic: 'Sum',
    periodSeconds: 3600,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 3,
    means:
      'Three times in an hour /security.json could not be had from outside, or was not what it should be: nobody watches what it stands on.',
    check: '`curl -i https://SITE/security.json`; the log of `disclosure`: `evidence.not_read`.',
    act: 'Where the site answers otherwise, deploy `PortiereEdge`, which brings the file. Where it does not, other alarms ring: mend that first.',
  },
} as const satisfies Record<string, MetricAlarm>;
