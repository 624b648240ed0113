/** A person's own history with its proof, for `verify-history.ts` to read. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Clock, EventLog, StoredEvent } from '../ports.ts';
import { type Block, type BlockHeader, hashEntries } from './block.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { hashPrivatePart, shownPart } from './commitment.ts';
import { type HistoryFile, historyFormat, type ProvableEvent, type ProvenEvent } from './export-format.ts';
import { computePath } from './merkle.ts';
import type { TrailReader } from './ports.ts';

export interface HistoryServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly events: Pick<EventLog, 'list'>;
  readonly trail: Pick<TrailReader, 'readFirstOfHour' | 'readHeaders' | 'readBlock' | 'readCheckpoints'>;
}

const { exportedEvents, exportedBytes, overlapSeconds } = securityPolicy.auditTrail;
const overlap = overlapSeconds * 1000;
const HOUR = 3600_000;
const headersAtOnce = 100;
/** How many hours behind an event its block is looked for: the function that seals may have stood still. */
const hoursLookedAt = 72;
const eventsAtOnce = 8;

export async function exportHistory({ clock, events, trail }: HistoryServices, accountId: string): Promise<HistoryFile> {
  const listed = await events.list(accountId, exportedEvents + 1);
  const provable = listed.slice(0, exportedEvents).filter(isProvable);
  const prover = createProver(trail);
  const proven: ProvenEvent[] = [];
  let bytes = 0;
  for (let at = 0; at < provable.length && bytes + prover.bytes() < exportedBytes; at += eventsAtOnce) {
    const group = await Promise.all(provable.slice(at, at + eventsAtOnce).map((event) => prover.prove(event)));
    proven.push(...group);
    bytes += JSON.stringify(group).length;
  }
  return {
    format: historyFormat,
    accountId,
    exportedAt: new Date(clock.now()).toISOString(),
    events: proven,
    isComplete: proven.length === listed.length,
    ...prover.chain(),
  };
}

/** Events that an older version wrote have no salts, and no proof. */
function isProvable(event: StoredEvent): event is ProvableEvent {
  return 'salt' in event && 'privateSalt' in event;
}

function createProver(trail: HistoryServices['trail']) {
  const hours = new Map<number, Promise<number | undefined>>();
  const blocks = new Map<number, Promise<Block | undefined>>();
  const read = new Map<number, BlockHeader>();
  const kept = new Map<number, BlockHeader>();
  const checkpoints = new Map<number, SignedCheckpoint>();

  function once<Value>(known: Map<number, Promise<Value>>, key: number, ask: () => Promise<Value>): Promise<Value> {
    const asked = known.get(key) ?? ask();
    known.set(key, asked);
    return asked;
  }

  async function firstBlockSince(at: number): Promise<number | undefined> {
    const hour = Math.floor(at / HOUR) * HOUR;
    for (let later = 0; later < hoursLookedAt; later++) {
      const number = await once(hours, hour + later * HOUR, () => trail.readFirstOfHour(hour + later * HOUR));
      if (number !== undefined) return number;
    }
    return undefined;
  }

  async function headersFrom(number: number): Promise<readonly BlockHeader[]> {
    const known: BlockHeader[] = [];
    for (let header = read.get(number); header !== undefined && known.length < headersAtOnce; header = read.get(header.number + 1)) {
      known.push(header);
    }
    if (known.length > 0) return known;
    const headers = await trail.readHeaders(number, headersAtOnce);
    for (const header of headers) read.set(header.number, header);
    return headers;
  }

  /** An event is in the first block that goes beyond its time, or in one around it: it came late, or its writer's clock was ahead. */
  async function find({ eventId, at }: ProvableEvent): Promise<{ block: Block; index: number } | undefined> {
    let number = await firstBlockSince(at - overlap);
    while (number !== undefined) {
      const headers = await headersFrom(number);
      for (const header of headers) {
        if (header.through < at - overlap || header.count === 0) continue;
        const block = await once(blocks, header.number, () => trail.readBlock(header.number));
        const index = block?.entries.findIndex((entry) => entry.eventId === eventId) ?? -1;
        if (block !== undefined && index >= 0) return { block, index };
        if (header.through > at + overlap) return undefined;
      }
      number = headers.length === 0 ? undefined : (headers.at(-1)?.number ?? 0) + 1;
    }
    return undefined;
  }

  /** Keeps the headers from a block up to the checkpoint behind it. @returns false when there is none yet */
  async function keepChain(block: BlockHeader): Promise<boolean> {
    const signed = [...checkpoints.values()].filter((one) => one.block >= block.number && kept.has(block.number));
    if (signed.length > 0) return true;
    const [checkpoint] = await trail.readCheckpoints(block.number, 1);
    if (checkpoint === undefined) return false;
    for (let number = block.number; number <= checkpoint.block; ) {
      const headers = await headersFrom(number);
      if (headers.length === 0) return false;
      for (const header of headers) if (header.number <= checkpoint.block) kept.set(header.number, header);
      number = (headers.at(-1)?.number ?? number) + 1;
    }
    checkpoints.set(checkpoint.block, checkpoint);
    return true;
  }

  return {
    async prove(event: ProvableEvent): Promise<ProvenEvent> {
      const parts = { event: shownPart(event, event.salt), privateHash: hashPrivatePart(event, event.privateSalt) };
      const place = await find(event);
      if (place === undefined || !(await keepChain(place.block.header))) return { ...parts, proof: null };
      const { header, entries } = place.block;
      const { keptUntil = 0 } = entries[place.index] ?? {};
      const path = computePath(hashEntries(entries, header.first), place.index);
      return { ...parts, proof: { block: header.number, sequence: header.first + place.index, keptUntil, path } };
    },
    chain: () => ({
      blocks: [...kept.values()].sort((left, right) => left.number - right.number),
      checkpoints: [...checkpoints.values()].sort((left, right) => left.block - right.block),
    }),
    bytes: () => kept.size * headerBytes + checkpoints.size * checkpointBytes,
  };
}

const headerBytes = 300;
const checkpointBytes = 450;
