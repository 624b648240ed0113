/** What every delivery that can't be finished now has in common: when the queue brings the message back, and what the log says. */
import type { MailMessage } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { JournalFields, MailPorts, MailReceipt } from './ports.ts';

const { mail, functionTimeoutSeconds } = securityPolicy;

/**
 * The wait doubles with every delivery: a hiccup delays a mail by seconds, and an outage of hours doesn't use up
 * `mail.maximumReceives`. It is never shorter than a place in the budget is held for a delivery that still runs.
 *
 * @param receives how often the message was delivered, from 1
 * @returns seconds, at most `mail.deferSeconds`
 */
export function retrySeconds(receives: number): number {
  return Math.min(mail.deferSeconds, functionTimeoutSeconds * 2 ** Math.min(receives - 1, 30));
}

/**
 * Counts what an alarm tells an outage of mail by: the first failure of each message, and its later ones once they are as seldom as they
 * get. So one message that nobody can send is never more than two in a quarter of an hour, and three are three messages.
 */
export function countFailure(ports: Pick<MailPorts, 'journal'>, { receives }: Pick<MailReceipt, 'receives'>, waitSeconds: number): void {
  if (receives === 1 || waitSeconds >= mail.deferSeconds) ports.journal.count('Mail/Failed');
}

/** Without it the message comes back after the queue's own visibility timeout: no reason to fail otherwise. */
export async function postpone(ports: MailPorts, receipt: MailReceipt, seconds: number, fields: JournalFields): Promise<void> {
  try {
    await ports.visibility.postpone(receipt, seconds);
  } catch (error) {
    ports.journal.note('WARN', 'mail.not_postponed', { ...fields, reason: nameOf(error) });
  }
}

/** What of a message may stand in a log: enough to find it, no address, nothing that a stranger wrote. */
export function describeForLog(message: MailMessage, receipt: MailReceipt): JournalFields {
  return {
    messageId: receipt.messageId,
    receives: receipt.receives,
    mailId: message.id,
    kind: message.kind,
    recipient: message.emailKey.slice(0, 8),
  };
}

/** The name alone: messages of service faults quote addresses. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
