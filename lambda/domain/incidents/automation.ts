/**
 * What alarms do to incidents: decided from what is kept, one write at a time, so that whoever comes second, or comes again
 * after a crash, finds the next step and nothing to undo.
 *
 * An incident is open for a component as long as its watch names one that is not over. The watch names it before it exists:
 * of all that see an alarm ring, one write of the watch wins, and everybody creates the same incident.
 */
import { readAlarmName } from '../../../contract/alarms.ts';
import type { AffectedComponent, BilingualText, ComponentStatus, Incident, IncidentStatus } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant } from '../sessions.ts';
import type { AlarmChange } from './alarm-message.ts';
import { allOperational, computeImpact, isWorse, worstImpact, worstStatus } from './impact.ts';
import type { ComponentWatch, StoredIncident } from './ports.ts';
import { cameBackText, foundText, nameOfIncident, quietText, resolvedText, worsenedText } from './texts.ts';

const policy = securityPolicy.incidents;

/** @returns undefined when this, or something later of the same alarm, is known already: messages repeat and overtake each other */
export function noteAlarm(watch: ComponentWatch | undefined, { alarm, component, isRinging, at }: AlarmChange): ComponentWatch | undefined {
  const known = watch?.alarms[alarm];
  if (known !== undefined && known.at >= at) return undefined;
  const before = watch ?? { component, alarms: {}, version: 0 };
  return { ...before, alarms: { ...before.alarms, [alarm]: { isRinging, at } }, version: before.version + 1 };
}

export interface Situation {
  readonly watch: ComponentWatch;
  /** The one that the watch names, if it exists. */
  readonly incident: StoredIncident | undefined;
  /** An open one of people's that is about this component. */
  readonly peoplesIncidentId: string | undefined;
  /** A maintenance is under way that is about this component. */
  readonly isUnderMaintenance: boolean;
  readonly now: number;
  /** For what comes into being. */
  readonly newId: () => string;
}

export type Step =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'write_watch'; readonly watch: ComponentWatch }
  /** `isTold`: customers see a difference. */
  | { readonly kind: 'write_incident'; readonly incident: StoredIncident; readonly isTold: boolean };

const nothing: Step = { kind: 'nothing' };

export function decideNext(situation: Situation): Step {
  const { watch, incident, isUnderMaintenance, peoplesIncidentId, newId } = situation;
  // Named and not created: whoever named it did not get so far, or is about to.
  if (watch.incidentId !== undefined && incident === undefined) {
    return { kind: 'write_incident', incident: openIncident(situation, watch.incidentId), isTold: true };
  }
  if (incident !== undefined && incident.content.resolvedAt === undefined) return continueIncident(situation, incident);
  // Alarms that rang before the last incident was closed, and were part of it, open no other.
  const isNews = Object.keys(ringingOf(watch)).some((alarm) => !hasHeardOf(incident, watch, alarm));
  // After the window, what still rings is news as much as before.
  if (!isNews || isUnderMaintenance) return nothing;
  return { kind: 'write_watch', watch: { ...watch, incidentId: peoplesIncidentId ?? newId(), version: watch.version + 1 } };
}

function openIncident({ watch, now, newId }: Situation, id: string): StoredIncident {
  const ringing = ringingOf(watch);
  // All may have fallen silent since it was named: it was a problem all the same, and is closed in the next steps.
  const rang = Object.keys(ringing).length > 0 ? ringing : latestOf(watch);
  const status = statusOf(Object.keys(rang));
  const components: AffectedComponent[] = [{ component: watch.component, status }];
  const at = instant(now);
  const content: Incident = {
    kind: 'incident',
    id,
    name: nameOfIncident(watch.component, status),
    status: 'investigating',
    impact: computeImpact(components),
    createdAt: at,
    updatedAt: at,
    startedAt: instant(Math.min(now, ...Object.values(rang))),
    components,
    updates: [{ id: newId(), status: 'investigating', body: foundText(status), at, components }],
  };
  return { content, rang, isLedByPeople: false, version: 1 };
}

function continueIncident(situation: Situation, incident: StoredIncident): Step {
  const { watch, isUnderMaintenance } = situation;
  const ringing = ringingOf(watch);
  const isNews = Object.keys(ringing).some((alarm) => !hasHeardOf(incident, watch, alarm));
  if (isNews && isUnderMaintenance) return nothing;
  const heard: StoredIncident = isNews
    ? { ...incident, rang: { ...incident.rang, ...ringing }, version: incident.version + 1 }
    : { ...incident, version: incident.version + 1 };
  const said = incident.isLedByPeople ? undefined : sayNext(situation, heard, ringing);
  if (said !== undefined) return { kind: 'write_incident', incident: said, isTold: true };
  return isNews ? { kind: 'write_incident', incident: heard, isTold: false } : nothing;
}

/** What an incident that nobody has written to says of itself; undefined where there is nothing new. */
function sayNext(situation: Situation, incident: StoredIncident, ringing: Readonly<Record<string, number>>): StoredIncident | undefined {
  const { watch, now } = situation;
  const { status, components } = incident.content;
  if (Object.keys(ringing).length === 0) {
    if (status !== 'monitoring') return say(situation, incident, 'monitoring', quietText, allOperational(components));
    const quietSince = Math.max(...Object.values(latestOf(watch)), Date.parse(incident.content.updatedAt));
    if (now - quietSince < policy.quietSeconds * 1000) return undefined;
    return say(situation, incident, 'resolved', resolvedText, allOperational(components));
  }
  const before = worstStatus(components.map((each) => each.status));
  const suffers = worstStatus([before, statusOf(Object.keys(ringing))]);
  const affected = components.map(({ component }) => ({ component, status: suffers }));
  if (status === 'monitoring') return say(situation, incident, 'investigating', cameBackText(suffers), affected);
  return isWorse(suffers, before) ? say(situation, incident, status, worsenedText(suffers), affected) : undefined;
}

function say(
  { now, newId }: Pick<Situation, 'now' | 'newId'>,
  incident: StoredIncident,
  status: IncidentStatus,
  body: BilingualText,
  components: AffectedComponent[],
): StoredIncident {
  const { content } = incident;
  const at = instant(now);
  const impact = worstImpact(content.impact, computeImpact(components));
  const isOver = status === 'resolved';
  // Without room it goes on all the same: its end must not hang on how much was said before.
  const hasRoom = content.updates.length < policy.updates;
  const updates = hasRoom ? [...content.updates, { id: newId(), status, body, at, components }] : content.updates;
  return { ...incident, content: { ...content, status, impact, components, updatedAt: at, ...(isOver && { resolvedAt: at }), updates } };
}

/** Closes what nobody has closed in time, whoever leads it. @returns undefined as long as there is time */
export function expireIncident(
  incident: StoredIncident,
  now: number,
  newId: () => string,
  body: BilingualText,
): StoredIncident | undefined {
  const { createdAt, resolvedAt, components } = incident.content;
  // A day before readers stop looking.
  const latest = Date.parse(createdAt) + (policy.longestOpenSeconds - 86_400) * 1000;
  if (resolvedAt !== undefined || now < latest) return undefined;
  return say({ now, newId }, { ...incident, version: incident.version + 1 }, 'resolved', body, allOperational(components));
}

/** The alarms that ring, with when they began. */
export function ringingOf(watch: ComponentWatch): Record<string, number> {
  const ringing = Object.entries(watch.alarms).filter(([, { isRinging }]) => isRinging);
  return Object.fromEntries(ringing.map(([alarm, { at }]) => [alarm, at]));
}

/** The alarm that changed last. */
function latestOf(watch: ComponentWatch): Record<string, number> {
  const [latest] = Object.entries(watch.alarms).sort(([, one], [, other]) => other.at - one.at);
  return latest === undefined ? {} : { [latest[0]]: latest[1].at };
}

function hasHeardOf(incident: StoredIncident | undefined, watch: ComponentWatch, alarm: string): boolean {
  const heard = incident?.rang[alarm];
  return heard !== undefined && heard >= (watch.alarms[alarm]?.at ?? 0);
}

function statusOf(alarms: readonly string[]): ComponentStatus {
  return worstStatus(alarms.map((alarm) => readAlarmName(alarm)?.definition.suffers ?? 'partial_outage'));
}
