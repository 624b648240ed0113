/**
 * Evaluates an AWS WAFv2 web ACL, as CloudFormation describes it, against requests: rules you can test before you
 * deploy. Pure: no I/O, no clock, nothing from the rest of the repository. See docs/waf.md.
 */
export { computeCapacity, includedCapacity, type RuleCapacity } from './capacity.ts';
export { evaluate, explain } from './evaluate.ts';
export { createIpSets, type IpSets } from './ip-sets.ts';
export { createRateState, type RateState } from './rate-window.ts';
export { WebAclError } from './template.ts';
export type {
  CustomAnswer,
  Decision,
  Explanation,
  Location,
  NotEvaluated,
  Outcome,
  RateCount,
  References,
  RuleAction,
  RuleTrace,
  StatementTrace,
  WebRequest,
} from './types.ts';
export { compileWebAcl, describeUnsupported, requireIpSets, type WebAcl } from './web-acl.ts';
