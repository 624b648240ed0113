import type { Input } from '../json-protocol.ts';
import { messageBody, wholeNumber } from './input.ts';
import { md5, type Queue } from './queue.ts';
import type { QueueStore } from './store.ts';

export async function sendMessage(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'SendMessage');
  return send(queue, input, roleArn);
}

export function send(queue: Queue, entry: Input, roleArn: string): { MessageId: string; MD5OfMessageBody: string } {
  const body = messageBody(entry.MessageBody, queue);
  const delay = wholeNumber(entry.DelaySeconds, 'DelaySeconds', 0, 900);
  return { MessageId: queue.send(body, roleArn, entry.MessageAttributes, delay), MD5OfMessageBody: md5(body) };
}
