/** Operators write where the functions do, by the same rules: it works while all of those are down. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoEventLog } from '../../lambda/adapters/dynamo-event-log.ts';
import { DynamoIncidentStore } from '../../lambda/adapters/dynamo-incident-store.ts';
import { SqsPublishRequests } from '../../lambda/adapters/sqs-publish-requests.ts';
import type { Author, WriteRefusal } from '../../lambda/domain/incidents/authors.ts';
import type { IncidentServices, StatusPublisher } from '../../lambda/domain/incidents/ports.ts';
import { type Access, openAccess } from '../access.ts';
import { OperatorError, type Output } from '../command.ts';
import { type Options, optionNamed } from './options.ts';

export async function openServices({ isLocal }: Pick<Options, 'isLocal'>, output: Output): Promise<IncidentServices> {
  const access = await openAccess(isLocal);
  const ahead = isLocal ? await localClockAhead() : 0;
  return {
    clock: { now: () => Date.now() + ahead, pause: (milliseconds) => pause(milliseconds) },
    random: { bytes: (length) => randomBytes(length) },
    store: new DynamoIncidentStore(access.documents, await access.table('PortiereData', 'IncidentsTable')),
    events: new DynamoEventLog(access.documents, await access.table('PortiereData', 'EventsTable')),
    publisher: await findPublisher(access, () => output.note('The status page follows within a minute.')),
    journal: { note: () => undefined },
  };
}

/** Without the queue the clock publishes: no reason not to write. */
async function findPublisher({ queue, sqs }: Access, note: () => void): Promise<StatusPublisher> {
  try {
    return new SqsPublishRequests(await queue('PortiereApi', 'StatusQueue'), note, sqs);
  } catch {
    return { request: async () => note() };
  }
}

/** Drills move the local system's clock. */
export async function localClockAhead(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${process.env.CONSOLE_PORT || '8025'}/api/clock`);
  return Date.parse(((await response.json()) as { now: string }).now) - Date.now();
}

export function authorOf({ author }: Pick<Options, 'author'>): Author {
  return { actor: author, address: '', userAgent: '', requestId: randomUUID() };
}

export function refusalError(refusal: WriteRefusal, id: string): OperatorError {
  if (refusal.kind === 'not_found') return new OperatorError(`There is no ${JSON.stringify(id)}: incident list shows what there is.`);
  if (refusal.kind === 'conflict') return new OperatorError(`${refusal.detail}.`);
  const [error] = refusal.errors;
  return new OperatorError(`${optionNamed(error?.path ?? '')} ${error?.message}.`);
}
