/** Whether one request counts as good (P01): decided where the request is answered. */
import type { RouteId } from '../../../contract/routes.ts';
import { type SloId, sloOfRoute, slos, uncountedRoutes } from '../../../contract/slo.ts';

export interface RequestVerdict {
  /** The objective of its own that the route has; every request counts for `everything`. */
  readonly slo?: Exclude<SloId, 'everything'>;
  readonly isFailed: boolean;
  readonly isSlow: boolean;
}

/**
 * @param routeId undefined for what no route of ours takes
 * @param milliseconds at the function
 * @returns undefined for what doesn't count: whoever asks for paths that don't exist must not dilute the failures of those who
 * ask for something
 */
export function judgeRequest(routeId: RouteId | undefined, status: number, milliseconds: number): RequestVerdict | undefined {
  if (routeId === undefined || uncountedRoutes.includes(routeId)) return undefined;
  const slo = sloOfRoute(routeId);
  const isFailed = status >= 500;
  return { ...(slo ? { slo } : {}), isFailed, isSlow: !isFailed && milliseconds > slos[slo ?? 'everything'].latencyMilliseconds };
}
