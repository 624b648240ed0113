/** What the web ACL in front refuses. */
import type { AlarmDefinition } from '../alarm.ts';

export const edgeAlarms = {
  'Edge/BlockSurge': {
    severity: 'page',
    source: { kind: 'web-acl', metric: 'BlockedRequests', rules: 'all' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 1000,
    means:
      'The web ACL refuses many requests, and keeps on refusing: an attack that is being held off, or a rule that has begun to refuse customers, which no error rate shows.',
    check:
      '`npm run ops -- waf report`: which rule, which addresses, which paths. One managed rule on everyday paths from many addresses is a false positive; a rate rule or a few addresses is an attack.',
    act: 'An attack: nothing must be done at once; block its networks if it costs. A false positive: let that rule count (docs/waf.md), or `firewall.managedRules: count`, and deploy `PortiereFirewall`.',
  },
  'Edge/RateLimitSurge': {
    severity: 'ticket',
    source: { kind: 'web-acl', metric: 'BlockedRequests', rules: 'rates' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 500,
    means: 'A rate rule refuses many requests: a flood from single addresses, or an app of a customer that repeats without waiting.',
    check: '`npm run ops -- waf report`: the addresses behind the rule, and what they ask for.',
    act: 'Block an attacker by hand (docs/blocklist.md). Tell a customer whose app does not heed `Retry-After`. A large office behind one address: raise the figure in contract/security-policy.ts.',
  },
} as const satisfies Record<string, AlarmDefinition>;
