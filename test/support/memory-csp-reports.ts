import { keyOf } from '../../lambda/domain/csp/count-reports.ts';
import type { CspReportStore, StoredGroup } from '../../lambda/domain/csp/ports.ts';
import type { Violation } from '../../lambda/domain/csp/violation.ts';

export class MemoryCspReportStore implements CspReportStore {
  readonly days = new Map<string, Map<number | undefined, StoredGroup>>();
  /** Every write that was tried, refused ones included. */
  writes = 0;
  reads = 0;

  async list(day: string): Promise<StoredGroup[]> {
    this.reads += 1;
    return [...(this.days.get(day)?.values() ?? [])];
  }

  async count(day: string, place: number | undefined, violation: Violation, weight: number, now: number): Promise<boolean> {
    this.writes += 1;
    const places = this.days.get(day) ?? new Map<number | undefined, StoredGroup>();
    this.days.set(day, places);
    const kept = places.get(place);
    if (place !== undefined && kept !== undefined && keyOf(kept) !== keyOf(violation)) return false;
    places.set(place, {
      ...violation,
      place,
      count: (kept?.count ?? 0) + weight,
      firstSeenAt: kept?.firstSeenAt ?? now,
      lastSeenAt: now,
    });
    return true;
  }
}
