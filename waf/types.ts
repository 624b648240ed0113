/** What goes into an evaluation and what comes out: the module's public shapes. */

/**
 * A request as the edge received it. Text is taken byte by byte: a string whose characters all lie below U+0100 is
 * read as Latin-1, the way Node's HTTP parsers hand over targets and headers; any other string as UTF-8.
 */
export interface WebRequest {
  /** Address of the connection's other end, IPv4 or IPv6, without a port. */
  readonly sourceAddress: string;
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** For the record only; no statement inspects it. */
  readonly httpVersion: string;
  /** In the order sent, duplicates kept. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export type RuleAction = 'ALLOW' | 'BLOCK' | 'COUNT';

/** A leaf statement that matched, and on what. It never quotes headers, cookies or bodies: traces end up in logs. */
export interface StatementMatch {
  /** CloudFormation's name of the statement: `ByteMatchStatement`. */
  readonly statement: string;
  readonly on: string;
}

/** What a rate-based rule counted for this request; absent when the request is outside its scope. */
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
  readonly matched: boolean;
  /** Taken, counting included; absent when the rule didn't match. */
  readonly action?: RuleAction;
  /** Leaf statements that were true, in the order they were looked at, inside a NotStatement too. */
  readonly statements: readonly StatementMatch[];
  readonly rate?: RateCount;
  /** Set on rules that are declared but not imitated: the managed rule group's `vendor/name`. */
  readonly unsupported?: string;
}

export interface CustomAnswer {
  status: number;
  headers: [string, string][];
  body: string;
  /** Media type; empty when the rule names no body. */
  contentType: string;
}

export interface Decision {
  readonly action: 'ALLOW' | 'BLOCK';
  /** The rule that ended the evaluation; absent when the default action decided. */
  readonly rule?: string;
  /** What the edge answers, always there for BLOCK: 403 without a body unless the template says otherwise. */
  readonly response?: CustomAnswer;
  /** Fully qualified, in the order they were added. */
  readonly labels: string[];
  /** For the request to the origin, with AWS's prefix `x-amzn-waf-`. */
  readonly insertedHeaders: [string, string][];
  /** The rules that were evaluated, by priority; those behind the terminating rule are not in it. */
  readonly trace: RuleTrace[];
}

/** What a web ACL refers to. */
export interface References {
  readonly ipSets: ReadonlyMap<string, readonly string[]>;
  readonly regexPatternSets?: ReadonlyMap<string, readonly string[]>;
  /** ISO 3166 alpha-2 code of an address; needed by GeoMatchStatement alone. */
  readonly country?: (address: string) => string | undefined;
  /** Stands in the prefix of the labels that the rules add; `000000000000` if absent. */
  readonly accountId?: string;
}
