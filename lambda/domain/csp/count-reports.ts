/**
 * Counts violations into a bounded number of groups a day (P21). Anybody can send reports, as many as the edge lets pass, so none may
 * cost more than a write, and all of them together no more items than there are places.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { CspServices } from './ports.ts';
import type { Violation } from './violation.ts';

const { groupsPerDay, groupsPerRequest, sampling } = securityPolicy.cspReports;

/** How often a place that somebody else has taken meanwhile is looked for again. */
const attempts = 5;

export interface CspReportCounter {
  /** @param violations of one request */
  count(violations: readonly Violation[]): Promise<void>;
}

/**
 * What an instance remembers is a hint that saves writes, never a decision: that is the condition of the write. Places are filled from the
 * first one on without a gap, so a group that an instance does not know of stands behind a place that it takes for free: the write there
 * fails, and the instance looks again. So no group ever has two places.
 */
export function createCspReportCounter({ clock, reports, metrics }: CspServices): CspReportCounter {
  let known: { day: string; places: Map<string, number> } | undefined;
  const decideWeight = createSampling();

  async function placesOf(day: string): Promise<Map<string, number>> {
    const groups = await reports.list(day);
    const places = new Map(groups.flatMap((group) => (group.place === undefined ? [] : [[keyOf(group), group.place] as const])));
    known = { day, places };
    return places;
  }

  async function countGroup(violation: Violation, weight: number, now: number): Promise<void> {
    const day = dayOf(now);
    const key = keyOf(violation);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const places = known?.day === day && attempt === 0 ? known.places : await placesOf(day);
      const place = places.get(key) ?? (places.size < groupsPerDay ? places.size : undefined);
      if (place === undefined) break;
      if (await reports.count(day, place, violation, weight, now)) {
        places.set(key, place);
        return;
      }
    }
    await reports.count(day, undefined, violation, weight, now);
  }

  return {
    async count(violations) {
      if (violations.length === 0) return;
      const now = clock.now();
      const weight = decideWeight(now);
      if (weight === 0) return;
      metrics.count('Csp/Reports', weight);
      // One after the other: of one request, two new groups must not go for the same place.
      for (const { violation, times } of merge(violations)) await countGroup(violation, times * weight, now);
    },
  };
}

/** @returns how many requests this one stands for; 0: it is not counted, an earlier or a later one stands for it */
function createSampling(): (now: number) => number {
  let window = -1;
  let seen = 0;
  return (now) => {
    const current = Math.floor(now / (sampling.windowSeconds * 1000));
    if (current !== window) seen = 0;
    window = current;
    seen += 1;
    if (seen <= sampling.exact) return 1;
    return (seen - sampling.exact) % sampling.every === 0 ? sampling.every : 0;
  };
}

/** A page that breaks the policy in one way often does so many times. */
function merge(violations: readonly Violation[]): { violation: Violation; times: number }[] {
  const merged = new Map<string, { violation: Violation; times: number }>();
  for (const violation of violations) {
    const key = keyOf(violation);
    merged.set(key, { violation, times: (merged.get(key)?.times ?? 0) + 1 });
  }
  return [...merged.values()].slice(0, groupsPerRequest);
}

/** No part of it holds a space. */
export function keyOf({ directive, blocked, page }: Violation): string {
  return `${directive} ${blocked} ${page}`;
}

export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
