/**
 * Takes a report. It exists by one conditional write, after its text is stored: what was answered with a token is there, whatever
 * fails afterwards, and what failed before can be sent again.
 *
 * The threats: floods (budgets of the address, its network and everybody, each leaving room for the next), a mailbox bombed with
 * acknowledgements (nobody has confirmed the contact: one mail a report, few a day to one address, no word of the report in it),
 * and whoever gets hold of this function (it seals, and can't open).
 */

import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { FileReport } from '../../../contract/report-schemas.ts';
import type { BudgetStore, Budgets, Overspent } from '../budgets.ts';
import type { Call, Refusal } from '../context.ts';
import { computeEmailKey, normaliseEmail } from '../email-address.ts';
import type { Clock, KeyedHash, MailQueue, Metrics, RandomSource } from '../ports.ts';
import { instant } from '../sessions.ts';
import type { IntakeStore, ReportVault } from './ports.ts';
import { mintTrackingToken, reportIdOf } from './tracking-token.ts';
import { type Calendar, endOfWorkingDay } from './working-days.ts';

const policy = vulnerabilityReports;

export interface IntakeServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly store: IntakeStore;
  readonly vault: ReportVault;
  readonly budgets: Budgets;
  /** Addresses of those of staff who hear of it by mail. */
  readonly notified: readonly string[];
  readonly calendar: Calendar;
  /** Of acknowledgements, by address. */
  readonly acknowledgements: BudgetStore;
  readonly trackingKey: KeyedHash;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  readonly mail: MailQueue;
  readonly telemetry: Metrics;
  readonly journal: { note(level: 'WARN', event: string, fields: Readonly<Record<string, string>>): void };
}

export type FilingOutcome =
  | { readonly kind: 'filed'; readonly trackingToken: string }
  | Extract<Refusal, { kind: 'invalid_email' }>
  | Overspent
  /** Too many came today, from everybody together. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number };

export async function fileReport(services: IntakeServices, call: Call, report: FileReport): Promise<FilingOutcome> {
  const contact = report.contact === undefined ? undefined : normaliseEmail(report.contact);
  if (report.contact !== undefined && contact === undefined) {
    return { kind: 'invalid_email', path: 'contact', message: 'must be an e-mail address, or left out' };
  }
  const { address } = call.viewer;
  const crowded = await services.budgets.spend('reports-of-network', { address });
  if (crowded) return crowded;
  if (await services.budgets.spend('reports-of-everyone', { address })) {
    services.telemetry.count('Reports/Overloaded');
    return { kind: 'overloaded', retryAfterSeconds: policy.overloadRetrySeconds };
  }

  const trackingToken = await mintTrackingToken(services, report);
  const reportId = reportIdOf(trackingToken);
  const contactKey = contact === undefined ? undefined : await computeEmailKey(services.identity, contact);
  const isNew = await store(services, reportId, report, contactKey);
  if (isNew) {
    await Promise.all([
      tellStaff(services, call, reportId),
      contact !== undefined &&
        contactKey !== undefined &&
        acknowledge(services, call, { reportId, email: contact, emailKey: contactKey, locale: report.locale }),
    ]);
  }
  return { kind: 'filed', trackingToken };
}

async function store(services: IntakeServices, reportId: string, report: FileReport, contactKey: string | undefined): Promise<boolean> {
  const { vault, clock } = services;
  const [key, conversation] = await Promise.all([vault.create(reportId, 'report'), vault.create(reportId, 'conversation')]);
  const { idempotencyKey: _, locale, ...text } = report;
  await services.store.putText(reportId, { key: key.wrapped, sealed: key.seal('text', JSON.stringify(text)) });
  const now = clock.now();
  return await services.store.create({
    reportId,
    version: 1,
    state: 'new',
    receivedAt: now,
    updatedAt: now,
    untoldSince: now,
    reporterMessages: 0,
    sealedTitle: key.seal('title', report.title),
    reportKey: key.wrapped,
    conversationKey: conversation.wrapped,
    ...(contactKey !== undefined && { contactKey }),
    ...(locale !== undefined && { locale }),
  });
}

/**
 * Beside the alarm that the clock rings, which nothing holds up: a mail that is lost here costs no more than a mail. The mailer bounds how
 * many reach a mailbox, whoever floods the form.
 */
async function tellStaff(services: IntakeServices, call: Call, reportId: string): Promise<void> {
  const { identity, clock, mail, journal, calendar, notified } = services;
  const now = clock.now();
  const answerDueAt = instant(endOfWorkingDay(now, policy.answerWorkingDays, calendar));
  const common = { kind: 'report_news', reportId, answerDueAt, siteOrigin: call.siteOrigin, at: instant(now) } as const;
  const told = await Promise.allSettled(
    notified.map(async (email) => {
      const emailKey = await computeEmailKey(identity, email);
      await mail.send({ ...common, id: `report_news:${reportId}:${emailKey}`, email, emailKey, address: '', userAgent: '' });
    }),
  );
  const failed = told.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) journal.note('WARN', 'report.staff_not_told', { reportId, mails: String(failed) });
}

interface Acknowledgement {
  readonly reportId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly locale: 'en' | 'it' | undefined;
}

/** The report is safe by now: a fault here must not make the reporter believe that it isn't. */
async function acknowledge(services: IntakeServices, call: Call, { reportId, email, emailKey, locale }: Acknowledgement): Promise<void> {
  const { clock, mail, journal } = services;
  const windowMilliseconds = policy.acknowledgementsWindowSeconds * 1000;
  const window = Math.floor(clock.now() / windowMilliseconds);
  try {
    const budgetKey = `report-acknowledgements:recipient:${emailKey}:${window}`;
    const isFree = await services.acknowledgements.take(budgetKey, policy.acknowledgementsPerAddress, (window + 1) * windowMilliseconds);
    if (!isFree) return journal.note('WARN', 'report.not_acknowledged', { reportId, reason: 'over_limit' });
    await mail.send({
      kind: 'report_received',
      id: `report_received:${reportId}`,
      reportId,
      email,
      emailKey,
      ...(locale !== undefined && { locale }),
      siteOrigin: call.siteOrigin,
      at: instant(clock.now()),
      // Where it came from is the reporter's, and nobody has confirmed that this is the reporter.
      address: '',
      userAgent: '',
    });
  } catch (error) {
    journal.note('WARN', 'report.not_acknowledged', { reportId, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
