/** Everything that the audit trail is made of, in memory: events as they are stored, a trail, an archive, a key, a clock. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Block, BlockHeader, Entry } from '../../lambda/domain/audit/block.ts';
import { checkpointText, fingerprintOf, type SignedCheckpoint } from '../../lambda/domain/audit/checkpoint.ts';
import { commit } from '../../lambda/domain/audit/commitment.ts';
import { formatEventId, hourOf, parseEventId } from '../../lambda/domain/audit/event-id.ts';
import type { ProvableEvent } from '../../lambda/domain/audit/export-format.ts';
import type { SealPorts, Trail } from '../../lambda/domain/audit/ports.ts';
import { type SealMemory, seal } from '../../lambda/domain/audit/seal.ts';
import { writeTrail } from '../../lambda/domain/audit/write-trail.ts';

export const START = Date.UTC(2026, 10, 28, 5, 30);
export const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export class MemoryTrail implements Trail {
  readonly entries = new Map<number, Block>();
  readonly headers = new Map<number, BlockHeader>();
  readonly hours = new Map<string, number>();
  readonly checkpoints: SignedCheckpoint[] = [];

  async readHead() {
    return this.headers.get(Math.max(0, ...this.headers.keys()));
  }
  async readHeaders(from: number, limit: number) {
    return [...this.headers.values()].filter(({ number }) => number >= from).slice(0, limit);
  }
  async readBlock(number: number) {
    return this.entries.get(number);
  }
  async readFirstOfHour(at: number) {
    return this.hours.get(new Date(at).toISOString().slice(0, 13));
  }
  async readLastCheckpoint() {
    return this.checkpoints.at(-1);
  }
  async readCheckpoints(fromBlock: number, limit: number) {
    return this.checkpoints.filter(({ block }) => block >= fromBlock).slice(0, limit);
  }
  async putEntries(block: Block) {
    if (this.entries.has(block.header.number)) return false;
    this.entries.set(block.header.number, block);
    return true;
  }
  async putHeader(header: BlockHeader) {
    const hour = new Date(header.sealedAt).toISOString().slice(0, 13);
    if (!this.hours.has(hour)) this.hours.set(hour, header.number);
    if (!this.headers.has(header.number)) this.headers.set(header.number, header);
  }
  async putCheckpoint(checkpoint: SignedCheckpoint) {
    this.checkpoints.push(checkpoint);
  }
}

export function createKeyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) };
}

export function signCheckpoint<Checkpoint extends Parameters<typeof checkpointText>[0]>(
  checkpoint: Checkpoint,
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: Uint8Array },
): Checkpoint & SignedCheckpoint {
  const signature = sign('sha256', Buffer.from(checkpointText(checkpoint)), privateKey).toString('base64');
  return { ...checkpoint, key: fingerprintOf(publicKey), signature };
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

function hourOfEvent(eventId: string): string | undefined {
  const id = parseEventId(eventId);
  return id && hourOf(id);
}

export function createAuditWorld() {
  let now = START;
  const keys = createKeyPair();
  const trail = new MemoryTrail();
  const stored = new Map<string, ProvableEvent & { readonly digest: string; readonly expiresAt: number }>();
  const archived = new Map<string, string>();
  const counted = new Map<string, number[]>();
  const notes: string[] = [];
  const written = new Map<string, number>();
  let signs = true;

  const ports: SealPorts = {
    clock: { now: () => now },
    events: {
      list: async (hour, from, until) =>
        [...stored.values()]
          .filter(({ at, eventId }) => at >= from && at <= until && hourOfEvent(eventId) === hour)
          .map(({ eventId, digest, expiresAt }): Entry => ({ eventId, digest, keptUntil: expiresAt }))
          .sort((left, right) => (left.eventId < right.eventId ? -1 : 1)),
    },
    trail,
    archive: {
      put: async (name, text) => {
        const before = archived.get(name);
        if (before !== undefined) return before === text ? 'kept before' : 'another';
        archived.set(name, text);
        return 'kept';
      },
    },
    signer: {
      sign: async (checkpoint) => {
        if (!signs) throw Object.assign(new Error('denied'), { name: 'AccessDeniedException' });
        return signCheckpoint(checkpoint, keys);
      },
    },
    journal: {
      note: (_, event) => notes.push(event),
      count: (metric, value = 1) => counted.set(metric, [...(counted.get(metric) ?? []), value]),
    },
  };
  const memory: SealMemory = { blocks: [] };

  return {
    ports,
    trail,
    stored,
    archived,
    counted,
    notes,
    keys,
    now: () => now,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    refuseToSign: () => {
      signs = false;
    },
    /** As `DynamoEventLog` writes it. */
    write(more: Partial<ProvableEvent> & { readonly writer?: string } = {}): string {
      const { writer = '00000000000000aa', ...fields } = more;
      const number = (written.get(writer) ?? 0) + 1;
      written.set(writer, number);
      const at = fields.at ?? now;
      const eventId = formatEventId({ at, writer, number });
      const event = {
        subject: 'A'.repeat(22),
        type: 'sign_in.succeeded',
        address: '192.0.2.1',
        userAgent: 'curl',
        requestId: `request-${number}`,
        salt: hex(`salt ${eventId}`),
        privateSalt: hex(`private ${eventId}`),
        ...fields,
        at,
        eventId,
      } as ProvableEvent;
      stored.set(eventId, { ...event, digest: commit(event, event), expiresAt: Math.ceil((at + 400 * DAY) / 1000) });
      return eventId;
    },
    /** A run, with what an instance remembers of the last ones, or without. */
    seal: (fresh = false) => seal(ports, fresh ? { blocks: [] } : memory),
    /** As `audit export` writes it. */
    async export(fromBlock = 1): Promise<string[]> {
      const checkpoint = trail.checkpoints.at(-1);
      if (checkpoint === undefined) throw new Error('nothing is signed');
      const readHour = async (hour: string) =>
        [...stored.values()].filter(
          ({ eventId }) => hourOf(parseEventId(eventId) as NonNullable<ReturnType<typeof parseEventId>>) === hour,
        );
      const lines: string[] = [];
      for await (const line of writeTrail({ trail, readHour }, checkpoint, fromBlock, now)) lines.push(line);
      return lines;
    },
  };
}

export type AuditWorld = ReturnType<typeof createAuditWorld>;
