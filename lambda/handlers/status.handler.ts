/** Function `status`: publishes the status page. Called by the clock, and by the queue `status` when something should be seen at once. */
import type { EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { securityPolicy } from '../../contract/security-policy.ts';
import { statusPlaceSchema, statusVariable } from '../../contract/settings.ts';
import { statusMessage } from '../../contract/status.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { CloudWatchCounts } from '../adapters/cloudwatch-counts.ts';
import { DynamoIncidentReader } from '../adapters/dynamo-incident-store.ts';
import { DynamoMinuteStore } from '../adapters/dynamo-minute-store.ts';
import { countMetric, log } from '../adapters/log.ts';
import { S3StatusFiles } from '../adapters/s3-status-files.ts';
import { readResource, readSettings } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import type { StatusPorts } from '../domain/status/ports.ts';
import { type Memory, publish } from '../domain/status/publish.ts';
import { once } from './once.ts';

const ports = once((): StatusPorts => {
  const place = statusPlaceSchema.parse(JSON.parse(process.env[statusVariable] ?? ''));
  const client = documentClient();
  return {
    clock: systemClock,
    incidents: new DynamoIncidentReader(client, readResource('table', 'incidents')),
    counts: new CloudWatchCounts(),
    minutes: new DynamoMinuteStore(client, readResource('table', 'status-minutes'), securityPolicy.status.historyDays),
    files: new S3StatusFiles(place.bucket, { region: place.region }),
    journal: { note: log, count: countMetric },
    place,
    productName: readSettings().productName,
  };
});
const memory: Memory = { bodies: new Map() };

export async function handler(event: SQSEvent | EventBridgeEvent<string, unknown>): Promise<SQSBatchResponse | undefined> {
  if (!('Records' in event)) {
    await publish(ports(), memory);
    return undefined;
  }
  const unreadable = event.Records.filter(({ body }) => !isRequest(body));
  for (const { messageId } of unreadable) log('ERROR', 'status.unreadable', { messageId });
  // Ten requests are answered by one publication.
  if (unreadable.length < event.Records.length) await publish(ports(), memory);
  return { batchItemFailures: unreadable.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function isRequest(body: string): boolean {
  try {
    return statusMessage.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}
