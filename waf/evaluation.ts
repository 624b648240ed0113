/** What compiling knows of the whole web ACL, and what one evaluation carries from statement to statement. */
import type { Field } from './fields.ts';
import type { IpSets } from './ip-sets.ts';
import type { AggregationInstance, RateState } from './rate-window.ts';
import { RequestView } from './request-view.ts';
import type { NotEvaluated, Outcome, RateCount, References, StatementTrace, WebRequest } from './types.ts';

export interface Compilation {
  readonly references: References;
  /** ARNs of the IP sets that statements refer to. */
  readonly ipSetArns: Set<string>;
  /** Of the labels that rules at this place add: `awswaf:<account>:webacl:<name>:`, or a rule group's. */
  readonly labelPrefix: string;
  /** Bytes of the body that are inspected. */
  readonly bodyLimit: number;
  /** Statements that inspect the same component after the same transformations share a field, and what it finds. */
  readonly fields: Map<string, Field>;
}

/** Whether a statement is true; undefined when that depends on what nobody can know here (Kleene's third value). */
export type Verdict = boolean | undefined;

/** Compiled. `test` is the way of every request; `explain` gives the same verdict and does the same to the evaluation, with reasons. */
export interface Statement {
  readonly test: (evaluation: Evaluation) => Verdict;
  readonly explain: (evaluation: Evaluation) => Explained;
  /** The statement as it stands when it is not looked at. */
  readonly unreached: StatementTrace;
}

export interface Explained {
  readonly verdict: Verdict;
  readonly trace: StatementTrace;
}

/** A statement without others in it. */
export function leaf(
  statement: string,
  asks: string,
  test: (evaluation: Evaluation) => Verdict,
  see: (evaluation: Evaluation) => readonly string[],
): Statement {
  return {
    test,
    explain: (evaluation) => {
      const verdict = test(evaluation);
      return { verdict, trace: { statement, outcome: outcomeOf(verdict), asks, saw: see(evaluation) } };
    },
    unreached: { statement, outcome: 'not reached', asks },
  };
}

export function outcomeOf(verdict: Verdict): Outcome {
  if (verdict === undefined) return 'not evaluated';
  return verdict ? 'matched' : 'not matched';
}

/**
 * A request component, transformed. What a statement makes of it depends on nothing else, so that its verdict is kept in it:
 * one inspection may serve every request that has the same text there.
 */
export class Inspection {
  /** Byte strings; a statement matches if one of them does. Empty when the request lacks the component. */
  readonly values: readonly string[];
  /** Set when oversize handling or an invalid body has decided already, whatever the statement asks. */
  readonly verdict: boolean | undefined;
  #known = 0;
  #matching = 0;

  constructor(values: readonly string[], verdict?: boolean) {
    this.values = values;
    this.verdict = verdict;
  }

  /** @param bit the statement's, as `Field.claimBit` gave it */
  isMatchedBy(test: (value: string) => boolean, bit: number): boolean {
    if ((this.#known & bit) !== 0) return (this.#matching & bit) !== 0;
    const isMatched = this.verdict ?? this.#someValue(test);
    this.#known |= bit;
    if (isMatched) this.#matching |= bit;
    return isMatched;
  }

  #someValue(test: (value: string) => boolean): boolean {
    const { values } = this;
    for (let index = 0; index < values.length; index++) if (test(values[index] as string)) return true;
    return false;
  }
}

export class Evaluation {
  readonly ipSets: IpSets;
  readonly state: RateState;
  readonly view: RequestView;
  readonly inspections: (Inspection | undefined)[] = [];
  readonly labels: string[] = [];
  /** What statements of the current rule add; only rules behind it may see them. */
  readonly pendingLabels: string[] = [];
  readonly counted: string[] = [];
  readonly notEvaluated: NotEvaluated[] = [];
  readonly insertedHeaders: [string, string][] = [];
  /** Labels that rules without a known verdict may have added, as prefixes or whole. */
  readonly possibleLabels: string[] = [];
  /** What a rate-based rule counted for, and how far: apart, because only a trace makes a record of them. */
  countedKey: AggregationInstance | undefined = undefined;
  countedRequests = 0;
  rate: RateCount | undefined = undefined;
  /** A forwarded-address header is missing: AWS WAF then doesn't apply the rule at all, not even through a NotStatement. */
  isRuleSkipped = false;

  constructor(ipSets: IpSets, request: WebRequest, state: RateState) {
    this.ipSets = ipSets;
    this.view = new RequestView(request);
    this.state = state;
  }

  beginRule(): void {
    this.countedKey = undefined;
    this.rate = undefined;
    this.isRuleSkipped = false;
  }

  insertHeaders(headers: readonly (readonly [string, string])[]): void {
    for (const [name, value] of headers) {
      // Under one name the last rule that matches is heard (AWS WAF guide, "Headers with the same name").
      const earlier = this.insertedHeaders.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
      if (earlier >= 0) this.insertedHeaders.splice(earlier, 1);
      this.insertedHeaders.push([name, value]);
    }
  }

  /** At the end of a rule. */
  settleLabels(): void {
    if (this.pendingLabels.length === 0) return;
    for (const label of this.pendingLabels.splice(0)) this.addLabel(label);
  }

  /** @param label a prefix, or a whole label, that a rule without a known verdict may have added */
  addPossibleLabel(label: string): void {
    if (!this.possibleLabels.includes(label)) this.possibleLabels.push(label);
  }

  addLabel(label: string): void {
    if (!this.labels.includes(label)) this.labels.push(label);
  }
}
