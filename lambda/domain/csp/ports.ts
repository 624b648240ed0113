import type { Clock, Metrics } from '../ports.ts';
import type { Violation } from './violation.ts';

export interface StoredGroup extends Violation {
  /** A number below `cspReports.groupsPerDay`; undefined: what found no place. */
  readonly place: number | undefined;
  readonly count: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface CspReportStore {
  /** @param day as ISO 8601 has it */
  list(day: string): Promise<StoredGroup[]>;
  /**
   * Counts a violation at a place, by one conditional write: the place must be free, or this group's.
   *
   * @param place undefined: the one for all that find none, which is never refused
   * @param weight how many it stands for
   * @returns false when another group has the place
   */
  count(day: string, place: number | undefined, violation: Violation, weight: number, now: number): Promise<boolean>;
}

export interface CspServices {
  readonly clock: Clock;
  readonly reports: CspReportStore;
  readonly metrics: Metrics;
}
