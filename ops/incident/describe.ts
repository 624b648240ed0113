/** Incidents and maintenance for a terminal: a line each, and one for each component or alarm that matters. */
import type { IncidentView } from '../../contract/incident-bodies.ts';
import type { Maintenance } from '../../contract/incidents.ts';

export function describeIncident({
  id,
  status,
  impact,
  name,
  startedAt,
  components,
  alarms,
  quietSince,
  isLedByPeople,
}: IncidentView): string {
  const lines = [
    `${id}  ${status}, ${impact}, since ${startedAt}, ${isLedByPeople ? 'led by people' : 'led by its alarms'}: ${name.en}`,
    ...components.map((each) => `    ${each.component} ${each.status}`),
    ...alarms.map((alarm) => `    ${alarm.name} ${alarm.isRinging ? 'rings' : 'is silent'} since ${alarm.since}`),
  ];
  if (quietSince !== null && isLedByPeople) lines.push(`    all its alarms have been silent since ${quietSince}: resolve it?`);
  return lines.join('\n');
}

export function describeMaintenance({ id, status, isCancelled, scheduledFor, scheduledUntil, name, components }: Maintenance): string {
  const affected = components.map(({ component }) => component).join(', ');
  return `${id}  ${isCancelled ? 'called off' : status}, ${scheduledFor} to ${scheduledUntil}, ${affected}: ${name.en}`;
}
