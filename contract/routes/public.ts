/** What needs no one to be known. */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';
import { securityPolicy } from '../security-policy.ts';

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
  'audit-key': {
    method: 'GET',
    path: '/v1/audit-key',
    function: 'public',
    auth: 'none',
    answers: { status: 200, schema: schemas.auditKey },
    problems: [],
    cacheSeconds: 300,
    summary: 'The public key that signs checkpoints of the audit trail: whoever verifies an exported history needs it',
  },
  'csp-reports': {
    method: 'POST',
    path: securityPolicy.cspReports.path,
    function: 'reports',
    auth: 'none',
    origin: 'any',
    contentTypes: securityPolicy.cspReports.contentTypes,
    body: schemas.cspReportsBody,
    answers: { status: 204 },
    problems: [],
    summary: 'For browsers alone: what the content security policy has refused',
  },
} as const satisfies Record<string, Route>;
