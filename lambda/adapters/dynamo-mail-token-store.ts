import type { MailTokenStore } from '../domain/mail/ports.ts';
import type { MailToken } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, PutCommand } from './document-client.ts';

/** Stores the hash of a mailed token with what it is good for. The mailer can write tokens, not read or redeem them. */
export class DynamoMailTokenStore implements MailTokenStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async put(tokenHash: string, token: MailToken): Promise<void> {
    await this.#client.send(
      new PutCommand({
        TableName: this.#tableName,
        // DynamoDB's time to live is in whole seconds; rounded down, so that no link outlives its lifetime.
        Item: { tokenHash, ...token, expiresAt: Math.floor(token.expiresAt / 1000) },
        ConditionExpression: 'attribute_not_exists(tokenHash)',
      }),
    );
  }
}
