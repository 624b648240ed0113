import type { BudgetStore } from '../domain/budgets.ts';
import { type DynamoDBDocumentClient, UpdateCommand } from './document-client.ts';
import { conditionally } from './store-call.ts';

/** One item a budget and window: one place too many fails the condition of the write that would take it. */
export class DynamoBudgetStore implements BudgetStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async take(budgetKey: string, limit: number, endsAt: number): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { budgetKey },
          UpdateExpression: 'SET #taken = if_not_exists(#taken, :zero) + :one, #expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(#taken) OR #taken < :limit',
          ExpressionAttributeNames: { '#taken': 'taken', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':limit': limit, ':expiresAt': Math.ceil(endsAt / 1000) },
        }),
      ),
    );
    return written !== undefined;
  }
}
