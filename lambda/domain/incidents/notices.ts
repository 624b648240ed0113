/** What apps show of what is going on: the worst first. */
import { components } from '../../../contract/components.ts';
import type { Notice, Notices } from '../../../contract/incident-bodies.ts';
import type { AffectedComponent, Incident, Maintenance } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { IncidentReader } from './ports.ts';

const policy = securityPolicy.incidents;
const order: readonly Notice['impact'][] = ['critical', 'major', 'minor', 'maintenance', 'none'];

export async function readNotices(reader: IncidentReader, now: number): Promise<Notices> {
  const [incidents, maintenances] = await Promise.all([
    reader.readIncidents(now, policy.shownAtOnce),
    reader.readMaintenances(now, policy.shownAtOnce),
  ]);
  const soon = now + policy.noticeAheadSeconds * 1000;
  const notices = [
    ...incidents.filter(({ resolvedAt }) => resolvedAt === undefined).map(noticeOfIncident),
    ...maintenances
      .filter(({ status, scheduledFor }) => status !== 'completed' && Date.parse(scheduledFor) <= soon)
      .map(noticeOfMaintenance),
  ];
  // Stable: among equals the newest comes first, as it was read.
  return { notices: notices.sort((one, other) => order.indexOf(one.impact) - order.indexOf(other.impact)) };
}

function noticeOfIncident(incident: Incident): Notice {
  const { id, kind, name, status, impact, startedAt, updatedAt } = incident;
  return { id, kind, name, body: lastBody(incident), status, impact, components: named(incident.components), startedAt, updatedAt };
}

function noticeOfMaintenance(maintenance: Maintenance): Notice {
  const { id, kind, name, status, scheduledFor, scheduledUntil, updatedAt } = maintenance;
  return {
    id,
    kind,
    name,
    body: lastBody(maintenance),
    status,
    impact: 'maintenance',
    components: named(maintenance.components),
    startedAt: scheduledFor,
    updatedAt,
    scheduledFor,
    scheduledUntil,
  };
}

function lastBody({ name, updates }: Incident | Maintenance): Notice['body'] {
  return updates.at(-1)?.body ?? name;
}

function named(affected: readonly AffectedComponent[]): Notice['components'] {
  return affected.map(({ component, status }) => ({ id: component, name: components[component].name, status }));
}
