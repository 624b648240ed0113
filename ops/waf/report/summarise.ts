/** Findings, added up: by rule, and within it by address and by path. Pure. */
import type { Finding } from './findings.ts';

export interface Share {
  readonly value: string;
  readonly requests: number;
}

export interface RuleSummary {
  readonly rule: string;
  readonly blocked: number;
  readonly wouldHaveBlocked: number;
  /** How many addresses there are; the busiest are named. */
  readonly addressCount: number;
  readonly addresses: readonly Share[];
  /** Method and path. */
  readonly pathCount: number;
  readonly paths: readonly Share[];
}

export interface Summary {
  /** Requests, each once, however many rules it met. */
  readonly blocked: number;
  /** Requests that a rule would have refused and none did. */
  readonly wouldHaveBlocked: number;
  /** The busiest first. */
  readonly rules: readonly RuleSummary[];
}

interface Tally {
  blocked: number;
  wouldHaveBlocked: number;
  readonly addresses: Map<string, number>;
  readonly paths: Map<string, number>;
}

/** Different values that are told apart for one rule: a flood of made-up paths must not fill the memory. */
const mostValues = 10_000;
const others = '(others)';

export class Summariser {
  readonly #rules = new Map<string, Tally>();
  readonly #shown: number;
  #blocked = 0;
  #wouldHaveBlocked = 0;

  /** @param shown addresses and paths that are named for each rule */
  constructor(shown: number) {
    this.#shown = shown;
  }

  add(finding: Finding): void {
    const { blockedBy, countedBy } = finding;
    if (blockedBy !== undefined) {
      this.#blocked += 1;
      this.#count(blockedBy, finding).blocked += 1;
    } else {
      this.#wouldHaveBlocked += 1;
    }
    // Of a request that was refused, rules in front which only count would have refused it too.
    for (const rule of new Set(countedBy)) this.#count(rule, finding).wouldHaveBlocked += 1;
  }

  summary(): Summary {
    const rules = [...this.#rules].map(([rule, tally]) => ({
      rule,
      blocked: tally.blocked,
      wouldHaveBlocked: tally.wouldHaveBlocked,
      addressCount: tally.addresses.size,
      addresses: busiest(tally.addresses, this.#shown),
      pathCount: tally.paths.size,
      paths: busiest(tally.paths, this.#shown),
    }));
    const total = ({ blocked, wouldHaveBlocked }: RuleSummary) => blocked + wouldHaveBlocked;
    return {
      blocked: this.#blocked,
      wouldHaveBlocked: this.#wouldHaveBlocked,
      rules: rules.sort((left, right) => total(right) - total(left) || (left.rule < right.rule ? -1 : 1)),
    };
  }

  #count(rule: string, { address, method, path }: Finding): Tally {
    let tally = this.#rules.get(rule);
    if (tally === undefined) {
      tally = { blocked: 0, wouldHaveBlocked: 0, addresses: new Map(), paths: new Map() };
      this.#rules.set(rule, tally);
    }
    increment(tally.addresses, address);
    increment(tally.paths, `${method} ${path}`);
    return tally;
  }
}

function increment(counts: Map<string, number>, value: string): void {
  const key = counts.has(value) || counts.size < mostValues ? value : others;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function busiest(counts: ReadonlyMap<string, number>, shown: number): Share[] {
  return [...counts]
    .sort(([left, one], [right, other]) => other - one || (left < right ? -1 : 1))
    .slice(0, shown)
    .map(([value, requests]) => ({ value, requests }));
}
