/** Deletes what has expired, as DynamoDB's time to live does in the background. */
import type { LocalClock } from '../../clock.ts';
import { AwsError } from '../aws-error.ts';
import type { DynamoEngine } from './engine.ts';
import type { Table } from './tables.ts';

/** @returns how many items were deleted */
export async function sweepTables(engine: DynamoEngine, tables: readonly Table[], clock: LocalClock): Promise<number> {
  let deleted = 0;
  for (const table of tables) {
    if (table.timeToLive === undefined) continue;
    const expired = {
      TableName: table.name,
      ExpressionAttributeNames: { '#expiry': table.timeToLive },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
    };
    let startKey: object | undefined;
    do {
      const page = await engine.call('Scan', {
        ...expired,
        FilterExpression: '#expiry < :now',
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      });
      for (const item of page.Items as Record<string, object>[]) {
        const key = Object.fromEntries(table.keyAttributes.map((attribute) => [attribute, item[attribute]]));
        if (await deleteExpired(engine, { ...expired, Key: key })) deleted++;
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }
  return deleted;
}

/** Between the scan and now the item may have been given more time: then it stays. */
async function deleteExpired(engine: DynamoEngine, request: object): Promise<boolean> {
  try {
    await engine.call('DeleteItem', { ...request, ConditionExpression: '#expiry < :now' });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
