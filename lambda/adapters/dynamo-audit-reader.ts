import type { ProvableEvent } from '../domain/audit/export-format.ts';
import { type DynamoDBDocumentClient, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

type Index = 'by-hour' | 'acts';
const partitionKeys: Readonly<Record<Index, string>> = { 'by-hour': 'hour', acts: 'actsOf' };

export interface EventPage {
  readonly events: ProvableEvent[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined;
}

/** Events as they are stored, salts included, by the indexes of their table: for staff and operators. */
export class DynamoAuditReader {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** All events of an hour and shard. */
  async readHour(hour: string): Promise<ProvableEvent[]> {
    const events: ProvableEvent[] = [];
    let next: Record<string, unknown> | undefined;
    do {
      const page = await this.#query('by-hour', hour, { after: next });
      events.push(...page.items);
      next = page.next;
    } while (next !== undefined);
    return events;
  }

  /** What people of ours did in a month, newest first. @param before an event's id: only older ones */
  async readActs(month: string, limit: number, before?: string): Promise<EventPage> {
    const page = await this.#query('acts', month, { limit, isNewestFirst: true, before });
    return { events: page.items, next: page.next?.eventId as string | undefined };
  }

  async #query(
    index: Index,
    partition: string,
    {
      after,
      before,
      limit,
      isNewestFirst = false,
    }: {
      readonly after?: Record<string, unknown> | undefined;
      readonly before?: string | undefined;
      readonly limit?: number;
      readonly isNewestFirst?: boolean;
    },
  ): Promise<{ items: ProvableEvent[]; next: Record<string, unknown> | undefined }> {
    const { Items, LastEvaluatedKey } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: index,
          KeyConditionExpression: `#partition = :partition${before === undefined ? '' : ' AND #eventId < :before'}`,
          ExpressionAttributeNames: { '#partition': partitionKeys[index], ...(before !== undefined && { '#eventId': 'eventId' }) },
          ExpressionAttributeValues: { ':partition': partition, ...(before !== undefined && { ':before': before }) },
          ScanIndexForward: !isNewestFirst,
          ...(limit !== undefined && { Limit: limit }),
          ...(after && { ExclusiveStartKey: after }),
        }),
      ),
    );
    return { items: (Items ?? []) as ProvableEvent[], next: LastEvaluatedKey };
  }
}
