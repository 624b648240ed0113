/** Reports of vulnerabilities, and the file by which people find the way to us. */
import type { AlarmDefinition } from '../alarm.ts';

export const disclosureAlarms = {
  'Reports/Overloaded': {
    severity: 'page',
    source: { kind: 'product', metric: 'Reports/Overloaded' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means:
      'So many reports of vulnerabilities came today that one found no place: somebody floods the form from many networks, and a real reporter meets a shut door.',
    check:
      'The log of `intake`, and `npm run ops -- waf report`, for where they come from. The mailbox of `disclosure.email`: it is named to whoever is refused.',
    act: 'Block the networks at the edge. If all of them are real, raise `reports-of-everyone` in contract/policy/disclosure.ts. The day of the budget ends at midnight UTC.',
  },
  'SecurityTxt/Expiry': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'SecurityTxt/DaysLeft' },
    statistic: 'Maximum',
    periodSeconds: 3600,
    // A new host shows none until the first run has written it and the edge has let the answer before go.
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 60,
    speaksWhen: 'under',
    means:
      'security.txt expires within 60 days on one of the hosts, or is missing there. It is renewed with 120 days left, so its publisher has failed for long.',
    check:
      '`curl https://HOST/.well-known/security.txt` on the site and on the status page; the log of `disclosure`: `security_txt.not_written` says why.',
    act: 'Mend the cause; the next run, within 15 minutes, writes the file. Past `Expires` nobody may rely on it (RFC 9116, 2.5.5), and reporters go public instead.',
  },
  'SecurityTxt/Silent': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'SecurityTxt/DaysLeft' },
    statistic: 'SampleCount',
    periodSeconds: 3600,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    threshold: 1,
    speaksWhen: 'under',
    missingData: 'breaching',
    means: 'The function `disclosure` has not looked at security.txt for two hours: nobody would renew it.',
    check: 'The errors and throttles of `disclosure`, and its rule in EventBridge.',
    act: 'Enable the rule, or deploy `PortiereStatusPublisher`. There are months to do it in; then the file expires.',
  },
} as const satisfies Record<string, AlarmDefinition>;
