/**
 * The status page (P04): the one document that everything on it is made from, the files that are published, and what travels
 * on its queue. The document is published beside the page: whoever has nothing else left publishes the next one from it.
 */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import { componentStatuses, incidentSchema, maintenanceSchema } from './incidents.ts';

const instant = z.iso.datetime();
const minutes = z.int().check(z.gte(0), z.lte(1440));

/** Measured minutes of one UTC day; the rest of it has no data, which is not the same as up. */
export const dayFigures = z.strictObject({ date: z.iso.date(), up: minutes, degraded: minutes, down: minutes });
export type DayFigures = z.infer<typeof dayFigures>;

export const statusSnapshot = z.strictObject({
  /** When the figures were taken. */
  at: instant,
  page: z.strictObject({
    id: z.string(),
    name: z.string(),
    /** `https://host[:port]` of the status page. */
    url: z.string(),
    /** The same of the site that it is about. */
    siteOrigin: z.string(),
  }),
  components: z.array(
    z.strictObject({
      id: z.enum(componentIds),
      status: z.enum(componentStatuses),
      /** Since when it has had this status. */
      since: instant,
      /** Oldest first. */
      days: z.array(dayFigures),
    }),
  ),
  /** Newest first. */
  incidents: z.array(incidentSchema),
  maintenances: z.array(maintenanceSchema),
});
export type StatusSnapshot = z.infer<typeof statusSnapshot>;

/** Keys of everything that a publication writes, and nothing else is ever written there by hand or function. */
export const statusFiles = [
  'en/index.html',
  'it/index.html',
  'api/v2/summary.json',
  'api/v2/status.json',
  'api/v2/components.json',
  'api/v2/incidents.json',
  'api/v2/incidents/unresolved.json',
  'api/v2/scheduled-maintenances.json',
  'api/v2/scheduled-maintenances/upcoming.json',
  'api/v2/scheduled-maintenances/active.json',
  'history.atom',
  'snapshot.json',
] as const;
export type StatusFile = (typeof statusFiles)[number];

/** What is sent to the queue `status` when something should be seen at once. */
export const statusMessage = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('publish') })]);
