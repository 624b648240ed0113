import { openIncident, updateIncident } from '../../lambda/domain/incidents/people.ts';
import type { ComponentWatch, StoredIncident } from '../../lambda/domain/incidents/ports.ts';
import { author, createIncidentWorld, incidentsOf, onlyIncident } from '../support/incident-world.ts';
import { MemoryIncidentStore } from '../support/memory-incident-store.ts';

const apiErrors = 'portiere-Api-Errors';
const sessionErrors = 'portiere-Functions-Errors-session';
const kmsDenied = 'portiere-Kms-Denied';
const passwordErrors = 'portiere-Functions-Errors-password';

describe('An alarm that pages', () => {
  it('[P04] [P05] opens an incident about the component that it blames, in both languages, and asks for the page to be written', async () => {
    const world = createIncidentWorld();
    const rangAt = world.now() - 20_000;

    const refused = await world.ring(apiErrors, { at: rangAt });

    expect(refused).toBe(0);
    expect(await onlyIncident(world)).toMatchObject({
      kind: 'incident',
      status: 'investigating',
      impact: 'major',
      startedAt: new Date(rangAt).toISOString(),
      components: [{ component: 'sessions', status: 'partial_outage' }],
      name: { en: 'Sessions and API: errors', it: 'Sessioni e API: errori' },
    });
    expect(world.published).toEqual(['incident.investigating']);
  });

  it('[P04] says nothing of alarm, function or cause to customers', async () => {
    const world = createIncidentWorld();

    await world.ring(kmsDenied);

    expect(JSON.stringify(await onlyIncident(world))).not.toMatch(/portiere-|kms|key|lambda|threshold/i);
  });

  it('[P04] joins the open incident of its component, and makes it worse if it is', async () => {
    const world = createIncidentWorld();
    await world.ring(passwordErrors);

    await world.ring('portiere-Functions-Errors-second-factor');
    const joined = await onlyIncident(world);
    await world.ring(kmsDenied);

    expect(joined.updates).toHaveLength(1);
    expect(await onlyIncident(world)).toMatchObject({ impact: 'critical', components: [{ component: 'sign-in', status: 'major_outage' }] });
    expect((await onlyIncident(world)).updates).toHaveLength(2);
  });

  it('[P04] opens an incident of its own when another part began to suffer long before', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    world.advance(10 * 60 + 1);

    await world.ring(passwordErrors);

    expect((await incidentsOf(world)).map(({ components }) => components[0]?.component).sort()).toEqual(['sessions', 'sign-in']);
  });

  it('[P04] opens one incident when twenty instances take twenty alarms at once', async () => {
    const world = createIncidentWorld();
    const functions = ['password', 'second-factor', 'passkey'];

    const messages = Array.from({ length: 20 }, (_, index) =>
      world.message(`portiere-Functions-Errors-${functions[index % 3]}`, { at: world.now() - index }),
    );
    await Promise.all(messages.map((message) => world.deliver(message)));

    expect((await onlyIncident(world)).updates).toHaveLength(1);
  });

  it('[P04] that customers do not notice opens none', async () => {
    const world = createIncidentWorld();

    const refused = await world.deliver(world.message('portiere-SignIn-LockoutSurge'), world.message('portiere-Blocklist-Surge'));

    expect([refused, await incidentsOf(world)]).toEqual([0, []]);
  });
});

describe('The end of an automatic incident', () => {
  it('[P04] is proposed when all its alarms are silent, and comes by itself after the quiet time', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    await world.ring(sessionErrors);

    world.advance(60);
    await world.silence(apiErrors);
    const half = await onlyIncident(world);
    world.advance(60);
    await world.silence(sessionErrors);
    const quiet = await onlyIncident(world);
    world.advance(15 * 60 - 1);
    await world.tick();
    const still = await onlyIncident(world);
    world.advance(1);
    await world.tick();

    expect([half.status, quiet.status, still.status]).toEqual(['investigating', 'monitoring', 'monitoring']);
    expect(quiet.components).toEqual([{ component: 'sessions', status: 'operational' }]);
    expect(await onlyIncident(world)).toMatchObject({
      status: 'resolved',
      resolvedAt: new Date(world.now()).toISOString(),
      impact: 'major',
    });
    expect(world.published).toEqual(['incident.investigating', 'incident.monitoring', 'incident.resolved']);
  });

  it('[P04] does not come when the alarm does: it is investigated again, and the quiet time begins anew', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    world.advance(60);
    await world.silence(apiErrors);
    world.advance(10 * 60);
    await world.ring(apiErrors);
    const back = await onlyIncident(world);
    world.advance(60);
    await world.silence(apiErrors);
    world.advance(10 * 60);
    await world.tick();

    expect([back.status, back.components[0]?.status]).toEqual(['investigating', 'partial_outage']);
    expect((await onlyIncident(world)).updates.map(({ status }) => status)).toEqual([
      'investigating',
      'monitoring',
      'investigating',
      'monitoring',
    ]);
  });

  it('[P04] is followed by another incident when the alarm rings again', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    world.advance(60);
    await world.silence(apiErrors);
    world.advance(15 * 60);
    await world.tick();
    world.advance(1);

    await world.ring(apiErrors);

    // Both were made in the same millisecond, so that neither stands first.
    expect((await incidentsOf(world)).map(({ status }) => status).sort()).toEqual(['investigating', 'resolved']);
  });

  it('[P04] comes by the clock for what nobody has closed in 89 days', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    world.advance(89 * 86_400);

    await world.tick();

    expect(await onlyIncident(world)).toMatchObject({ status: 'resolved' });
  });
});

describe('People and alarms at the same incident', () => {
  it("[P04] once a person has written, alarms say nothing more, and its end is the person's", async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    const { id } = await onlyIncident(world);
    await updateIncident(world.services, author, id, { status: 'identified', body: { en: 'A cable was cut.' } });

    world.advance(60);
    await world.ring(sessionErrors);
    await world.silence(apiErrors);
    await world.silence(sessionErrors);
    world.advance(3600);
    await world.tick();

    expect(await onlyIncident(world)).toMatchObject({ status: 'identified' });
    expect((await onlyIncident(world)).updates).toHaveLength(2);
    expect(Object.keys((await world.store.readIncident(id))?.rang ?? {})).toEqual([apiErrors, sessionErrors]);
  });

  it('[P04] an alarm joins the incident that a person has opened about its component', async () => {
    const world = createIncidentWorld();
    const components = [{ component: 'sessions', status: 'major_outage' }] as const;
    await openIncident(world.services, author, {
      name: { en: 'API down' },
      body: { en: 'We know.' },
      status: 'identified',
      components: [...components],
    });

    await world.ring(apiErrors);

    expect(await onlyIncident(world)).toMatchObject({ name: { en: 'API down', it: 'API down' } });
  });

  it('[P04] what a person has closed stays closed while the same alarm rings, and a new ring opens another', async () => {
    const world = createIncidentWorld();
    await world.ring(apiErrors);
    const { id } = await onlyIncident(world);
    world.advance(60);
    await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'A false alarm.' } });
    await world.tick();
    const closed = await incidentsOf(world);

    world.advance(60);
    await world.silence(apiErrors);
    world.advance(60);
    await world.ring(apiErrors);

    expect(closed).toHaveLength(1);
    expect(await incidentsOf(world)).toHaveLength(2);
  });

  it('[P04] an alarm that rings while a person closes the incident is not lost', async () => {
    const world = createIncidentWorld(
      new (class extends MemoryIncidentStore {
        override async writeWatch(watch: ComponentWatch) {
          const written = await super.writeWatch(watch);
          // Between the watch and the incident, the person is faster.
          const [id, incident] = [...this.incidents][0] ?? [];
          if (written && id !== undefined && incident?.content.resolvedAt === undefined && Object.keys(watch.alarms).length === 2) {
            await updateIncident(world.services, author, id, { status: 'resolved', body: { en: 'Over.' } });
          }
          return written;
        }
      })(),
    );
    await world.ring(apiErrors);

    await world.ring(sessionErrors);

    // Both were made in the same millisecond, so that neither stands first.
    expect((await incidentsOf(world)).map(({ status }) => status).sort()).toEqual(['investigating', 'resolved']);
  });
});

describe('Messages that should change nothing', () => {
  it('[P04] are those that come twice, late, or after a later one', async () => {
    const world = createIncidentWorld();
    const first = world.message(apiErrors);
    const second = world.message(apiErrors, { state: 'OK', at: world.now() + 1000 });
    world.advance(2);
    await world.deliver(second, first, first, second);
    await world.deliver(first);

    expect(await incidentsOf(world)).toEqual([]);
  });

  it('[P04] an incident does not come back when an old message does', async () => {
    const world = createIncidentWorld();
    const ring = world.message(apiErrors);
    await world.deliver(ring);
    world.advance(60);
    await world.silence(apiErrors);
    world.advance(16 * 60);
    await world.tick();

    await world.deliver(ring, ring);

    expect((await onlyIncident(world)).status).toBe('resolved');
  });

  it('[P04] are those of a topic, an account or a region that is not ours, and they are refused', async () => {
    const world = createIncidentWorld();
    const foreign = [
      world.message(apiErrors, { topic: 'arn:aws:sns:eu-south-1:999999999999:PortiereMonitoring-OnCallPage1A2B-AbCdEf123456' }),
      world.message(apiErrors, { topic: 'arn:aws:sns:eu-south-1:123456789012:PortiereMonitoring-OnCallTicket1A2B-AbCdEf123456' }),
      world.message(apiErrors, { topic: 'arn:aws:sns:eu-south-1:123456789012:PortiereMonitoring-OnCallPage1A2B-x:extra' }),
      world.message(apiErrors, { content: { AWSAccountId: '999999999999' } }),
      world.message(apiErrors, { content: { AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${apiErrors}` } }),
      world.message(apiErrors, { content: { AlarmArn: 'arn:aws:cloudwatch:eu-south-1:123456789012:alarm:another' } }),
    ];

    expect(await world.deliver(...foreign)).toBe(foreign.length);
    expect(await incidentsOf(world)).toEqual([]);
  });

  it('[P04] are those that nobody can read, and they are refused', async () => {
    const world = createIncidentWorld();
    const broken = [
      'not json',
      '[]',
      '{}',
      JSON.stringify({ Type: 'SubscriptionConfirmation', TopicArn: 'x', Message: 'y' }),
      world.message(apiErrors, { content: { NewStateValue: 'MAYBE' } }),
      world.message(apiErrors, { content: { StateChangeTime: 'yesterday' } }),
      world.message(apiErrors, { content: { StateChangeTime: '2026-13-45T99:99:99.000+0000' } }),
      world.message(apiErrors, { at: world.now() + 301_000 }),
    ];

    expect(await world.deliver(...broken)).toBe(broken.length);
    expect(await incidentsOf(world)).toEqual([]);
  });

  it('[P04] are tests of the pager and alarms of others, and nobody is bothered with them', async () => {
    const world = createIncidentWorld();
    const text = JSON.stringify({
      Type: 'Notification',
      TopicArn: `${'arn:aws:sns:eu-south-1:123456789012:PortiereMonitoring-OnCallPage1A2B-'}x`,
      Message: 'A test of the pager',
    });

    expect(
      await world.deliver(text, world.message('somebody-elses-alarm'), world.message(apiErrors, { at: world.now() - 86_401_000 })),
    ).toBe(0);
    expect(await incidentsOf(world)).toEqual([]);
  });

  it('[P04] a clock that is ahead of ours by less than five minutes puts nothing into the future', async () => {
    const world = createIncidentWorld();

    await world.ring(apiErrors, { at: world.now() + 200_000 });

    expect((await onlyIncident(world)).startedAt).toBe(new Date(world.now()).toISOString());
  });
});

describe('A crash half way', () => {
  it('[P04] between naming an incident and creating it is made good by the clock', async () => {
    let isCrashing = true;
    const world = createIncidentWorld(
      new (class extends MemoryIncidentStore {
        override async writeIncident(incident: StoredIncident) {
          if (isCrashing) throw new Error('the function was killed');
          return super.writeIncident(incident);
        }
      })(),
    );
    await expect(world.ring(apiErrors)).rejects.toThrow('killed');
    isCrashing = false;

    await world.tick();
    await world.tick();

    expect(await onlyIncident(world)).toMatchObject({ status: 'investigating' });
  });
});
