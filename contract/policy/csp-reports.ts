import { DAY, MINUTE } from './units.ts';

/** What browsers say the content security policy has refused (P21). Anybody can send anything here. */
export const cspReports = {
  path: '/v1/csp-reports',
  /** CSP level 3 (`report-uri`) and the Reporting API (`report-to`). */
  contentTypes: ['application/csp-report', 'application/reports+json'],
  /** Requests of one address in `edgeRates.windowSeconds`: fewer than the alarm's threshold, so that nobody rings it alone. */
  perAddress: 60,
  /** What differs in directive, blocked origin or page is a group; what finds no place in the day's is counted as one. */
  groupsPerDay: 200,
  /** Of one request; a browser saves up what it has to say for a minute. */
  groupsPerRequest: 10,
  keptSeconds: 30 * DAY,
  /** What staff are shown. */
  shownDays: 7,
  /** Of an instance: up to the first number of requests in a minute each is counted, from there on one of `every`, for all of them. */
  sampling: { windowSeconds: MINUTE, exact: 60, every: 20 },
} as const;
