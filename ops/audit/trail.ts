/** Operators read the trail where the functions do: it works while all of those are down. */
import { DynamoAuditReader } from '../../lambda/adapters/dynamo-audit-reader.ts';
import { DynamoTrail } from '../../lambda/adapters/dynamo-trail.ts';
import type { SignedCheckpoint } from '../../lambda/domain/audit/checkpoint.ts';
import type { TrailReader } from '../../lambda/domain/audit/ports.ts';
import { type Access, askConsole, openAccess } from '../access.ts';
import { OperatorError } from '../command.ts';

export interface OpenTrail {
  readonly access: Access;
  readonly trail: TrailReader;
  readonly events: DynamoAuditReader;
  /** Milliseconds: drills move the local system's clock. */
  readonly now: number;
}

export async function openTrail(isLocal: boolean): Promise<OpenTrail> {
  const access = await openAccess(isLocal);
  const [trail, events] = await Promise.all([access.table('PortiereData', 'AuditTrailTable'), access.table('PortiereData', 'EventsTable')]);
  const now = isLocal ? Date.parse((await askConsole<{ now: string }>('/api/clock')).now) : Date.now();
  return { access, now, trail: new DynamoTrail(access.documents, trail), events: new DynamoAuditReader(access.documents, events) };
}

/** @throws OperatorError when nothing has been signed yet */
export async function requireCheckpoint(trail: TrailReader): Promise<SignedCheckpoint> {
  const checkpoint = await trail.readLastCheckpoint();
  if (checkpoint === undefined)
    throw new OperatorError('Nothing of the trail is signed yet: the function audit does it within a minute of its first run.');
  return checkpoint;
}
