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

/** The page's promise: 99.9 % of thirty days. */
export const objective = { share: 0.999, windowDays: 30 } as const;

export const slos = {
  'sign-in': {
    component: 'sign-in',
    routes: ['sign-in', 'sign-in.second-factor', 'sign-in.passkey'],
    latencyMilliseconds: 3000,
  },
  'session-check': { component: 'sessions', routes: ['session.read'], latencyMilliseconds: 1000 },
  everything: { component: 'sessions', latencyMilliseconds: 5000 },
} as const satisfies Record<string, SloDefinition>;
export type SloId = keyof typeof slos;

/** Embedded metrics with the dimension `Slo`, one count a request. `Failed`: answered by 5xx. `Slow`: over the latency, and not failed. */
export const sliMetrics = { requests: 'Slo/Requests', failed: 'Slo/Failed', slow: 'Slo/Slow' } as const;
/** Embedded metrics of the canary with the dimension `Component`, one count a minute and component. */
export const canaryMetrics = { runs: 'Canary/Runs', failed: 'Canary/Failed' } as const;
