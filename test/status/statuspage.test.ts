/** The documents read as a client of Statuspage reads them: the shapes of its public API v2, field by field. */
import type * as z from 'zod';
import type { IncidentUpdate } from '../../contract/incidents.ts';
import { renderFiles } from '../../lambda/domain/status/render.ts';
import { shapes } from '../../verify/game-day/statuspage-shapes.ts';
import { both, hostile, minutesAgo, outage, planned, snapshotWith } from './snapshot.ts';

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
