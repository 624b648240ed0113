import type { ScheduleMaintenance } from '../../contract/incident-bodies.ts';
import { maintenanceSchema } from '../../contract/incidents.ts';
import type { MaintenanceOutcome } from '../../lambda/domain/incidents/maintenance.ts';
import { cancelMaintenance, scheduleMaintenance, updateMaintenance } from '../../lambda/domain/incidents/maintenance.ts';
import { readNotices } from '../../lambda/domain/incidents/notices.ts';
import { author, createIncidentWorld, type IncidentWorld } from '../support/incident-world.ts';

const HOUR = 3600;
const apiErrors = 'portiere-Api-Errors';

function plan(world: IncidentWorld, fromSeconds: number, untilSeconds: number): ScheduleMaintenance {
  const at = (seconds: number) => new Date(world.now() + seconds * 1000).toISOString();
  return {
    name: { en: 'New database' },
    body: { en: 'Sessions may end.' },
    components: ['sessions', 'mail'],
    scheduledFor: at(fromSeconds),
    scheduledUntil: at(untilSeconds),
  };
}

function written(outcome: MaintenanceOutcome) {
  if (outcome.kind !== 'written') throw new Error(`it was refused: ${JSON.stringify(outcome)}`);
  return outcome.maintenance.content;
}

async function schedule(world: IncidentWorld, fromSeconds = HOUR, untilSeconds = 2 * HOUR) {
  return written(await scheduleMaintenance(world.services, author, plan(world, fromSeconds, untilSeconds)));
}

describe('A maintenance', () => {
  it('[P04] announces its beginning and its end by itself', async () => {
    const world = createIncidentWorld();
    const { id } = await schedule(world);
    const read = async () => (await world.store.readMaintenance(id))?.content;

    await world.tick();
    const before = await read();
    world.advance(HOUR);
    await world.tick();
    const during = await read();
    world.advance(HOUR);
    await world.tick();

    expect(before).toMatchObject({ status: 'scheduled', components: [{ status: 'operational' }, { status: 'operational' }] });
    expect(during).toMatchObject({ status: 'in_progress', components: [{ status: 'under_maintenance' }, { status: 'under_maintenance' }] });
    expect(maintenanceSchema.parse(await read())).toMatchObject({
      status: 'completed',
      completedAt: new Date(world.now()).toISOString(),
      components: [{ status: 'operational' }, { status: 'operational' }],
    });
    expect(world.published).toEqual(['maintenance.scheduled', 'maintenance.in_progress', 'maintenance.completed']);
  });

  it('[P04] that began and ended while nobody looked says both', async () => {
    const world = createIncidentWorld();
    const { id } = await schedule(world);

    world.advance(3 * HOUR);
    await Promise.all([world.tick(), world.tick()]);

    expect((await world.store.readMaintenance(id))?.content.updates.map(({ status }) => status)).toEqual([
      'scheduled',
      'in_progress',
      'completed',
    ]);
  });

  it('[P04] is begun earlier, verified, prolonged and completed by people', async () => {
    const world = createIncidentWorld();
    const { id } = await schedule(world);
    const update = (input: Parameters<typeof updateMaintenance>[3]) => updateMaintenance(world.services, author, id, input);

    await update({ status: 'in_progress', body: { en: 'Earlier.' } });
    const until = new Date(world.now() + 5 * HOUR * 1000).toISOString();
    await update({ status: 'verifying', body: { en: 'Longer.' }, scheduledUntil: until });
    world.advance(3 * HOUR);
    await world.tick();
    const refused = [
      await update({ status: 'in_progress', body: { en: 'Back.' } }),
      await update({ body: { en: 'Moved.' }, scheduledFor: until }),
      await cancelMaintenance(world.services, author, id, {}),
    ];
    const done = written(await update({ status: 'completed', body: { en: 'Done.' } }));
    const late = [await update({ body: { en: 'More.' } }), await cancelMaintenance(world.services, author, id, {})];

    expect(refused.map(({ kind }) => kind)).toEqual(['conflict', 'conflict', 'conflict']);
    expect(done).toMatchObject({ status: 'completed', scheduledUntil: until });
    expect(late.map(({ kind }) => kind)).toEqual(['conflict', 'conflict']);
  });

  it('[P04] is called off before it begins, and then never does', async () => {
    const world = createIncidentWorld();
    const { id } = await schedule(world);

    const cancelled = written(await cancelMaintenance(world.services, author, id, {}));
    world.advance(HOUR);
    await world.tick();

    expect(cancelled).toMatchObject({ status: 'completed', isCancelled: true });
    expect((await world.store.readMaintenance(id))?.content.updates).toHaveLength(2);
  });

  it('[P04] has a window that people can live with', async () => {
    const world = createIncidentWorld();
    const windows: [number, number][] = [
      [-HOUR, HOUR],
      [HOUR, HOUR],
      [HOUR, 8 * 24 * HOUR],
      [88 * 24 * HOUR, 90 * 24 * HOUR],
    ];

    const outcomes = await Promise.all(
      windows.map(([from, until]) => scheduleMaintenance(world.services, author, plan(world, from, until))),
    );

    expect(outcomes.map((outcome) => (outcome.kind === 'invalid_request' ? outcome.errors[0]?.path : outcome.kind))).toEqual([
      'scheduledFor',
      'scheduledUntil',
      'scheduledUntil',
      'scheduledUntil',
    ]);
  });
});

describe('Alarms during a maintenance', () => {
  it('[P04] open no incident about its components, and one about any other', async () => {
    const world = createIncidentWorld();
    await schedule(world);
    world.advance(HOUR);

    await world.ring(apiErrors);
    await world.ring('portiere-Kms-Denied');

    expect((await world.store.readIncidents(0, 10)).map(({ components }) => components[0]?.component)).toEqual(['sign-in']);
  });

  it('[P04] are forgotten when they fall silent before its end', async () => {
    const world = createIncidentWorld();
    await schedule(world);
    world.advance(HOUR);
    await world.ring(apiErrors);
    world.advance(60);
    await world.silence(apiErrors);

    world.advance(HOUR);
    await world.tick();

    expect(await world.store.readIncidents(0, 10)).toEqual([]);
  });

  it('[P04] that still ring at its end open an incident, even before the clock has completed it', async () => {
    const world = createIncidentWorld();
    await schedule(world);
    world.advance(HOUR);
    await world.ring(apiErrors);
    await world.tick();
    const during = await world.store.readIncidents(0, 10);

    world.advance(HOUR);
    await world.tick();

    expect(during).toEqual([]);
    expect(await world.store.readIncidents(0, 10)).toMatchObject([{ status: 'investigating', components: [{ component: 'sessions' }] }]);
  });

  it('[P04] do not bring an incident back that was quiet when it began', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    await schedule(world, 60, HOUR);
    world.advance(30);
    await world.silence(apiErrors);
    world.advance(60);
    await world.tick();

    await world.ring(apiErrors);

    expect((await world.store.readIncidents(0, 10))[0]?.status).toBe('monitoring');
  });
});

describe('Notices', () => {
  it('[P05] are what is going on, the worst first, in both languages, and nothing that is ours alone', async () => {
    const world = createIncidentWorld();
    await schedule(world);
    await schedule(world, 3 * 24 * HOUR, 3 * 24 * HOUR + HOUR);
    await world.ring('portiere-Functions-Throttles-account');
    // Long enough after it to be a trouble of its own.
    world.advance(11 * 60);
    await world.ring('portiere-Kms-Denied');

    const { notices } = await readNotices(world.store, world.now());

    expect(notices.map(({ impact, components }) => [impact, components[0]?.id])).toEqual([
      ['critical', 'sign-in'],
      ['minor', 'accounts'],
      ['maintenance', 'sessions'],
    ]);
    expect(notices[0]).toMatchObject({ components: [{ name: { en: 'Sign-in', it: 'Accesso' }, status: 'major_outage' }] });
    expect(JSON.stringify(notices)).not.toMatch(/portiere-|rang|version|isLed/);
  });

  it('[P05] are gone once it is over', async () => {
    const world = createIncidentWorld();
    const { id } = await schedule(world);
    await cancelMaintenance(world.services, author, id, {});
    await world.ring(apiErrors);
    world.advance(60);
    await world.silence(apiErrors);
    world.advance(15 * 60);
    await world.tick();

    expect(await readNotices(world.store, world.now())).toEqual({ notices: [] });
  });
});
