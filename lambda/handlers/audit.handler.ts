/** Function `audit`: seals the security events into the audit trail, and has its head signed. Called by the clock. */
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoTrail } from '../adapters/dynamo-trail.ts';
import { DynamoUnsealedEvents } from '../adapters/dynamo-unsealed-events.ts';
import { KmsCheckpointSigner } from '../adapters/kms-checkpoint-signer.ts';
import { countMetric, log } from '../adapters/log.ts';
import { S3Archive } from '../adapters/s3-archive.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import type { SealPorts } from '../domain/audit/ports.ts';
import { type SealMemory, seal } from '../domain/audit/seal.ts';
import { once } from './once.ts';

const ports = once((): SealPorts => {
  const client = documentClient();
  return {
    clock: systemClock,
    events: new DynamoUnsealedEvents(client, readResource('table', 'events')),
    trail: new DynamoTrail(client, readResource('table', 'audit-trail')),
    archive: new S3Archive(readResource('bucket', 'audit-archive')),
    signer: new KmsCheckpointSigner(readResource('key', 'audit')),
    journal: { note: log, count: countMetric },
  };
});
const memory: SealMemory = { blocks: [] };

export async function handler(): Promise<void> {
  await seal(ports(), memory);
}
