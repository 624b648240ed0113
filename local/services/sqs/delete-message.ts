import type { Input } from '../json-protocol.ts';
import type { QueueStore } from './store.ts';

export async function deleteMessage(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'DeleteMessage');
  queue.delete(String(input.ReceiptHandle ?? ''));
  return {};
}
