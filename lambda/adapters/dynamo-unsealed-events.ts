import type { Entry } from '../domain/audit/block.ts';
import type { UnsealedEvents } from '../domain/audit/ports.ts';
import type { DynamoDBDocumentClient } from './document-client.ts';
import { queryAll } from './query-all.ts';

/** Ids and hashes of events, by the index `by-hour`: whoever seals reads nothing else of them. */
export class DynamoUnsealedEvents implements UnsealedEvents {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async list(hour: string, from: number, until: number): Promise<Entry[]> {
    const items = await queryAll(this.#client, {
      TableName: this.#table,
      IndexName: 'by-hour',
      Select: 'SPECIFIC_ATTRIBUTES',
      ProjectionExpression: '#eventId, #digest, #expiresAt',
      KeyConditionExpression: '#hour = :hour AND #eventId BETWEEN :from AND :until',
      ExpressionAttributeNames: { '#hour': 'hour', '#eventId': 'eventId', '#digest': 'digest', '#expiresAt': 'expiresAt' },
      // An id is its time with more behind it.
      ExpressionAttributeValues: { ':hour': hour, ':from': timeOf(from), ':until': timeOf(until + 1) },
    });
    return items.map(({ eventId, digest, expiresAt }) => ({ eventId, digest, keptUntil: expiresAt }));
  }
}

function timeOf(at: number): string {
  return String(Math.max(0, at)).padStart(14, '0');
}
