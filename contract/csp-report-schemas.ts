/** What browsers report of the content security policy, and what staff see of it. */
import * as z from 'zod/mini';

/** Browsers differ in what they send, so here alone unknown fields are let pass. */
const reported = z.optional(z.nullable(z.string()));
const reportedLine = z.optional(z.nullable(z.number()));
/** CSP level 3, section 5.3: what goes to `report-uri`. */
const legacyCspReport = z.looseObject({
  'csp-report': z.looseObject({
    'document-uri': z.string(),
    'effective-directive': reported,
    'violated-directive': reported,
    'blocked-uri': reported,
    'source-file': reported,
    'line-number': reportedLine,
  }),
});
/** CSP level 3, section 5.4, in the Reporting API's form: what goes to `report-to`. */
const cspViolationReport = z.looseObject({
  type: z.literal('csp-violation'),
  body: z.looseObject({
    documentURL: z.string(),
    effectiveDirective: z.string(),
    blockedURL: reported,
    sourceFile: reported,
    lineNumber: reportedLine,
  }),
});
/** The same endpoint may be told of other things (deprecations, crashes): nothing of ours, and no fault. */
const otherReport = z.looseObject({
  type: z
    .string()
    .check(z.refine((type) => type !== 'csp-violation', 'a csp-violation needs a body with documentURL and effectiveDirective')),
});
export const cspReportsBody = z.union(
  [legacyCspReport, z.array(z.union([cspViolationReport, otherReport]))],
  'must be {"csp-report": {…}} with a document-uri (CSP level 3), or an array of reports (Reporting API), each csp-violation with documentURL and effectiveDirective',
);
export type CspReportsBody = z.infer<typeof cspReportsBody>;

export const cspReportGroup = z.strictObject({
  directive: z.string(),
  /** An origin, a scheme, or a keyword such as `inline`. */
  blocked: z.string(),
  /** Path of the page. */
  page: z.string(),
  /** Where it happened, the last time. */
  source: z.string(),
  /** An estimate where reports came in floods. */
  count: z.int(),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
});
export type CspReportGroup = z.infer<typeof cspReportGroup>;
export const cspReportList = z.strictObject({
  groups: z.array(cspReportGroup),
  /** Reports that found no place among the groups of their day. */
  withoutGroup: z.int(),
});
export type CspReportList = z.infer<typeof cspReportList>;
