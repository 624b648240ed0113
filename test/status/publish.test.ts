import { componentIds } from '../../contract/components.ts';
import { measureFrom } from '../../lambda/domain/status/measure.ts';
import { readMinute } from '../../lambda/domain/status/minutes.ts';
import { type Memory, publish } from '../../lambda/domain/status/publish.ts';
import { now, outage, planned } from './snapshot.ts';
import { type Part, StatusWorld } from './world.ts';

const minute = 60_000;
const forgetful = (): Memory => ({ bodies: new Map() });

function standsFor(world: StatusWorld, component: string) {
  const snapshot = JSON.parse(world.bucket.get('snapshot.json') ?? '{}');
  return snapshot.components.find(({ id }: { id: string }) => id === component);
}

describe('A publication', () => {
  test('[P04] writes the page, the data and the feed, and last of all what the next one starts from', async () => {
    const world = new StatusWorld();
    world.told = [outage];
    world.planned = [planned];

    await publish(world, forgetful());

    expect(world.written.at(-1)?.key).toBe('snapshot.json');
    expect(world.written).toHaveLength(12);
    expect(world.bucket.get('en/index.html')).toContain('Nobody can sign in');
    expect(standsFor(world, 'sign-in').status).toBe('major_outage');
  });

  test('[P04] measures the minutes that are over, stores them by day, and shows them', async () => {
    const world = new StatusWorld();
    for (const minutesAgo of [1, 2, 3, 4, 5, 6]) world.canary('mail', minutesAgo, minutesAgo <= 3 ? 1 : 0);

    await publish(world, forgetful());

    const day = world.days.get('mail 2026-11-28');
    expect([123, 124, 125, 126, 127, 128, 129, 130].map((at) => readMinute(day?.log ?? '', at))).toEqual([
      'none',
      'up',
      'up',
      'up',
      'down',
      'down',
      'down',
      'none',
    ]);
    expect(standsFor(world, 'mail')).toMatchObject({
      status: 'partial_outage',
      days: [{ date: '2026-11-28', up: 3, degraded: 0, down: 3 }],
    });
    expect(standsFor(world, 'pages')).toMatchObject({ status: 'operational', days: [] });
  });

  test('[P04] corrects a minute whose data come late, and writes a day only when something has changed', async () => {
    const world = new StatusWorld();
    world.canary('mail', 3, 0);
    await publish(world, forgetful());
    const before = world.days.get('mail 2026-11-28')?.version;
    await publish(world, forgetful());
    const unchanged = world.days.get('mail 2026-11-28')?.version;
    world.canary('mail', 2, 1);

    await publish(world, forgetful());

    expect([before, unchanged, world.days.get('mail 2026-11-28')?.version]).toEqual([1, 1, 2]);
    expect(standsFor(world, 'mail').days).toEqual([{ date: '2026-11-28', up: 1, degraded: 0, down: 1 }]);
  });

  test('two at once lose none of the minutes that either has seen', async () => {
    const [one, other] = [new StatusWorld(), new StatusWorld()];
    Object.assign(other, { minutes: one.minutes });
    one.canary('mail', 3, 0);
    other.canary('mail', 2, 0);

    await Promise.all([publish(one, forgetful()), publish(other, forgetful())]);

    const log = one.days.get('mail 2026-11-28')?.log ?? '';
    expect([readMinute(log, 127), readMinute(log, 128)]).toEqual(['up', 'up']);
  });

  test('keeps the days of before, over ninety of them none, and when each component became what it is', async () => {
    const world = new StatusWorld();
    world.canary('mail', 3, 0);
    const first = await publish(world, forgetful());
    world.now += 89 * 24 * 60 * minute;
    const second = await publish(world, forgetful());
    world.now += 24 * 60 * minute;
    const third = await publish(world, forgetful());

    const of = ({ components }: typeof first) => components.find(({ id }) => id === 'mail');
    expect([first, second, third].map((snapshot) => of(snapshot)?.days.length)).toEqual([1, 1, 0]);
    expect(of(third)?.since).toBe(of(first)?.since);
  });

  test('leaves alone what is the same, minute after minute', async () => {
    const world = new StatusWorld();
    const memory = forgetful();
    await publish(world, memory);
    world.written.length = 0;
    world.now += minute;

    await publish(world, memory);

    expect(world.written.map(({ key }) => key).sort()).toEqual([
      'api/v2/status.json',
      'api/v2/summary.json',
      'en/index.html',
      'it/index.html',
      'snapshot.json',
    ]);
  });

  test('writes everything again after somebody else has published', async () => {
    const world = new StatusWorld();
    const memory = forgetful();
    await publish(world, memory);
    world.now += minute;
    await publish(world, forgetful());
    world.written.length = 0;
    world.now += minute;

    await publish(world, memory);

    expect(world.written).toHaveLength(12);
  });
});

describe('In an outage of our own, a publication', () => {
  test('[P04] says what was said last when incidents can’t be read, and measures on', async () => {
    const world = new StatusWorld();
    world.told = [outage];
    await publish(world, forgetful());
    world.now += minute;
    world.failing.add('incidents');
    for (const minutesAgo of [1, 2, 3, 4, 5]) world.canary('pages', minutesAgo, 1);

    const snapshot = await publish(world, forgetful());

    expect(snapshot.incidents).toEqual([outage]);
    expect(snapshot.at).toBe(new Date(world.now).toISOString());
    expect(standsFor(world, 'pages').status).toBe('major_outage');
  });

  test('[P04] shows the outage of the store itself: what it can’t store it shows all the same', async () => {
    const world = new StatusWorld();
    for (const part of ['incidents', 'minutes'] as const) world.failing.add(part);
    for (const id of componentIds) for (const minutesAgo of [1, 2, 3, 4, 5]) world.canary(id, minutesAgo, 1);

    await publish(world, forgetful());

    expect(standsFor(world, 'sign-in').status).toBe('major_outage');
    expect(world.noted).toContain('status.part_missing incidents');
  });

  test('[P04] takes silence of its counts for no data, not for health: bars stay as they were', async () => {
    const world = new StatusWorld();
    world.canary('mail', 3, 0);
    await publish(world, forgetful());
    world.failing.add('counts');
    world.now += 30 * minute;

    await publish(world, forgetful());

    expect(standsFor(world, 'mail').days).toEqual([{ date: '2026-11-28', up: 1, degraded: 0, down: 0 }]);
  });

  test('[P04] writes nothing when nothing could be read: the page must be seen to grow old', async () => {
    const world = new StatusWorld();
    await publish(world, forgetful());
    world.written.length = 0;
    for (const part of ['incidents', 'counts'] as Part[]) world.failing.add(part);

    await expect(publish(world, forgetful())).rejects.toThrow('neither incidents nor minutes');
    expect(world.written).toEqual([]);
  });

  test('goes back for the minutes that it missed, a day at most, and always for those whose data may be late', () => {
    const ago = (minutes: number) => now - minutes * minute;

    expect(measureFrom(now, ago(1))).toBe(ago(15));
    expect(measureFrom(now, ago(120))).toBe(ago(120));
    expect(measureFrom(now, ago(5000))).toBe(ago(1440));
    expect(measureFrom(now, undefined)).toBe(ago(1440));
  });
});
