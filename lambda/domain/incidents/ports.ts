/** Where incidents and maintenance are kept, as everybody who only reads them sees it. */
import type { Incident, Maintenance } from '../../../contract/incidents.ts';

export interface IncidentReader {
  /**
   * Newest first, at most `limit` of a kind: everything that is not over, and what ended at or after `since`.
   *
   * @param since epoch milliseconds
   */
  readIncidents(since: number, limit: number): Promise<readonly Incident[]>;
  readMaintenances(since: number, limit: number): Promise<readonly Maintenance[]>;
}
