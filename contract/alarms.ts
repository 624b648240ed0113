/**
 * Every alarm: what it watches, when it speaks, and what whoever is woken should do. CDK makes the alarms from it,
 * `docs/runbook.md` is generated from it, and a test refuses an alarm without an entry.
 *
 * Names follow one rule: `Area/Symptom`, with the function's id behind it where there is one alarm a function.
 */
import type { FunctionId, QueueId } from './privileges.ts';

export interface AlarmDefinition {
  readonly severity: 'page' | 'ticket';
  readonly source: /** One alarm a function, or of one function `only`. */
    | { readonly kind: 'function'; readonly metric: 'Errors' | 'Throttles' | 'Duration'; readonly only?: FunctionId }
    | { readonly kind: 'api'; readonly metric: '5xx' | 'Latency' }
    | { readonly kind: 'edge'; readonly metric: '5xxErrorRate' }
    | { readonly kind: 'queue'; readonly queue: `${QueueId}-dead-letters`; readonly metric: 'ApproximateNumberOfMessagesVisible' }
    | { readonly kind: 'queue'; readonly queue: 'mail'; readonly metric: 'ApproximateAgeOfOldestMessage' }
    /** Written by our functions as embedded metrics in the namespace `Portiere`. */
    | { readonly kind: 'product'; readonly metric: ProductMetric };
  readonly statistic: 'Sum' | 'Maximum' | 'Average' | 'p99';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Alarm when the statistic is at or over this. */
  readonly threshold: number;
  readonly means: string;
  readonly check: string;
  readonly act: string;
}

export const metricsNamespace = 'Portiere';
/** Counts without dimensions, `Area/Symptom`. */
export type ProductMetric =
  | 'SignIn/Succeeded'
  | 'SignIn/Failed'
  | 'Accounts/Locked'
  | 'Kms/Denied'
  | 'Origin/Bypassed'
  | 'Mail/Sent'
  | 'Mail/Deferred'
  | 'Mail/Dropped'
  /** Hours since the last good copy of the feed whose copy is oldest. */
  | 'Blocklist/FeedAge'
  /** Per cent of a set's quota that is wanted, of the fuller set; over 100 something was left out. */
  | 'Blocklist/Fill'
  /** Addresses blocked by what they did. */
  | 'Blocklist/Automatic'
  /** Sets that somebody else had changed. */
  | 'Blocklist/Drift';

export const alarms = {
  'Functions/Errors': {
    severity: 'page',
    source: { kind: 'function', metric: 'Errors' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 3,
    means: 'A function crashes or times out: its callers see 5xx, and mail is late if it is the mailer.',
    check: "The function's log group, newest entries with level ERROR; whether a deployment went out in the last hour.",
    act: 'Roll the alias back to the previous version if a deployment is the cause. If AWS is: open the AWS Health page and tell customers.',
  },
  'Functions/Throttles': {
    severity: 'page',
    source: { kind: 'function', metric: 'Throttles' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    threshold: 5,
    means: 'Requests find no free instance: the concurrency limit is too low for the load, or somebody floods the hashing routes.',
    check: 'The WAF decisions of the last minutes by address, and `ConcurrentExecutions` against the reserved concurrency.',
    act: 'Block the address if it is one. If the load is real, raise `concurrency` in portiere.config.ts and the account quota, then deploy.',
  },
  'Functions/Slow': {
    severity: 'ticket',
    source: { kind: 'function', metric: 'Duration' },
    statistic: 'p99',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 8000,
    means: 'The slowest requests come near the function timeout.',
    check: 'Latency of DynamoDB and KMS in the region; the memory size of the function (it buys the CPU that bcrypt needs).',
    act: "Raise the memory size, or lower the load. Don't lower the bcrypt cost for it.",
  },
  'Api/Errors': {
    severity: 'page',
    source: { kind: 'api', metric: '5xx' },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    threshold: 5,
    means: 'Callers get 5xx from the API.',
    check: 'GET /v1/health names the failing part; the access log has the routes.',
    act: 'Follow the entry of the failing part. Requests that were acknowledged are safe; refused ones are repeated by their callers.',
  },
  'Api/Slow': {
    severity: 'ticket',
    source: { kind: 'api', metric: 'Latency' },
    statistic: 'p99',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 4000,
    means: 'Answers are slow for one caller in a hundred.',
    check: 'Functions/Slow, cold starts, and whether the share of sign-ins among the requests has grown.',
    act: 'As for Functions/Slow.',
  },
  'Edge/Errors': {
    severity: 'page',
    source: { kind: 'edge', metric: '5xxErrorRate' },
    statistic: 'Average',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    threshold: 5,
    means: 'More than 5 % of all requests at the edge end in 5xx, pages included.',
    check: 'Api/Errors: if it is quiet, the fault lies with CloudFront, the web bucket or the origin secret.',
    act: 'Compare the header x-origin-secret of the distribution with the secret: the value before the last rotation is still taken, an older one is not. If it is neither, set the header to the current value.',
  },
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
  'Mail/DeadLetters': {
    severity: 'page',
    source: { kind: 'queue', queue: 'mail-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'A mail could not be sent after every retry, or a message could not be read.',
    check: "The mailer's log for the message id; the SES account: sandbox, suspended, address suppressed?",
    act: 'Mend the cause, then redrive the dead-letter queue: messages carry no token, the mailer mints a fresh one.',
  },
  'Mail/Late': {
    severity: 'ticket',
    source: { kind: 'queue', queue: 'mail', metric: 'ApproximateAgeOfOldestMessage' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    threshold: 7200,
    means: 'Mail has waited for over two hours: SES refuses, or the mailer does not run.',
    check: "The mailer's errors and throttles; the SES sending quota.",
    act: 'Raise the quota or mend the mailer; the queue keeps messages for 14 days.',
  },
  'Blocklist/Surge': {
    severity: 'page',
    source: { kind: 'product', metric: 'Blocklist/Automatic' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 50,
    means: 'Many addresses are being blocked for what they do: a botnet tries passwords, or locks people out.',
    check: 'The events of `ip-block` of the last minutes: their reasons, and whether the addresses share networks.',
    act: 'Block the networks they share. If they are customers (an office, a mobile operator), unblock them and put them on `blocklist.allow`.',
  },
  'Blocklist/Errors': {
    severity: 'ticket',
    source: { kind: 'function', metric: 'Errors', only: 'blocklist' },
    statistic: 'Sum',
    periodSeconds: 1800,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 3,
    means: 'The IP sets are not being kept up: what was blocked stays blocked, new blocks do not bite, ended ones do not end.',
    check: 'The log of `blocklist`; whether somebody else writes the sets all the time; the quotas of WAF.',
    act: 'Mend the cause: the next run, five minutes later at most, puts the sets right. Until then an IP set may be edited by hand.',
  },
  'Blocklist/DeadLetters': {
    severity: 'ticket',
    source: { kind: 'queue', queue: 'blocks-dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'A block could not be written down after every retry, or a message could not be read.',
    check: 'The log of `blocklist` for the message id; Blocklist/Errors.',
    act: 'Mend the cause, then redrive the queue: an older message never undoes a newer one. Delete what nobody can read.',
  },
  'Blocklist/FeedAge': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Blocklist/FeedAge' },
    statistic: 'Maximum',
    periodSeconds: 900,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 24,
    means: 'A feed has given no copy worth believing for a day. Its last good copy stays in force.',
    check: 'The events of `ip-feed` name the feed and the reason: unreachable, not a list, cut short, or less than half of what it was.',
    act: 'If the source has moved, correct its `url` in portiere.config.ts. If it really has shrunk, give it a new `id` there: it starts afresh. If it is gone, take it out.',
  },
  'Blocklist/NearlyFull': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Blocklist/Fill' },
    statistic: 'Maximum',
    periodSeconds: 900,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 90,
    means: 'An IP set is nearly full, or over: at 100 % blocks are left out, those of the last feed first, blocks by hand last.',
    check: 'The log line `blocklist.overflowed`: how many of which source were left out.',
    act: 'Take out the feed that matters least, or end old blocks by hand. WAF does not raise this quota.',
  },
  'Blocklist/Drift': {
    severity: 'ticket',
    source: { kind: 'product', metric: 'Blocklist/Drift' },
    statistic: 'Sum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    means: 'Somebody edited an IP set past the function that keeps it. The edit has been undone.',
    check: 'The event `ip_block.drift_corrected` says what was undone; CloudTrail, UpdateIPSet, says who did it.',
    act: 'If it was meant, block or unblock with the ops command: it is kept, has an end and a reason. If nobody knows of it, treat it as an intrusion.',
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
    check: 'The access log for their addresses. A deployment that changed the origin secret looks the same: then Edge/Errors rings too.',
    act: 'Configure a domain, which closes the execute-api address; block the network at the edge.',
  },
} as const satisfies Record<string, AlarmDefinition>;

export type AlarmId = keyof typeof alarms;
