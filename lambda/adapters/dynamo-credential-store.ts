import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential, CredentialStore } from '../domain/ports.ts';
import { conditionally, storeCall } from './store-call.ts';

export class DynamoCredentialStore implements CredentialStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(emailKey: string): Promise<Credential | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { emailKey }, ConsistentRead: true })),
    );
    return Item as Credential | undefined;
  }

  async create(credential: Credential): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: credential,
          // The same account again is a repeated step after a crash, unless its password has moved on since.
          ConditionExpression: 'attribute_not_exists(#emailKey) OR (#accountId = :accountId AND #version = :version)',
          ExpressionAttributeNames: { '#emailKey': 'emailKey', '#accountId': 'accountId', '#version': 'credentialVersion' },
          ExpressionAttributeValues: { ':accountId': credential.accountId, ':version': credential.credentialVersion },
        }),
      ),
    );
    return written !== undefined;
  }

  async expectSecondFactor(emailKey: string, expected: boolean): Promise<void> {
    await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { emailKey },
          UpdateExpression: 'SET #expects = :expected',
          ConditionExpression: 'attribute_exists(#emailKey)',
          ExpressionAttributeNames: { '#expects': 'expectsSecondFactor', '#emailKey': 'emailKey' },
          ExpressionAttributeValues: { ':expected': expected },
        }),
      ),
    );
  }

  async replaceHash(
    emailKey: string,
    from: { hash?: string; credentialVersion: number },
    to: { hash: string; credentialVersion: number },
  ): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { emailKey },
          UpdateExpression: 'SET #hash = :hash, #version = :version',
          ConditionExpression: `#version = :fromVersion${from.hash === undefined ? '' : ' AND #hash = :fromHash'}`,
          ExpressionAttributeNames: { '#hash': 'hash', '#version': 'credentialVersion' },
          ExpressionAttributeValues: {
            ':hash': to.hash,
            ':version': to.credentialVersion,
            ':fromVersion': from.credentialVersion,
            ...(from.hash === undefined ? {} : { ':fromHash': from.hash }),
          },
        }),
      ),
    );
    return written !== undefined;
  }
}
