/**
 * The snapshot in the shapes of Statuspage's API v2, which its clients, chat bots and aggregators already read. Names are in
 * English, the language of the API. Pure.
 */
import { type ComponentId, componentIds, components as definitions } from '../../../contract/components.ts';
import type { ComponentStatus, Incident, Maintenance } from '../../../contract/incidents.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import { computeIndicator, type Indicator, isOver, isUnderWay } from './component-status.ts';

/** Statuspage's own words, by indicator: clients show them as they come. */
const descriptions: Readonly<Record<Indicator, string>> = {
  none: 'All Systems Operational',
  maintenance: 'Service Under Maintenance',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
};

type Component = StatusSnapshot['components'][number];

/** @param updatedAt what clients compare to see whether anything is new */
export function describePage({ page }: StatusSnapshot, updatedAt: string) {
  return { id: page.id, name: page.name, url: page.url, time_zone: 'Etc/UTC', updated_at: precise(updatedAt) };
}

export function describeStatus(snapshot: StatusSnapshot) {
  const indicator = computeIndicator(snapshot);
  return { indicator, description: descriptions[indicator] };
}

export function describeComponents({ page, components }: StatusSnapshot) {
  return components.map((component, index) => describeComponent(page.id, component, index + 1));
}

function describeComponent(pageId: string, { id, status, since, days }: Component, position: number) {
  const firstDay = days.find(({ up, degraded, down }) => up + degraded + down > 0)?.date;
  return {
    id,
    name: definitions[id].name.en,
    status,
    created_at: precise(firstDay === undefined ? since : `${firstDay}T00:00:00Z`),
    updated_at: precise(since),
    position,
    description: definitions[id].description.en,
    showcase: true,
    start_date: firstDay ?? null,
    group_id: null,
    page_id: pageId,
    group: false,
    only_show_if_degraded: false,
  };
}

export function describeIncident(snapshot: StatusSnapshot, incident: Incident) {
  return {
    ...describeEvent(snapshot, incident),
    status: incident.status,
    impact: incident.impact,
    started_at: precise(incident.startedAt),
    monitoring_at: orNull(incident.updates.find(({ status }) => status === 'monitoring')?.at),
    resolved_at: orNull(incident.resolvedAt),
  };
}

export function describeMaintenance(snapshot: StatusSnapshot, maintenance: Maintenance) {
  return {
    ...describeEvent(snapshot, maintenance),
    status: maintenance.status,
    impact: 'maintenance',
    started_at: precise(maintenance.scheduledFor),
    monitoring_at: null,
    resolved_at: orNull(maintenance.completedAt),
    scheduled_for: precise(maintenance.scheduledFor),
    scheduled_until: precise(maintenance.scheduledUntil),
  };
}

function describeEvent(snapshot: StatusSnapshot, event: Incident | Maintenance) {
  const affected = affectedBy(event);
  return {
    id: event.id,
    name: event.name.en,
    created_at: precise(event.createdAt),
    updated_at: precise(event.updatedAt),
    shortlink: addressOf(snapshot, event),
    page_id: snapshot.page.id,
    incident_updates: describeUpdates(event),
    components: describeComponents(snapshot).filter(({ id }) => affected.includes(id)),
    reminder_intervals: null,
  };
}

/** What it is about, and what it was about: a resolved incident leaves nothing else behind. */
export function affectedBy({ components, updates }: Incident | Maintenance): ComponentId[] {
  const named = new Set([...components, ...updates.flatMap((update) => update.components)].map(({ component }) => component));
  return componentIds.filter((id) => named.has(id));
}

/** Newest first, as Statuspage gives them; what each component was before stands in the update before. */
function describeUpdates(event: Incident | Maintenance) {
  const before = new Map<string, ComponentStatus>();
  return event.updates
    .map((update) => {
      const affected = update.components.map(({ component, status }) => ({
        code: component,
        name: definitions[component].name.en,
        old_status: before.get(component) ?? 'operational',
        new_status: status,
      }));
      for (const { component, status } of update.components) before.set(component, status);
      return {
        id: update.id,
        status: update.status,
        body: update.body.en,
        incident_id: event.id,
        created_at: precise(update.at),
        updated_at: precise(update.at),
        display_at: precise(update.at),
        affected_components: affected,
        deliver_notifications: true,
        custom_tweet: null,
        tweet_id: null,
      };
    })
    .reverse();
}

/** Where the page tells of it: there is one page, and everything has a place on it. */
export function addressOf({ page }: StatusSnapshot, { id }: Incident | Maintenance): string {
  return `${page.url}/#${id}`;
}

/** When something that is told of last changed: not when it was last measured. */
export function lastChange({ components, incidents, maintenances }: StatusSnapshot): string {
  const instants = [...components.map(({ since }) => since), ...[...incidents, ...maintenances].map(({ updatedAt }) => updatedAt)];
  return precise(new Date(Math.max(0, ...instants.map((instant) => Date.parse(instant)))).toISOString());
}

export function unresolved({ incidents }: StatusSnapshot): Incident[] {
  return incidents.filter((incident) => !isOver(incident));
}

export function upcoming({ maintenances }: StatusSnapshot): Maintenance[] {
  return maintenances.filter(({ status }) => status === 'scheduled');
}

export function active({ maintenances }: StatusSnapshot): Maintenance[] {
  return maintenances.filter(isUnderWay);
}

/** Every document of the API, by its key. */
export function renderApi(snapshot: StatusSnapshot) {
  // A page that says nothing new has the same bytes, and isn't written again.
  const page = describePage(snapshot, lastChange(snapshot));
  const fresh = describePage(snapshot, snapshot.at);
  const status = describeStatus(snapshot);
  const components = describeComponents(snapshot);
  const open = unresolved(snapshot).map((incident) => describeIncident(snapshot, incident));
  const planned = (list: readonly Maintenance[]) => list.map((maintenance) => describeMaintenance(snapshot, maintenance));
  const coming = planned([...active(snapshot), ...upcoming(snapshot)]);
  return {
    'api/v2/summary.json': { page: fresh, components, incidents: open, scheduled_maintenances: coming, status },
    'api/v2/status.json': { page: fresh, status },
    'api/v2/components.json': { page, components },
    'api/v2/incidents.json': { page, incidents: snapshot.incidents.map((incident) => describeIncident(snapshot, incident)) },
    'api/v2/incidents/unresolved.json': { page, incidents: open },
    'api/v2/scheduled-maintenances.json': { page, scheduled_maintenances: planned(snapshot.maintenances) },
    'api/v2/scheduled-maintenances/upcoming.json': { page, scheduled_maintenances: planned(upcoming(snapshot)) },
    'api/v2/scheduled-maintenances/active.json': { page, scheduled_maintenances: planned(active(snapshot)) },
  };
}

/** Milliseconds always, as Statuspage writes them: clients exist that compare texts. */
function precise(instant: string): string {
  return new Date(instant).toISOString();
}

function orNull(instant: string | undefined): string | null {
  return instant === undefined ? null : precise(instant);
}
