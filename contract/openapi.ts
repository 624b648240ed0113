/** The OpenAPI 3.1 description, derived from the routes. */
import * as z from 'zod/mini';
import { type ProblemCode, problemContentType, problems } from './problems.ts';
import { isUnsafe, type Route, routes } from './routes.ts';
import { problemDocument } from './schemas.ts';
import { securityPolicy } from './security-policy.ts';

type JsonObject = Record<string, unknown>;

export function createOpenApiDocument(siteOrigin?: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [id, route] of Object.entries<Route>(routes)) {
    paths[route.path] ??= {};
    (paths[route.path] as JsonObject)[route.method.toLowerCase()] = describeOperation(id, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portiere',
      version: '1',
      description: 'Sign-in with lockout and sessions. Errors are problem documents (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    ...(siteOrigin === undefined ? {} : { servers: [{ url: siteOrigin }] }),
    paths,
    components: {
      schemas: { Problem: toSchema(problemDocument) },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: securityPolicy.cookies.session },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function describeOperation(id: string, route: Route): JsonObject {
  const parameters: JsonObject[] = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  }));
  for (const name of route.query ?? []) {
    parameters.push({ name, in: 'query', required: name === 'token', schema: { type: 'string', maxLength: 200 } });
  }
  if (isUnsafe(route.method) && route.origin !== 'any') {
    parameters.push({
      name: 'Origin',
      in: 'header',
      required: route.auth === 'none',
      description: 'An allowed origin; only bearer requests may go without',
      schema: { type: 'string' },
    });
    if (route.auth !== 'none') {
      parameters.push({
        name: 'X-CSRF-Token',
        in: 'header',
        required: false,
        description: 'The csrfToken of the session; needed with the session cookie',
        schema: { type: 'string' },
      });
    }
  }
  const { answers } = route;
  return {
    operationId: id,
    summary: route.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.auth !== 'none' ? { security: [{ cookie: [] }, { bearer: [] }] } : {}),
    ...(route.body ? { requestBody: { required: true, content: describeBody(route, route.body) } } : {}),
    responses: {
      [answers.status]: {
        description: answers.status === 204 ? 'Done' : 'The answer',
        ...describeAnswer(route),
      },
      ...describeProblems(route),
    },
  };
}

function describeAnswer({ answers, page }: Route): JsonObject {
  const content = {
    ...(answers.schema ? { 'application/json': { schema: toSchema(answers.schema) } } : {}),
    ...(page ? { 'text/html': { schema: { type: 'string' } } } : {}),
  };
  return Object.keys(content).length > 0 ? { content } : {};
}

function describeBody({ contentTypes = ['application/json'] }: Route, body: z.core.$ZodType): JsonObject {
  const schema = toSchema(body, 'input');
  return Object.fromEntries(contentTypes.map((contentType) => [contentType, { schema }]));
}

/** The codes of a route: its own, and those that its guards imply. */
export function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(['forbidden', 'blocked', 'rate_limited', 'internal', 'unavailable', ...route.problems]);
  if (isUnsafe(route.method)) {
    for (const code of ['invalid_request', 'payload_too_large', 'unsupported_media_type'] as const) codes.add(code);
    if (route.origin !== 'any') codes.add('origin_not_allowed');
  }
  if (route.auth !== 'none') {
    codes.add('unauthenticated');
    if (route.auth === 'staff') codes.add('step_up_required');
    if (isUnsafe(route.method)) codes.add('csrf_token_invalid');
  }
  if (route.stepUp) codes.add('step_up_required');
  return [...codes].sort((a, b) => problems[a].status - problems[b].status);
}

function describeProblems(route: Route): JsonObject {
  const byStatus: Record<string, ProblemCode[]> = {};
  for (const code of problemsOf(route)) {
    const status = String(problems[code].status);
    byStatus[status] = [...(byStatus[status] ?? []), code];
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
        content: { [problemContentType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function toSchema(schema: z.core.$ZodType, io: 'input' | 'output' = 'output'): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject;
  return rest;
}
