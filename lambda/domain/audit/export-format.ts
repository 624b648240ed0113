/** The files that `audit export` and the account page write, and `audit verify` reads: a JSON document a line. */
import type { SecurityEvent } from '../ports.ts';
import type { BlockHeader, Entry } from './block.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import type { Salts, ShownPart } from './commitment.ts';

export const trailFormat = 'portiere-audit-trail-1';
export const historyFormat = 'portiere-audit-history-1';

/** An event as it is stored, with what its hash needs. */
export type ProvableEvent = SecurityEvent & Salts & { readonly eventId: string };

/** The first line of an export of the trail: what must follow, signed, so that a cut file shows. */
export interface TrailStart {
  readonly format: typeof trailFormat;
  readonly exportedAt: string;
  /** The header before the first block of the file; null where that is the first of all. */
  readonly before: BlockHeader | null;
  readonly checkpoint: SignedCheckpoint;
}

export interface TrailEntry extends Entry {
  /** Absent once it has expired or was erased: its hash stays. */
  readonly event?: ProvableEvent;
}

export type TrailLine =
  | { readonly block: BlockHeader; readonly entries: readonly TrailEntry[] }
  /** Behind the block that it signs. */
  | { readonly checkpoint: SignedCheckpoint };

/** One person's history, all of it in one line. */
export interface HistoryFile {
  readonly format: typeof historyFormat;
  readonly accountId: string;
  readonly exportedAt: string;
  readonly events: readonly ProvenEvent[];
  /** False when there are older events than the file has. */
  readonly isComplete: boolean;
  /** Headers of the blocks that the events stand in, and of those between each and the checkpoint after it; in order. */
  readonly blocks: readonly BlockHeader[];
  readonly checkpoints: readonly SignedCheckpoint[];
}

export interface ProvenEvent {
  readonly event: ShownPart;
  /** Of the part that is not the owner's to see, in hex. */
  readonly privateHash: string;
  /** Null while the event is not sealed and signed yet: that takes a quarter of an hour. */
  readonly proof: {
    readonly block: number;
    readonly sequence: number;
    readonly keptUntil: number;
    readonly path: readonly string[];
  } | null;
}
