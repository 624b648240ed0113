/** What a row of `alarms.ts` says. */
import type { ComponentId } from './components.ts';
import type { ComponentStatus } from './incidents.ts';
import type { FunctionId, QueueId } from './privileges.ts';

export interface AlarmDefinition {
  /** `page` wakes somebody, `ticket` waits for the next working day. */
  readonly severity: 'page' | 'ticket';
  /**
   * The part of the service that suffers, as customers know it: what an incident is opened about. `of-the-function` is that
   * of the function which the alarm is about. Absent where customers notice nothing, attacks that are held off included.
   */
  readonly component?: ComponentId | 'of-the-function';
  /** How it suffers, as customers are told while the alarm rings; `partial_outage` where it isn't said. */
  readonly suffers?: Extract<ComponentStatus, 'degraded_performance' | 'partial_outage' | 'major_outage'>;
  readonly source: /** One alarm a function, or of one function `only`. */
    | { readonly kind: 'function'; readonly metric: 'Errors' | 'Throttles' | 'Duration'; readonly only?: FunctionId }
    | { readonly kind: 'api'; readonly metric: '5xx' | 'Latency' }
    | { readonly kind: 'edge'; readonly metric: '5xxErrorRate' }
    /** Of the web ACL: of all its rules together, or one alarm a rate rule. */
    | { readonly kind: 'web-acl'; readonly metric: 'BlockedRequests'; readonly rules: 'all' | 'rates' }
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
  /** Hours since the value that the edge proves itself with was made. */
  | 'OriginSecret/Age'
  /** Requests in which a browser said that the content security policy refused something on a page of ours. */
  | 'Csp/Reports'
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
