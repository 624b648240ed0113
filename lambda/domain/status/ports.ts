/** What the publication of the status page needs from the world. A method that fails throws; the page goes out with what is left. */
import type { ProductMetric } from '../../../contract/alarm.ts';
import type { ComponentId } from '../../../contract/components.ts';
import type { StatusPlace } from '../../../contract/settings.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import type { IncidentReader } from '../incidents/ports.ts';
import type { Clock } from '../ports.ts';
import type { DayLog } from './minutes.ts';
import type { PublishedFile } from './render.ts';

export interface CountQuery {
  readonly metric: string;
  readonly dimension: string;
  readonly value: string;
}

/** Sums by the beginning of their minute, in milliseconds. A minute that is not in it has reported nothing. */
export type CountsByMinute = ReadonlyMap<number, number>;

export interface Counts {
  /** In the order of the queries. @param from inclusive, whole minutes; `until` is exclusive */
  read(queries: readonly CountQuery[], from: number, until: number): Promise<readonly CountsByMinute[]>;
}

export interface StoredDay {
  readonly date: string;
  readonly log: DayLog;
  /** One more with each write, from 1. */
  readonly version: number;
}

export interface MinuteStore {
  /** @param date the first day wanted, as in `2026-11-28` */
  readSince(component: ComponentId, date: string): Promise<readonly StoredDay[]>;
  /** One conditional write to one item: false when somebody else has written the day since it was read. */
  write(component: ComponentId, day: StoredDay): Promise<boolean>;
}

export interface LastSnapshot {
  /** Undefined when there is none that can be read as one. */
  readonly snapshot: StatusSnapshot | undefined;
  /** What was there, for whoever wants to replace nothing else; undefined: nothing was. */
  readonly version: string | undefined;
}

export interface StatusFiles {
  readSnapshot(): Promise<LastSnapshot>;
  write(file: PublishedFile): Promise<void>;
  /** One conditional write: false when something else has been published since `version` was read. */
  writeSnapshot(file: PublishedFile, version: string | undefined): Promise<boolean>;
}

export interface StatusJournal {
  note(level: 'INFO' | 'WARN' | 'ERROR', event: `status.${string}`, fields: Readonly<Record<string, string | number>>): void;
  count(metric: ProductMetric): void;
}

export interface StatusPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly incidents: IncidentReader;
  readonly counts: Counts;
  readonly minutes: MinuteStore;
  readonly files: StatusFiles;
  readonly journal: StatusJournal;
  readonly place: Pick<StatusPlace, 'url' | 'siteOrigin'>;
  readonly productName: string;
}
