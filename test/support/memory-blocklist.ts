/** The blocklist over memory: stores, sets with lock tokens, sources that answer as they are told. */
import { randomUUID } from 'node:crypto';
import type { BlocklistSettings, Feed } from '../../contract/blocks.ts';
import type { Family } from '../../lambda/domain/blocklist/address-block.ts';
import type {
  BlocklistPorts,
  BlockStore,
  FeedCopy,
  FetchedFeed,
  IpSetContent,
  StoredBlock,
  StoredFeed,
  Validators,
} from '../../lambda/domain/blocklist/ports.ts';
import type { DistinctCounter } from '../../lambda/domain/suspicion.ts';
import { MemoryEventLog } from './memory-stores.ts';

export class MemoryDistinctCounter implements DistinctCounter {
  readonly counters = new Map<string, Set<string>>();

  async add(key: string, member: string, limit: number): Promise<number | undefined> {
    const members = this.counters.get(key) ?? new Set();
    if (members.has(member) || members.size >= limit) return undefined;
    this.counters.set(key, members.add(member));
    return members.size;
  }
}

export class MemoryBlockStore implements BlockStore {
  readonly blocks = new Map<string, StoredBlock>();
  readonly feeds = new Map<string, StoredFeed>();
  readonly written = new Map<Family, readonly string[]>();

  async listBlocks(source: StoredBlock['source']) {
    return [...this.blocks.values()].filter((block) => block.source === source);
  }

  async putBlock(block: StoredBlock) {
    const key = `${block.source} ${block.cidr}`;
    if ((this.blocks.get(key)?.at ?? Number.NEGATIVE_INFINITY) >= block.at) return false;
    this.blocks.set(key, block);
    return true;
  }

  async listFeeds() {
    return [...this.feeds.values()];
  }

  async claimAttempt(feedId: string, now: number, notSince: number) {
    const known = this.feeds.get(feedId);
    if (known !== undefined && known.attemptedAt > notSince) return undefined;
    const claimed = { id: feedId, knownSince: now, ...known, attemptedAt: now };
    this.feeds.set(feedId, claimed);
    return claimed;
  }

  async keepCopy(feedId: string, copy: FeedCopy) {
    const { failure: _, ...known } = this.feeds.get(feedId) as StoredFeed;
    this.feeds.set(feedId, { ...known, copy });
  }

  async noteFailure(feedId: string, failure: string) {
    this.feeds.set(feedId, { ...(this.feeds.get(feedId) as StoredFeed), failure });
  }

  async listWritten(family: Family) {
    return this.written.get(family) ?? [];
  }

  async noteWritten(family: Family, digests: readonly string[]) {
    this.written.set(family, digests);
  }
}

export interface BlocklistWorld {
  readonly ports: BlocklistPorts;
  readonly settings: BlocklistSettings;
  readonly store: MemoryBlockStore;
  readonly events: MemoryEventLog;
  /** What the sets hold; a test may edit them by hand with `edit`. */
  readonly sets: Record<Family, IpSetContent>;
  readonly writes: { family: Family; at: number }[];
  readonly metrics: { name: string; value: number }[];
  readonly notes: { event: string; fields: unknown }[];
  readonly asked: { id: string; validators: Validators; at: number }[];
  /** What the sources answer from now on, by feed. */
  readonly answers: Map<string, FetchedFeed>;
  /** Runs between the reading of a set and its writing. */
  betweenReadAndWrite: (() => Promise<void> | void) | undefined;
  edit(family: Family, addresses: readonly string[]): void;
  now(): number;
  advance(seconds: number): void;
}

export const dropFeed: Feed = { id: 'drop', url: 'https://feeds.example/drop.json', format: 'spamhaus-drop' };
export const linesFeed: Feed = { id: 'lines', url: 'https://feeds.example/lines.txt', format: 'address-lines' };

export function createBlocklistWorld(settings: Partial<BlocklistSettings> = {}): BlocklistWorld {
  let now = Date.UTC(2026, 0, 15, 12);
  const store = new MemoryBlockStore();
  const events = new MemoryEventLog();
  const empty = (): IpSetContent => ({ addresses: [], lockToken: randomUUID() });
  const world: Omit<BlocklistWorld, 'ports'> = {
    settings: { feeds: [], allow: [], blockableReserved: [], ...settings },
    store,
    events,
    sets: { ipv4: empty(), ipv6: empty() },
    writes: [],
    metrics: [],
    notes: [],
    asked: [],
    answers: new Map(),
    betweenReadAndWrite: undefined,
    edit(family, addresses) {
      world.sets[family] = { addresses, lockToken: randomUUID() };
    },
    now: () => now,
    advance(seconds) {
      now += seconds * 1000;
    },
  };
  const ports: BlocklistPorts = {
    clock: {
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
    },
    store,
    sets: {
      read: async (family) => world.sets[family],
      async write(family, addresses, lockToken) {
        const interfere = world.betweenReadAndWrite;
        world.betweenReadAndWrite = undefined;
        await interfere?.();
        if (world.sets[family].lockToken !== lockToken) return false;
        world.edit(family, addresses);
        world.writes.push({ family, at: now });
        return true;
      },
    },
    feeds: {
      async fetch({ id }, validators) {
        world.asked.push({ id, validators, at: now });
        return world.answers.get(id) ?? { kind: 'failed', reason: 'it answered 503' };
      },
    },
    events,
    journal: {
      note: (_, event, fields) => void world.notes.push({ event, fields }),
      count: (name, value = 1) => void world.metrics.push({ name, value }),
    },
  };
  return Object.assign(world, { ports });
}

/** A document of a source, with blocks in the form of Spamhaus DROP. */
export function dropDocument(cidrs: readonly string[], more: { records?: number; isCutShort?: boolean } = {}): FetchedFeed {
  const lines = cidrs.map((cidr, index) => JSON.stringify({ cidr, sblid: `SBL${100_000 + index}`, rir: 'ripencc' }));
  const end = JSON.stringify({ type: 'metadata', timestamp: 1_768_478_400, size: 1, records: more.records ?? cidrs.length });
  return { kind: 'document', text: [...lines, ...(more.isCutShort ? [] : [end]), ''].join('\n'), validators: { etag: '"1"' } };
}
