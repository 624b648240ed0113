import type { StoredEvent } from '../domain/ports.ts';
import type { PersonalHistory } from '../domain/privacy/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

/** The one place that deletes events: those of an account that is gone. */
export class DynamoPersonalHistory implements PersonalHistory {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(subject: string, limit: number): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    let next: Record<string, unknown> | undefined;
    do {
      const page = await this.#page(subject, next);
      found.push(...((page.Items ?? []) as StoredEvent[]));
      next = page.LastEvaluatedKey;
    } while (next !== undefined && found.length < limit);
    return found.slice(0, limit);
  }

  async erase(subject: string, before: number): Promise<boolean> {
    let isEmpty = true;
    let next: Record<string, unknown> | undefined;
    do {
      const page = await this.#page(subject, next);
      for (const { eventId, at } of page.Items ?? []) {
        if (Number(at) >= before) {
          isEmpty = false;
          continue;
        }
        await storeCall(this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { subject, eventId } })));
      }
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    return isEmpty;
  }

  #page(subject: string, next: Record<string, unknown> | undefined) {
    return storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#subject = :subject',
          ExpressionAttributeNames: { '#subject': 'subject' },
          ExpressionAttributeValues: { ':subject': subject },
          ScanIndexForward: false,
          ConsistentRead: true,
          ...(next && { ExclusiveStartKey: next }),
        }),
      ),
    );
  }
}
