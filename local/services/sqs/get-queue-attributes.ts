import type { Input } from '../json-protocol.ts';
import type { QueueStore } from './store.ts';

export async function getQueueAttributes(store: QueueStore, input: Input, roleArn: string): Promise<object> {
  const queue = store.byUrl(input.QueueUrl);
  await store.requireAccess(queue, roleArn, 'GetQueueAttributes');
  const { settings } = queue;
  const { visible, inFlight, delayed } = queue.depth();
  const all: Record<string, string> = {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    DelaySeconds: String(settings.delaySeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
  };
  if (settings.redrive !== undefined) {
    const { targetArn, maximumReceives } = settings.redrive;
    all.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: targetArn, maxReceiveCount: maximumReceives });
  }
  const asked: string[] = input.AttributeNames ?? [];
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes('All') || asked.includes(name))) };
}
