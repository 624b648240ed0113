/** Verifies the history that a person has exported, with nothing but the file and keys that the reader trusts. */
import { type BlockHeader, hashEntry, hashHeader } from './block.ts';
import { findHeadFault } from './checkpoint.ts';
import { commitToParts } from './commitment.ts';
import { type HistoryFile, historyFormat, type ProvenEvent } from './export-format.ts';
import { rootOfPath } from './merkle.ts';
import { acts, type Finding, findSignatureProblem, type TrustedKeys } from './verdict.ts';

export interface HistoryReport {
  readonly kind: 'history';
  readonly accountId: string;
  readonly events: number;
  /** Events that were too young for a proof. */
  readonly unproven: number;
  readonly isComplete: boolean;
  readonly provenUntil: string;
}

export type HistoryVerdict =
  | { readonly kind: 'holds'; readonly report: HistoryReport }
  | { readonly kind: 'broken'; readonly finding: Finding };

export function verifyHistory(file: HistoryFile, keys: TrustedKeys): HistoryVerdict {
  try {
    const finding = findSignatures(file, keys) ?? findEvents(file);
    if (finding) return { kind: 'broken', finding };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return {
      kind: 'broken',
      finding: { sequence: 0, block: 0, problem: 'something in it has not the form that it should have', act: acts.file },
    };
  }
  const { accountId, events, isComplete, checkpoints } = file;
  const unproven = events.filter(({ proof }) => proof === null).length;
  const provenUntil = new Date(Math.max(0, ...checkpoints.map(({ at }) => at))).toISOString();
  return { kind: 'holds', report: { kind: 'history', accountId, events: events.length, unproven, isComplete, provenUntil } };
}

function findSignatures({ checkpoints }: HistoryFile, keys: TrustedKeys): Finding | undefined {
  for (const checkpoint of checkpoints) {
    const problem = findSignatureProblem(checkpoint, keys);
    if (problem !== undefined) return { sequence: checkpoint.entries, block: checkpoint.block, problem, act: acts.key };
  }
  return undefined;
}

function findEvents(file: HistoryFile): Finding | undefined {
  const headers = new Map(file.blocks.map((header) => [header.number, header]));
  const seen = new Set<number>();
  const proven = file.events.filter((one): one is Proven => one.proof !== null);
  for (const { event, privateHash, proof } of proven.sort((left, right) => left.proof.sequence - right.proof.sequence)) {
    const { block, sequence } = proof;
    const broken = (problem: string, act: string): Finding => ({ sequence, block, problem, act });
    if (event.subject !== file.accountId) return broken('the event is not one of this account', acts.file);
    if (seen.has(sequence)) return broken('the file has two events for this entry', acts.file);
    seen.add(sequence);
    const header = headers.get(block);
    if (header === undefined) return broken('the header of its block is not in the file', acts.file);
    const entry = { eventId: event.eventId, digest: commitToParts(event, privateHash), keptUntil: proof.keptUntil };
    const root = rootOfPath(hashEntry(entry, sequence), sequence - header.first, header.count, proof.path);
    if (root !== header.root) return broken(`the event ${event.eventId} is not what it was when it was sealed`, acts.file);
    const problem = findChainProblem(header, headers, file);
    if (problem !== undefined) return broken(problem, acts.file);
  }
  return undefined;
}

type Proven = ProvenEvent & { readonly proof: NonNullable<ProvenEvent['proof']> };

/** From the block up to the next checkpoint. */
function findChainProblem(block: BlockHeader, headers: ReadonlyMap<number, BlockHeader>, { checkpoints }: HistoryFile): string | undefined {
  const checkpoint = checkpoints.filter((one) => one.block >= block.number).sort((left, right) => left.block - right.block)[0];
  if (checkpoint === undefined) return 'no checkpoint signs its block';
  let header = block;
  while (header.number < checkpoint.block) {
    const after = headers.get(header.number + 1);
    if (after === undefined) return `the header of block ${header.number + 1} is not in the file`;
    if (after.previous !== hashHeader(header))
      return `block ${after.number} is not chained to the block before it: one of the two was changed`;
    header = after;
  }
  return findHeadFault(checkpoint, header);
}

/** @returns undefined for what is no exported history */
export function readHistory(line: unknown): HistoryFile | undefined {
  const file = line as HistoryFile | null;
  return file?.format === historyFormat ? file : undefined;
}
