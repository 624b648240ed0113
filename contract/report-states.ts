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

const dismissals = ['duplicate', 'informative', 'not_applicable', 'out_of_scope', 'spam'] as const;

/** Where a report may go from where it is. What was closed can be looked at again. */
export const nextStates: Readonly<Record<ReportState, readonly ReportState[]>> = {
  new: ['needs_more_information', 'triaged', 'accepted', ...dismissals],
  needs_more_information: ['triaged', 'accepted', ...dismissals],
  triaged: ['needs_more_information', 'accepted', 'accepted_risk', ...dismissals],
  accepted: ['triaged', 'resolved', 'accepted_risk', 'duplicate'],
  resolved: ['accepted', 'disclosed'],
  disclosed: [],
  duplicate: ['triaged'],
  informative: ['triaged'],
  not_applicable: ['triaged'],
  out_of_scope: ['triaged'],
  accepted_risk: ['triaged', 'accepted'],
  spam: ['triaged'],
};

export function isClosed(state: ReportState): boolean {
  return (closedStates as readonly ReportState[]).includes(state);
}
