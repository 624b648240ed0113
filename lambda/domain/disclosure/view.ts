/** Reports as staff see them. */

import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { FileReport, ReportList, ReportSummary, ReportView } from '../../../contract/report-schemas.ts';
import { isClosed, nextStates, type Severity } from '../../../contract/report-states.ts';
import { instant } from '../sessions.ts';
import { computeClocks } from './clocks.ts';
import { placeOf } from './follow-report.ts';
import type { ReportKey, StoredMessage, StoredNote, StoredReport } from './ports.ts';
import type { TriageServices } from './triage.ts';

const { listed, listedSeconds } = vulnerabilityReports;

type ViewServices = Pick<TriageServices, 'clock' | 'store' | 'vault' | 'calendar' | 'scoreCvss'>;

export async function listReports(services: Pick<ViewServices, 'clock' | 'store' | 'vault' | 'calendar'>): Promise<ReportList> {
  const { store, clock, calendar } = services;
  const since = clock.now() - listedSeconds * 1000;
  const shown = (await store.list()).filter(
    ({ state, updatedAt, erasingSince }) => erasingSince === undefined && (!isClosed(state) || updatedAt >= since),
  );
  const sorted = shown.sort((one, other) => rank(one, calendar) - rank(other, calendar));
  return {
    reports: await Promise.all(sorted.slice(0, listed).map((report) => summarise(services, report))),
    isComplete: sorted.length <= listed,
  };
}

/** Open ones by what is due first, those without a running clock behind them; closed ones last, the latest first. */
function rank(report: StoredReport, calendar: ViewServices['calendar']): number {
  const far = 8.64e15;
  if (isClosed(report.state)) return 2 * far - report.updatedAt;
  const { answerDueAt = far, decisionDueAt = far } = computeClocks(report, calendar);
  return Math.min(answerDueAt, decisionDueAt);
}

async function summarise({ vault, calendar }: Pick<ViewServices, 'vault' | 'calendar'>, report: StoredReport): Promise<ReportSummary> {
  return describe(report, await vault.open(report.reportId, 'report', report.reportKey), calendar);
}

function describe(report: StoredReport, key: ReportKey, calendar: ViewServices['calendar']): ReportSummary {
  const { answerDueAt, decisionDueAt } = computeClocks(report, calendar);
  const orNull = (at: number | undefined) => (at === undefined ? null : instant(at));
  return {
    id: report.reportId,
    title: key.open('title', report.sealedTitle),
    state: report.state,
    severity: report.severity ?? null,
    owner: report.owner ?? null,
    duplicateOf: report.duplicateOf ?? null,
    receivedAt: instant(report.receivedAt),
    updatedAt: instant(report.updatedAt),
    answerDueAt: orNull(answerDueAt),
    decisionDueAt: orNull(decisionDueAt),
  };
}

export async function viewReport(services: ViewServices, report: StoredReport): Promise<ReportView> {
  const { store, vault, calendar, scoreCvss } = services;
  const { reportId } = report;
  const [key, conversation, stored, messages, notes] = await Promise.all([
    vault.open(reportId, 'report', report.reportKey),
    vault.open(reportId, 'conversation', report.conversationKey),
    store.readText(reportId),
    store.listMessages(reportId),
    store.listNotes(reportId),
  ]);
  if (stored === undefined) throw new Error('a report has no text, which is stored before it');
  const textKey = await vault.open(reportId, 'report', stored.key);
  const text = JSON.parse(textKey.open('text', stored.sealed)) as FileReport;
  const { asset, steps, impact, weakness = null, cvss, contact = null, pgpKey = null, credit = null, disclosure = false } = text;
  const score = cvss === undefined ? undefined : scoreCvss(cvss);
  return {
    ...describe(report, key, calendar),
    asset,
    steps,
    impact,
    weakness,
    cvss: cvss === undefined || score === undefined ? null : { vector: cvss, score, severity: severityOf(score) },
    contact,
    pgpKey,
    credit,
    wantsDisclosure: disclosure,
    messages: messages.map((message) => readMessage(message, conversation)),
    notes: notes.map((note) => readNote(note, key)),
    nextStates: [...nextStates[report.state]],
  };
}

function readMessage({ messageId, at, from, author, sealed }: StoredMessage, key: ReportKey): ReportView['messages'][number] {
  return { id: messageId, at: instant(at), from, author: author ?? null, text: key.open(placeOf(from, messageId), sealed) };
}

function readNote({ noteId, at, author, sealed }: StoredNote, key: ReportKey): ReportView['notes'][number] {
  return { id: noteId, at: instant(at), author, text: key.open(`note:${noteId}`, sealed) };
}

/** CVSS 4.0, table 22. */
function severityOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
