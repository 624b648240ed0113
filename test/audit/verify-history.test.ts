/** A person's own history with its proof: what it proves, what it hides, and what a forger gets caught by. */
import * as z from 'zod/mini';
import { exportedHistory } from '../../contract/audit-schemas.ts';
import type { HistoryFile } from '../../lambda/domain/audit/export-format.ts';
import { exportHistory } from '../../lambda/domain/audit/export-history.ts';
import { verifyHistory } from '../../lambda/domain/audit/verify-history.ts';
import type { StoredEvent } from '../../lambda/domain/ports.ts';
import { type AuditWorld, createAuditWorld, createKeyPair, MINUTE, signCheckpoint } from '../support/audit-world.ts';

const ANNA = 'A'.repeat(22);
const STRANGER = 'B'.repeat(22);

// biome-ignore lint/suspicious/noExplicitAny: a forger changes any JSON.
type Json = any;

let world: AuditWorld;
let file: HistoryFile;

const exported = (accountId = ANNA) =>
  exportHistory(
    {
      clock: { now: world.now },
      trail: world.trail,
      events: {
        list: async (subject, limit) =>
          ([...world.stored.values()] as StoredEvent[])
            .filter((event) => event.subject === subject)
            .sort((left, right) => (left.eventId < right.eventId ? 1 : -1))
            .slice(0, limit),
      },
    },
    accountId,
  );

beforeAll(async () => {
  world = createAuditWorld();
  for (let run = 0; run < 100; run++) {
    if (run % 9 === 0) world.write({ reason: 'a private reason', actor: 'C'.repeat(22), sessionId: 'session' });
    world.write({ writer: '00000000000000bb', subject: STRANGER, address: '203.0.113.9' });
    await world.seal();
    world.advance(MINUTE);
  }
  file = await exported();
}, 600_000);

const verify = (document: HistoryFile, keys = [world.keys.publicKey]) => verifyHistory(document, keys);

function forged(change: (document: Json) => unknown): HistoryFile {
  const document = structuredClone(file);
  change(document);
  return document;
}

describe('an exported history', () => {
  it('[P27] is as the contract says, and holds', () => {
    expect(z.safeParse(exportedHistory, JSON.parse(JSON.stringify(file))).error).toBeUndefined();
    expect(verify(file)).toMatchObject({ kind: 'holds', report: { events: 12, unproven: 1, isComplete: true, accountId: ANNA } });
  });

  it('[P27] says nothing about anybody else, nor what is not the owner’s to know', () => {
    const text = JSON.stringify(file);

    expect(text).not.toContain(STRANGER);
    expect(text).not.toContain('203.0.113.9');
    expect(text).not.toContain('a private reason');
    expect(text).not.toContain('C'.repeat(22));
    for (const { privateSalt } of world.stored.values()) expect(text).not.toContain(privateSalt);
  });

  it('[P27] an event that was changed, moved, doubled, or is another’s, is noticed by its sequence number', () => {
    const last = 10;
    const sequence = file.events[last]?.proof?.sequence;
    const changes: [string, (events: Json[], document: Json) => unknown][] = [
      ['address', (events) => Object.assign(events[last].event, { address: '192.0.2.2' })],
      ['type', (events) => Object.assign(events[last].event, { type: 'sign_in.failed' })],
      ['time', (events) => events[last].event.at++],
      ['private part', (events) => Object.assign(events[last], { privateHash: '0'.repeat(64) })],
      ['kept longer', (events) => events[last].proof.keptUntil++],
      ['another block', (events) => events[last].proof.block++],
      ['another path', (events) => events[last].proof.path.push('0'.repeat(64))],
      ['another’s', (events) => Object.assign(events[last].event, { subject: STRANGER })],
      ['doubled', (events) => events.push(events[last])],
    ];

    for (const [name, change] of changes) {
      const verdict = verify(forged((document) => change(document.events, document)));

      expect([name, verdict]).toEqual([name, { kind: 'broken', finding: expect.objectContaining({ sequence }) }]);
    }
  });

  it('[P27] headers and checkpoints that were changed, left out or signed by another key are noticed', () => {
    const theirs = createKeyPair();
    const changes: [string, RegExp, (document: Json) => unknown][] = [
      ['root', /not what it was/, (document) => Object.assign(document.blocks[0], { root: '0'.repeat(64) })],
      ['a header less', /not in the file/, (document) => document.blocks.splice(1, 1)],
      ['a header changed', /changed/, (document) => document.blocks[1].sealedAt++],
      ['no checkpoint', /no checkpoint/, (document) => Object.assign(document, { checkpoints: [] })],
      ['a checkpoint changed', /signature/, (document) => document.checkpoints[0].at++],
      [
        'another key',
        /don't trust/,
        (document) => Object.assign(document, { checkpoints: document.checkpoints.map((one: Json) => signCheckpoint(one, theirs)) }),
      ],
      ['something else', /form/, (document) => Object.assign(document, { events: [null] })],
    ];

    for (const [name, problem, change] of changes) {
      const verdict = verify(forged(change));

      expect([name, verdict]).toEqual([
        name,
        { kind: 'broken', finding: expect.objectContaining({ problem: expect.stringMatching(problem) }) },
      ]);
    }
  });

  it('events that came late, or from a clock that was ahead, are found in their blocks', async () => {
    const late = world.write({ at: world.now() - 13 * MINUTE });
    const ahead = world.write({ at: world.now() + 13 * MINUTE });
    for (let run = 0; run < 32; run++) {
      await world.seal();
      world.advance(MINUTE);
    }

    const { events } = await exported();

    expect(events.filter(({ event }) => [late, ahead].includes(event.eventId)).map(({ proof }) => proof !== null)).toEqual([true, true]);
    expect(verify(await exported())).toMatchObject({ kind: 'holds', report: { unproven: 0 } });
  });

  it('is of nobody for an account without a history', async () => {
    expect(await exported('D'.repeat(22))).toMatchObject({ events: [], blocks: [], checkpoints: [], isComplete: true });
  });
});
