/** A snapshot in the middle of an outage, with everything that a page can show. */
import { componentIds } from '../../contract/components.ts';
import type { Incident, Maintenance } from '../../contract/incidents.ts';
import { type StatusSnapshot, statusSnapshot } from '../../contract/status.ts';

export const now = Date.parse('2026-11-28T02:10:00.000Z');
export const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** The same in both languages: what was written in one only. */
export const both = (text: string) => ({ en: text, it: text });

export const outage: Incident = {
  kind: 'incident',
  id: 'incident0001',
  name: both('Nobody can sign in'),
  status: 'identified',
  impact: 'critical',
  createdAt: minutesAgo(11),
  updatedAt: minutesAgo(3),
  startedAt: minutesAgo(12),
  components: [{ component: 'sign-in', status: 'major_outage' }],
  updates: [
    {
      id: 'update000001',
      status: 'investigating',
      body: both('Sign-in fails. We are looking into it.'),
      at: minutesAgo(11),
      components: [{ component: 'sign-in', status: 'partial_outage' }],
    },
    {
      id: 'update000002',
      status: 'identified',
      body: both('The store does not answer.'),
      at: minutesAgo(3),
      components: [{ component: 'sign-in', status: 'major_outage' }],
    },
  ],
};

export const past: Incident = {
  ...outage,
  id: 'incident0000',
  name: both('Slow sign-in'),
  status: 'resolved',
  impact: 'minor',
  createdAt: minutesAgo(9000),
  updatedAt: minutesAgo(8900),
  startedAt: minutesAgo(9001),
  resolvedAt: minutesAgo(8900),
  components: [{ component: 'sign-in', status: 'operational' }],
};

export const planned: Maintenance = {
  kind: 'maintenance',
  id: 'maintenance1',
  name: both('Moving the mail queue'),
  status: 'scheduled',
  createdAt: minutesAgo(500),
  updatedAt: minutesAgo(500),
  scheduledFor: minutesAgo(-3000),
  scheduledUntil: minutesAgo(-3060),
  components: [{ component: 'mail', status: 'under_maintenance' }],
  updates: [{ id: 'update000003', status: 'scheduled', body: both('Mails may be late.'), at: minutesAgo(500), components: [] }],
};

/** @param changed what a test is about */
export function snapshotWith(changed: Partial<StatusSnapshot> = {}): StatusSnapshot {
  return statusSnapshot.parse({
    at: new Date(now).toISOString(),
    page: { id: 'portiere', name: 'Portiere', url: 'https://status.example.com', siteOrigin: 'https://id.example.com' },
    components: componentIds.map((id) => ({
      id,
      status: id === 'sign-in' ? 'major_outage' : 'operational',
      since: minutesAgo(id === 'sign-in' ? 11 : 20_000),
      days: [
        { date: '2026-11-26', up: 1440, degraded: 0, down: 0 },
        { date: '2026-11-27', up: 1399, degraded: 40, down: 1 },
        { date: '2026-11-28', up: 115, degraded: 0, down: id === 'sign-in' ? 12 : 0 },
      ],
    })),
    incidents: [outage, past],
    maintenances: [planned],
    ...changed,
  });
}

/** Text of somebody who has taken over the pen: markup, ends of scripts and sections, entities, directions. */
export const hostile =
  '</title></script><script>alert(1)</script><img src=x onerror=alert(2)> ]]> --> &lt;b&gt; &amp; "\' \u200Fabc {{7*7}} javascript:alert(3)';

/** What no writer can get past the schema, and the feed must survive all the same. */
export const unprintable = 'bell \u0007, nothing \u0000, no character \uFFFE, half of one \uD800';
