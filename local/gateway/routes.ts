/**
 * Route selection of API Gateway HTTP APIs: a full match wins over parameters, parameters over a greedy `{proxy+}`,
 * an exact method over `ANY`, and `$default` takes what is left.
 */

export interface RouteMatch<Target> {
  readonly routeKey: string;
  readonly target: Target;
  /** Decoded path parameters; undefined when the route has none. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

interface Pattern<Target> {
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly target: Target;
}

export interface RouteTable<Target> {
  /** @param path decoded, starting with `/` */
  select(method: string, path: string): RouteMatch<Target> | undefined;
}

/** @param routes pairs of `RouteKey` (`GET /v1/sessions/{id}`, `ANY /x/{proxy+}`, `$default`) and what it leads to */
export function createRouteTable<Target>(routes: readonly (readonly [routeKey: string, target: Target])[]): RouteTable<Target> {
  const literal = new Map<string, RouteMatch<Target>>();
  const patterns: Pattern<Target>[] = [];
  let fallback: RouteMatch<Target> | undefined;

  for (const [routeKey, target] of routes) {
    if (routeKey === '$default') {
      fallback = { routeKey, target, pathParameters: undefined };
      continue;
    }
    const [method = '', path = ''] = routeKey.split(' ');
    if (path.includes('{')) patterns.push({ routeKey, method, segments: path.slice(1).split('/'), target });
    else literal.set(routeKey, { routeKey, target, pathParameters: undefined });
  }
  patterns.sort((a, b) => specificity(b) - specificity(a));

  return {
    select(method, path) {
      const exact = literal.get(`${method} ${path}`) ?? literal.get(`ANY ${path}`);
      if (exact !== undefined) return exact;
      const segments = path.slice(1).split('/');
      for (const pattern of patterns) {
        if (pattern.method !== method && pattern.method !== 'ANY') continue;
        const pathParameters = match(pattern.segments, segments);
        if (pathParameters !== undefined) return { routeKey: pattern.routeKey, target: pattern.target, pathParameters };
      }
      return fallback;
    },
  };
}

/** Literal segments count most, then parameters; greedy ones and `ANY` come last. */
function specificity({ method, segments }: Pattern<unknown>): number {
  const weight = segments.reduce((sum, segment) => sum + (segment.endsWith('+}') ? 1 : segment.startsWith('{') ? 10 : 100), 0);
  return weight * 2 + (method === 'ANY' ? 0 : 1);
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === '') return undefined;
    if (part.endsWith('+}')) {
      parameters[part.slice(1, -2)] = segments.slice(index).join('/');
      return parameters;
    }
    if (part.startsWith('{')) parameters[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}
