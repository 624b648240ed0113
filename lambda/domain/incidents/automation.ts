/**
 * What alarms do to incidents: decided from what is kept, one write at a time, so that whoever comes second, or comes again
 * after a crash, finds the next step and nothing to undo.
 *
 * An incident is open for a component as long as its watch names one that is not over. The watch names it before it exists:
 * of all that see an alarm ring, one write of the watch wins, and everybody creates the same incident. What begins to suffer soon
 * after is told in it, too: an outage of everything is one incident and one notice.
 */
import { readAlarmName } from '../../../contract/alarms.ts';
import type { AffectedComponent, BilingualText, ComponentStatus, Incident, IncidentStatus } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant } from '../sessions.ts';
import type { AlarmChange } from './alarm-message.ts';
import { allOperational, computeImpact, isWorse, worstImpact, worstStatus } from './impact.ts';
import type { ComponentWatch, StoredIncident } from './ports.ts';
import { aloneText, alsoText, cameBackText, foundText, nameOfIncident, quietText, resolvedText, worsenedText } from './texts.ts';

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
  /** An open one to tell it in: one that is about this component already, or that alarms of another have opened just before. */
  readonly openIncidentId: string | undefined;
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
  const { watch, incident, isUnderMaintenance, openIncidentId, newId } = situation;
  // Named and not created: whoever named it did not get so far, or is about to.
  if (watch.incidentId !== undefined && incident === undefined) {
    return { kind: 'write_incident', incident: openIncident(situation, watch.incidentId), isTold: true };
  }
  if (incident !== undefined && incident.content.resolvedAt === undefined) return continueIncident(situation, incident);
  // Alarms that rang before the last incident was closed, and were part of it, open no other.
  const isNews = Object.keys(ringingOf(watch)).some((alarm) => !hasHeardOf(incident, watch, alarm));
  // After the window, what still rings is news as much as before.
  if (!isNews || isUnderMaintenance) return nothing;
  return { kind: 'write_watch', watch: { ...watch, incidentId: openIncidentId ?? newId(), version: watch.version + 1 } };
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
    name: nameOfIncident([watch.component], status),
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
  const { component } = situation.watch;
  const { status, components } = incident.content;
  const before = components.find((each) => each.component === component)?.status;
  if (Object.keys(ringing).length === 0) return sayQuiet(situation, incident);
  const suffers = worstStatus([before ?? 'operational', statusOf(Object.keys(ringing))]);
  const own: AffectedComponent = { component, status: suffers };
  const affected = before === undefined ? [...components, own] : components.map((each) => (each.component === component ? own : each));
  if (before === undefined) {
    const joined = say(situation, incident, status === 'monitoring' ? 'investigating' : status, alsoText(component, suffers), affected);
    const worst = worstStatus(affected.map((each) => each.status));
    const name = nameOfIncident(
      affected.map((each) => each.component),
      worst,
    );
    return { ...joined, content: { ...joined.content, name } };
  }
  if (status === 'monitoring') return say(situation, incident, 'investigating', cameBackText(suffers), affected);
  if (!isWorse(suffers, before)) return undefined;
  return say(situation, incident, status, before === 'operational' ? alsoText(component, suffers) : worsenedText(suffers), affected);
}

/** Of the component all is quiet; the incident goes on while another one suffers. */
function sayQuiet(situation: Situation, incident: StoredIncident): StoredIncident | undefined {
  const { watch, now } = situation;
  const { status, components, updatedAt } = incident.content;
  const isKnown = components.every((each) => each.component !== watch.component || each.status === 'operational');
  const after = components.map(
    (each): AffectedComponent => (each.component === watch.component ? { ...each, status: 'operational' } : each),
  );
  const isOverForAll = after.every((each) => each.status === 'operational');
  if (!isOverForAll) return isKnown ? undefined : say(situation, incident, status, aloneText(watch.component), after);
  if (status !== 'monitoring') return say(situation, incident, 'monitoring', quietText, after);
  const quietSince = Math.max(...Object.values(latestOf(watch)), Date.parse(updatedAt));
  if (now - quietSince < policy.quietSeconds * 1000) return undefined;
  return say(situation, incident, 'resolved', resolvedText, after);
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
