/** What needs no one to be known. */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';

export const publicRoutes = {
  health: {
    method: 'GET',
    path: '/v1/health',
    function: 'public',
    auth: 'none',
    answers: { status: 200, schema: schemas.healthAnswer },
    problems: ['unavailable'],
    summary: '200, or 503 with the failing part',
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    function: 'public',
    auth: 'none',
    answers: { status: 200, schema: schemas.anyJson },
    problems: [],
    cacheSeconds: 300,
    summary: 'This description, OpenAPI 3.1',
  },
} as const satisfies Record<string, Route>;
