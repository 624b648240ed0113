import { setTimeout as delay } from 'node:timers/promises';
import type { Input } from '../json-protocol.ts';
import type { ReceivedMessage } from '../model.ts';
import { wholeNumber } from './input.ts';
import { longestVisibilitySeconds, type Queue } from './queue.ts';
import type { QueueStore } from './store.ts';

const pollMilliseconds = 50;

export async function receiveMessage(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'ReceiveMessage');
  const maximum = wholeNumber(input.MaxNumberOfMessages, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const visibility = wholeNumber(input.VisibilityTimeout, 'VisibilityTimeout', 0, longestVisibilitySeconds);
  const wait = wholeNumber(input.WaitTimeSeconds, 'WaitTimeSeconds', 0, 20) ?? queue.settings.receiveWaitSeconds;
  const messages = await receiveWithin(queue, maximum, visibility, wait);
  return messages.length === 0 ? {} : { Messages: messages.map((message) => toOutput(message, input)) };
}

/** Long polling waits in real time, since its caller does. */
async function receiveWithin(
  queue: Queue,
  maximum: number,
  visibility: number | undefined,
  waitSeconds: number,
): Promise<ReceivedMessage[]> {
  const deadline = performance.now() + waitSeconds * 1000;
  for (;;) {
    const messages = queue.receive(maximum, visibility);
    if (messages.length > 0 || performance.now() >= deadline) return messages;
    await delay(pollMilliseconds);
  }
}

function toOutput(message: ReceivedMessage, input: Input): object {
  const asked: string[] = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
  const attributes = Object.entries(message.attributes).filter(([name]) => asked.includes('All') || asked.includes(name));
  const custom: string[] = input.MessageAttributeNames ?? [];
  const messageAttributes = Object.entries(message.messageAttributes).filter(
    ([name]) => custom.includes('All') || custom.includes('.*') || custom.includes(name),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.md5OfBody,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(messageAttributes.length === 0 ? {} : { MessageAttributes: Object.fromEntries(messageAttributes) }),
  };
}
