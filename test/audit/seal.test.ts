/** The function that seals: what gets into the trail, once, in order, whoever else runs, and what it notices. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { findEntriesFault, findHeaderFault } from '../../lambda/domain/audit/block.ts';
import { isSignedBy } from '../../lambda/domain/audit/checkpoint.ts';
import { type AuditWorld, createAuditWorld, MINUTE } from '../support/audit-world.ts';

let world: AuditWorld;
beforeEach(() => {
  world = createAuditWorld();
});

const sealedIds = () => [...world.trail.entries.values()].flatMap(({ entries }) => entries.map(({ eventId }) => eventId));
const chainFaults = () => {
  const blocks = [...world.trail.entries.values()];
  return blocks.flatMap((block, index) => findHeaderFault(block.header, blocks[index - 1]?.header) ?? findEntriesFault(block) ?? []);
};

describe('sealing', () => {
  it('[P27] seals every event once, in the order of time, in blocks that are chained, and has the head signed', async () => {
    const ids = [];
    for (let run = 0; run < 40; run++) {
      ids.push(world.write(), world.write({ writer: '00000000000000bb' }));
      await world.seal(run % 7 === 0);
      world.advance(MINUTE);
    }

    expect(sealedIds()).toEqual(ids);
    expect(chainFaults()).toEqual([]);
    expect(world.trail.checkpoints.length).toBe(3);
    expect(world.trail.checkpoints.every((checkpoint) => isSignedBy(checkpoint, world.keys.publicKey))).toBe(true);
    expect(world.counted.get('Audit/Broken')).toBeUndefined();
  });

  it('takes an event that shows up late, once, and one whose writer’s clock is ahead', async () => {
    await world.seal();
    world.advance(10 * MINUTE);
    await world.seal();
    const late = world.write({ at: world.now() - 9 * MINUTE });
    const ahead = world.write({ at: world.now() + 9 * MINUTE });

    for (let run = 0; run < 30; run++) {
      await world.seal(run % 2 === 0);
      world.advance(MINUTE);
    }

    expect(sealedIds()).toEqual([late, ahead]);
  });

  it('fills several blocks when there is much, and goes on in the next run where it stopped', async () => {
    const { entriesPerBlock, blocksPerRun } = securityPolicy.auditTrail;
    const count = entriesPerBlock * 2 + 5;
    for (let index = 0; index < count; index++) world.write({ at: world.now() - (count - index) });

    await world.seal();

    expect([...world.trail.headers.values()].map((header) => header.count)).toEqual([entriesPerBlock, entriesPerBlock, 5]);
    expect(world.trail.headers.size).toBeLessThan(blocksPerRun);
    expect(new Set(sealedIds()).size).toBe(count);
    expect(chainFaults()).toEqual([]);
  });

  it('catches up after weeks of standing still, a stretch at a time, and leaves nothing out', async () => {
    world.write();
    await world.seal();
    const ids = [];
    for (let day = 0; day < 25; day++) {
      world.advance(24 * 60 * MINUTE);
      ids.push(world.write());
    }

    for (let run = 0; run < 5; run++) await world.seal(true);

    expect(sealedIds().slice(1)).toEqual(ids);
    expect(world.counted.get('Audit/Lag')?.at(-1)).toBe(0);
  });

  it('says by an empty block that nothing happened, every quarter of an hour and not every minute', async () => {
    for (let run = 0; run < 46; run++) {
      await world.seal();
      world.advance(MINUTE);
    }

    expect([...world.trail.headers.values()].map(({ count }) => count)).toEqual([0, 0, 0, 0]);
  });

  it('[P27] two at once write one chain: whoever comes second stops', async () => {
    for (let run = 0; run < 5; run++) {
      world.write();
      await Promise.all([world.seal(true), world.seal(true), world.seal(true)]);
      world.advance(MINUTE);
    }

    expect(new Set(sealedIds()).size).toBe(5);
    expect(sealedIds()).toHaveLength(5);
    expect(chainFaults()).toEqual([]);
  });

  it('finishes what a run that was ended has begun, before it seals anything else', async () => {
    await world.seal();
    world.advance(MINUTE);
    const first = world.write();
    const { putHeader } = world.trail;
    world.trail.putHeader = async () => {
      throw new Error('ended');
    };
    await expect(world.seal(true)).rejects.toThrow('ended');
    world.trail.putHeader = putHeader;
    world.advance(MINUTE);
    const second = world.write();

    await world.seal(true);

    expect(sealedIds()).toEqual([first, second]);
    expect(world.trail.headers.size).toBe(3);
    expect(world.archived.size).toBe(4);
  });

  it('[P27] an event that is removed before it is sealed leaves a gap in its writer’s numbers, which is told once', async () => {
    world.write();
    const removed = world.write();
    world.write();
    world.stored.delete(removed);

    for (let run = 0; run < 40; run++) {
      await world.seal(run % 5 === 0);
      world.advance(MINUTE);
    }

    expect(world.counted.get('Audit/Gap')).toEqual([1]);
    expect(world.notes.filter((note) => note === 'audit.gap')).toHaveLength(1);
  });

  it('[P27] signs nothing more once the block that it signed last, or one since, was rewritten', async () => {
    world.write();
    await world.seal();
    const [header] = [...world.trail.headers.values()];
    world.trail.headers.set(1, { ...(header as NonNullable<typeof header>), root: 'f'.repeat(64) });
    world.advance(20 * MINUTE);
    world.write();

    await world.seal(true);

    expect(world.trail.checkpoints).toHaveLength(1);
    expect(world.counted.get('Audit/Broken')?.length).toBeGreaterThan(0);
  });

  it('[P27] notices that the table was set back: the archive holds another block of the number', async () => {
    world.write();
    await world.seal();
    for (const part of [world.trail.entries, world.trail.headers, world.trail.hours]) part.clear();
    world.trail.checkpoints.length = 0;
    world.write();
    world.advance(MINUTE);

    await world.seal(true);

    expect(world.counted.get('Audit/Broken')).toEqual([1]);
  });

  it('goes on sealing when the key refuses, and says so at every try', async () => {
    world.refuseToSign();
    for (let run = 0; run < 3; run++) {
      world.write();
      await world.seal();
      world.advance(MINUTE);
    }

    expect(world.counted.get('Audit/SigningFailed')).toEqual([1, 1, 1]);
    expect(sealedIds()).toHaveLength(3);
    expect(world.trail.checkpoints).toEqual([]);
  });
});
