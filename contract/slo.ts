/**
 * The service level objectives (P01): what counts as good, how much of it is promised, over which time. Alarms on burn rates,
 * the error budget on the dashboard and the bars of the status page are computed from it and from nothing else.
 */
import type { ComponentId } from './components.ts';
import type { RouteId } from './routes.ts';

export interface SloDefinition {
  readonly component: ComponentId;
  /** Routes whose requests count; absent: every request. */
  readonly routes?: readonly RouteId[];
  /** A request is good when it is answered without a 5xx within this time at the function. */
  readonly latencyMilliseconds: number;
}

/**
 * The page's promise: 99.9 % of thirty days. Told in minutes, one is bad when more than this share of what was asked in it went
 * wrong: by a single failure in a quiet minute nobody's service was down. The alarms count requests and have no such allowance.
 */
export const objective = { share: 0.999, windowDays: 30, badMinuteShare: 0.05 } as const;

export const slos = {
  'sign-in': {
    component: 'sign-in',
    routes: ['sign-in', 'sign-in.second-factor', 'sign-in.passkey'],
    latencyMilliseconds: 3000,
  },
  'session-check': { component: 'sessions', routes: ['session.read'], latencyMilliseconds: 1000 },
  /** Slow is what its route's own objective calls so, where it has one. */
  everything: { component: 'sessions', latencyMilliseconds: 5000 },
} as const satisfies Record<string, SloDefinition>;
export type SloId = keyof typeof slos;

/** Monitors ask it, and its 503 is a report: nobody who wanted something was refused. */
export const uncountedRoutes: readonly RouteId[] = ['health'];

/**
 * Embedded metrics, one count a request. `Failed`: answered by 5xx. `Slow`: over the latency, and not failed. What a function
 * can't tell, because it crashed, timed out or never ran, is added by the alarms (lib/constructs/burn-rate.ts).
 */
export const sliMetrics = { requests: 'Slo/Requests', failed: 'Slo/Failed', slow: 'Slo/Slow' } as const;
/** Embedded metrics of the canary with the dimension `Component`, one count a run and component. */
export const canaryMetrics = { runs: 'Canary/Runs', failed: 'Canary/Failed', duration: 'Canary/Duration' } as const;

const ids = Object.keys(slos) as SloId[];

/**
 * Dimensions of an objective's metrics: `everything` has none. A request is counted once, in one line that names its own
 * objective and no dimension, since a line can give a dimension one value only.
 */
export function sliDimensions(id: SloId): { readonly Slo?: SloId } {
  return id === 'everything' ? {} : { Slo: id };
}

/** The objective of its own that a route has, beside `everything`. */
export function sloOfRoute(routeId: RouteId): Exclude<SloId, 'everything'> | undefined {
  return ids.find((id): id is Exclude<SloId, 'everything'> => {
    const { routes }: SloDefinition = slos[id];
    return routes?.includes(routeId) ?? false;
  });
}

/** Multi-window burn rates as in Google's SRE workbook, chapter 5: a page at 2 % and 5 % of the month's budget, a ticket at 10 %. */
export interface BurnRate {
  /** How many times as fast as the budget allows. */
  readonly rate: number;
  readonly longSeconds: number;
  /** A twelfth of the long one: the alarm ends soon after its cause. */
  readonly shortSeconds: number;
  /** Requests in the long window under which the rate says nothing: five bad ones are needed at least. */
  readonly minimumRequests: number;
}

const minimumBadRequests = 5;

export function burnRate(rate: number, longSeconds: number, shortSeconds: number): BurnRate {
  return { rate, longSeconds, shortSeconds, minimumRequests: Math.ceil(minimumBadRequests / (rate * (1 - objective.share))) };
}
