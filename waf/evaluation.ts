/** What compiling knows of the whole web ACL, and what one evaluation carries from statement to statement. */
import type { AddressSet } from './addresses.ts';
import type { RateState } from './rate-window.ts';
import type { RequestView } from './request-view.ts';
import type { RateCount, References, StatementMatch } from './types.ts';

export interface Compilation {
  readonly references: References;
  /** By ARN, each set in a holder so that it can be replaced while rules point to it. */
  readonly ipSets: Map<string, { current: AddressSet }>;
  /** `awswaf:<account>:webacl:<name>:` */
  readonly labelPrefix: string;
  /** Bytes of the body that are inspected. */
  readonly bodyLimit: number;
  /** Statements that inspect the same component after the same transformations share a slot of `Evaluation.inspections`. */
  readonly slots: Map<string, number>;
}

/** A request component, transformed. */
export interface Inspection {
  /** Byte strings; a statement matches if one of them does. Empty when the request lacks the component. */
  readonly values: readonly string[];
  /** Set when oversize handling or an invalid body has decided already, whatever the statement asks. */
  readonly verdict?: boolean;
}

const noMatches: readonly StatementMatch[] = [];

export class Evaluation {
  readonly view: RequestView;
  readonly state: RateState;
  readonly now: number;
  readonly inspections: (Inspection | undefined)[] = [];
  readonly labels: string[] = [];
  /** What statements of the current rule add; only rules behind it may see them. */
  readonly pendingLabels: string[] = [];
  matches: readonly StatementMatch[] = noMatches;
  rate: RateCount | undefined = undefined;
  /** A forwarded-address header is missing: AWS WAF then doesn't apply the rule at all, not even through a NotStatement. */
  isRuleSkipped = false;

  constructor(view: RequestView, state: RateState, now: number) {
    this.view = view;
    this.state = state;
    this.now = now;
  }

  beginRule(): void {
    this.matches = noMatches;
    this.rate = undefined;
    this.isRuleSkipped = false;
  }

  record(match: StatementMatch): true {
    this.matches = this.matches.length === 0 ? [match] : [...this.matches, match];
    return true;
  }

  addLabel(label: string): void {
    if (!this.labels.includes(label)) this.labels.push(label);
  }
}

export type Matcher = (evaluation: Evaluation) => boolean;
