import type { Input } from '../json-protocol.ts';
import { wholeNumber } from './input.ts';
import { invalidParameter, longestVisibilitySeconds } from './queue.ts';
import type { QueueStore } from './store.ts';

export async function changeMessageVisibility(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'ChangeMessageVisibility');
  const seconds = wholeNumber(input.VisibilityTimeout, 'VisibilityTimeout', 0, longestVisibilitySeconds);
  if (seconds === undefined) throw invalidParameter('The request must contain the parameter VisibilityTimeout.');
  queue.changeVisibility(String(input.ReceiptHandle ?? ''), seconds);
  return {};
}
