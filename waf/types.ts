/** What goes into an evaluation and what comes out: the module's public shapes. */

/**
 * A request as the edge received it. Text is taken byte by byte: a string whose characters all lie below U+0100 is
 * read as Latin-1, the way Node's HTTP parsers hand over targets and headers; any other string as UTF-8.
 */
export interface WebRequest {
  /** When it arrived: milliseconds since the epoch, of one clock for all requests that share a rate state. */
  readonly at: number;
  /** Address of the connection's other end, IPv4 or IPv6, without a port. */
  readonly sourceAddress: string;
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** In the order sent, duplicates kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What a web ACL refers to and can't do without. IP sets are not among it: they change while it runs, see `IpSets`. */
export interface References {
  /** By ARN. */
  readonly regexPatternSets?: ReadonlyMap<string, readonly string[]>;
  /** Properties of the account's own `AWS::WAFv2::RuleGroup` by ARN. */
  readonly ruleGroups?: ReadonlyMap<string, unknown>;
  /** Where an address is; needed by GeoMatchStatement alone. */
  readonly locate?: (address: string) => Location | undefined;
  /** Stands in the prefix of the labels that the rules add; `000000000000` if absent. */
  readonly accountId?: string;
}

export interface Location {
  /** ISO 3166-1 alpha-2: `IT`. */
  readonly country: string;
  /** ISO 3166-2 without the country: `25`. */
  readonly region?: string;
}

/** CAPTCHA and CHALLENGE end the evaluation here, as they do in AWS for a viewer without a valid token. */
export type RuleAction = 'ALLOW' | 'BLOCK' | 'COUNT' | 'CAPTCHA' | 'CHALLENGE';

export interface CustomAnswer {
  status: number;
  headers: [string, string][];
  body: string;
  /** Media type; empty when the rule names no body. */
  contentType: string;
}

/** Something that AWS WAF would have looked at and that nobody can know here: a decision behind it is no promise. */
export interface NotEvaluated {
  /** Name of the rule; within a rule group `group/rule`. */
  readonly rule: string;
  /** `the managed rule group AWS/AWSManagedRulesCommonRuleSet` */
  readonly what: string;
  /** Whether it could have ended the evaluation: false for rules that only count and label. */
  readonly mayDecide: boolean;
}

export interface Decision {
  readonly action: Exclude<RuleAction, 'COUNT'>;
  /** The rule of the web ACL that ended the evaluation; absent when the default action decided. */
  readonly rule?: string;
  /** The rule within it, if that one is a rule group. */
  readonly groupRule?: string;
  /** What the edge answers, there for everything but ALLOW: 403 without a body unless the template says otherwise. */
  readonly response?: CustomAnswer;
  /** Rules that matched and only counted, in the order of evaluation; within a rule group `group/rule`. */
  readonly counted: readonly string[];
  /** Empty when the decision is AWS's too. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** Fully qualified, in the order they were added. */
  readonly labels: readonly string[];
  /** For the request to the origin, with AWS's prefix `x-amzn-waf-`. */
  readonly insertedHeaders: readonly [string, string][];
}

/** `not evaluated`: what it depends on can't be known here. `not reached`: something in front of it had decided. */
export type Outcome = 'matched' | 'not matched' | 'not evaluated' | 'not reached';

/** A statement and what it made of the request. Quotes what it looked at, so it belongs to whoever sent the request, not into logs. */
export interface StatementTrace {
  /** CloudFormation's name: `ByteMatchStatement`. */
  readonly statement: string;
  readonly outcome: Outcome;
  /** What it asks, in words: `UriPath after URL_DECODE starts with "/v1/sign-in"`. */
  readonly asks?: string;
  /** What it looked at, after the transformations, shortened: the value that matched, or else the first ones. */
  readonly saw?: readonly string[];
  /** Statements within it. */
  readonly parts?: readonly StatementTrace[];
}

/** What a rate-based rule counted for this request. */
export interface RateCount {
  /** The aggregation instance: an address, or the custom keys joined. */
  readonly key: string;
  /** Requests in the window with this one included, counted up to one over the limit. */
  readonly count: number;
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface RuleTrace {
  readonly name: string;
  readonly priority: number;
  readonly outcome: Outcome;
  /** What the rule does when it matches; absent for rule groups, whose rules have actions of their own. */
  readonly action?: RuleAction;
  /** A rule group whose terminating action only counts. */
  readonly isOverriddenToCount?: boolean;
  /** Absent for rules that were not reached. */
  readonly statement?: StatementTrace;
  /** Rules of a rule group of one's own. */
  readonly rules?: readonly RuleTrace[];
  /** Added by this rule. */
  readonly labels: readonly string[];
  readonly insertedHeaders: readonly (readonly [string, string])[];
  /** Absent when the request is outside the rule's scope, and for every other kind of rule. */
  readonly rate?: RateCount;
  /** What can't be known here, when the outcome depends on it. */
  readonly notEvaluated?: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** Every rule, by priority. */
  readonly trace: readonly RuleTrace[];
}
