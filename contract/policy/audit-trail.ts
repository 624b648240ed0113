/** The part of the security policy about the audit trail (P27, docs/audit.md). */
import { DAY, MINUTE } from './units.ts';

export const auditTrail = {
  runEverySeconds: MINUTE,
  functionTimeoutSeconds: 50,
  /** Of the index that events are found by: what one partition of the store takes a second, times this, is what the system can write down. */
  shards: 8,
  /** How late an event may show up, or how far a writer's clock may be off, and still be sealed. */
  overlapSeconds: 15 * MINUTE,
  /** Where the first run begins to look. */
  firstLookSeconds: DAY,
  /** An item of the store holds 400 KB. */
  entriesPerBlock: 1000,
  blocksPerRun: 20,
  /** What a run looks at, at most: after an outage, several catch up. */
  hoursPerRun: 240,
  /** An empty block says after this time that nothing happened. */
  quietSeconds: 15 * MINUTE,
  checkpointEverySeconds: 15 * MINUTE,
  /** How long nobody can delete a sealed block or a checkpoint from the archive, and when they go: after the events they prove. */
  archive: { lockedDays: 400, keptDays: 800 },
  /** Of one person's history, in one answer with its proof. */
  exportedEvents: 500,
  /** Lambda answers with 6 MB at most; older events are left out of a longer one. */
  exportedBytes: 4_000_000,
  /** What staff are shown at once. */
  listedEvents: 50,
  /** Months that staff can look back: as long as events are kept. */
  listedMonths: 14,
} as const;
