/** Function `blocklist`: the one writer of the IP sets. Called by the clock and by the queue `blocks`. */
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { blocklistSettings, blocklistVariable } from '../../contract/blocks.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoBlockStore } from '../adapters/dynamo-block-store.ts';
import { DynamoEventLog } from '../adapters/dynamo-event-log.ts';
import { HttpsFeedReader } from '../adapters/https-feed-reader.ts';
import { countMetric, log } from '../adapters/log.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import { WafIpSets } from '../adapters/waf-ip-sets.ts';
import type { BlocklistPorts } from '../domain/blocklist/ports.ts';
import { runOnMessages, runOnSchedule } from '../domain/blocklist/run.ts';
import { once } from './once.ts';

const settings = once(() => blocklistSettings.parse(JSON.parse(process.env[blocklistVariable] ?? '')));

const ports = once(
  (): BlocklistPorts => ({
    clock: systemClock,
    store: new DynamoBlockStore(documentClient(), readResource('table', 'ip-blocks')),
    sets: new WafIpSets({ ipv4: readResource('ip_set', 'ipv4'), ipv6: readResource('ip_set', 'ipv6') }),
    feeds: new HttpsFeedReader(),
    events: new DynamoEventLog(documentClient(), readResource('table', 'events')),
    journal: { note: log, count: countMetric },
  }),
);

export async function handler(event: SQSEvent | EventBridgeEvent<string, unknown>): Promise<SQSBatchResponse | undefined> {
  if (!('Records' in event)) {
    await runOnSchedule(ports(), settings());
    return undefined;
  }
  const unreadable = await runOnMessages(ports(), settings(), event.Records);
  return { batchItemFailures: unreadable.map((itemIdentifier) => ({ itemIdentifier })) };
}
