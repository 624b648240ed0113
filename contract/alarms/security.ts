/** Attacks, and the keys without which nobody signs in. */
import type { AlarmDefinition } from '../alarm.ts';

export const securityAlarms = {
  'SignIn/LockoutSurge': {
    severity: 'page',
    source: { kind: 'product', metric: 'Accounts/Locked' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 20,
    means: 'Many addresses are being locked at once: somebody tries a list of passwords or of accounts.',
    check:
      "The addresses in the events of the last minutes: one network, or many? `sign_in.failed` without an account means a list that isn't ours.",
    act: 'Block the network (docs/blocklist.md): an IP set that is edited by hand is put right again. Owners on known devices are not locked out; the others can use a reset.',
  },
  'Kms/Denied': {
    severity: 'page',
    component: 'sign-in',
    suffers: 'major_outage',
    source: { kind: 'product', metric: 'Kms/Denied' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means:
      'KMS refuses the pepper key, or the key of the seeds: it was disabled, scheduled for deletion, or its policy changed. Without the first nobody can sign in, without the second nobody who uses two-step verification.',
    check: 'The state of both keys, and CloudTrail for DisableKey, ScheduleKeyDeletion and PutKeyPolicy.',
    act: 'Cancel the deletion and enable the key at once: without it no password hash, or no code, can be checked ever again. Then treat it as an intrusion.',
  },
  'Kms/KeyEnding': {
    severity: 'page',
    source: { kind: 'product', metric: 'Kms/KeysEnding' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means:
      'A key of ours is disabled, scheduled for deletion, or closed to us: the pepper, the key of the seeds, or the key of all tables, queues and secrets. Seen within five minutes by asking for its state; no trail is needed for that.',
    check:
      'The log of `rotation`, event `key.ending`: which key, its state, and the day of its deletion. Who did it stands in CloudTrail (DisableKey, ScheduleKeyDeletion, PutKeyPolicy): in the event history of the last 90 days, without a trail of your own.',
    act: 'At once: `aws kms cancel-key-deletion`, then `aws kms enable-key`, or put its policy back (deploy `PortiereData`). A deletion waits thirty days and is final after them: no backup opens without its key. Then treat it as an intrusion.',
  },
  'Csp/Surge': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Csp/Reports' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 100,
    means:
      'Many browsers say that the content security policy refused something on our pages: a release loads what the policy does not name, or somebody has found a way to put content into a page. One address alone can not ring this.',
    check:
      'GET /v1/admin/csp-reports: the newest groups, their directive, what was blocked and on which page. Whether a release went out just before. A `blocked` host that nobody knows, or `inline` on a page that takes input, is an attempt.',
    act: 'If it was a release: roll it back, then mend the page, not the policy. If it was not: the policy has stopped it; find the injection, and treat the page as broken until it is found. If the groups make no sense at all, somebody is making them up: block the addresses.',
  },
  'Budgets/Surge': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Budgets/Exceeded' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 300,
    means:
      'Many requests pass the edge and meet the exact limits behind it: a flood that the rate rules catch up with late, or not at all.',
    check: 'The decisions of the web ACL by address; whether one address or many are refused with 429 by the API.',
    act: 'Block the address or its network. If it is a customer behind one address, put it on `blocklist.allow`, and raise the figure in contract/security-policy.ts if people really need it.',
  },
  'Origin/Bypassed': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Origin/Bypassed' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 10,
    means: 'Requests reach the API without passing the edge. They were refused.',
    check:
      'The log lines `origin.bypassed` for their addresses: `peer` is the connection’s own, whatever the headers say. If the edge itself sends a wrong secret, all of them are addresses of CloudFront, and Edge/Errors rings too.',
    act: 'Configure a domain, which closes the execute-api address; block the network at the edge.',
  },
} as const satisfies Record<string, AlarmDefinition>;
