/** Incidents as staff see them: with what their alarms say, and whether their end is proposed. */
import { componentIds } from '../../../contract/components.ts';
import type { IncidentView } from '../../../contract/incident-bodies.ts';
import type { Maintenance } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { instant } from '../sessions.ts';
import type { AlarmState, IncidentStore, StoredIncident } from './ports.ts';

const policy = securityPolicy.incidents;

export interface Overview {
  readonly incidents: IncidentView[];
  readonly maintenances: Maintenance[];
}

export async function readOverview(store: IncidentStore, now: number): Promise<Overview> {
  const since = now - policy.listedSeconds * 1000;
  const [incidents, maintenances, alarms] = await Promise.all([
    store.listIncidents(since, policy.shownAtOnce),
    store.listMaintenances(since, policy.shownAtOnce),
    readAlarms(store),
  ]);
  return {
    incidents: incidents.map((incident) => describeIncident(incident, alarms)),
    maintenances: maintenances.map(({ content }) => content),
  };
}

export async function viewIncident(store: IncidentStore, incident: StoredIncident): Promise<IncidentView> {
  return describeIncident(incident, await readAlarms(store));
}

type Alarms = Readonly<Record<string, AlarmState>>;

async function readAlarms(store: IncidentStore): Promise<Alarms> {
  const watches = await Promise.all(componentIds.map((component) => store.readWatch(component)));
  return Object.assign({}, ...watches.map((watch) => watch?.alarms));
}

function describeIncident({ content, rang, isLedByPeople }: StoredIncident, known: Alarms): IncidentView {
  const alarms = Object.entries(rang).map(([name, at]) => {
    const { isRinging, at: since } = known[name] ?? { isRinging: true, at };
    return { name, isRinging, since };
  });
  const isQuiet = content.resolvedAt === undefined && alarms.length > 0 && alarms.every(({ isRinging }) => !isRinging);
  return {
    ...content,
    isLedByPeople,
    alarms: alarms.map((alarm) => ({ ...alarm, since: instant(alarm.since) })),
    quietSince: isQuiet ? instant(Math.max(...alarms.map(({ since }) => since))) : null,
  };
}
