/** What staff do with reports: read, move, answer. That they did is written down before it is done. */

import { normaliseEmail } from '../../../contract/email-address.ts';
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { FileReport, UpdateReport } from '../../../contract/report-schemas.ts';
import type { Clock, EventLog, MailQueue, RandomSource, ReportEventType } from '../ports.ts';
import { instant, newId } from '../sessions.ts';
import { decideUpdate, type UpdateRefusal } from './decide-update.ts';
import { placeOf } from './follow-report.ts';
import type { ReportVault, StoredReport, TriageStore } from './ports.ts';
import type { RunServices } from './run.ts';
import type { Calendar } from './working-days.ts';

const policy = vulnerabilityReports;
const reportId = /^[\w-]{22}$/;

export interface TriageServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly store: TriageStore;
  readonly vault: ReportVault;
  readonly events: EventLog;
  readonly mail: MailQueue;
  readonly isStaff: (normalisedEmail: string) => boolean;
  readonly calendar: Calendar;
  readonly handover?: NonNullable<RunServices['handover']>;
  /** @returns 0 to 10, by the specification of CVSS 4.0 */
  readonly scoreCvss: (vector: string) => number;
}

/** Who acts: a member of staff in a session, or an operator by hand. */
export interface Handler {
  /** Account id, or the name of the operator. */
  readonly actor: string;
  /** As the other members of staff know them: an address, or the operator's name. */
  readonly name: string;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** For links in mails; of operators, who write from elsewhere, none is known. */
  readonly siteOrigin?: string;
  readonly session?: { readonly accountId: string; readonly sessionId: string };
}

export async function findReport(store: Pick<TriageStore, 'read'>, id: string): Promise<StoredReport | undefined> {
  return reportId.test(id) ? await store.read(id) : undefined;
}

/** Under `report`, and for staff in their own history as well. */
export async function recordHandling(
  { events, clock }: Pick<TriageServices, 'events' | 'clock'>,
  { actor, address, userAgent, requestId, session }: Handler,
  type: ReportEventType,
  target: string,
  reason: string,
): Promise<void> {
  const common = { at: clock.now(), address, userAgent, requestId, actor, target, reason };
  await events.append({ ...common, subject: 'report', type });
  if (session === undefined) return;
  const { accountId, sessionId } = session;
  await events.append({ ...common, subject: accountId, type: 'staff.acted', act: type, sessionId });
}

export type UpdateOutcome = { readonly kind: 'updated'; readonly report: StoredReport } | UpdateRefusal;

/**
 * The answer is stored before the report says that there is one: were it lost in between, staff would believe that they have
 * answered. Sent again, it is another message, which a reporter can bear.
 */
export async function updateReport(services: TriageServices, handler: Handler, id: string, given: UpdateReport): Promise<UpdateOutcome> {
  const { store, clock, isStaff } = services;
  const input = given.owner == null ? given : { ...given, owner: normaliseEmail(given.owner) ?? given.owner };
  const original = input.duplicateOf === undefined ? undefined : await findReport(store, input.duplicateOf);
  for (let attempt = 0; attempt < policy.writeAttempts; attempt++) {
    const report = await findReport(store, id);
    if (report === undefined) return { kind: 'not_found' };
    const next = decideUpdate(report, input, { now: clock.now(), isStaff, original });
    if ('kind' in next) return attempt === 0 || next.kind !== 'conflict' ? next : { ...next, detail: `${next.detail}. ${meanwhile}` };
    if (attempt === 0) {
      await recordHandling(services, handler, 'report.updated', id, describe(report, next, input));
      await say(services, handler, report, input, next.updatedAt);
    }
    if (await store.replace(next)) {
      await followUp(services, handler, report, next, input);
      return { kind: 'updated', report: next };
    }
  }
  return { kind: 'conflict', detail: `Somebody else writes to this report all the time. ${meanwhile}` };
}

const meanwhile = 'It was changed meanwhile: what you wrote is there, what you changed is not';

/** For the history: names and states, no word of anybody's text. */
function describe(before: StoredReport, after: StoredReport, { answer, note }: UpdateReport): string {
  const changes = [
    ...(before.state === after.state ? [] : [`${before.state} to ${after.state}`]),
    ...(before.severity === after.severity ? [] : [`severity ${after.severity ?? 'open'}`]),
    ...(before.owner === after.owner ? [] : [`owner ${after.owner ?? 'nobody'}`]),
    ...(answer === undefined ? [] : ['answered']),
    ...(note === undefined ? [] : ['note']),
  ];
  return changes.join(', ') || 'nothing changed';
}

async function say(
  { store, vault, random }: TriageServices,
  { name }: Handler,
  report: StoredReport,
  { answer, note }: UpdateReport,
  at: number,
): Promise<void> {
  if (answer !== undefined) {
    const key = await vault.open(report.reportId, 'conversation', report.conversationKey);
    const messageId = newId(random);
    await store.putMessage(report.reportId, {
      messageId,
      at,
      from: 'staff',
      author: name,
      sealed: key.seal(placeOf('staff', messageId), answer),
    });
  }
  if (note !== undefined) {
    const key = await vault.open(report.reportId, 'report', report.reportKey);
    const noteId = newId(random);
    await store.putNote(report.reportId, { noteId, at, author: name, sealed: key.seal(`note:${noteId}`, note) });
  }
}

/** What follows from the change: thanks, where they were wished, and a mail that there is news. */
async function followUp(
  services: TriageServices,
  { siteOrigin }: Handler,
  before: StoredReport,
  after: StoredReport,
  { answer }: UpdateReport,
): Promise<void> {
  const { store, clock } = services;
  const isResolved = before.state !== after.state && after.state === 'resolved';
  const hasNews = answer !== undefined || (before.state !== after.state && after.state !== 'spam');
  if (!isResolved && !hasNews) return;
  const { contact, credit } = await readText(services, after);
  if (isResolved && credit !== undefined) await store.putThanks({ reportId: after.reportId, name: credit, at: clock.now() });
  if (hasNews && siteOrigin !== undefined && contact !== undefined) await tellReporter(services, siteOrigin, after, contact);
}

async function readText({ store, vault }: TriageServices, { reportId }: StoredReport): Promise<Partial<FileReport>> {
  const stored = await store.readText(reportId);
  if (stored === undefined) return {};
  const key = await vault.open(reportId, 'report', stored.key);
  return JSON.parse(key.open('text', stored.sealed)) as FileReport;
}

/** That there is news, not which: the mail goes to an address that nobody has confirmed. */
async function tellReporter(
  { mail, random, clock }: TriageServices,
  siteOrigin: string,
  { reportId, contactKey, locale }: StoredReport,
  contact: string,
): Promise<void> {
  const email = normaliseEmail(contact);
  if (email === undefined || contactKey === undefined) return;
  await mail.send({
    kind: 'report_answered',
    id: newId(random),
    reportId,
    email,
    emailKey: contactKey,
    ...(locale !== undefined && { locale }),
    siteOrigin,
    at: instant(clock.now()),
    address: '',
    userAgent: '',
  });
}
