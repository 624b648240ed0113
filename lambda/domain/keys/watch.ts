/**
 * Whether every key that data hangs on is there to stay. A key that is scheduled for deletion is out of use at once and gone for good
 * thirty days later, with all that was encrypted under it: somebody must hear of it while it can still be called off.
 *
 * Asked by the clock, because what EventBridge could say of it comes from CloudTrail, and only where somebody keeps a trail.
 */
import type { Metrics } from '../ports.ts';

/** What KMS says of a key: its state, or that it says nothing to us, which somebody has made so. */
export interface KeyCondition {
  /** `Enabled`, `Disabled`, `PendingDeletion` and so on; `Closed` when KMS refuses to tell. */
  readonly state: string;
  /** ISO 8601. */
  readonly deletedAt?: string;
}

export interface WatchedKey {
  /** As operators know it: `pepper`, `seeds`, `data`. */
  readonly name: string;
  /** @throws when KMS fails: that is told by others */
  describe(): Promise<KeyCondition>;
}

export interface KeyWatchPorts {
  readonly keys: readonly WatchedKey[];
  readonly journal: {
    note(level: 'INFO' | 'WARN' | 'ERROR', event: string, fields?: Readonly<Record<string, string | undefined>>): void;
    count(metric: Parameters<Metrics['count']>[0], value?: number): void;
  };
}

/** Never throws: what else the function does must go on. */
export async function watchKeys({ keys, journal }: KeyWatchPorts): Promise<void> {
  const conditions = await Promise.all(
    keys.map(async ({ name, describe }) => {
      try {
        const condition = await describe();
        if (condition.state === 'Enabled') return 'well';
        journal.note('ERROR', 'key.ending', { key: name, state: condition.state, deletedAt: condition.deletedAt });
        return 'ending';
      } catch (error) {
        journal.note('WARN', 'key.not_described', { key: name, reason: error instanceof Error ? error.name : 'unknown' });
        return 'unknown';
      }
    }),
  );
  // Also when it is none: the end of the alarm is a count of nought, and not silence.
  if (!conditions.every((condition) => condition === 'unknown')) {
    journal.count('Kms/KeysEnding', conditions.filter((condition) => condition === 'ending').length);
  }
}
