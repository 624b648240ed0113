import type { ComponentId } from '../../contract/components.ts';
import type { MinuteStore, StoredDay } from '../domain/status/ports.ts';
import { type DynamoDBDocumentClient, PutCommand } from './document-client.ts';
import { queryAll } from './query-all.ts';
import { conditionally } from './store-call.ts';

const dayMilliseconds = 24 * 3600 * 1000;

/** An item a component and UTC day, its minutes as a letter each. */
export class DynamoMinuteStore implements MinuteStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keptDays: number;

  constructor(client: DynamoDBDocumentClient, table: string, keptDays: number) {
    this.#client = client;
    this.#table = table;
    this.#keptDays = keptDays;
  }

  async readSince(component: ComponentId, date: string): Promise<StoredDay[]> {
    const items = await queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: '#component = :component AND #day >= :date',
      ExpressionAttributeNames: { '#component': 'component', '#day': 'day' },
      ExpressionAttributeValues: { ':component': component, ':date': date },
      ConsistentRead: true,
    });
    return items.map(({ day, minutes, version }) => ({ date: day as string, log: minutes as string, version }));
  }

  async write(component: ComponentId, { date, log, version }: StoredDay): Promise<boolean> {
    const isFirst = version === 1;
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: {
            component,
            day: date,
            minutes: log,
            version,
            expiresAt: Math.ceil((Date.parse(date) + (this.#keptDays + 2) * dayMilliseconds) / 1000),
          },
          ConditionExpression: isFirst ? 'attribute_not_exists(#version)' : '#version = :previous',
          ExpressionAttributeNames: { '#version': 'version' },
          ...(!isFirst && { ExpressionAttributeValues: { ':previous': version - 1 } }),
        }),
      ),
    );
    return written !== undefined;
  }
}
