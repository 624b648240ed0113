/**
 * Incidents and maintenance, in the words and shapes of Statuspage (API v2), which its clients already read.
 * Written by alarms and by people, read by the status page and by the notices in apps.
 */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';

export const componentStatuses = ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'] as const;
export type ComponentStatus = (typeof componentStatuses)[number];

export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];
export const maintenanceStatuses = ['scheduled', 'in_progress', 'verifying', 'completed'] as const;
export type MaintenanceStatus = (typeof maintenanceStatuses)[number];

export const impacts = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof impacts)[number];

export const incidentTextLimits = { nameCodePoints: 120, bodyCodePoints: 2000, updates: 100 } as const;

const instant = z.iso.datetime();
const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));
const name = z.string().check(z.minLength(1), z.maxLength(incidentTextLimits.nameCodePoints));
const body = z.string().check(z.minLength(1), z.maxLength(incidentTextLimits.bodyCodePoints));
const affected = z.array(z.strictObject({ component: z.enum(componentIds), status: z.enum(componentStatuses) }));

/** What was said at one moment, and how each affected component stood from then on. */
const updateOf = <Statuses extends readonly [string, ...string[]]>(statuses: Statuses) =>
  z.strictObject({
    id,
    status: z.enum(statuses),
    /** Plain text: never markup, escaped wherever it is shown. */
    body,
    at: instant,
    components: affected,
  });

const common = {
  id,
  name,
  createdAt: instant,
  updatedAt: instant,
};

export const incidentSchema = z.strictObject({
  ...common,
  kind: z.literal('incident'),
  status: z.enum(incidentStatuses),
  impact: z.enum(impacts),
  /** When it began to hurt, which may be before anybody noticed. */
  startedAt: instant,
  resolvedAt: z.optional(instant),
  components: affected,
  /** Oldest first. */
  updates: z.array(updateOf(incidentStatuses)),
});
export type Incident = z.infer<typeof incidentSchema>;

export const maintenanceSchema = z.strictObject({
  ...common,
  kind: z.literal('maintenance'),
  status: z.enum(maintenanceStatuses),
  scheduledFor: instant,
  scheduledUntil: instant,
  completedAt: z.optional(instant),
  components: affected,
  updates: z.array(updateOf(maintenanceStatuses)),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;
export type IncidentUpdate = Incident['updates'][number];
export type MaintenanceUpdate = Maintenance['updates'][number];
