import { isByHand, type Statement, state, withHandwritten } from '../../lambda/domain/status/by-hand.ts';
import { publish, writeChanged } from '../../lambda/domain/status/publish.ts';
import { OperatorError } from '../../ops/command.ts';
import { readStatusOptions } from '../../ops/status/options.ts';
import { now, outage, past, snapshotWith } from './snapshot.ts';
import { StatusWorld } from './world.ts';

const statement: Statement = {
  name: 'Nothing answers',
  body: 'Our region is gone. We are moving.',
  status: 'investigating',
  components: [{ component: 'sessions', status: 'major_outage' }],
};
const quiet = snapshotWith({ incidents: [past], maintenances: [] });

describe('What a person says when nothing of ours answers', () => {
  test('[P04] stands on the page at once, and speaks for the components that it names', () => {
    const said = state(quiet, statement, now, 'abc123');

    expect(said?.incidents[0]).toMatchObject({
      id: 'hand-abc123',
      status: 'investigating',
      impact: 'critical',
      name: { en: 'Nothing answers' },
    });
    expect(said?.components.map(({ id, status }) => [id, status])).toContainEqual(['sessions', 'major_outage']);
    expect(said?.at).toBe(new Date(now).toISOString());
  });

  test('[P04] can be gone on with and ended, and then the components are their own again', () => {
    const opened = state(quiet, statement, now, 'abc123') ?? quiet;
    const further = { ...statement, incidentId: 'hand-abc123', body: 'Half of it is back.', status: 'monitoring' as const, components: [] };
    const going = state(opened, further, now + 60_000, 'def456') ?? quiet;

    const ended = state(going, { ...further, status: 'resolved', body: 'All is back.' }, now + 120_000, 'ghi789');

    expect(going.incidents[0]).toMatchObject({ id: 'hand-abc123', status: 'monitoring', components: [{ status: 'major_outage' }] });
    expect(ended?.incidents[0]).toMatchObject({ status: 'resolved', components: [{ component: 'sessions', status: 'operational' }] });
    expect(ended?.incidents[0]?.updates.map(({ body }) => body.en)).toEqual([statement.body, 'Half of it is back.', 'All is back.']);
    expect(ended?.components.every(({ status }) => status === 'operational')).toBe(true);
  });

  test('goes into no incident of the store, into none that is over and into none that is not there', () => {
    const ended = state(
      state(quiet, statement, now, 'abc123') ?? quiet,
      { ...statement, incidentId: 'hand-abc123', status: 'resolved' },
      now,
      'x1',
    );

    for (const incidentId of [past.id, 'hand-nothing', 'hand-abc123']) {
      expect(state(ended ?? quiet, { ...statement, incidentId }, now, 'y1')).toBeUndefined();
    }
  });

  test('[P04] outlives the return of the store: the function publishes on, and it stays until it is ended', async () => {
    const world = new StatusWorld();
    await publish(world, { bodies: new Map() });
    const { snapshot, version } = await world.files.readSnapshot();
    const said = state(snapshot ?? quiet, statement, world.now, 'abc123') ?? quiet;
    await writeChanged(world.files, said, version, new Map());
    world.told = [outage];

    const published = await publish(world, { bodies: new Map() });

    expect(published.incidents.map(({ id }) => id).sort()).toEqual(['hand-abc123', outage.id]);
    expect(published.components.find(({ id }) => id === 'sessions')?.status).toBe('major_outage');
  });

  test('[P04] is not lost to a publication that is under way at the same moment: whoever comes second begins again', async () => {
    const world = new StatusWorld();
    await publish(world, { bodies: new Map() });
    const { snapshot, version } = await world.files.readSnapshot();
    const readIncidents = world.incidents.readIncidents;
    // The person publishes while the function has read the last document and not yet written its own.
    world.incidents.readIncidents = async () => {
      world.incidents.readIncidents = readIncidents;
      await writeChanged(world.files, state(snapshot ?? quiet, statement, world.now, 'abc123') ?? quiet, version, new Map());
      return readIncidents();
    };

    const published = await publish(world, { bodies: new Map() });

    expect(published.incidents.map(({ id }) => id)).toEqual(['hand-abc123']);
    expect(world.bucket.get('en/index.html')).toContain('Our region is gone.');
  });

  test('is forgotten after ninety days, and never before it is over', () => {
    const said = state(quiet, statement, now, 'abc123') ?? quiet;
    const later = now + 91 * 24 * 3600 * 1000;
    const ended = { ...said, incidents: said.incidents.filter(isByHand).map((incident) => ({ ...incident, status: 'resolved' as const })) };

    expect(withHandwritten([], said, later)).toHaveLength(1);
    expect(withHandwritten([], ended, later)).toEqual([]);
  });
});

describe('ops status publish', () => {
  const read = (...parameters: string[]) => readStatusOptions(parameters);

  test('takes a sentence and how components stand', () => {
    expect(
      read('--incident', 'Sign-in fails.\nMore soon.', '--component', 'sign-in=major_outage', '--component', 'mail=partial_outage')?.said,
    ).toEqual({
      name: 'Sign-in fails.',
      body: 'Sign-in fails.\nMore soon.',
      status: 'investigating',
      components: [
        { component: 'sign-in', status: 'major_outage' },
        { component: 'mail', status: 'partial_outage' },
      ],
    });
    expect(read('--local')).toEqual({ isLocal: true, json: false });
    expect(read('--help')).toBeUndefined();
  });

  test.each([
    [['--component', 'sign-in=major_outage'], '--component goes with --incident'],
    [['--incident', ' '], '--incident is empty'],
    [['--incident', 'x', '--component', 'door=major_outage'], '"door": the parts of the service are sign-in'],
    [['--incident', 'x', '--component', 'sign-in=broken'], '"broken": give one of operational'],
    [['--incident', 'x', '--state', 'gone'], '--state is "gone": give one of investigating'],
    [['--nothing'], '--help tells the options'],
    [['now'], 'nothing to do with "now"'],
  ])('refuses %j in a sentence that says what would do', (parameters, message) => {
    expect(() => read(...parameters)).toThrow(OperatorError);
    expect(() => read(...parameters)).toThrow(message);
  });
});
