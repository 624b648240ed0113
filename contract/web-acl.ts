/** Names of the web ACL and of its rules: the same in the template, in metrics and alarms, in its log, and in reports on it. */
import { securityPolicy } from './security-policy.ts';

/** Also the dimension `WebACL` of its metrics. */
export const webAclName = 'portiere';
/** WAF insists on how it begins. */
export const webAclLogGroup = `aws-waf-logs-${webAclName}`;

export type RateRuleId =
  | 'everything'
  | 'credentials'
  | keyof typeof securityPolicy.edgeRates.apart
  | 'csp-reports'
  | 'one-path'
  | 'anonymous-credentials';
export const rateRuleIds = [
  'everything',
  'credentials',
  ...(Object.keys(securityPolicy.edgeRates.apart) as (keyof typeof securityPolicy.edgeRates.apart)[]),
  'csp-reports',
  'one-path',
  'anonymous-credentials',
] as const satisfies readonly RateRuleId[];

export function rateRule(id: RateRuleId): string {
  return `rate-of-${id}`;
}

const labelPrefix = 'label-';

/** A rule that marks requests and never blocks one, whatever the mode. */
export function labelRule(kind: string): string {
  return `${labelPrefix}${kind}`;
}

export function isLabelRule(name: string): boolean {
  return name.startsWith(labelPrefix);
}
