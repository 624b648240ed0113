/** How each component stands, and with them the whole: what people said about it first, its own figures behind that. Pure. */
import type { ComponentId } from '../../../contract/components.ts';
import type { ComponentStatus, Impact, Incident, Maintenance } from '../../../contract/incidents.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import type { MinuteState } from './minutes.ts';

const { recent: limits } = securityPolicy.status;

const ranks: Readonly<Record<ComponentStatus, number>> = {
  operational: 0,
  under_maintenance: 1,
  degraded_performance: 2,
  partial_outage: 3,
  major_outage: 4,
};

export function isOver({ status }: Incident | Maintenance): boolean {
  return status === 'resolved' || status === 'postmortem' || status === 'completed';
}

export function isUnderWay({ status }: Maintenance): boolean {
  return status === 'in_progress' || status === 'verifying';
}

/**
 * @param recent the component's minutes up to now, the last one last, as far as they are measured
 */
export function decideComponentStatus(
  id: ComponentId,
  incidents: readonly Incident[],
  maintenances: readonly Maintenance[],
  recent: readonly MinuteState[],
): ComponentStatus {
  const said = [...incidents.filter((incident) => !isOver(incident)), ...maintenances.filter(isUnderWay)]
    .flatMap(({ components }) => components)
    .filter(({ component }) => component === id)
    .map(({ status }) => status);
  // What fails during announced work fails because of it: an incident alone says otherwise.
  return worst(said.includes('under_maintenance') ? said : [...said, judgeRecent(recent)]);
}

/** Several bad minutes, not one: a page that flickers is believed by nobody. */
function judgeRecent(recent: readonly MinuteState[]): ComponentStatus {
  const last = recent.filter((state) => state !== 'none').slice(-limits.minutes);
  const down = last.filter((state) => state === 'down').length;
  const bad = last.filter((state) => state !== 'up').length;
  if (down === limits.minutes) return 'major_outage';
  if (down >= limits.bad) return 'partial_outage';
  return bad >= limits.bad ? 'degraded_performance' : 'operational';
}

function worst(statuses: readonly ComponentStatus[]): ComponentStatus {
  return statuses.reduce<ComponentStatus>((found, status) => (ranks[status] > ranks[found] ? status : found), 'operational');
}

export type Indicator = Impact | 'maintenance';

const indicators: Readonly<Record<ComponentStatus, Indicator>> = {
  operational: 'none',
  under_maintenance: 'maintenance',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
};
const order: readonly Indicator[] = ['none', 'maintenance', 'minor', 'major', 'critical'];

/** The page's indicator, as Statuspage has it: the worst of the components and of what open incidents do to people. */
export function computeIndicator({ components, incidents }: Pick<StatusSnapshot, 'components' | 'incidents'>): Indicator {
  const all = [
    ...components.map(({ status }) => indicators[status]),
    ...incidents.filter((incident) => !isOver(incident)).map(({ impact }) => impact),
  ];
  return order[Math.max(0, ...all.map((indicator) => order.indexOf(indicator)))] ?? 'none';
}
