/** What becomes of a message that reached an on-call topic. */
import { type Paging, pageEnvelope } from '../../../contract/paging.ts';
import { readAlarmMessage } from './alarm-message.ts';
import { wordAlarm, wordUnreadable } from './wording.ts';

export interface PagerPorts {
  /** @throws when the text was not taken: it is tried again */
  sendToPhones(text: string): Promise<void>;
  /** Tells the outside clock that the path lives. @throws when it was not heard */
  beat(): Promise<void>;
  journal: { note(level: 'INFO' | 'WARN' | 'ERROR', event: string, fields?: Readonly<Record<string, string>>): void };
  readonly paging: Paging;
}

export interface TopicMessage {
  readonly topicArn: string;
  readonly messageId: string;
  readonly text: string;
}

/** Of a queue's message: what SNS wrote around it. Anything else is taken as it is: whatever it says, somebody must read it. */
export function readTopicMessage(body: string, messageId: string): TopicMessage {
  try {
    const { data } = pageEnvelope.safeParse(JSON.parse(body));
    if (data !== undefined) return { topicArn: data.TopicArn, messageId: data.MessageId, text: data.Message };
  } catch {
    // Below.
  }
  return { topicArn: '', messageId, text: body };
}

/** Topics and queues deliver at least once: what this instance has sent lately isn't sent again. */
export class RecentlySent {
  readonly #kept = new Set<string>();

  has(messageId: string): boolean {
    return this.#kept.has(messageId);
  }

  add(messageId: string): void {
    this.#kept.add(messageId);
    const [oldest] = this.#kept;
    if (this.#kept.size > 200 && oldest !== undefined) this.#kept.delete(oldest);
  }
}

export async function deliver(ports: PagerPorts, message: TopicMessage, sent: RecentlySent): Promise<void> {
  const { paging, journal } = ports;
  if (sent.has(message.messageId)) return;
  if (paging.heartbeat !== undefined && message.topicArn === paging.heartbeat.topicArn) {
    await ports.beat();
    sent.add(message.messageId);
    return;
  }
  const alarm = readAlarmMessage(message.text);
  if (alarm === undefined) {
    journal.note('ERROR', 'pager.unreadable', { messageId: message.messageId });
    await ports.sendToPhones(wordUnreadable(message.text, paging));
  } else if (alarm.state === 'ALARM' || (alarm.state === 'OK' && alarm.before === 'ALARM')) {
    await ports.sendToPhones(wordAlarm(alarm, paging));
    journal.note('INFO', 'pager.sent', { alarm: alarm.name, state: alarm.state });
  }
  // Where every alarm starts (no data yet, then OK) is no news.
  sent.add(message.messageId);
}
