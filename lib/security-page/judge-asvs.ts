/** From the rows of the ASVS table to what may be said of each. Pure, as `judge.ts` is. */
import { type AsvsRemedy, type AsvsRow, asvsLevels, asvsSource } from '../../contract/asvs.ts';
import type { RequirementStatus, SecurityDocument, ShownEvidence, ShownRequirement } from '../../contract/evidence.ts';
import { findOther, findReasons, type Known, statusOf } from './judge.ts';

/** What of a deployment's configuration the rows depend on. */
export interface AsvsChoices {
  readonly passwordProfile: string;
  readonly secondFactor: { readonly requiredFor: string };
}

export function judgeAsvs(rows: readonly AsvsRow[], known: Known, choices: AsvsChoices): ShownRequirement[] {
  return rows.map((row) => judge(row, known, choices));
}

/** The table as `/security.json` has it. */
export function summariseAsvs(requirements: readonly ShownRequirement[]): SecurityDocument['asvs'] {
  const { version, address: source, licence } = asvsSource;
  const count = (status: RequirementStatus) => requirements.filter((each) => each.status === status).length;
  const counts = { met: count('met'), deviates: count('deviates'), open: count('open'), failing: count('failing') };
  return { version, source, licence, published: asvsLevels.size, counts, requirements };
}

function judge(row: AsvsRow, known: Known, choices: AsvsChoices): ShownRequirement {
  const evidence = row.state === 'open' ? [] : findEvidence(row, known);
  const isDeviating = row.state === 'deviates' && !isRemoved(row.remedy, choices);
  const reasons = findReasons(row.state !== 'open', evidence);
  const level = asvsLevels.get(row.id);
  if (level === undefined) throw new Error(`${row.id} is no requirement of the standard: see contract/asvs/levels.ts`);
  return {
    id: row.id,
    level,
    status: statusFor(isDeviating, evidence, reasons),
    reasons: isDeviating || row.state === 'open' ? [] : reasons,
    text: { it: row.it, en: row.en },
    deviation: isDeviating ? { why: row.why, remedy: row.remedy } : null,
    promise: row.promise ?? null,
    evidence,
  };
}

function findEvidence(row: Exclude<AsvsRow, { state: 'open' }>, known: Known): ShownEvidence[] {
  const others = row.state === 'met' ? (row.more ?? []) : [];
  return [...row.tests.map(([file, title]) => known.findings.find({ file, title })), ...others.map((wanted) => findOther(wanted, known))];
}

function isRemoved(remedy: AsvsRemedy | null, { passwordProfile, secondFactor }: AsvsChoices): boolean {
  if (remedy === null) return false;
  const chosen = { passwordProfile, 'secondFactor.requiredFor': secondFactor.requiredFor }[remedy.setting];
  return (remedy.values as readonly string[]).includes(chosen);
}

/** A deviation is never green; but what shows how far it goes may fail like anything else. */
function statusFor(isDeviating: boolean, evidence: readonly ShownEvidence[], reasons: ShownRequirement['reasons']): RequirementStatus {
  const status = statusOf(evidence, reasons);
  if (status === 'failing') return 'failing';
  if (isDeviating) return 'deviates';
  return status === 'kept' ? 'met' : 'open';
}
