/**
 * Incidents and maintenance, in the words and shapes of Statuspage (API v2), which its clients already read.
 * Written by alarms and by people, read by the status page and by the notices in apps.
 */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import { securityPolicy } from './security-policy.ts';

export const componentStatuses = ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'] as const;
export type ComponentStatus = (typeof componentStatuses)[number];

export const incidentStatuses = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];
export const maintenanceStatuses = ['scheduled', 'in_progress', 'verifying', 'completed'] as const;
export type MaintenanceStatus = (typeof maintenanceStatuses)[number];

export const impacts = ['none', 'minor', 'major', 'critical'] as const;
export type Impact = (typeof impacts)[number];

const limits = securityPolicy.incidents;

/**
 * What no text may hold: control characters and lone surrogates, which XML has no way to write; line separators, which end a
 * string in older JavaScript; and the characters that turn the direction of what follows, so that a text can't rewrite its page.
 */
const unprintable = String.raw`\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF`;
const oneLine = new RegExp(`^[^${unprintable}]*$`, 'u');
const severalLines = new RegExp(`^(?:\\n|[^${unprintable}])*$`, 'u');

function text(pattern: RegExp, codePoints: number) {
  return z.string().check(
    z.regex(/\S/, 'must not be empty'),
    z.regex(pattern, 'must be plain text, without control characters'),
    z.refine((value) => [...value].length <= codePoints, `must have at most ${codePoints} characters`),
  );
}

export const incidentId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be the id of an incident or a maintenance'));
export const nameText = text(oneLine, limits.nameCodePoints);
export const bodyText = text(severalLines, limits.bodyCodePoints);
/** Plain text in both languages: never markup, escaped wherever it is shown. What was written in one language only stands in both. */
export const inBoth = (of: typeof nameText) => z.strictObject({ en: of, it: of });
export type BilingualText = z.infer<ReturnType<typeof inBoth>>;

export const instant = z.iso.datetime();
export const affectedComponent = z.strictObject({ component: z.enum(componentIds), status: z.enum(componentStatuses) });
export type AffectedComponent = z.infer<typeof affectedComponent>;
const affected = z.array(affectedComponent);

/** What was said at one moment, and how each affected component stood from then on. */
const updateOf = <Status extends string>(statuses: readonly [Status, ...Status[]]) =>
  z.strictObject({ id: incidentId, status: z.enum(statuses), body: inBoth(bodyText), at: instant, components: affected });

const common = {
  id: incidentId,
  name: inBoth(nameText),
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
  /** How they stand now: all `operational` once it is resolved. */
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
  /** When it was over, or called off. */
  completedAt: z.optional(instant),
  /** It never began. */
  isCancelled: z.optional(z.literal(true)),
  /** How they stand now: `under_maintenance` while it is in progress or being verified, `operational` before and after. */
  components: affected,
  /** Oldest first. */
  updates: z.array(updateOf(maintenanceStatuses)),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;
export type IncidentUpdate = Incident['updates'][number];
export type MaintenanceUpdate = Maintenance['updates'][number];
