/** Every item of a table, a page at a time. Only here: no function of ours may read a table from end to end. */
import type * as documents from '@aws-sdk/lib-dynamodb';
import { DocumentCommand, type DynamoDBDocumentClient } from '../../lambda/adapters/document-client.ts';
import { OperatorError } from '../command.ts';

class ScanCommand extends DocumentCommand<
  Pick<documents.ScanCommandInput, 'TableName' | 'ExclusiveStartKey' | 'ConsistentRead'>,
  documents.ScanCommandOutput
> {
  readonly operation = 'Scan';
}

export async function* scan(client: DynamoDBDocumentClient, TableName: string): AsyncGenerator<Record<string, unknown>> {
  let ExclusiveStartKey: documents.ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page = await client
      .send(new ScanCommand({ TableName, ConsistentRead: true, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ResourceNotFoundException')
          throw new OperatorError(`There is no table ${TableName} here.`);
        throw error;
      });
    yield* page.Items ?? [];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}
