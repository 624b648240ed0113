/** What the function that seals needs from the world. A method that fails throws; the next run goes on where the last one stopped. */
import type { ProductMetric } from '../../../contract/alarm.ts';
import type { Clock } from '../ports.ts';
import type { Block, BlockHeader, Entry } from './block.ts';
import type { Checkpoint, SignedCheckpoint } from './checkpoint.ts';

/** Events as they are sealed: their ids and hashes, and nothing of what they say. */
export interface UnsealedEvents {
  /** Of one hour and shard, between two instants in milliseconds, both inclusive; in the order of their ids. */
  list(hour: string, from: number, until: number): Promise<Entry[]>;
}

export interface TrailReader {
  /** The header of the last block that is complete. */
  readHead(): Promise<BlockHeader | undefined>;
  /** From a number on, in order. */
  readHeaders(from: number, limit: number): Promise<BlockHeader[]>;
  /** With the header that its entries were written with: undefined when there are none of that number. */
  readBlock(number: number): Promise<Block | undefined>;
  /** The number of the first block that was sealed in the hour of this instant. */
  readFirstOfHour(at: number): Promise<number | undefined>;
  readLastCheckpoint(): Promise<SignedCheckpoint | undefined>;
  /** Of the checkpoints of this block and of later ones the first ones. */
  readCheckpoints(fromBlock: number, limit: number): Promise<SignedCheckpoint[]>;
}

/** Everything is written once and never again. */
export interface Trail extends TrailReader {
  /** The one write that decides what stands in a block: false when somebody has written a block of this number. */
  putEntries(block: Block): Promise<boolean>;
  /** What follows from the entries, so that it may be written twice: the header, and the hour's first block. */
  putHeader(header: BlockHeader): Promise<void>;
  putCheckpoint(checkpoint: SignedCheckpoint): Promise<void>;
}

/** Where nobody can delete. */
export interface Archive {
  /** What is there already stays as it is. */
  put(name: string, text: string): Promise<'kept' | 'kept before' | 'another'>;
}

export interface CheckpointSigner {
  /** @throws when the key doesn't sign */
  sign(checkpoint: Checkpoint): Promise<SignedCheckpoint>;
}

export interface SealJournal {
  note(level: 'INFO' | 'WARN' | 'ERROR', event: `audit.${string}`, fields: Readonly<Record<string, string | number>>): void;
  count(metric: ProductMetric, value?: number): void;
}

export interface SealPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly events: UnsealedEvents;
  readonly trail: Trail;
  readonly archive: Archive;
  readonly signer: CheckpointSigner;
  readonly journal: SealJournal;
}
