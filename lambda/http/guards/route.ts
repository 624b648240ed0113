import { isUnsafe } from '../../../contract/route.ts';
import type { RouteId, routes } from '../../../contract/routes.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Guard, HttpCall } from '../call.ts';
import { answer, problem } from '../responses.ts';

/**
 * Names the route that API Gateway chose. What no route takes arrives as `$default`: a preflight, a known path with
 * another method, or nothing of ours.
 *
 * @param table every route that API Gateway sends here
 */
export function nameRoute(table: typeof routes): Guard {
  const byKey = new Map(Object.entries(table).map(([id, route]) => [`${route.method} ${route.path}`, id as RouteId]));
  const patterns = Object.values(table).map((route) => ({
    method: route.method,
    pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (call) => {
    const routeId = byKey.get(call.event.routeKey);
    if (routeId) {
      call.routeId = routeId;
      call.route = table[routeId];
      return undefined;
    }

    const methods = patterns.filter(({ pattern }) => pattern.test(call.event.rawPath)).map(({ method }) => method as string);
    if (methods.length === 0) return problem(call, 'not_found');
    if (call.event.requestContext.http.method === 'OPTIONS' && call.corsOrigin) return preflight(call, methods);
    return problem(call, 'method_not_allowed', { headers: { Allow: methods.join(', ') } });
  };
}

/** CORS preflight (Fetch standard, section 3.2.2) for the origins that the configuration allows. */
function preflight(call: HttpCall, methods: readonly string[]) {
  return answer(call, 204, undefined, {
    headers: {
      'Access-Control-Allow-Methods': methods.filter(isUnsafeOrRead).join(', '),
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-CSRF-Token',
      'Access-Control-Max-Age': String(securityPolicy.cors.maxAgeSeconds),
    },
  });
}

function isUnsafeOrRead(method: string): boolean {
  return method === 'GET' || isUnsafe(method);
}
