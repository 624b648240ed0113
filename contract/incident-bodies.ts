/** What is asked and answered about incidents and maintenance over HTTP. */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import {
  affectedComponent,
  bodyText,
  componentStatuses,
  impacts,
  inBoth,
  incidentId,
  incidentSchema,
  incidentStatuses,
  instant,
  maintenanceSchema,
  maintenanceStatuses,
  nameText,
} from './incidents.ts';

/** What a person writes: in one language, or in both. */
const written = (of: typeof nameText) =>
  z
    .strictObject({ en: z.optional(of), it: z.optional(of) })
    .check(z.refine(({ en, it }) => en !== undefined || it !== undefined, 'must be written in one language at least: en or it'));
export type WrittenText = z.infer<ReturnType<typeof written>>;

const once = z.refine<readonly { component: string }[]>(
  (list) => new Set(list.map(({ component }) => component)).size === list.length,
  'must name each component once',
);
const named = z
  .array(affectedComponent)
  .check(z.minLength(1, 'must name a component'), z.maxLength(componentIds.length, 'must name each component once'), once);
const maintained = z.array(z.enum(componentIds)).check(
  z.minLength(1, 'must name a component'),
  z.maxLength(componentIds.length, 'must name each component once'),
  z.refine((list) => new Set(list).size === list.length, 'must name each component once'),
);

export const openIncidentBody = z.strictObject({
  name: written(nameText),
  body: written(bodyText),
  status: z._default(z.enum(['investigating', 'identified', 'monitoring']), 'investigating'),
  components: named,
  /** Absent: what follows from the components. */
  impact: z.optional(z.enum(impacts)),
  /** Absent: now. */
  startedAt: z.optional(instant),
});
export type OpenIncident = z.infer<typeof openIncidentBody>;

export const updateIncidentBody = z.strictObject({
  /** Absent: as it is. */
  status: z.optional(z.enum(incidentStatuses)),
  body: written(bodyText),
  /** Those that are not named stay as they are. */
  components: z.optional(named),
  impact: z.optional(z.enum(impacts)),
});
export type UpdateIncident = z.infer<typeof updateIncidentBody>;

/** In place of all that were affected, without a word about it. */
export const editComponentsBody = z.strictObject({ components: named });
export type EditComponents = z.infer<typeof editComponentsBody>;

export const scheduleMaintenanceBody = z.strictObject({
  name: written(nameText),
  body: written(bodyText),
  components: maintained,
  scheduledFor: instant,
  scheduledUntil: instant,
});
export type ScheduleMaintenance = z.infer<typeof scheduleMaintenanceBody>;

export const updateMaintenanceBody = z.strictObject({
  status: z.optional(z.enum(maintenanceStatuses)),
  body: written(bodyText),
  /** As long as it has not begun. */
  scheduledFor: z.optional(instant),
  scheduledUntil: z.optional(instant),
});
export type UpdateMaintenance = z.infer<typeof updateMaintenanceBody>;

/** Absent: that it has been called off. */
export const cancelMaintenanceBody = z.strictObject({ body: z.optional(written(bodyText)) });
export type CancelMaintenance = z.infer<typeof cancelMaintenanceBody>;

/** As staff see it: with what its alarms say. */
export const incidentView = z.strictObject({
  ...incidentSchema.def.shape,
  /** Whether the clock and the alarms still speak in it. */
  isLedByPeople: z.boolean(),
  alarms: z.array(z.strictObject({ name: z.string(), isRinging: z.boolean(), since: instant })),
  /** Since when all its alarms have been silent: then its end is proposed. */
  quietSince: z.nullable(instant),
});
export type IncidentView = z.infer<typeof incidentView>;

export const incidentList = z.strictObject({ incidents: z.array(incidentView), maintenances: z.array(maintenanceSchema) });
export const incidentAnswer = z.strictObject({ incident: incidentView });
export const maintenanceAnswer = z.strictObject({ maintenance: maintenanceSchema });

/** What is going on, for apps to show: public, and no more than they need. */
export const notice = z.strictObject({
  id: incidentId,
  kind: z.enum(['incident', 'maintenance']),
  name: inBoth(nameText),
  /** What was said last. */
  body: inBoth(bodyText),
  status: z.enum([...incidentStatuses, ...maintenanceStatuses]),
  impact: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  components: z.array(
    z.strictObject({
      id: z.enum(componentIds),
      name: z.strictObject({ en: z.string(), it: z.string() }),
      status: z.enum(componentStatuses),
    }),
  ),
  startedAt: instant,
  updatedAt: instant,
  /** Of maintenance. */
  scheduledFor: z.optional(instant),
  scheduledUntil: z.optional(instant),
});
export type Notice = z.infer<typeof notice>;
export const noticesAnswer = z.strictObject({ notices: z.array(notice) });
export type Notices = z.infer<typeof noticesAnswer>;
