/**
 * Seals what was written down since the last run: the one writer of the trail. Two at once do no harm: the entries of a block are one
 * conditional write, whoever comes second stops, and all else follows from them and is made good by the next run.
 */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Block, type BlockHeader, type Entry, findEntriesFault, findHeaderFault, hashHeader, makeBlock } from './block.ts';
import { hoursBetween, shardOfHour } from './event-id.ts';
import { findGaps } from './gaps.ts';
import type { SealPorts } from './ports.ts';
import { archiveBlock, report } from './safekeeping.ts';
import { signHead } from './sign-head.ts';

const { shards, overlapSeconds, firstLookSeconds, entriesPerBlock, blocksPerRun, hoursPerRun, quietSeconds } = securityPolicy.auditTrail;
const overlap = overlapSeconds * 1000;
const HOUR = 3600_000;

/** Blocks of the last half hour, kept between the runs of an instance: which events are sealed is read once. */
export interface SealMemory {
  blocks: readonly Block[];
}

export async function seal(ports: SealPorts, memory: SealMemory): Promise<void> {
  const { clock, trail, journal } = ports;
  let head = await finishUnfinished(ports, await trail.readHead());
  const now = clock.now();
  const from = head === undefined ? now - firstLookSeconds * 1000 : head.through - overlap;
  const until = Math.min(now, from + hoursPerRun * HOUR);
  const recent = await readRecent(ports, memory, head, from - overlap);
  const sealed = new Set(recent.flatMap(({ entries }) => entries.map(({ eventId }) => eventId)));
  const blocks = [...recent];

  for await (const { entries, through } of unsealed(ports, sealed, from, until)) {
    if (blocks.length - recent.length >= blocksPerRun) break;
    if (entries.length === 0 && head !== undefined && through - head.through < quietSeconds * 1000) continue;
    const block = makeBlock(head, entries, clock.now(), through);
    if (!(await trail.putEntries(block))) {
      journal.note('INFO', 'audit.outrun', { block: block.header.number });
      break;
    }
    await complete(ports, block);
    blocks.push(block);
    head = block.header;
  }

  memory.blocks = blocks;
  reportGaps(ports, blocks, recent.length);
  journal.count('Audit/Lag', head === undefined ? 0 : Math.round(Math.max(0, clock.now() - head.through) / 60_000));
  await signHead(ports, head);
}

/** A run that was ended between the entries of a block and the rest of it. */
async function finishUnfinished(ports: SealPorts, head: BlockHeader | undefined): Promise<BlockHeader | undefined> {
  const begun = await ports.trail.readBlock((head?.number ?? 0) + 1);
  if (begun === undefined) return head;
  const fault = findHeaderFault(begun.header, head) ?? findEntriesFault(begun);
  if (fault) {
    // Nothing is built on it, and nothing is sealed until somebody has looked: the alarm on the lag rings as well.
    report(ports, fault.block, fault.problem);
    throw new Error(`block ${fault.block} can't be finished: ${fault.problem}`);
  }
  await complete(ports, begun);
  return begun.header;
}

async function complete(ports: SealPorts, block: Block): Promise<void> {
  await archiveBlock(ports, block);
  await ports.trail.putHeader(block.header);
}

/** An event of the window was sealed in a block that goes into the window, or ends shortly before it, where its writer's clock was ahead. */
async function readRecent(ports: SealPorts, memory: SealMemory, head: BlockHeader | undefined, since: number): Promise<Block[]> {
  const known = new Map(memory.blocks.map((block) => [hashHeader(block.header), block]));
  const blocks: Block[] = [];
  let next: BlockHeader | undefined = head;
  while (next !== undefined && next.through >= since) {
    const block = known.get(hashHeader(next)) ?? (await ports.trail.readBlock(next.number));
    if (block === undefined || hashHeader(block.header) !== hashHeader(next) || findEntriesFault(block)) {
      report(ports, next.number, 'its entries are gone, or are not those that it was sealed with');
    } else {
      blocks.unshift(block);
    }
    next = next.number === 1 ? undefined : (known.get(next.previous)?.header ?? (await ports.trail.readHeaders(next.number - 1, 1))[0]);
  }
  return blocks;
}

/** In the order of time, an hour at a time: at most a block's worth, and until when nothing is left out. */
async function* unsealed(
  { events }: SealPorts,
  sealed: ReadonlySet<string>,
  from: number,
  until: number,
): AsyncGenerator<{ readonly entries: readonly Entry[]; readonly through: number }> {
  let waiting: Entry[] = [];
  for (const hour of hoursBetween(from, until + overlap)) {
    const places = Array.from({ length: shards }, (_, shard) => shardOfHour(hour, shard));
    const found = await Promise.all(places.map((place) => events.list(place, from, until + overlap)));
    const fresh = found.flat().filter(({ eventId }) => !sealed.has(eventId));
    waiting = [...waiting, ...fresh.sort((left, right) => (left.eventId < right.eventId ? -1 : 1))];
    for (; waiting.length > entriesPerBlock; waiting = waiting.slice(entriesPerBlock)) {
      const entries = waiting.slice(0, entriesPerBlock);
      yield { entries, through: Math.min(until, timeOf(entries.at(-1))) };
    }
  }
  yield { entries: waiting, through: until };
}

function timeOf(entry: Entry | undefined): number {
  return Number(entry?.eventId.slice(0, 14));
}

/** Once each: when the event behind the hole is no longer so young that the missing one could still come. */
function reportGaps(ports: SealPorts, blocks: readonly Block[], alreadyThere: number): void {
  const last = blocks.at(-1)?.header.through ?? 0;
  const before = blocks[alreadyThere - 1]?.header.through ?? 0;
  for (const gap of findGaps(blocks.flatMap(({ entries }) => entries))) {
    if (gap.at <= last - overlap && gap.at > before - overlap) {
      ports.journal.count('Audit/Gap');
      ports.journal.note('ERROR', 'audit.gap', { writer: gap.writer, missing: gap.from, until: gap.until, before: gap.eventId });
    }
  }
}
