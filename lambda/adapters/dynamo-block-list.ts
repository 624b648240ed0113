import type { StoredBlock } from '../domain/blocklist/ports.ts';
import { type DynamoDBDocumentClient, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

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
    const blocks: StoredBlock[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await storeCall(
        this.#client.send(
          new QueryCommand({
            TableName: this.#table,
            KeyConditionExpression: '#source = :source',
            ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
            // Asked for by name: the role's condition looks at it.
            Select: 'SPECIFIC_ATTRIBUTES',
            ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
            ExpressionAttributeValues: { ':source': source },
            ConsistentRead: true,
            ...(from !== undefined && { ExclusiveStartKey: from }),
          }),
        ),
      );
      for (const { entryId, ...block } of page.Items ?? []) blocks.push({ ...block, cidr: entryId } as StoredBlock);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return blocks;
  }
}
