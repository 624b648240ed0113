/** The lines of an export of the trail, for `verify-trail.ts` to read. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Block } from './block.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { type EventId, hourOf, parseEventId } from './event-id.ts';
import { type ProvableEvent, type TrailEntry, type TrailLine, type TrailStart, trailFormat } from './export-format.ts';
import type { TrailReader } from './ports.ts';

export interface TrailSource {
  readonly trail: TrailReader;
  /** Events of an hour and shard, as the index `by-hour` has them. */
  readHour(hour: string): Promise<readonly ProvableEvent[]>;
}

const checkpointsAtOnce = 100;
/** Hours and shards that are kept in memory: a block's events are of this hour and of the one before. */
const hoursKept = securityPolicy.auditTrail.shards * 4;

/** @throws Error when a block is gone: nothing can be exported in its place */
export async function* writeTrail(
  source: TrailSource,
  checkpoint: SignedCheckpoint,
  fromBlock: number,
  now: number,
): AsyncGenerator<string> {
  const { trail } = source;
  const [before] = fromBlock > 1 ? await trail.readHeaders(fromBlock - 1, 1) : [];
  const start: TrailStart = { format: trailFormat, exportedAt: new Date(now).toISOString(), before: before ?? null, checkpoint };
  yield JSON.stringify(start);

  const checkpoints = readCheckpoints(trail, fromBlock);
  let signed = await checkpoints.next();
  const eventOf = createEventFinder(source);
  for (let number = fromBlock; number <= checkpoint.block; number++) {
    const block = await trail.readBlock(number);
    if (block === undefined) throw new Error(`block ${number} is gone from the table audit-trail; the archive bucket has it`);
    yield JSON.stringify(await withEvents(block, eventOf));
    if (!signed.done && signed.value.block === number) {
      yield JSON.stringify({ checkpoint: signed.value } satisfies TrailLine);
      signed = await checkpoints.next();
    }
  }
}

async function* readCheckpoints(trail: TrailReader, fromBlock: number): AsyncGenerator<SignedCheckpoint> {
  for (let from = fromBlock; ; ) {
    const page = await trail.readCheckpoints(from, checkpointsAtOnce);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    from = last.block + 1;
  }
}

async function withEvents(
  { header, entries }: Block,
  eventOf: (id: EventId, text: string) => Promise<ProvableEvent | undefined>,
): Promise<TrailLine> {
  const found: TrailEntry[] = [];
  for (const entry of entries) {
    const id = parseEventId(entry.eventId);
    const event = id && (await eventOf(id, entry.eventId));
    found.push(event === undefined ? entry : { ...entry, event });
  }
  return { block: header, entries: found };
}

function createEventFinder({ readHour }: TrailSource) {
  const hours = new Map<string, Map<string, ProvableEvent>>();
  return async (id: EventId, text: string): Promise<ProvableEvent | undefined> => {
    const hour = hourOf(id);
    let events = hours.get(hour);
    if (events === undefined) {
      events = new Map((await readHour(hour)).map((event) => [event.eventId, withoutKeys(event)]));
      hours.set(hour, events);
      if (hours.size > hoursKept) hours.delete(hours.keys().next().value as string);
    }
    return events.get(text);
  };
}

/** Attributes by which the store finds it, and the hash that the entry has, say nothing more. */
function withoutKeys(event: ProvableEvent): ProvableEvent {
  const { hour: _, actsOf: __, digest: ___, expiresAt: ____, ...kept } = event as ProvableEvent & Readonly<Record<string, unknown>>;
  return kept as ProvableEvent;
}
