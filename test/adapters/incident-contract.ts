/** What the store of incidents and maintenance must do on every engine. */
import { randomBytes } from 'node:crypto';
import type { Incident, Maintenance } from '../../contract/incidents.ts';
import { createIdentifier } from '../../lambda/domain/incidents/identifier.ts';
import type { ComponentWatch, IncidentStore, StoredIncident, StoredMaintenance } from '../../lambda/domain/incidents/ports.ts';

const DAY = 86_400_000;

export function incident(createdAt: number, more: Partial<Incident> = {}): StoredIncident {
  const at = new Date(createdAt).toISOString();
  const components: Incident['components'] = [{ component: 'sign-in', status: 'partial_outage' }];
  const content: Incident = {
    kind: 'incident',
    id: createIdentifier(createdAt, randomBytes(10)),
    name: { en: 'Sign-in fails', it: "L'accesso non funziona" },
    status: 'investigating',
    impact: 'major',
    createdAt: at,
    updatedAt: at,
    startedAt: at,
    components,
    updates: [{ id: 'update-1', status: 'investigating', body: { en: 'We look into it.', it: 'Stiamo indagando.' }, at, components }],
    ...more,
  };
  return { content, isLedByPeople: false, version: 1, rang: { 'portiere-Api-Errors': createdAt } };
}

export function maintenance(createdAt: number, more: Partial<Maintenance> = {}): StoredMaintenance {
  const at = new Date(createdAt).toISOString();
  const content: Maintenance = {
    kind: 'maintenance',
    id: createIdentifier(createdAt, randomBytes(10)),
    name: { en: 'New database', it: 'Nuovo database' },
    status: 'scheduled',
    createdAt: at,
    updatedAt: at,
    scheduledFor: new Date(createdAt + DAY).toISOString(),
    scheduledUntil: new Date(createdAt + DAY + 3_600_000).toISOString(),
    components: [{ component: 'accounts', status: 'operational' }],
    updates: [],
    ...more,
  };
  return { content, version: 1 };
}

/** Each test has a year of its own: the store keeps what the others have written. */
export function describeIncidentContract(engine: string, stores: () => IncidentStore): void {
  describe(`incidents and maintenance (${engine})`, () => {
    it('[P04] are created once, replaced from the version that was read, and read back whole', async () => {
      const store = stores();
      const first = incident(Date.UTC(2030, 0, 1));
      const planned = maintenance(Date.UTC(2030, 0, 1));

      const written = [
        await store.writeIncident(first),
        await store.writeIncident(first),
        await store.writeIncident({ ...first, version: 3 }),
        await store.writeIncident({ ...first, version: 2, isLedByPeople: true }),
        await store.writeIncident({ ...first, version: 2 }),
        await store.writeMaintenance(planned),
        await store.writeMaintenance(planned),
      ];

      expect(written).toEqual([true, false, false, true, false, true, false]);
      expect(await store.readIncident(first.content.id)).toEqual({ ...first, version: 2, isLedByPeople: true });
      expect(await store.readMaintenance(planned.content.id)).toEqual(planned);
      expect([await store.readIncident(planned.content.id), await store.readMaintenance('no-such-one')]).toEqual([undefined, undefined]);
    });

    it('[P04] of ten that write the same version at once, let one', async () => {
      const store = stores();
      const first = incident(Date.UTC(2030, 1, 1));
      await store.writeIncident(first);

      const races = await Promise.all(Array.from({ length: 10 }, () => store.writeIncident({ ...first, version: 2 })));

      expect(races.filter(Boolean)).toHaveLength(1);
    });

    it('[P04] show readers what is open and what ended since, newest first, and nothing that is ours alone', async () => {
      const store = stores();
      const now = Date.UTC(2031, 5, 1);
      const closed = (createdDaysAgo: number, endedDaysAgo: number) =>
        incident(now - createdDaysAgo * DAY, { status: 'resolved', resolvedAt: new Date(now - endedDaysAgo * DAY).toISOString() });
      const [old, ended, open, latest] = [closed(20, 19), closed(12, 10), incident(now - 80 * DAY), closed(1, 0)];
      for (const each of [open, old, latest, ended]) await store.writeIncident(each);

      const read = await store.readIncidents(now - 10 * DAY, 10);

      expect(read).toEqual([latest.content, ended.content, open.content]);
      expect(await store.readIncidents(now - 10 * DAY, 2)).toEqual([latest.content, ended.content]);
      expect(await store.listIncidents(now - 10 * DAY, 10)).toEqual([latest, ended, open]);
    });

    it('[P04] do so for maintenance too', async () => {
      const store = stores();
      const now = Date.UTC(2031, 5, 1);
      const over = maintenance(now - 9 * DAY, { status: 'completed', completedAt: new Date(now - 8 * DAY).toISOString() });
      const gone = maintenance(now - 30 * DAY, { status: 'completed', completedAt: new Date(now - 29 * DAY).toISOString() });
      const planned = maintenance(now);
      for (const each of [gone, planned, over]) await store.writeMaintenance(each);

      const read = await store.readMaintenances(now - 8 * DAY, 10);

      expect(read).toEqual([planned.content, over.content]);
      expect(await store.listMaintenances(now - 8 * DAY, 10)).toEqual([planned, over]);
    });

    it('[P04] hold an incident as large as they may become', async () => {
      const store = stores();
      const now = Date.UTC(2032, 5, 1);
      const { content, ...rest } = incident(now);
      const [update] = content.updates as [Incident['updates'][number]];
      const long = { en: '😀'.repeat(18_000), it: '😀'.repeat(18_000) };
      const large = { ...rest, content: { ...content, updates: [update, { ...update, body: long }, { ...update, body: long }] } };

      await store.writeIncident(large);
      await store.writeIncident(incident(now + 1));
      await store.writeIncident({ ...large, content: { ...large.content, id: createIdentifier(now + 2, randomBytes(10)) } });

      expect((await store.readIncidents(now, 10)).map(({ updates }) => updates.length)).toEqual([3, 1, 3]);
    });

    it('[P04] keep the alarms of a component and the incident that they opened', async () => {
      const store = stores();
      const watch: ComponentWatch = { component: 'mail', alarms: { 'portiere-Mail-Late': { isRinging: true, at: 1 } }, version: 1 };
      const before = await store.readWatch('mail');

      const written = [
        await store.writeWatch(watch),
        await store.writeWatch(watch),
        await store.writeWatch({ ...watch, version: 2, incidentId: 'an-incident' }),
      ];

      expect([before, ...written]).toEqual([undefined, true, false, true]);
      expect(await store.readWatch('mail')).toEqual({ ...watch, version: 2, incidentId: 'an-incident' });
      expect(await store.readWatch('pages')).toBeUndefined();
    });
  });
}
