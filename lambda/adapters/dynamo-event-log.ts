import { randomBytes } from 'node:crypto';
import { securityPolicy } from '../../contract/security-policy.ts';
import { isAct } from '../domain/audit/acts.ts';
import { commit } from '../domain/audit/commitment.ts';
import { formatEventId, hourOf, monthOf } from '../domain/audit/event-id.ts';
import { isAddressSubject } from '../domain/context.ts';
import type { EventLog, SecurityEvent, StoredEvent } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

/**
 * Append-only: an event's id is its time, 64 random bits of this writer and how many events it has written, and nothing here can change or
 * remove one. One write an event, with the hash by which the audit trail will know it (docs/audit.md).
 */
export class DynamoEventLog implements EventLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  #writer = newWriter();
  #written = 0;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(event: SecurityEvent): Promise<void> {
    const writer = this.#writer;
    const at = Math.trunc(event.at);
    const eventId = formatEventId({ at, writer, number: ++this.#written });
    const { eventSeconds, addressEventSeconds } = securityPolicy.retention;
    const stored = { ...wellFormed(event), at, eventId };
    const salts = { salt: randomBytes(16).toString('hex'), privateSalt: randomBytes(16).toString('hex') };
    try {
      // That there is one already can only mean that our own first try did arrive: nobody else has this id.
      await conditionally(
        this.#client.send(
          new PutCommand({
            TableName: this.#table,
            Item: {
              ...stored,
              ...salts,
              digest: commit(stored, salts),
              hour: hourOf({ at, writer }),
              actsOf: isAct(stored) ? monthOf(at) : undefined,
              expiresAt: Math.ceil(at / 1000) + (isAddressSubject(event.subject) ? addressEventSeconds : eventSeconds),
            },
            ConditionExpression: 'attribute_not_exists(#eventId)',
            ExpressionAttributeNames: { '#eventId': 'eventId' },
          }),
        ),
      );
    } catch (error) {
      // A number that was never written would look like an event that somebody removed: who writes next is somebody else.
      if (this.#writer === writer) {
        this.#writer = newWriter();
        this.#written = 0;
      }
      throw error;
    }
  }

  async list(subject: string, limit: number): Promise<StoredEvent[]> {
    const { Items } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#subject = :subject',
          ExpressionAttributeNames: { '#subject': 'subject' },
          ExpressionAttributeValues: { ':subject': subject },
          ScanIndexForward: false,
          Limit: limit,
          ConsistentRead: true,
        }),
      ),
    );
    return (Items ?? []) as StoredEvent[];
  }
}

function newWriter(): string {
  return randomBytes(8).toString('hex');
}

/** The store writes half of a surrogate pair down as something else, and the hash would no longer fit. */
function wellFormed(event: SecurityEvent): SecurityEvent {
  const entries = Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? value.toWellFormed() : value]);
  return Object.fromEntries(entries) as SecurityEvent;
}
