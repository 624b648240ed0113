import { privileges } from '../../contract/privileges.ts';
import { locale } from '../../contract/schemas.ts';
import type { Recipient, RecipientDirectory } from '../domain/mail/ports.ts';
import { type DynamoDBDocumentClient, GetCommand } from './document-client.ts';

/** Reads who has an account from the table of credentials, and never more than the role allows: no hash comes near a mail. */
export class DynamoRecipientDirectory implements RecipientDirectory {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async find(emailKey: string): Promise<Recipient | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({
        TableName: this.#tableName,
        Key: { emailKey },
        ProjectionExpression: projection,
        ExpressionAttributeNames: { '#status': 'status' },
        // An account made a moment ago must not get the mail of a stranger.
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) return undefined;
    const accountId = String(Item.accountId);
    // In seconds, for it is the table's time to live.
    if (Item.status === 'moved') return { accountId, reservedUntil: Number(Item.reservedUntil) * 1000 };
    return { accountId, locale: locale.parse(Item.locale), credentialVersion: Number(Item.credentialVersion) };
  }
}

/** `status` is a word of DynamoDB's own. */
const projection = privileges.mailer.tables[0].onlyAttributes.map((name) => (name === 'status' ? '#status' : name)).join(', ');
