/** From the rows of the promises and what is known to each promise's status. Pure: what it is given decides, and nothing by hand. */
import { type Attestation, type AttestationSubject, attestationSubjects } from '../../contract/attestations.ts';
import {
  type EvidenceResult,
  evidencePolicy,
  type OpenReason,
  type PromiseStatus,
  type ShownEvidence,
  type ShownPromise,
  type ShownReport,
  type ShownRequirement,
} from '../../contract/evidence.ts';
import type { Evidence, SecurityPromise } from '../../contract/promise.ts';
import type { TestFindings, TestsByPromise } from './test-evidence.ts';

const dayMilliseconds = 86_400_000;

export interface Known {
  readonly titles: TestsByPromise;
  readonly findings: TestFindings;
  /** Test files by folder, as far as a promise names one. */
  readonly suites: Readonly<Record<string, readonly string[]>>;
  readonly reports: readonly ShownReport[];
  readonly register: readonly Attestation[];
  /** What the configuration that is synthesized switches on, by the name of its field. */
  readonly switchedOn: ReadonlySet<string>;
  readonly now: Date;
}

export function judgePromises(rows: readonly SecurityPromise[], known: Known): ShownPromise[] {
  return rows.map((row) => judge(row, known));
}

function judge(row: SecurityPromise, known: Known): ShownPromise {
  const tests = row.evidence.some(({ kind }) => kind === 'test') ? (known.titles.get(row.id) ?? []) : [];
  const evidence = [
    ...tests.map((test) => known.findings.find(test)),
    ...row.evidence.flatMap((wanted) => (wanted.kind === 'test' ? [] : [findOther(wanted, known)])),
  ];
  const reasons = findReasons(row.notYet === undefined, evidence);
  return {
    id: row.id,
    section: row.section,
    status: statusOf(evidence, reasons),
    reasons,
    text: { it: row.it, en: row.en },
    how: row.how,
    notYet: row.notYet ?? null,
    evidence,
  };
}

export function findOther(wanted: Evidence, known: Known): ShownEvidence {
  const { name } = wanted;
  if (wanted.kind === 'suite') return known.findings.findSuite(name, known.suites[name] ?? []);
  if (wanted.kind === 'setting') return findSetting(name, known);
  if (wanted.kind === 'attestation') return findAttestation(name as AttestationSubject, known);
  const report = known.reports.find(({ tool }) => name === `docs/reports/${tool}.json`);
  if (report === undefined) return { kind: 'report', name, result: 'unknown', at: null };
  const age = known.now.getTime() - Date.parse(report.date);
  // Of tomorrow at most: zones differ by a day, and nothing later can have happened.
  const isFresh = age > -dayMilliseconds && age < evidencePolicy.reportsGoodDays * dayMilliseconds;
  return { kind: 'report', name: `${report.tool}: ${report.summary}`, result: isFresh ? 'passed' : 'stale', at: report.date, source: name };
}

/** On or off as of this very synthesis: nothing is remembered of it. */
function findSetting(name: string, { switchedOn, now }: Known): ShownEvidence {
  const isOn = switchedOn.has(name);
  return { kind: 'setting', name, result: isOn ? 'passed' : 'off', at: isOn ? now.toISOString() : null };
}

/** The one that lasts longest: whoever signs anew leaves the old signature where it is. */
function findAttestation(subject: AttestationSubject, { register, now }: Known): ShownEvidence {
  const common = { kind: 'attestation', name: attestationSubjects[subject].says } as const;
  // What claims to be signed tomorrow is not signed; zones differ by a day.
  const signed = register.filter((each) => each.subject === subject && Date.parse(each.attestedOn) - now.getTime() < dayMilliseconds);
  const [last] = signed.sort((one, other) => (one.expiresOn < other.expiresOn ? 1 : -1));
  if (last === undefined) return { ...common, result: 'unknown', at: null };
  const { attestedOn, attestedBy, expiresOn } = last;
  const end = new Date(Date.parse(expiresOn) + dayMilliseconds);
  return { ...common, result: now < end ? 'passed' : 'expired', at: attestedOn, source: attestedBy, expiresAt: end.toISOString() };
}

export function findReasons(isBuilt: boolean, evidence: readonly ShownEvidence[]): OpenReason[] {
  const has = (result: EvidenceResult, isAttested: boolean) =>
    evidence.some((each) => each.result === result && (each.kind === 'attestation') === isAttested);
  const reasons: readonly (readonly [boolean, OpenReason])[] = [
    [!isBuilt, 'not_built'],
    [evidence.length === 0, 'no_evidence'],
    [has('unknown', false), 'not_run'],
    [has('stale', false), 'out_of_date'],
    [has('unknown', true), 'not_attested'],
    [has('expired', true), 'expired'],
    [has('off', false), 'switched_off'],
  ];
  return reasons.flatMap(([holds, reason]) => (holds ? [reason] : []));
}

export function statusOf(evidence: readonly ShownEvidence[], reasons: readonly OpenReason[]): PromiseStatus {
  if (evidence.some(({ result }) => result === 'failed')) return 'failing';
  // Said twice, so that no reason that somebody forgets makes a promise kept.
  return reasons.length === 0 && evidence.length > 0 && evidence.every(({ result }) => result === 'passed') ? 'kept' : 'open';
}

/** What stands on the page with evidence behind it. */
export type Judged = Pick<ShownPromise | ShownRequirement, 'status' | 'evidence'>;

/** The first instant at which something that counts now is too old; null where nothing counts. */
export function computeGoodUntil(judged: readonly Judged[]): string | null {
  const ends = judged
    .filter(({ status }) => status === 'kept' || status === 'met')
    .flatMap(({ evidence }) => evidence)
    .flatMap(({ kind, at, expiresAt }) => {
      if (at === null) return [];
      if (kind === 'setting') return [];
      if (kind === 'attestation') return expiresAt === undefined ? [] : [Date.parse(expiresAt)];
      const days = kind === 'report' ? evidencePolicy.reportsGoodDays : evidencePolicy.testsGoodDays;
      return [Date.parse(at) + days * dayMilliseconds];
    });
  return ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString();
}
