/** Writes to phones what alarms say, and keeps an outside clock from ringing. Called by the queue of the on-call topics, and by the clock. */
import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type heartbeatEvent, pagingSchema, pagingVariable } from '../../contract/paging.ts';
import { log } from '../adapters/log.ts';
import { beat } from '../adapters/outside-clock.ts';
import { SnsTopic } from '../adapters/sns-topic.ts';
import { systemClock } from '../adapters/system.ts';
import { deliver, type PagerPorts, RecentlySent, readTopicMessage } from '../domain/pager/deliver.ts';
import { once } from './once.ts';

const sent = new RecentlySent();

const services = once((): PagerPorts & { heartbeatTopic: SnsTopic | undefined } => {
  const paging = pagingSchema.parse(JSON.parse(process.env[pagingVariable] ?? 'null'));
  const phones = paging.phonesTopicArn === undefined ? undefined : new SnsTopic(paging.phonesTopicArn);
  const { heartbeat } = paging;
  return {
    paging,
    sendToPhones: async (text) => await phones?.publish(text),
    beat: async () => {
      if (heartbeat !== undefined) await beat(heartbeat.url);
    },
    journal: { note: log },
    heartbeatTopic: heartbeat === undefined ? undefined : new SnsTopic(heartbeat.topicArn),
  };
});

export async function handler(event: SQSEvent | typeof heartbeatEvent | ScheduledEvent): Promise<SQSBatchResponse | undefined> {
  const ports = services();
  if ('task' in event) {
    // By the topic and back: what is proven alive is the way of the pages, not this function alone.
    await ports.heartbeatTopic?.publish(JSON.stringify({ heartbeat: new Date(systemClock.now()).toISOString() }));
    return undefined;
  }
  // The clock's own event: to have come so far, with code that loads and settings that can be read, is all that it asks.
  if (!('Records' in event)) return undefined;
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await deliver(ports, readTopicMessage(body, messageId), sent);
    } catch (error) {
      log('ERROR', 'pager.failed', { messageId, reason: error instanceof Error ? error.message : 'unknown' });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
