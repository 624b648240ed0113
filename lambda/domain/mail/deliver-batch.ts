import { mailMessage } from '../../../contract/schemas.ts';
import { type DeliveryOutcome, deliverMail } from './deliver-mail.ts';
import type { MailPorts } from './ports.ts';
import { countFailure, describeForLog, nameOf, postpone, retrySeconds } from './put-off.ts';

/** A message as the queue hands it over. */
export interface QueuedRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** A whole number, as text. */
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

/** One mail with every service at its slowest; no delivery is begun that could be cut off. */
const roomForOneMailMilliseconds = 10_000;

const finished: readonly DeliveryOutcome[] = ['nothing', 'finished', 'sent', 'dropped'];

/**
 * Delivers a batch, one message after the other: a fault of one is no fault of the next.
 *
 * @param remainingMilliseconds how long the function may still run
 * @returns ids of the messages that the queue must deliver again (or, received too often, put among the dead letters)
 */
export async function deliverBatch(
  ports: MailPorts,
  records: readonly QueuedRecord[],
  remainingMilliseconds: () => number,
): Promise<string[]> {
  const failed: string[] = [];
  for (const record of records) {
    if (remainingMilliseconds() < roomForOneMailMilliseconds || !(await isDelivered(ports, record))) failed.push(record.messageId);
  }
  return failed;
}

/** @returns whether the queue may forget the message */
async function isDelivered(ports: MailPorts, record: QueuedRecord): Promise<boolean> {
  const receipt = {
    messageId: record.messageId,
    handle: record.receiptHandle,
    receives: Math.max(1, Number.parseInt(record.attributes.ApproximateReceiveCount, 10) || 1),
  };
  const message = parseMessage(record.body);
  if (message === undefined) {
    ports.journal.note('ERROR', 'mail.unreadable', { messageId: receipt.messageId });
    return false;
  }
  try {
    return finished.includes(await deliverMail(ports, message, receipt));
  } catch (error) {
    const fields = describeForLog(message, receipt);
    ports.journal.note('ERROR', 'mail.failed', { ...fields, reason: nameOf(error) });
    const waitSeconds = retrySeconds(receipt.receives);
    countFailure(ports, receipt, waitSeconds);
    await postpone(ports, receipt, waitSeconds, fields);
    return false;
  }
}

function parseMessage(body: string) {
  try {
    return mailMessage.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
