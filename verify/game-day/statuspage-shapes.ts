/** The shapes of Statuspage's public API v2, field by field, as its clients are written for them. */
import * as z from 'zod';
import { componentStatuses, impacts, incidentStatuses, maintenanceStatuses } from '../../contract/incidents.ts';

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
/** By the path behind the page's address. */
export const shapes = {
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
