import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { send } from './send-message.ts';
import type { QueueStore } from './store.ts';

export async function sendMessageBatch(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'SendMessage');
  const entries: Input[] = Array.isArray(input.Entries) ? input.Entries : [];
  checkEntries(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...send(queue, entry, roleArn) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function checkEntries(entries: readonly Input[]): void {
  const refuse = (code: string, message: string) => {
    throw new AwsError(code, message, 400, { 'x-amzn-query-error': `AWS.SimpleQueueService.${code};Sender` });
  };
  if (entries.length === 0) refuse('EmptyBatchRequest', 'There should be at least one SendMessageBatchRequestEntry in the request.');
  if (entries.length > 10) {
    refuse('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${entries.length}.`);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) refuse('BatchEntryIdsNotDistinct', 'Id repeated.');
}
