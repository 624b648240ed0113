import type { Entry } from '../domain/audit/block.ts';
import type { UnsealedEvents } from '../domain/audit/ports.ts';
import { type DynamoDBDocumentClient, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

/** Ids and hashes of events, by the index `by-hour`: whoever seals reads nothing else of them. */
export class DynamoUnsealedEvents implements UnsealedEvents {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async list(hour: string, from: number, until: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    let next: Record<string, unknown> | undefined;
    do {
      const page = await storeCall(
        this.#client.send(
          new QueryCommand({
            TableName: this.#table,
            IndexName: 'by-hour',
            Select: 'SPECIFIC_ATTRIBUTES',
            ProjectionExpression: '#eventId, #digest, #expiresAt',
            KeyConditionExpression: '#hour = :hour AND #eventId BETWEEN :from AND :until',
            ExpressionAttributeNames: { '#hour': 'hour', '#eventId': 'eventId', '#digest': 'digest', '#expiresAt': 'expiresAt' },
            // An id is its time with more behind it.
            ExpressionAttributeValues: { ':hour': hour, ':from': timeOf(from), ':until': timeOf(until + 1) },
            ...(next && { ExclusiveStartKey: next }),
          }),
        ),
      );
      for (const { eventId, digest, expiresAt } of page.Items ?? []) entries.push({ eventId, digest, keptUntil: expiresAt });
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    return entries;
  }
}

function timeOf(at: number): string {
  return String(Math.max(0, at)).padStart(14, '0');
}
