import { isUnsafe, type RouteId, routes } from '../../../contract/routes.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Guard, HttpCall } from '../call.ts';
import { answer, problem } from '../responses.ts';

const byKey = new Map(Object.entries(routes).map(([id, route]) => [`${route.method} ${route.path}`, id as RouteId]));
const patterns = Object.values(routes).map((route) => ({
  method: route.method,
  pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/**
 * Names the route that API Gateway chose. What no route takes arrives as `$default`: a preflight, a known path with
 * another method, or nothing of ours.
 */
export const nameRoute: Guard = (call) => {
  const routeId = byKey.get(call.event.routeKey);
  if (routeId) {
    call.routeId = routeId;
    call.route = routes[routeId];
    return undefined;
  }

  const methods = patterns.filter(({ pattern }) => pattern.test(call.event.rawPath)).map(({ method }) => method as string);
  if (methods.length === 0) return problem(call, 'not_found');
  if (call.event.requestContext.http.method === 'OPTIONS' && call.corsOrigin) return preflight(call, methods);
  return problem(call, 'method_not_allowed', { headers: { Allow: methods.join(', ') } });
};

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
