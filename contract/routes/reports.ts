/** Reports of vulnerabilities: filing one, following it. Whoever holds the tracking token is the reporter. */

import { vulnerabilityReports } from '../policy/disclosure.ts';
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
  'reports.thanks': {
    method: 'GET',
    path: '/v1/thanks',
    function: 'intake',
    auth: 'none',
    answers: { status: 200, schema: schemas.reportThanks },
    problems: [],
    cacheSeconds: vulnerabilityReports.thanksCacheSeconds,
    summary: 'Whom we thank: reporters who wished it, of reports that are resolved',
  },
  'reports.list': {
    method: 'GET',
    path: '/v1/admin/reports',
    function: 'triage',
    auth: 'staff',
    answers: { status: 200, schema: schemas.reportList },
    problems: [],
    summary: 'Reports of vulnerabilities: what is open, first what is due first, and what was closed lately',
  },
  'reports.read': {
    method: 'GET',
    path: '/v1/admin/reports/{id}',
    function: 'triage',
    auth: 'staff',
    answers: { status: 200, schema: schemas.reportView },
    problems: ['not_found'],
    summary: 'A report with everything that was said about it. That it was read is written down',
  },
  'reports.update': {
    method: 'POST',
    path: '/v1/admin/reports/{id}/updates',
    function: 'triage',
    auth: 'staff',
    stepUp: true,
    body: schemas.updateReportBody,
    answers: { status: 200, schema: schemas.reportView },
    problems: ['not_found', 'conflict'],
    summary: 'Move a report, judge it, take it, answer its reporter, leave a note for staff',
  },
} as const satisfies Record<string, Route>;
