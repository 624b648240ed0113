/** How bad it is: the impact of an incident follows from how its components stand, as Statuspage computes it. */
import type { AffectedComponent, ComponentStatus, Impact } from '../../../contract/incidents.ts';

const order: readonly ComponentStatus[] = ['operational', 'under_maintenance', 'degraded_performance', 'partial_outage', 'major_outage'];
const impactOf: Readonly<Record<ComponentStatus, Impact>> = {
  operational: 'none',
  under_maintenance: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
};
const impactOrder: readonly Impact[] = ['none', 'minor', 'major', 'critical'];

export function worstStatus(statuses: readonly ComponentStatus[]): ComponentStatus {
  return statuses.reduce((worst, status) => (order.indexOf(status) > order.indexOf(worst) ? status : worst), 'operational');
}

export function isWorse(status: ComponentStatus, than: ComponentStatus): boolean {
  return order.indexOf(status) > order.indexOf(than);
}

export function computeImpact(components: readonly AffectedComponent[]): Impact {
  return impactOf[worstStatus(components.map(({ status }) => status))];
}

export function worstImpact(one: Impact, other: Impact): Impact {
  return impactOrder.indexOf(one) < impactOrder.indexOf(other) ? other : one;
}

/** Whatever was wrong with them is over. */
export function allOperational(components: readonly AffectedComponent[]): AffectedComponent[] {
  return components.map(({ component }) => ({ component, status: 'operational' }));
}
