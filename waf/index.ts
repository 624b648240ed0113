/**
 * Evaluates an AWS WAFv2 web ACL, as CloudFormation describes it, against requests: rules you can test before you
 * deploy. Pure: no I/O, no clock, nothing from the rest of the repository. See README.md.
 */
export { createRateState, type RateState } from './rate-window.ts';
export { WebAclError } from './template.ts';
export type { CustomAnswer, Decision, RateCount, References, RuleAction, RuleTrace, StatementMatch, WebRequest } from './types.ts';
export { compileWebAcl, describeUnsupported, evaluate, type WebAcl } from './web-acl.ts';
