/** Exact sliding windows: how many requests of one aggregation instance came within the window that ends now. */
import { AddressTable } from './address-table.ts';
import type { Address } from './addresses.ts';

/** Aggregation instances remembered a rule; the ones seen longest ago give way, so that rotating addresses can't fill the memory. */
export const maximumKeysPerRule = 100_000;

/**
 * Times of the requests that still matter to one key: never more than `limit` before the present one, those of the
 * same millisecond folded into one entry.
 */
class SlidingWindow {
  #latestTime = 0;
  #latestCount = 0;
  /** Before the latest, oldest first, from `#head` on. */
  #times: number[] | undefined = undefined;
  #counts: number[] | undefined = undefined;
  #head = 0;
  #total = 0;

  /** @returns the requests in `(now - window, now]`, this one included, at most `limit + 1` */
  add(now: number, windowMilliseconds: number, limit: number): number {
    if (this.#latestTime - now > windowMilliseconds) this.#clear(); // the clock was set back by more than a window
    const time = Math.max(now, this.#latestTime);
    this.#expire(time - windowMilliseconds);
    if (this.#latestTime !== time) {
      if (this.#latestCount > 0) this.#keepLatest();
      this.#latestTime = time;
      this.#latestCount = 0;
    }
    this.#latestCount++;
    this.#total++;
    const count = Math.min(this.#total, limit + 1);
    // The next verdict asks only whether `limit` requests precede it.
    while (this.#total - this.#headCount >= limit) this.#dropHead();
    return count;
  }

  get #headCount(): number {
    return this.#counts?.[this.#head] ?? this.#latestCount;
  }

  /** @param end the last moment that is no longer in the window */
  #expire(end: number): void {
    if (this.#latestTime <= end) this.#clear();
    while ((this.#times?.[this.#head] ?? end + 1) <= end) this.#dropHead();
  }

  #keepLatest(): void {
    if (this.#times === undefined || this.#counts === undefined) {
      this.#times = [this.#latestTime];
      this.#counts = [this.#latestCount];
    } else {
      this.#times.push(this.#latestTime);
      this.#counts.push(this.#latestCount);
    }
  }

  #dropHead(): void {
    this.#total -= this.#counts?.[this.#head] ?? 0;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > (this.#times?.length ?? 0)) {
      this.#times = this.#times?.slice(this.#head);
      this.#counts = this.#counts?.slice(this.#head);
      this.#head = 0;
    }
  }

  #clear(): void {
    this.#latestTime = 0;
    this.#latestCount = 0;
    this.#times = undefined;
    this.#counts = undefined;
    this.#head = 0;
    this.#total = 0;
  }
}

/**
 * What is known of a key. Most keys come once in a window, and those cost a whole number, the time of the one request in
 * milliseconds since the counters' epoch: no object to make, to keep and to collect.
 */
type Known = SlidingWindow | number;

/** What requests count together. */
export type AggregationInstance = string | Address;

/** What is known of the keys that came since a moment. */
class Generation {
  readonly #addresses = new AddressTable<Known>();
  readonly #texts = new Map<string, Known>();

  get size(): number {
    return this.#addresses.size + this.#texts.size;
  }

  get(key: AggregationInstance): Known | undefined {
    return typeof key === 'string' ? this.#texts.get(key) : this.#addresses.get(key);
  }

  set(key: AggregationInstance, known: Known): void {
    if (typeof key === 'string') this.#texts.set(key, known);
    else this.#addresses.set(key, known);
  }

  delete(key: AggregationInstance): void {
    if (typeof key === 'string') this.#texts.delete(key);
    else this.#addresses.delete(key);
  }
}

/** Counters of one rate-based rule. Two generations of keys: a key unseen for a whole one is dropped with it, without a sweep. */
class RuleCounters {
  readonly signature: string;
  #recent = new Generation();
  #older = new Generation();
  readonly #epoch: number;
  #begunAt: number;

  constructor(signature: string, now: number) {
    this.signature = signature;
    this.#epoch = now;
    this.#begunAt = now;
  }

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  add(key: AggregationInstance, now: number, windowMilliseconds: number, limit: number): number {
    if (Math.abs(now - this.#begunAt) >= windowMilliseconds || this.#recent.size >= maximumKeysPerRule / 2) {
      this.#older = Math.abs(now - this.#begunAt) >= 2 * windowMilliseconds ? new Generation() : this.#recent;
      this.#recent = new Generation();
      this.#begunAt = now;
    }
    const known = this.#recent.get(key) ?? this.#takeOlder(key);
    if (known === undefined) {
      this.#recent.set(key, now - this.#epoch);
      return 1;
    }
    if (typeof known !== 'number') return known.add(now, windowMilliseconds, limit);
    const window = this.#begin(known, windowMilliseconds, limit);
    this.#recent.set(key, window);
    return window.add(now, windowMilliseconds, limit);
  }

  #takeOlder(key: AggregationInstance): Known | undefined {
    if (this.#older.size === 0) return undefined;
    const known = this.#older.get(key);
    if (known === undefined) return undefined;
    this.#older.delete(key);
    this.#recent.set(key, known);
    return known;
  }

  #begin(first: number, windowMilliseconds: number, limit: number): SlidingWindow {
    const window = new SlidingWindow();
    window.add(this.#epoch + first, windowMilliseconds, limit);
    return window;
  }
}

/** What rate-based rules remember between requests. One for each running edge; it outlives a recompiled web ACL. */
export class RateState {
  readonly #rules = new Map<string, RuleCounters>();

  /**
   * Counts a request.
   *
   * @param signature the rule's settings: as in AWS, a change of them starts the counts anew
   * @returns requests in the window with this one included, at most `limit + 1`
   */
  count(rule: string, signature: string, key: AggregationInstance, now: number, windowSeconds: number, limit: number): number {
    let counters = this.#rules.get(rule);
    if (counters?.signature !== signature) {
      counters = new RuleCounters(signature, now);
      this.#rules.set(rule, counters);
    }
    return counters.add(key, now, windowSeconds * 1000, limit);
  }

  /** Aggregation instances remembered for a rule. */
  keyCount(rule: string): number {
    return this.#rules.get(rule)?.size ?? 0;
  }
}

export function createRateState(): RateState {
  return new RateState();
}
