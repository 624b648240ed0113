import type { SeedStore, StoredSeed } from '../domain/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

export class DynamoSeedStore implements SeedStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async put(accountId: string, seed: StoredSeed, expiresAt: number): Promise<void> {
    const item = { accountId, ...seed, expiresAt: Math.ceil(expiresAt / 1000) };
    await storeCall(this.#client.send(new PutCommand({ TableName: this.#table, Item: item })));
  }

  async list(accountId: string): Promise<StoredSeed[]> {
    const { Items } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#accountId = :accountId',
          ExpressionAttributeNames: { '#accountId': 'accountId' },
          ExpressionAttributeValues: { ':accountId': accountId },
          ConsistentRead: true,
        }),
      ),
    );
    return (Items ?? []).map((item) => ({ seedId: item.seedId, sealed: item.sealed }));
  }

  async keep(accountId: string, seedId: string): Promise<boolean> {
    const kept = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { accountId, seedId },
          UpdateExpression: 'REMOVE #expiresAt',
          ConditionExpression: 'attribute_exists(#seedId)',
          ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#seedId': 'seedId' },
        }),
      ),
    );
    return kept !== undefined;
  }

  async remove(accountId: string, seedId: string): Promise<void> {
    await storeCall(this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { accountId, seedId } })));
  }
}
