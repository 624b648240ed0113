import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { computeExpiry, emptyBudget, type MailBudget } from '../domain/mail/budget.ts';
import type { MailBudgetStore } from '../domain/mail/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from './document-client.ts';

/** One item an address. Every change is one conditional write on `version`. */
export class DynamoMailBudgetStore implements MailBudgetStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async load(recipientKey: string): Promise<MailBudget> {
    const { Item } = await this.#client.send(new GetCommand({ TableName: this.#tableName, Key: { recipientKey }, ConsistentRead: true }));
    if (Item === undefined) return emptyBudget;
    const { version, sent, deferred } = Item as MailBudget;
    return { version, sent, deferred };
  }

  async replace(recipientKey: string, next: MailBudget): Promise<boolean> {
    // Version 1 follows on nothing: the item may have been cleaned up, but then its version can't be met again by chance.
    const isFirst = next.version === 1;
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { recipientKey, ...next, expiresAt: Math.ceil(computeExpiry(next) / 1000) },
          ConditionExpression: isFirst ? 'attribute_not_exists(recipientKey)' : '#version = :previous',
          ...(!isFirst && {
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':previous': next.version - 1 },
          }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
