/**
 * How a report stands, in the field's own words: what HackerOne and Intigriti call the same. `triaged`: we could follow it and are
 * judging it; `accepted`: it is one, and is being mended.
 */
export const openStates = ['new', 'needs_more_information', 'triaged', 'accepted'] as const;
export const closedStates = [
  'resolved',
  'disclosed',
  'duplicate',
  'informative',
  'not_applicable',
  'out_of_scope',
  'accepted_risk',
  'spam',
] as const;
export const reportStates = [...openStates, ...closedStates] as const;
export type ReportState = (typeof reportStates)[number];
/** CVSS 4.0, section 6: the qualitative scale. */
export const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];
