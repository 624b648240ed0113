/** Function `announcer`: mails subscribers of the status page what happened. Called by the clock, and by the queue `announcements`. */
import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { announcementMessage } from '../../contract/schemas.ts';
import { statusPageSchema, statusPageVariable } from '../../contract/settings.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoAnnouncementStore } from '../adapters/dynamo-announcement-store.ts';
import { DynamoIncidentReader } from '../adapters/dynamo-incident-store.ts';
import { DynamoSubscriptionStore } from '../adapters/dynamo-subscription-store.ts';
import { countMetric, log } from '../adapters/log.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { SesMailSender } from '../adapters/ses-mail-sender.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { SqsAnnouncementQueue } from '../adapters/sqs-announcement-queue.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { deliverAnnouncement, runOnSchedule } from '../domain/subscriptions/announce.ts';
import type { AnnouncerServices } from '../domain/subscriptions/ports.ts';
import { once } from './once.ts';

const services = once((): AnnouncerServices => {
  const { sender, productName } = readSettings();
  const configurationSet = process.env.MAIL_CONFIGURATION_SET;
  const client = documentClient();
  return {
    clock: systemClock,
    random: systemRandom,
    incidents: new DynamoIncidentReader(client, readResource('table', 'incidents')),
    subscribers: new DynamoSubscriptionStore(client, readResource('table', 'status-subscriptions')),
    announcements: new DynamoAnnouncementStore(client, readResource('table', 'announcements')),
    queue: new SqsAnnouncementQueue(readResource('queue', 'announcements')),
    sender: new SesMailSender({ sender, productName, ...(configurationSet && { configurationSet }) }),
    linkKey: new SecretKeyedHash(new Secret(readResource('secret', 'subscription'), systemClock)),
    journal: { note: log, count: countMetric },
    productName,
    page: statusPageSchema.parse(JSON.parse(process.env[statusPageVariable] ?? '')),
  };
});

export async function handler(
  event: SQSEvent | EventBridgeEvent<string, unknown>,
  context: Context,
): Promise<SQSBatchResponse | undefined> {
  if (!('Records' in event)) {
    await runOnSchedule(services());
    return undefined;
  }
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    if (!(await isDone(messageId, body, () => context.getRemainingTimeInMillis()))) failed.push(messageId);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function isDone(messageId: string, body: string, remainingMilliseconds: () => number): Promise<boolean> {
  try {
    return await deliverAnnouncement(services(), announcementMessage.parse(JSON.parse(body)), remainingMilliseconds);
  } catch (error) {
    log('ERROR', 'announcement.failed', { messageId, reason: error instanceof Error ? error.name : 'unknown' });
    return false;
  }
}
