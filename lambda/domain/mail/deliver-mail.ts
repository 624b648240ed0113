/**
 * Delivers one message of the mail queue: decide, take the place in the address's budget, store the token, send, mark.
 *
 * The order is the guarantee. The place is taken before the mail goes out, so that no crash sends more than the budget;
 * the mail is marked after it went out, so that no crash loses one. What is left is one mail too many when the function
 * dies in the instant between sending and marking.
 */
import type { Locale, MailMessage } from '../../../contract/schemas.ts';
import { type MailBudget, markSent } from './budget.ts';
import { type DueMail, decideMail, type MailDecision } from './decide-mail.ts';
import type { JournalFields, MailPorts, MailReceipt, Recipient } from './ports.ts';
import { countFailure, describeForLog, nameOf, postpone, retrySeconds } from './put-off.ts';
import { renderMail } from './render-mail.ts';
import { mintToken } from './token.ts';

export type DeliveryOutcome = 'nothing' | 'finished' | 'sent' | 'dropped' | 'deferred' | 'waiting' | 'delayed' | 'refused';

/** Deliveries of messages for one address at the same instant compete for its budget; after this many losses the queue tries again. */
const maximumTries = 8;

/**
 * Delivers one message, or puts it off. Nothing is lost either way: what is not finished, the queue delivers again.
 *
 * @throws when a service fails
 */
export async function deliverMail(ports: MailPorts, message: MailMessage, receipt: MailReceipt): Promise<DeliveryOutcome> {
  const { journal } = ports;
  const fields = describeForLog(message, receipt);
  const recipient = await ports.directory.find(message.emailKey);
  const decision = await settleDecision(ports, message, recipient);

  switch (decision.action) {
    case 'nothing':
    case 'finished':
      return decision.action;
    case 'drop':
      journal.count('Mail/Dropped');
      journal.note('WARN', 'mail.dropped', { ...fields, reason: decision.reason });
      return 'dropped';
    case 'defer':
      journal.count('Mail/Deferred');
      journal.note('INFO', 'mail.deferred', { ...fields, waitSeconds: decision.waitSeconds });
      await postpone(ports, receipt, decision.waitSeconds, fields);
      return 'deferred';
    case 'wait':
      await postpone(ports, receipt, decision.waitSeconds, fields);
      return 'waiting';
    case 'send':
      return send(ports, message, recipient, decision, receipt, fields);
  }
}

/** Decides on the budget as it is stored, and stores what the decision makes of it in one conditional write. */
async function settleDecision(ports: MailPorts, message: MailMessage, recipient: Recipient | undefined): Promise<MailDecision> {
  for (let tries = 0; tries < maximumTries; tries++) {
    if (tries > 0) await ports.clock.pause(jitter(ports, tries));
    const budget = await ports.budgets.load(message.emailKey);
    const decision = decideMail(message, recipient, budget, ports.clock.now(), ports.isStaff);
    if (!('budget' in decision) || decision.budget === undefined) return decision;
    if (await ports.budgets.replace(message.emailKey, decision.budget)) return decision;
  }
  throw new Error('The budget of the address is being written by too many deliveries at once');
}

async function send(
  ports: MailPorts,
  message: MailMessage,
  recipient: Recipient | undefined,
  decision: Extract<MailDecision, { action: 'send' }>,
  receipt: MailReceipt,
  fields: JournalFields,
): Promise<DeliveryOutcome> {
  const token = await storeToken(ports, decision.mail);
  const mail = renderMail({
    mail: decision.mail,
    message,
    locale: chooseLocale(message, recipient, decision.mail),
    productName: ports.productName,
    ...(token !== undefined && { token }),
  });
  const result = await ports.sender.send({ to: message.email, ...mail });
  if (result.status === 'refused') {
    const isLasting = result.fault === 'lasting';
    const waitSeconds = retrySeconds(isLasting ? 1 : receipt.receives);
    ports.journal.note(isLasting ? 'ERROR' : 'WARN', 'mail.refused', {
      ...fields,
      fault: result.fault,
      reason: result.reason,
      waitSeconds,
    });
    countFailure(ports, receipt, waitSeconds);
    await postpone(ports, receipt, waitSeconds, fields);
    return isLasting ? 'refused' : 'delayed';
  }
  ports.journal.count('Mail/Sent');
  ports.journal.note('INFO', 'mail.sent', { ...fields, content: decision.mail.content });
  await mark(ports, message, decision.budget, fields);
  return 'sent';
}

/** The requester's choice, unless the mail is for somebody else who has an account here. */
function chooseLocale(message: MailMessage, recipient: Recipient | undefined, mail: DueMail): Locale {
  const own = recipient && 'locale' in recipient ? recipient.locale : undefined;
  return (mail.content === 'address_taken' ? own : (message.locale ?? own)) ?? 'en';
}

/** Stored before the mail is sent, so that no link arrives that leads nowhere. A second try mints another: the first was never seen. */
async function storeToken(ports: MailPorts, mail: DueMail): Promise<string | undefined> {
  if (!('token' in mail)) return undefined;
  const { token, tokenHash } = mintToken(ports.random);
  await ports.tokens.put(tokenHash, mail.token);
  return token;
}

/** The mail is out: a fault here must not bring the message back, which would send it twice. */
async function mark(ports: MailPorts, message: MailMessage, taken: MailBudget, fields: JournalFields): Promise<void> {
  try {
    let budget = taken;
    for (let tries = 0; tries < maximumTries; tries++) {
      if (tries > 0) {
        await ports.clock.pause(jitter(ports, tries));
        budget = await ports.budgets.load(message.emailKey);
      }
      const marked = markSent(budget, message.id);
      if (marked === undefined || (await ports.budgets.replace(message.emailKey, marked))) return;
    }
    ports.journal.note('WARN', 'mail.not_marked', { ...fields, reason: 'contention' });
  } catch (error) {
    ports.journal.note('WARN', 'mail.not_marked', { ...fields, reason: nameOf(error) });
  }
}

/** Full jitter: competing deliveries must not meet again in step. @returns milliseconds */
function jitter(ports: MailPorts, tries: number): number {
  const share = (ports.random.bytes(1)[0] ?? 0) / 255;
  return share * Math.min(400, 20 * 2 ** tries);
}
