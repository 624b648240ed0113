/** The trail in a real store: the event log, the index, the blocks, and a whole run of sealing over them. */

import { DynamoAuditReader } from '../../lambda/adapters/dynamo-audit-reader.ts';
import { DynamoEventLog } from '../../lambda/adapters/dynamo-event-log.ts';
import { DynamoTrail } from '../../lambda/adapters/dynamo-trail.ts';
import { DynamoUnsealedEvents } from '../../lambda/adapters/dynamo-unsealed-events.ts';
import { commit } from '../../lambda/domain/audit/commitment.ts';
import { hourOf, parseEventId } from '../../lambda/domain/audit/event-id.ts';
import type { ProvableEvent } from '../../lambda/domain/audit/export-format.ts';
import { seal } from '../../lambda/domain/audit/seal.ts';
import type { SecurityEvent } from '../../lambda/domain/ports.ts';
import { createAuditWorld, MINUTE, START } from '../support/audit-world.ts';
import { startTables, type TestTables } from '../support/dynalite.ts';

const ANNA = 'A'.repeat(22);
const MARIO = 'M'.repeat(22);

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables(process.env.STORE_CONTRACT_ENDPOINT);
}, 600_000);
afterAll(() => tables.stop());

const event = (more: Partial<SecurityEvent> = {}): SecurityEvent => ({
  subject: ANNA,
  type: 'sign_in.succeeded',
  at: START,
  address: '192.0.2.1',
  userAgent: 'curl',
  requestId: 'request',
  ...more,
});

describe('the audit trail in a store', () => {
  it('[P27] what the event log writes is sealed by what the index gives, once, and its hash fits what is read back', async () => {
    const log = new DynamoEventLog(tables.client, tables.name('events'));
    const reader = new DynamoAuditReader(tables.client, tables.name('events'));
    const trail = new DynamoTrail(tables.client, tables.name('audit-trail'));
    const world = createAuditWorld();
    const ports = { ...world.ports, trail, events: new DynamoUnsealedEvents(tables.client, tables.name('events')) };
    await Promise.all([
      log.append(event({ userAgent: 'half a pair \ud83d' })),
      log.append(event({ at: START + 0.5, reason: 'è' })),
      log.append(event({ type: 'staff.acted', subject: MARIO, actor: MARIO, act: 'account.disabled', target: ANNA })),
    ]);

    await seal(ports, { blocks: [] });
    world.advance(20 * MINUTE);
    await log.append(event({ at: world.now() }));
    await seal(ports, { blocks: [] });
    await seal(ports, { blocks: [] });

    const blocks = [await trail.readBlock(1), await trail.readBlock(2)];
    const entries = blocks.flatMap((block) => block?.entries ?? []);
    expect(blocks.map((block) => block?.header.count)).toEqual([3, 1]);
    expect((await trail.readHead())?.number).toBe(2);
    expect((await trail.readHeaders(1, 10)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await trail.readFirstOfHour(START)).toBe(1);
    expect(await trail.readLastCheckpoint()).toMatchObject({ number: 2, block: 2, entries: 4 });
    expect((await trail.readCheckpoints(1, 1))[0]).toMatchObject({ number: 1, block: 1 });
    for (const { eventId, digest } of entries) {
      const id = parseEventId(eventId) as NonNullable<ReturnType<typeof parseEventId>>;
      const stored = (await reader.readHour(hourOf(id))).find((one) => one.eventId === eventId) as ProvableEvent;
      expect([eventId, commit(stored, stored)]).toEqual([eventId, digest]);
    }
  });

  it('[P27] a block that is there is never written over, nor its header, hour or checkpoint', async () => {
    const trail = new DynamoTrail(tables.client, tables.name('audit-trail'));
    const before = [
      await trail.readBlock(1),
      await trail.readHeaders(1, 1),
      await trail.readFirstOfHour(START),
      await trail.readCheckpoints(1, 1),
    ];
    const [header] = await trail.readHeaders(1, 1);
    const [checkpoint] = await trail.readCheckpoints(1, 1);
    if (header === undefined || checkpoint === undefined) throw new Error('nothing is sealed');

    const isWritten = await trail.putEntries({ header: { ...header, root: '0'.repeat(64) }, entries: [] });
    await trail.putHeader({ ...header, root: '0'.repeat(64) });
    await trail.putCheckpoint({ ...checkpoint, head: '0'.repeat(64) });

    expect(isWritten).toBe(false);
    expect([
      await trail.readBlock(1),
      await trail.readHeaders(1, 1),
      await trail.readFirstOfHour(START),
      await trail.readCheckpoints(1, 1),
    ]).toEqual(before);
  });

  it('a writer counts its events from one, and is another one after a write that failed', async () => {
    const failing = { fails: false };
    const client = {
      send: async (command: Parameters<typeof tables.client.send>[0]) => {
        if (failing.fails) throw new Error('the store is away');
        return tables.client.send(command);
      },
    } as unknown as typeof tables.client;
    const log = new DynamoEventLog(client, tables.name('events'));
    const subject = 'W'.repeat(22);

    await log.append(event({ subject }));
    await log.append(event({ subject, at: START + 1 }));
    failing.fails = true;
    await expect(log.append(event({ subject, at: START + 2 }))).rejects.toThrow('store is unavailable');
    failing.fails = false;
    await log.append(event({ subject, at: START + 3 }));

    const ids = (await log.list(subject, 10)).map(({ eventId }) => parseEventId(eventId));
    expect(ids.map((id) => id?.number)).toEqual([1, 2, 1]);
    expect(new Set(ids.map((id) => id?.writer)).size).toBe(2);
  });

  it('[P27] the answer’s path pays one write an event, and nothing for the trail: no read, no second table', async () => {
    const sent: string[] = [];
    const client = {
      send: async (command: { readonly operation: string; readonly input: { readonly TableName?: string } }) => {
        sent.push(`${command.operation} ${command.input.TableName}`);
        return {};
      },
    } as unknown as typeof tables.client;
    const log = new DynamoEventLog(client, 'events');

    await log.append(event());
    await log.append(event({ type: 'staff.acted', subject: MARIO, actor: MARIO, act: 'account.disabled', target: ANNA }));

    expect(sent).toEqual(['PutItem events', 'PutItem events']);
  });

  it('acts are listed by month, newest first, in pages; other events are not among them', async () => {
    const reader = new DynamoAuditReader(tables.client, tables.name('events'));
    const log = new DynamoEventLog(tables.client, tables.name('events'));
    for (let act = 1; act <= 3; act++) {
      await log.append(
        event({ type: 'staff.acted', subject: MARIO, at: START + act, actor: MARIO, act: 'account.viewed', target: `T${act}` }),
      );
    }

    const first = await reader.readActs('2026-11', 2);
    const second = await reader.readActs('2026-11', 2, first.events.at(-1)?.eventId);

    expect([...first.events, ...second.events].map(({ target }) => target)).toEqual(['T3', 'T2', 'T1', ANNA]);
    expect(first.next).toBe(first.events.at(-1)?.eventId);
    expect((await reader.readActs('2026-10', 2)).events).toEqual([]);
  });
});
