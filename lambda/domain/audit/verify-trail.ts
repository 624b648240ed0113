/** Verifies an export of the trail, a line at a time, with nothing but the file and keys that the reader trusts. */
import { type BlockHeader, findEntriesFault, findHeaderFault } from './block.ts';
import { type Checkpoint, findHeadFault, hashCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { commit } from './commitment.ts';
import { type TrailEntry, type TrailLine, type TrailStart, trailFormat } from './export-format.ts';
import { createGapTracker, type Gap } from './gaps.ts';
import { acts, type Finding, findSignatureProblem, type TrustedKeys } from './verdict.ts';

export interface TrailReport {
  readonly kind: 'trail';
  readonly firstBlock: number;
  readonly lastBlock: number;
  readonly entries: number;
  /** Entries whose event is in the file and fits its hash. */
  readonly events: number;
  /** Entries whose event was due to be kept when the file was written, and is not there: erased, or removed. */
  readonly missing: readonly number[];
  readonly missingCount: number;
  /** Entries whose event is no longer kept. */
  readonly expired: number;
  readonly checkpoints: number;
  /** When the last checkpoint was signed: the file proves nothing about later. */
  readonly provenUntil: string;
  readonly gaps: readonly Gap[];
}

export type TrailVerdict =
  | { readonly kind: 'holds'; readonly report: TrailReport }
  | { readonly kind: 'broken'; readonly finding: Finding; readonly line: number };

const listedMissing = 20;

export function createTrailVerifier(start: TrailStart, keys: TrustedKeys, atLeast?: Checkpoint) {
  const { before, checkpoint: promised } = start;
  const exportedAt = Date.parse(start.exportedAt);
  const gaps = createGapTracker(before === null);
  let last: BlockHeader | undefined = before ?? undefined;
  let signed: SignedCheckpoint | undefined;
  let lineNumber = 1;
  const counts = { entries: 0, events: 0, expired: 0, missing: 0, checkpoints: 0 };
  const missing: number[] = [];
  let pinned = atLeast === undefined;

  const next = () => (last === undefined ? 1 : last.first + last.count);
  const broken = (problem: string, act: string, sequence = next(), block = (last?.number ?? 0) + 1): Finding => ({
    sequence,
    block,
    problem,
    act,
  });

  function takeBlock(header: BlockHeader, entries: readonly TrailEntry[]): Finding | undefined {
    if (header.number > promised.block) return broken('the file goes on behind the block that its checkpoint signs', acts.file);
    const fault = findHeaderFault(header, last);
    if (fault) return { ...fault, act: acts.block };
    for (const [index, entry] of entries.entries()) {
      const problem = takeEntry(entry, header.first + index);
      if (problem !== undefined) return broken(problem, acts.event, header.first + index);
    }
    const wrong = findEntriesFault({ header, entries });
    if (wrong) return { ...wrong, act: acts.block };
    last = header;
    return undefined;
  }

  function takeEntry({ eventId, digest, keptUntil, event }: TrailEntry, sequence: number): string | undefined {
    gaps.add(eventId);
    counts.entries++;
    if (event === undefined) {
      noteMissing(keptUntil, sequence);
      return undefined;
    }
    if (event.eventId !== eventId) return `the event is ${event.eventId}, and the one that was sealed here is ${eventId}`;
    if (commit(event, event) !== digest) return `the event ${eventId} is not what it was when it was sealed`;
    counts.events++;
    return undefined;
  }

  function noteMissing(keptUntil: number, sequence: number): void {
    if (keptUntil * 1000 <= exportedAt) {
      counts.expired++;
      return;
    }
    counts.missing++;
    if (missing.length < listedMissing) missing.push(sequence);
  }

  function takeCheckpoint(checkpoint: SignedCheckpoint): Finding | undefined {
    if (last === undefined || checkpoint.block !== last.number) {
      return broken(
        `checkpoint ${checkpoint.number} is of block ${checkpoint.block}, and stands behind ${last?.number ?? 'none'}`,
        acts.file,
      );
    }
    const at = broken('', '', last.first, last.number);
    const unsigned = findSignatureProblem(checkpoint, keys);
    if (unsigned !== undefined) return { ...at, problem: unsigned, act: acts.key };
    const wrong = findHeadFault(checkpoint, last);
    if (wrong !== undefined) return { ...at, problem: wrong, act: acts.block };
    if (signed !== undefined && (checkpoint.previous !== hashCheckpoint(signed) || checkpoint.number !== signed.number + 1)) {
      return { ...at, problem: `checkpoint ${checkpoint.number} does not follow checkpoint ${signed.number}`, act: acts.block };
    }
    if (atLeast !== undefined && checkpoint.block === atLeast.block) {
      if (checkpoint.head !== atLeast.head) {
        return { ...at, problem: 'your checkpoint has another head for this block: there are two trails', act: acts.block };
      }
      pinned = true;
    }
    signed = checkpoint;
    counts.checkpoints++;
    return undefined;
  }

  return {
    take(line: TrailLine): Finding | undefined {
      lineNumber++;
      try {
        if ('checkpoint' in line) return takeCheckpoint(line.checkpoint);
        if ('block' in line) return takeBlock(line.block, line.entries);
      } catch (error) {
        // Whatever has not the form that it should have can't be hashed.
        if (!(error instanceof TypeError)) throw error;
      }
      return broken('this line is neither a block nor a checkpoint', acts.file);
    },
    line: () => lineNumber,
    end(): TrailVerdict {
      const finding = findEnd();
      if (finding !== undefined) return { kind: 'broken', finding, line: lineNumber };
      const report: TrailReport = {
        kind: 'trail',
        firstBlock: (before?.number ?? 0) + 1,
        lastBlock: last?.number ?? 0,
        ...counts,
        missing,
        missingCount: counts.missing,
        provenUntil: new Date(promised.at).toISOString(),
        gaps: gaps.gaps(),
      };
      return { kind: 'holds', report };
    },
  };

  function findEnd(): Finding | undefined {
    if (last?.number !== promised.block) {
      return broken(`the file ends here, and should go on to block ${promised.block} (entry ${promised.entries})`, acts.file);
    }
    if (signed === undefined || hashCheckpoint(signed) !== hashCheckpoint(promised)) {
      return broken('the last checkpoint is missing, or is not the one that the first line promises', acts.file);
    }
    if (atLeast !== undefined && atLeast.block > promised.block) {
      return broken(`the file ends before your checkpoint of block ${atLeast.block}: it is older, or the end was left out`, acts.file);
    }
    return pinned
      ? undefined
      : broken(`the file has no checkpoint of block ${atLeast?.block}, and you have one`, acts.file, atLeast?.entries, atLeast?.block);
  }
}

/** @returns undefined for what is no first line of an export of the trail */
export function readTrailStart(line: unknown): TrailStart | undefined {
  const start = line as TrailStart | null;
  return start?.format === trailFormat && typeof start.checkpoint === 'object' && start.checkpoint !== null ? start : undefined;
}
