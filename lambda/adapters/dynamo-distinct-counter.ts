import type { DistinctCounter } from '../domain/suspicion.ts';
import { type DynamoDBDocumentClient, UpdateCommand } from './document-client.ts';
import { conditionally } from './store-call.ts';

/** 96 bits of a keyed hash tell members apart; the item stays small. */
const memberCharacters = 16;

/** One item a counter, an attribute a member: a member that is there already, or one too many, fails the condition of the write. */
export class DynamoDistinctCounter implements DistinctCounter {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async add(key: string, member: string, limit: number, endsAt: number): Promise<number | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { attemptKey: key },
          UpdateExpression: 'SET #member = :one, #count = if_not_exists(#count, :zero) + :one, #expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(#member) AND (attribute_not_exists(#count) OR #count < :limit)',
          ExpressionAttributeNames: {
            '#member': `member:${member.slice(0, memberCharacters)}`,
            '#count': 'count',
            '#expiresAt': 'expiresAt',
          },
          ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':limit': limit, ':expiresAt': Math.ceil(endsAt / 1000) },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    return written?.Attributes?.count as number | undefined;
  }
}
