/** Reports of vulnerabilities: filing one, following it. Whoever holds the tracking token is the reporter. */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';

export const reportRoutes = {
  'reports.file': {
    method: 'POST',
    path: '/v1/reports',
    function: 'intake',
    auth: 'none',
    budget: 'reports',
    body: schemas.fileReportBody,
    answers: { status: 202, schema: schemas.filedReport },
    problems: ['rate_limited'],
    summary:
      'Report a vulnerability. The token opens what follows, and is shown this once; the same `idempotencyKey` and report give the same token again',
  },
  'reports.follow': {
    method: 'GET',
    path: '/v1/reports/{trackingToken}',
    function: 'intake',
    auth: 'none',
    budget: 'report-follow-ups',
    answers: { status: 200, schema: schemas.followedReport },
    problems: ['not_found', 'rate_limited'],
    summary: 'How a report stands, and what was said about it so far',
  },
  'reports.add-message': {
    method: 'POST',
    path: '/v1/reports/{trackingToken}/messages',
    function: 'intake',
    auth: 'none',
    budget: 'report-messages',
    body: schemas.reportMessageBody,
    answers: { status: 202, schema: schemas.addedMessage },
    problems: ['not_found', 'conflict', 'rate_limited'],
    summary: 'Add something to a report, or answer a question about it',
  },
} as const satisfies Record<string, Route>;
