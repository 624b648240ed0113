import type { MailToken, TokenStore } from '../domain/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

/** Tokens of mails, minted by the mailer and redeemed here. `expiresAt` is in epoch seconds in the table, as TTL wants it. */
export class DynamoTokenStore implements TokenStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(tokenHash: string): Promise<MailToken | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { tokenHash }, ConsistentRead: true })),
    );
    return Item && ({ ...Item, expiresAt: Item.expiresAt * 1000 } as MailToken);
  }

  async redeem(tokenHash: string): Promise<boolean> {
    const deleted = await conditionally(
      this.#client.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: { tokenHash },
          ConditionExpression: 'attribute_exists(#tokenHash)',
          ExpressionAttributeNames: { '#tokenHash': 'tokenHash' },
        }),
      ),
    );
    return deleted !== undefined;
  }
}
