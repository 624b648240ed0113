/** Blocks: what happened between two runs of the function that seals, chained each to the one before. */
import { canonicalise } from './canonical-json.ts';
import { sha256 } from './commitment.ts';
import { computeRoot, hashLeaf } from './merkle.ts';

export interface Entry {
  readonly eventId: string;
  /** Of the event, in hex: see `commitment.ts`. */
  readonly digest: string;
  /** Seconds: an event that is gone before was erased, or removed. */
  readonly keptUntil: number;
}

export interface BlockHeader {
  /** From 1, without holes. */
  readonly number: number;
  /** Sequence number of the first entry: that of the first of all is 1. */
  readonly first: number;
  readonly count: number;
  /** Milliseconds. */
  readonly sealedAt: number;
  /** Everything written down until then, in milliseconds, has been looked for. */
  readonly through: number;
  /** Of the tree of the entries, in hex. */
  readonly root: string;
  /** Hash of the header before, in hex. */
  readonly previous: string;
}

export interface Block {
  readonly header: BlockHeader;
  readonly entries: readonly Entry[];
}

/** What the first block has for the hash of the one before. */
export const noBlock = '0'.repeat(64);

export function hashHeader({ number, first, count, sealedAt, through, root, previous }: BlockHeader): string {
  return sha256(canonicalise({ number, first, count, sealedAt, through, root, previous }));
}

export function hashEntry({ eventId, digest, keptUntil }: Entry, sequence: number): Buffer {
  return hashLeaf(canonicalise({ digest, eventId, keptUntil, sequence }));
}

export function hashEntries(entries: readonly Entry[], first: number): Buffer[] {
  return entries.map((entry, index) => hashEntry(entry, first + index));
}

/** @param before the header that it is chained to; undefined for the first block */
export function makeBlock(before: BlockHeader | undefined, entries: readonly Entry[], sealedAt: number, through: number): Block {
  const first = nextSequence(before);
  const header = {
    number: (before?.number ?? 0) + 1,
    first,
    count: entries.length,
    // Time never runs backwards in the trail, whatever a clock says.
    sealedAt: Math.max(sealedAt, before?.sealedAt ?? 0),
    through: Math.max(through, before?.through ?? 0),
    root: computeRoot(hashEntries(entries, first)),
    previous: before === undefined ? noBlock : hashHeader(before),
  };
  return { header, entries };
}

export function nextSequence(before: BlockHeader | undefined): number {
  return before === undefined ? 1 : before.first + before.count;
}

export type Fault = { readonly sequence: number; readonly block: number; readonly problem: string };

/** @returns what is wrong with a header as the one after `before`; undefined when nothing is */
export function findHeaderFault(header: BlockHeader, before: BlockHeader | undefined): Fault | undefined {
  const fault = (problem: string): Fault => ({ sequence: nextSequence(before), block: header.number, problem });
  const wanted = (before?.number ?? 0) + 1;
  if (header.number !== wanted) return { ...fault(`block ${wanted} should follow, and block ${header.number} does`), block: wanted };
  if (header.previous !== (before === undefined ? noBlock : hashHeader(before))) {
    return fault('it is not chained to the block before it: one of the two was changed');
  }
  if (header.first !== nextSequence(before)) return fault(`it begins with entry ${header.first} instead of ${nextSequence(before)}`);
  if (before !== undefined && (header.sealedAt < before.sealedAt || header.through < before.through)) {
    return fault('it was sealed before the block before it');
  }
  return undefined;
}

/** @returns what is wrong with the entries of a header that is right in itself */
export function findEntriesFault({ header, entries }: Block): Fault | undefined {
  const fault = (problem: string): Fault => ({ sequence: header.first, block: header.number, problem });
  if (entries.length !== header.count) return fault(`it has ${entries.length} entries instead of ${header.count}`);
  if (computeRoot(hashEntries(entries, header.first)) !== header.root) {
    return fault(`an entry between this one and ${header.first + Math.max(header.count - 1, 0)} was changed, moved or exchanged`);
  }
  return undefined;
}
