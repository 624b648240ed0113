/** What an update makes of a report. Pure. */
import type { UpdateReport } from '../../../contract/report-schemas.ts';
import { isClosed, nextStates, type ReportState } from '../../../contract/report-states.ts';
import type { Refusal } from '../context.ts';
import type { StoredReport } from './ports.ts';

export type UpdateRefusal = Extract<Refusal, { kind: 'not_found' | 'conflict' | 'invalid_request' }>;

export interface UpdateContext {
  readonly now: number;
  readonly isStaff: (normalisedEmail: string) => boolean;
  /** Of `duplicateOf`, where it names a report that there is. */
  readonly original: StoredReport | undefined;
}

/** @returns the report as it is after the update; a version higher, so that two at once don't overwrite each other */
export function decideUpdate(report: StoredReport, input: UpdateReport, context: UpdateContext): StoredReport | UpdateRefusal {
  const state = input.state ?? report.state;
  const refusal = refuseState(report, state, input) ?? refuseDuplicate(report, state, input, context) ?? refuseOwner(input, context);
  if (refusal) return refusal;
  const { duplicateOf: _, severity, owner, ...rest } = report;
  const now = Math.max(context.now, report.updatedAt);
  const isDecided = state === 'accepted' || isClosed(state);
  const given = {
    severity: input.severity === undefined ? severity : input.severity,
    owner: input.owner === undefined ? owner : input.owner,
  };
  const duplicateOf = state === 'duplicate' ? (input.duplicateOf ?? report.duplicateOf) : undefined;
  return {
    ...rest,
    version: report.version + 1,
    state,
    updatedAt: now,
    ...(given.severity != null && { severity: given.severity }),
    ...(given.owner != null && { owner: given.owner }),
    ...(duplicateOf !== undefined && { duplicateOf }),
    ...(input.answer !== undefined && report.answeredAt === undefined && { answeredAt: now }),
    ...(isDecided && report.decidedAt === undefined && { decidedAt: now }),
  };
}

function refuseState(report: StoredReport, state: ReportState, { answer }: UpdateReport): UpdateRefusal | undefined {
  if (state === report.state) return undefined;
  const possible = nextStates[report.state];
  if (!possible.includes(state)) {
    const ways = possible.length === 0 ? 'nothing follows' : `it may become ${possible.join(', ')}`;
    return { kind: 'conflict', detail: `This report is ${report.state}: ${ways}` };
  }
  // Whoever took the trouble of a report hears why it ends, or what else we need. Spam is nobody's trouble.
  const isWordless = answer === undefined && (isClosed(state) || state === 'needs_more_information');
  if (isWordless && state !== 'spam' && state !== 'disclosed') {
    return invalid('answer', `must tell the reporter why: ${state} without a word helps nobody`);
  }
  return undefined;
}

function refuseDuplicate(
  report: StoredReport,
  state: ReportState,
  { duplicateOf }: UpdateReport,
  { original }: UpdateContext,
): UpdateRefusal | undefined {
  if (state !== 'duplicate') return duplicateOf === undefined ? undefined : invalid('duplicateOf', 'goes with the state duplicate alone');
  if (duplicateOf === undefined)
    return report.duplicateOf === undefined ? invalid('duplicateOf', 'must name the report that said it first') : undefined;
  if (duplicateOf === report.reportId) return invalid('duplicateOf', 'must be another report than this one');
  if (original === undefined) return invalid('duplicateOf', 'must be the id of a report that there is');
  if (original.state === 'duplicate') return invalid('duplicateOf', `is a duplicate itself: name ${original.duplicateOf} instead`);
  return undefined;
}

function refuseOwner({ owner }: UpdateReport, { isStaff }: UpdateContext): UpdateRefusal | undefined {
  if (owner == null || isStaff(owner)) return undefined;
  return invalid('owner', 'must be the address of a member of staff, as in the configuration');
}

function invalid(path: string, message: string): UpdateRefusal {
  return { kind: 'invalid_request', errors: [{ path, message }] };
}
