/** The documents read as a client of Statuspage reads them: the shapes of its public API v2, field by field. */
import * as z from 'zod';
import { componentStatuses, type IncidentUpdate, impacts, incidentStatuses, maintenanceStatuses } from '../../contract/incidents.ts';
import { renderFiles } from '../../lambda/domain/status/render.ts';
import { both, hostile, minutesAgo, outage, planned, snapshotWith } from './snapshot.ts';

const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const page = z.object({ id: z.string(), name: z.string(), url: z.url(), time_zone: z.string(), updated_at: instant });
const status = z.object({ indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']), description: z.string() });
const component = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(componentStatuses),
  created_at: instant,
  updated_at: instant,
  position: z.int(),
  description: z.nullable(z.string()),
  showcase: z.boolean(),
  start_date: z.nullable(z.iso.date()),
  group_id: z.nullable(z.string()),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
});
const event = {
  id: z.string(),
  name: z.string(),
  created_at: instant,
  updated_at: instant,
  monitoring_at: z.nullable(instant),
  resolved_at: z.nullable(instant),
  shortlink: z.url(),
  started_at: instant,
  page_id: z.string(),
  components: z.array(component),
  incident_updates: z.array(
    z.object({
      id: z.string(),
      status: z.enum([...incidentStatuses, ...maintenanceStatuses]),
      body: z.string(),
      incident_id: z.string(),
      created_at: instant,
      updated_at: instant,
      display_at: instant,
      affected_components: z.array(
        z.object({ code: z.string(), name: z.string(), old_status: z.enum(componentStatuses), new_status: z.enum(componentStatuses) }),
      ),
      deliver_notifications: z.boolean(),
    }),
  ),
};
const incident = z.object({ ...event, status: z.enum(incidentStatuses), impact: z.enum(impacts) });
const maintenance = z.object({
  ...event,
  status: z.enum(maintenanceStatuses),
  impact: z.literal('maintenance'),
  scheduled_for: instant,
  scheduled_until: instant,
});
const incidents = z.object({ page, incidents: z.array(incident) });
const maintenances = z.object({ page, scheduled_maintenances: z.array(maintenance) });
const shapes = {
  'api/v2/summary.json': z.object({
    page,
    status,
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(maintenance),
  }),
  'api/v2/status.json': z.object({ page, status }),
  'api/v2/components.json': z.object({ page, components: z.array(component) }),
  'api/v2/incidents.json': incidents,
  'api/v2/incidents/unresolved.json': incidents,
  'api/v2/scheduled-maintenances.json': maintenances,
  'api/v2/scheduled-maintenances/upcoming.json': maintenances,
  'api/v2/scheduled-maintenances/active.json': maintenances,
};

function read<Key extends keyof typeof shapes>(key: Key, snapshot = snapshotWith()): z.infer<(typeof shapes)[Key]> {
  const file = renderFiles(snapshot).find((one) => one.key === key);
  expect(file?.contentType).toBe('application/json; charset=utf-8');
  return shapes[key].parse(JSON.parse(file?.body ?? '')) as z.infer<(typeof shapes)[Key]>;
}

describe('A client of Statuspage', () => {
  test.each(Object.keys(shapes) as (keyof typeof shapes)[])('[P04] reads /%s', (key) => {
    expect(read(key).page.url).toBe('https://status.example.com');
  });

  test('[P04] sees in the summary what is wrong, in its own words', () => {
    const summary = read('api/v2/summary.json');

    expect(summary.status).toEqual({ indicator: 'critical', description: 'Major Service Outage' });
    expect(summary.components.map(({ id, status: its }) => [id, its])).toContainEqual(['sign-in', 'major_outage']);
    expect(summary.incidents.map(({ name }) => name)).toEqual(['Nobody can sign in']);
    expect(summary.scheduled_maintenances.map(({ name }) => name)).toEqual(['Moving the mail queue']);
    expect(summary.page.updated_at).toBe(snapshotWith().at);
  });

  test('[P04] reads updates from the newest on, with what each made of its components', () => {
    const [first] = read('api/v2/incidents/unresolved.json').incidents;

    expect(first?.incident_updates.map(({ body }) => body)).toEqual([
      'The store does not answer.',
      'Sign-in fails. We are looking into it.',
    ]);
    expect(first?.incident_updates.map(({ affected_components: [affected] }) => [affected?.old_status, affected?.new_status])).toEqual([
      ['partial_outage', 'major_outage'],
      ['operational', 'partial_outage'],
    ]);
    expect(first?.shortlink).toBe('https://status.example.com/#incident0001');
  });

  test('[P04] finds resolved incidents among all, not among the unresolved', () => {
    expect(read('api/v2/incidents.json').incidents.map(({ id }) => id)).toEqual(['incident0001', 'incident0000']);
    expect(read('api/v2/incidents/unresolved.json').incidents.map(({ id }) => id)).toEqual(['incident0001']);
  });

  test('[P04] finds maintenance under way among the active, no more among the upcoming, and completed in neither', () => {
    const withStatus = (its: 'in_progress' | 'completed') => snapshotWith({ maintenances: [{ ...planned, status: its }] });
    const count = (snapshot: ReturnType<typeof snapshotWith>) =>
      (['upcoming', 'active'] as const).map(
        (which) => read(`api/v2/scheduled-maintenances/${which}.json`, snapshot).scheduled_maintenances.length,
      );

    expect([snapshotWith(), withStatus('in_progress'), withStatus('completed')].map(count)).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  test('gets the same bytes while nothing has happened, but for the two documents that say when figures were taken', () => {
    const later = snapshotWith({ at: minutesAgo(-1) });
    const before = new Map(renderFiles(snapshotWith()).map(({ key, body }) => [key, body]));

    const changed = renderFiles(later).filter(({ key, body }) => before.get(key) !== body);

    expect(changed.map(({ key }) => key)).toEqual([
      'en/index.html',
      'it/index.html',
      'api/v2/summary.json',
      'api/v2/status.json',
      'snapshot.json',
    ]);
  });

  test('[P17] gets hostile text as text, and none of it as markup even where somebody pastes the document into a page', () => {
    const [said] = outage.updates as [IncidentUpdate];
    const snapshot = snapshotWith({
      incidents: [{ ...outage, name: both(hostile.slice(0, 110)), updates: [{ ...said, body: both(hostile) }] }],
    });
    const files = renderFiles(snapshot).filter(({ key }) => key.endsWith('.json'));

    expect(read('api/v2/incidents.json', snapshot).incidents[0]?.incident_updates[0]?.body).toBe(hostile);
    expect(files.filter(({ body }) => /[<>&]/.test(body))).toEqual([]);
  });
});
