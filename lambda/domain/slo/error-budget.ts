/**
 * Availability and error budget, minute by minute (P01).
 *
 * A minute in which nobody asked anything and no canary ran is unknown, and counts neither way. The share of good ones is what a
 * contract calls uptime; the budget is what is left of those that may be bad in the window.
 */
import { objective } from '../../../contract/slo.ts';

export interface MeasuredMinute {
  /** Start of the minute, milliseconds. */
  readonly at: number;
  readonly requests: number;
  /** Failed or slow. */
  readonly bad: number;
}

export interface Availability {
  readonly goodMinutes: number;
  readonly badMinutes: number;
  readonly unknownMinutes: number;
  /** Share of the known minutes that were good; undefined where nothing is known. */
  readonly share: number | undefined;
}

export interface ErrorBudget extends Availability {
  /** Minutes of the window that may be bad. */
  readonly allowedMinutes: number;
  /** Negative once the promise is broken. */
  readonly leftMinutes: number;
  /** 1: untouched, 0: spent, negative: the promise is broken. */
  readonly leftShare: number;
  readonly isKept: boolean;
}

const minute = 60_000;
/** Counts of minutes are whole: what binary fractions add must not turn 43.2 into 43.199999. */
const exact = (value: number) => Math.round(value * 1e6) / 1e6;

export function isBadMinute({ requests, bad }: MeasuredMinute): boolean {
  return requests > 0 && bad / requests > objective.badMinuteShare;
}

/**
 * @param minutes in any order; a minute measured twice, by requests and by the canary, is bad if either says so
 * @param from milliseconds, inclusive; `until` is exclusive. Both are cut to whole minutes
 */
export function computeAvailability(minutes: Iterable<MeasuredMinute>, from: number, until: number): Availability {
  const first = Math.ceil(from / minute);
  const end = Math.floor(until / minute);
  const known = new Map<number, boolean>();
  for (const measured of minutes) {
    const at = Math.floor(measured.at / minute);
    if (at < first || at >= end || measured.requests <= 0) continue;
    known.set(at, (known.get(at) ?? false) || isBadMinute(measured));
  }
  const badMinutes = [...known.values()].filter((isBad) => isBad).length;
  const goodMinutes = known.size - badMinutes;
  return {
    goodMinutes,
    badMinutes,
    unknownMinutes: Math.max(0, end - first) - known.size,
    share: known.size === 0 ? undefined : goodMinutes / known.size,
  };
}

/** The budget of the window that ends at `until`. */
export function computeErrorBudget(minutes: Iterable<MeasuredMinute>, until: number): ErrorBudget {
  const windowMinutes = objective.windowDays * 24 * 60;
  const end = Math.floor(until / minute) * minute;
  const availability = computeAvailability(minutes, end - windowMinutes * minute, end);
  const allowedMinutes = exact(windowMinutes * (1 - objective.share));
  const leftMinutes = exact(allowedMinutes - availability.badMinutes);
  return { ...availability, allowedMinutes, leftMinutes, leftShare: exact(leftMinutes / allowedMinutes), isKept: leftMinutes >= 0 };
}
