import type { StoredBlock } from '../domain/blocklist/ports.ts';
import type { DynamoDBDocumentClient } from './document-client.ts';
import { queryAll } from './query-all.ts';

/** The attributes of a block; the row of `admin` in privileges.ts lets it read these and no others. */
const attributes = ['source', 'entryId', 'kind', 'reason', 'author', 'at', 'until'] as const;

/** Reads blocks by hand and automatic ones, for who may see them: no copies of feeds, and nothing is written. */
export class DynamoBlockList {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async listBlocks(source: StoredBlock['source']): Promise<StoredBlock[]> {
    const items = await queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: '#source = :source',
      ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
      // Asked for by name: the role's condition looks at it.
      Select: 'SPECIFIC_ATTRIBUTES',
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: { ':source': source },
      ConsistentRead: true,
    });
    return items.map(({ entryId, ...block }) => ({ ...block, cidr: entryId }) as StoredBlock);
  }
}
