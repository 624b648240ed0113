import { randomBytes } from 'node:crypto';
import { securityPolicy } from '../../contract/security-policy.ts';
import { isAddressSubject } from '../domain/context.ts';
import type { EventLog, SecurityEvent, StoredEvent } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

/** Append-only: an event's id is its time and 64 random bits, and nothing here can change or remove one. */
export class DynamoEventLog implements EventLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(event: SecurityEvent): Promise<void> {
    const eventId = `${String(event.at).padStart(14, '0')}-${randomBytes(8).toString('hex')}`;
    const { eventSeconds, addressEventSeconds } = securityPolicy.retention;
    const expiresAt = Math.ceil(event.at / 1000) + (isAddressSubject(event.subject) ? addressEventSeconds : eventSeconds);
    await storeCall(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...event, eventId, expiresAt },
          ConditionExpression: 'attribute_not_exists(#eventId)',
          ExpressionAttributeNames: { '#eventId': 'eventId' },
        }),
      ),
    );
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
