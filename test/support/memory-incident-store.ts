/** Incidents over memory. Everything goes in and comes out as copies, as with a store elsewhere. */
import type { ComponentId } from '../../contract/components.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createdFrom } from '../../lambda/domain/incidents/identifier.ts';
import type { ComponentWatch, IncidentStore, StoredIncident, StoredMaintenance } from '../../lambda/domain/incidents/ports.ts';

export class MemoryIncidentStore implements IncidentStore {
  readonly incidents = new Map<string, StoredIncident>();
  readonly maintenances = new Map<string, StoredMaintenance>();
  readonly watches = new Map<string, ComponentWatch>();

  async readIncident(id: string) {
    return structuredClone(this.incidents.get(id));
  }

  async readMaintenance(id: string) {
    return structuredClone(this.maintenances.get(id));
  }

  async readWatch(component: ComponentId) {
    return structuredClone(this.watches.get(component));
  }

  async listIncidents(since: number, limit: number) {
    return newest(this.incidents, since, limit, ({ content }) => content.resolvedAt);
  }

  async listMaintenances(since: number, limit: number) {
    return newest(this.maintenances, since, limit, ({ content }) => content.completedAt);
  }

  async readIncidents(since: number, limit: number) {
    return (await this.listIncidents(since, limit)).map(({ content }) => content);
  }

  async readMaintenances(since: number, limit: number) {
    return (await this.listMaintenances(since, limit)).map(({ content }) => content);
  }

  async writeIncident(incident: StoredIncident) {
    return write(this.incidents, incident.content.id, incident);
  }

  async writeMaintenance(maintenance: StoredMaintenance) {
    return write(this.maintenances, maintenance.content.id, maintenance);
  }

  async writeWatch(watch: ComponentWatch) {
    return write(this.watches, watch.component, watch);
  }
}

function write<Entry extends { readonly version: number }>(entries: Map<string, Entry>, id: string, entry: Entry): boolean {
  if ((entries.get(id)?.version ?? 0) !== entry.version - 1) return false;
  entries.set(id, structuredClone(entry));
  return true;
}

function newest<Entry>(entries: Map<string, Entry>, since: number, limit: number, endOf: (entry: Entry) => string | undefined): Entry[] {
  const from = createdFrom(since - securityPolicy.incidents.longestOpenSeconds * 1000);
  const found = [...entries].filter(([id, entry]) => {
    const end = endOf(entry);
    return id >= from && (end === undefined || Date.parse(end) >= since);
  });
  const sorted = found.sort(([one], [other]) => (one < other ? 1 : -1)).map(([, entry]) => entry);
  return structuredClone(sorted.slice(0, limit));
}
