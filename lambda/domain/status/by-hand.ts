/**
 * What a person puts on the page when nothing of ours answers: an incident that exists in the published document alone. It stays there
 * when the store is back, until that person ends it. Pure.
 */
import type { ComponentId } from '../../../contract/components.ts';
import type { ComponentStatus, Impact, Incident, IncidentStatus } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import { decideComponentStatus, isOver } from './component-status.ts';

const mark = 'hand-';
const keptMilliseconds = securityPolicy.status.historyDays * 24 * 3600 * 1000;

export interface Statement {
  /** Of an incident by hand that is there; absent: a new one. */
  readonly incidentId?: string;
  /** Of a new one. */
  readonly name: string;
  readonly body: string;
  readonly status: IncidentStatus;
  readonly components: readonly { readonly component: ComponentId; readonly status: ComponentStatus }[];
}

const impactOf: Readonly<Record<ComponentStatus, Impact>> = {
  operational: 'none',
  under_maintenance: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
};
const impactOrder: readonly Impact[] = ['none', 'minor', 'major', 'critical'];

export function isByHand({ id }: { readonly id: string }): boolean {
  return id.startsWith(mark);
}

/** What is stored, and what a person has put beside it. */
export function withHandwritten(stored: readonly Incident[], previous: StatusSnapshot | undefined, now: number): Incident[] {
  const kept = (previous?.incidents ?? []).filter(
    (incident) => isByHand(incident) && (!isOver(incident) || now - Date.parse(incident.updatedAt) < keptMilliseconds),
  );
  return [...stored, ...kept].sort((left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt));
}

/**
 * @param uniqueId letters and digits
 * @returns the snapshot with the statement in it; undefined when there is no incident by hand of that id that is still open
 */
export function state(snapshot: StatusSnapshot, statement: Statement, now: number, uniqueId: string): StatusSnapshot | undefined {
  const at = new Date(now).toISOString();
  const known = snapshot.incidents.find((incident) => incident.id === statement.incidentId);
  if (statement.incidentId !== undefined && (known === undefined || !isByHand(known) || isOver(known))) return undefined;
  const isEnd = statement.status === 'resolved';
  const components = merge(known?.components ?? [], statement.components, isEnd);
  const update = {
    id: `${mark}${uniqueId}`,
    status: statement.status,
    body: { en: statement.body, it: statement.body },
    at,
    components: isEnd ? components : [...statement.components],
  };
  const incident: Incident = {
    kind: 'incident',
    id: known?.id ?? `${mark}${uniqueId}`,
    name: known?.name ?? { en: statement.name, it: statement.name },
    status: statement.status,
    impact: worstImpact([known?.impact ?? 'none', ...statement.components.map(({ status }) => impactOf[status])]),
    createdAt: known?.createdAt ?? at,
    startedAt: known?.startedAt ?? at,
    updatedAt: at,
    ...(isEnd ? { resolvedAt: at } : {}),
    components,
    updates: [...(known?.updates ?? []), update],
  };
  return restated({ ...snapshot, incidents: [incident, ...snapshot.incidents.filter(({ id }) => id !== incident.id)] }, at);
}

/** The components as the incidents have them now; nothing new is known of what was measured. */
export function restated(snapshot: StatusSnapshot, at: string): StatusSnapshot {
  return {
    ...snapshot,
    at,
    components: snapshot.components.map((component) => {
      const status = decideComponentStatus(component.id, snapshot.incidents, snapshot.maintenances, []);
      return { ...component, status, since: status === component.status ? component.since : at };
    }),
  };
}

function merge(known: Incident['components'], said: Statement['components'], isEnd: boolean): Incident['components'] {
  const statuses = new Map([...known, ...said].map(({ component, status }) => [component, status]));
  return [...statuses].map(([component, status]) => ({ component, status: isEnd ? 'operational' : status }));
}

function worstImpact(impacts: readonly Impact[]): Impact {
  return impactOrder[Math.max(...impacts.map((impact) => impactOrder.indexOf(impact)))] ?? 'none';
}
