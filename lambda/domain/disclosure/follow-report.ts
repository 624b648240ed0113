/** What a reporter does later: look how the report stands, and say more. A token that opens nothing costs what one does that opens. */
import type { DisclosureSettings } from '../../../contract/disclosure.ts';
import { vulnerabilityReports } from '../../../contract/policy/disclosure.ts';
import type { FollowedReport, ReportMessage, ReportThanks } from '../../../contract/report-schemas.ts';
import type { Refusal } from '../context.ts';
import { hashToken } from '../mail-token.ts';
import { instant, newId } from '../sessions.ts';
import { computeClocks } from './clocks.ts';
import type { IntakeServices } from './file-report.ts';
import type { ReportKey, StoredMessage, StoredReport } from './ports.ts';
import { reportIdOf } from './tracking-token.ts';

const { messages: mostMessages, thanked: mostThanked } = vulnerabilityReports;
const idLength = 22;
const notFound = { kind: 'not_found' } as const;

export type FollowServices = Pick<IntakeServices, 'clock' | 'random' | 'store' | 'vault'> & { readonly calendar: DisclosureSettings };

export async function followReport(
  services: FollowServices,
  trackingToken: string,
): Promise<{ readonly kind: 'found'; readonly report: FollowedReport } | typeof notFound> {
  const report = await services.store.read(reportIdOf(trackingToken));
  if (report === undefined) return notFound;
  const [key, messages] = await Promise.all([
    services.vault.open(report.reportId, 'conversation', report.conversationKey),
    services.store.listMessages(report.reportId),
  ]);
  return { kind: 'found', report: describe(report, messages, key, services.calendar) };
}

function describe(report: StoredReport, messages: readonly StoredMessage[], key: ReportKey, calendar: DisclosureSettings): FollowedReport {
  const { answerDueAt, decisionDueAt } = computeClocks(report, calendar);
  return {
    reference: report.reportId,
    state: report.state,
    severity: report.severity ?? null,
    receivedAt: instant(report.receivedAt),
    updatedAt: instant(report.updatedAt),
    answerDueAt: answerDueAt === undefined ? null : instant(answerDueAt),
    decisionDueAt: decisionDueAt === undefined ? null : instant(decisionDueAt),
    messages: readMessages(messages, key),
  };
}

export function readMessages(messages: readonly StoredMessage[], key: ReportKey): FollowedReport['messages'] {
  return messages.map(({ messageId, at, from, sealed }) => ({
    id: messageId,
    at: instant(at),
    from,
    text: key.open(placeOf(from, messageId), sealed),
  }));
}

/** Who said it is part of what is sealed: a reporter's words don't open as ours. */
export function placeOf(from: StoredMessage['from'], messageId: string): string {
  return `message:${from}:${messageId}`;
}

/** Names as they were written: whoever shows them shows text. */
export async function listThanks({ store }: Pick<FollowServices, 'store'>): Promise<ReportThanks> {
  const thanks = await store.listThanks();
  return { thanks: thanks.slice(0, mostThanked).map(({ reportId, name, at }) => ({ id: reportId, name, at: instant(at) })) };
}

/**
 * Counted first, stored second: a message that is lost in between was not acknowledged, and staff look for it in vain. The other way
 * round staff would not look.
 */
export async function addMessage(
  services: FollowServices,
  trackingToken: string,
  message: ReportMessage,
): Promise<{ readonly kind: 'added'; readonly messageId: string } | Extract<Refusal, { kind: 'not_found' | 'conflict' }>> {
  const { store, vault, clock, random } = services;
  const reportId = reportIdOf(trackingToken);
  const report = await store.read(reportId);
  if (report === undefined) return notFound;
  const now = clock.now();
  if (!(await store.takeMessage(reportId, now, mostMessages))) {
    return { kind: 'conflict', detail: `This report has ${mostMessages} messages of yours: file another report, and name this one in it` };
  }
  const key = await vault.open(reportId, 'conversation', report.conversationKey);
  const messageId =
    message.idempotencyKey === undefined
      ? newId(random)
      : hashToken(`message:${message.idempotencyKey}:${message.text}`).slice(0, idLength);
  const sealed = key.seal(placeOf('reporter', messageId), message.text);
  await store.putMessage(reportId, { messageId, at: now, from: 'reporter', sealed });
  return { kind: 'added', messageId };
}
