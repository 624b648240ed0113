import { readNotices } from '../../lambda/domain/incidents/notices.ts';
import { updateIncident } from '../../lambda/domain/incidents/people.ts';
import { author, createIncidentWorld, incidentsOf, onlyIncident } from '../support/incident-world.ts';

const apiErrors = 'portiere-Api-Errors';
const kmsDenied = 'portiere-Kms-Denied';
const passwordErrors = 'portiere-Functions-Errors-password';
const canaryAccounts = 'portiere-Canary-Failing-accounts';

describe('An outage of several parts', () => {
  it('[P04] [P05] is one incident and one notice, which says of each part how it stands', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    world.advance(90);

    await world.deliver(world.message(kmsDenied), world.message(canaryAccounts));

    const incident = await onlyIncident(world);
    expect(incident).toMatchObject({
      status: 'investigating',
      impact: 'critical',
      name: {
        en: 'Sessions and API, Sign-in, Accounts: not available',
        it: 'Sessioni e API, Accesso, Account: servizio non disponibile',
      },
      components: [
        { component: 'sessions', status: 'partial_outage' },
        { component: 'sign-in', status: 'major_outage' },
        { component: 'accounts', status: 'partial_outage' },
      ],
    });
    expect(incident.updates.map(({ body }) => body.en)).toEqual([
      expect.stringMatching(/^Our monitoring has found a problem\./),
      expect.stringMatching(/^Sign-in is affected, too\. Most requests fail\./),
      expect.stringMatching(/^Accounts is affected, too\. Some requests fail\./),
    ]);
    expect((await readNotices(world.store, world.now())).notices).toHaveLength(1);
  });

  it('[P04] says which part is well again, is over when the last one is, and is closed after the quiet time of all', async () => {
    const world = createIncidentWorld();
    await world.deliver(world.message(apiErrors), world.message(passwordErrors));
    world.advance(60);
    await world.silence(passwordErrors);
    const half = await onlyIncident(world);
    world.advance(10 * 60);
    await world.silence(apiErrors);
    const quiet = await onlyIncident(world);
    world.advance(15 * 60 - 1);
    await world.tick();
    const still = await onlyIncident(world);
    world.advance(1);
    await world.tick();

    expect(half).toMatchObject({
      status: 'investigating',
      components: [
        { component: 'sessions', status: 'partial_outage' },
        { component: 'sign-in', status: 'operational' },
      ],
    });
    expect(half.updates.at(-1)?.body.en).toBe('Sign-in is back to normal. Our team is working on the rest.');
    expect([quiet.status, still.status, (await onlyIncident(world)).status]).toEqual(['monitoring', 'monitoring', 'resolved']);
  });

  it('[P04] a part that fails again while the other still does is told as failing, and not the other one too', async () => {
    const world = createIncidentWorld();
    await world.deliver(world.message(apiErrors), world.message(passwordErrors));
    world.advance(60);
    await world.silence(passwordErrors);
    await world.silence(apiErrors);
    world.advance(60);

    await world.ring(passwordErrors);

    expect(await onlyIncident(world)).toMatchObject({
      status: 'investigating',
      components: [
        { component: 'sessions', status: 'operational' },
        { component: 'sign-in', status: 'partial_outage' },
      ],
    });
  });

  it('[P04] a person who leads one part’s incident is not made to lead the others: they have an incident of their own', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    await updateIncident(world.services, author, (await onlyIncident(world)).id, {
      status: 'identified',
      body: { en: 'A cable was cut.' },
    });

    await world.ring(passwordErrors);

    expect(await incidentsOf(world)).toHaveLength(2);
  });

  it('[P04] told by ten instances at once stays one incident for each part at most, and ends', async () => {
    const world = createIncidentWorld();
    const alarms = [apiErrors, passwordErrors, canaryAccounts];

    await Promise.all(Array.from({ length: 10 }, (_, index) => world.ring(alarms[index % 3] as string, { at: world.now() - index })));
    const opened = await incidentsOf(world);
    world.advance(60);
    for (const alarm of alarms) await world.silence(alarm);
    world.advance(16 * 60);
    await world.tick();

    const about = opened.flatMap(({ components }) => components.map(({ component }) => component));
    expect(about.sort()).toEqual(['accounts', 'sessions', 'sign-in']);
    expect((await incidentsOf(world)).every(({ status }) => status === 'resolved')).toBe(true);
  });
});
