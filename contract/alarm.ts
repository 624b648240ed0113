/** What a row of `alarms.ts` says. */
import type { ComponentId } from './components.ts';
import type { ComponentStatus } from './incidents.ts';
import type { FunctionId, QueueId } from './privileges.ts';
import type { BurnRate } from './slo.ts';

interface AlarmEntry {
  /** `page` wakes somebody, `ticket` waits for the next working day. */
  readonly severity: 'page' | 'ticket';
  /**
   * The part of the service that suffers, as customers know it: what an incident is opened about. `of-the-…` is that of the
   * function, of the objective or of the component which the alarm is about. Absent where customers notice nothing, attacks that
   * are held off included.
   */
  readonly component?: ComponentId | 'of-the-function' | 'of-the-objective' | 'of-the-component';
  /** How it suffers, as customers are told while the alarm rings; `partial_outage` where it isn't said. */
  readonly suffers?: Extract<ComponentStatus, 'degraded_performance' | 'partial_outage' | 'major_outage'>;
  /** Of the way of the alarms themselves: told by a second way, straight to every contact. */
  readonly aboutOnCall?: true;
  readonly means: string;
  readonly check: string;
  readonly act: string;
}

/** On one metric. */
export interface MetricAlarm extends AlarmEntry {
  readonly source: /** One alarm a function, or of one function `only`. */
    | { readonly kind: 'function'; readonly metric: 'Errors' | 'Throttles' | 'Duration' | 'Invocations'; readonly only?: FunctionId }
    /** Of all functions of the account and region, in per cent of what they may run at once. */
    | { readonly kind: 'concurrency'; readonly metric: 'ClaimedAccountConcurrency' }
    /** One alarm a table, on the sum of what CloudWatch counts apart: reads and writes, or each operation. */
    | { readonly kind: 'table'; readonly metric: 'ThrottleEvents' | 'SystemErrors' }
    /** Of the whole account and region: what AWS judges a sender by has no finer dimension that counts. */
    | { readonly kind: 'mail-account'; readonly metric: 'Reputation.BounceRate' | 'Reputation.ComplaintRate' | 'Bounce' }
    /** One alarm a certificate; without a domain there is none. */
    | { readonly kind: 'certificate'; readonly metric: 'DaysToExpiry' }
    | { readonly kind: 'api'; readonly metric: '5xx' | 'Latency' }
    | { readonly kind: 'edge'; readonly metric: '5xxErrorRate' }
    /** Of the web ACL: of all its rules together, or one alarm a rate rule. */
    | { readonly kind: 'web-acl'; readonly metric: 'BlockedRequests'; readonly rules: 'all' | 'rates' }
    | {
        readonly kind: 'queue';
        readonly queue: `${Exclude<QueueId, 'canary'>}-dead-letters`;
        readonly metric: 'ApproximateNumberOfMessagesVisible';
      }
    | { readonly kind: 'queue'; readonly queue: 'mail' | 'pages'; readonly metric: 'ApproximateAgeOfOldestMessage' }
    /** Of the canary, one alarm a component; without a suffix where there is one only. */
    | { readonly kind: 'canary'; readonly metric: string; readonly of: readonly ComponentId[] }
    /** Only where PagerDuty is configured. */
    | { readonly kind: 'pager-duty'; readonly metric: 'FailedInvocations' }
    /** One alarm an on-call topic. */
    | { readonly kind: 'topic'; readonly metric: 'NumberOfNotificationsFailed' }
    /** Written by our functions as embedded metrics in the namespace `Portiere`. */
    | { readonly kind: 'product'; readonly metric: ProductMetric };
  readonly statistic: 'Sum' | 'Maximum' | 'Minimum' | 'Average' | 'SampleCount' | 'p99';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Alarm when the statistic is at or over this. */
  readonly threshold: number;
  /** `under`: alarm when the statistic is under the threshold instead. */
  readonly speaksWhen?: 'under';
  /** Default: not breaching. Most metrics count events, and no news is good news. */
  readonly missingData?: 'breaching';
  readonly burnRate?: undefined;
}

/** On the burn rate of each service level objective: metric math over both windows, joined in a composite alarm. */
export interface BurnRateAlarm extends AlarmEntry {
  readonly burnRate: BurnRate;
}

export type AlarmDefinition = MetricAlarm | BurnRateAlarm;

/** The on-call topics that have an alarm each. */
export const onCallTopics = ['page', 'ticket', 'phones'] as const;
export type OnCallTopicId = (typeof onCallTopics)[number];

/** The certificates that ACM keeps for a deployment with a domain. */
export const certificates = ['site', 'status', 'origin'] as const;
export type CertificateId = (typeof certificates)[number];

export const metricsNamespace = 'Portiere';
/** Counts without dimensions, `Area/Symptom`. */
export type ProductMetric =
  | 'SignIn/Succeeded'
  | 'SignIn/Failed'
  | 'Accounts/Locked'
  | 'Kms/Denied'
  /** Keys of ours that are disabled, scheduled for deletion, or closed to us: looked at by the clock. */
  | 'Kms/KeysEnding'
  | 'Origin/Bypassed'
  /** Requests over an exact limit behind the edge. */
  | 'Budgets/Exceeded'
  /** Hours since the value that the edge proves itself with was made. */
  | 'OriginSecret/Age'
  /** Requests in which a browser said that the content security policy refused something on a page of ours. */
  | 'Csp/Reports'
  /** Never counted: the alarms on it are set off by hand. */
  | 'OnCall/Test'
  | 'Mail/Sent'
  | 'Mail/Deferred'
  | 'Mail/Dropped'
  /** Deliveries that failed: the first of each mail, and later ones a quarter of an hour apart. */
  | 'Mail/Failed'
  /** Hours since the last good copy of the feed whose copy is oldest. */
  | 'Blocklist/FeedAge'
  /** Per cent of a set's quota that is wanted, of the fuller set; over 100 something was left out. */
  | 'Blocklist/Fill'
  /** Addresses blocked by what they did. */
  | 'Blocklist/Automatic'
  /** Sets that somebody else had changed. */
  | 'Blocklist/Drift'
  /** Publications of the status page. */
  | 'Status/Published'
  /** Reports of vulnerabilities that found no place, for so many came. */
  | 'Reports/Overloaded'
  /** Reports, and messages about them, that staff are told of. */
  | 'Reports/News'
  /** Minutes for which the oldest of them has waited for that. */
  | 'Reports/Untold'
  /** Reports whose first answer, or whose decision, is due within hours or late. */
  | 'Reports/AnswerDue'
  | 'Reports/DecisionDue'
  /** Days until security.txt expires, on the host where it expires first, as anybody reads it. */
  | 'SecurityTxt/DaysLeft'
  /** Days until the first thing that a person has signed for ends; under nought once it has. */
  | 'Evidence/DaysLeft'
  /** Days until the security page takes no promise as kept any more. */
  | 'Evidence/PageDaysLeft'
  /** Times that the security page's data could not be had, or was none. */
  | 'Evidence/Unread'
  /** Minutes that the audit trail is behind what was written down. */
  | 'Audit/Lag'
  /** Minutes since the head of the audit trail was signed. */
  | 'Audit/CheckpointAge'
  /** Signatures that the key of checkpoints, or KMS, refused. */
  | 'Audit/SigningFailed'
  /** Blocks or signed heads of the trail that are not what they were. */
  | 'Audit/Broken'
  /** Events that went missing before they were sealed. */
  | 'Audit/Gap'
  /** Mails to subscribers of the status page. */
  | 'Announcements/Sent';
