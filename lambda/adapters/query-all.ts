import type * as documents from '@aws-sdk/lib-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand } from './document-client.ts';
import { storeCall } from './store-call.ts';

/**
 * What a query finds, a page after the other: the store ends a page where it likes.
 *
 * @param atMost no page is asked for once there are so many
 */
export async function queryAll(
  client: DynamoDBDocumentClient,
  query: Omit<documents.QueryCommandInput, 'ExclusiveStartKey'>,
  atMost = Number.POSITIVE_INFINITY,
): Promise<NonNullable<documents.QueryCommandOutput['Items']>> {
  const items: NonNullable<documents.QueryCommandOutput['Items']> = [];
  let next: Record<string, unknown> | undefined;
  do {
    const page = await storeCall(client.send(new QueryCommand({ ...query, ...(next !== undefined && { ExclusiveStartKey: next }) })));
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined && items.length < atMost);
  return items.slice(0, atMost);
}
