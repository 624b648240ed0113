/** What a DynamoDB request needs: the action on each table, and the use of the table's key on the caller's behalf. */
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { requireAccess, type ServiceContext } from '../service.ts';
import { requestConditions } from './request-conditions.ts';
import type { Table } from './tables.ts';

/** Actions that read or write items, and so need the table's key. */
const itemActions: readonly string[] = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
];

/** @throws AwsError `AccessDeniedException` */
export async function requireTableAccess(
  context: ServiceContext,
  tables: ReadonlyMap<string, Table>,
  roleArn: string,
  action: string,
  input: Input,
): Promise<void> {
  for (const [reference, request] of requestsByTable(action, input)) {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const table = tables.get(name);
    const tableArn = table?.arn ?? `arn:aws:dynamodb:${context.assembly.region}:${context.assembly.account}:table/${name || '*'}`;
    const resource = typeof request.IndexName === 'string' ? `${tableArn}/index/${request.IndexName}` : tableArn;
    await requireAccess(
      context,
      roleArn,
      `dynamodb:${action}`,
      action === 'ListTables' ? '*' : resource,
      requestConditions(action, request, table),
    );
    if (table?.encryptionKeyArn !== undefined && itemActions.includes(action))
      await requireTableKey(context, table, table.encryptionKeyArn, roleArn);
  }
}

function requestsByTable(action: string, input: Input): [string, Input][] {
  if (action === 'BatchGetItem') return Object.entries(input.RequestItems ?? {});
  if (action === 'BatchWriteItem') {
    type Writes = readonly { readonly PutRequest?: { readonly Item: Input }; readonly DeleteRequest?: { readonly Key: Input } }[];
    const batches = Object.entries((input.RequestItems ?? {}) as Record<string, Writes>);
    return batches.map(([name, writes]) => [
      name,
      { Keys: writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key) },
    ]);
  }
  return [[String(input.TableName ?? ''), input]];
}

/** Amazon DynamoDB Developer Guide, "DynamoDB encryption at rest": whoever reads or writes the table must be allowed to decrypt its key. */
async function requireTableKey(context: ServiceContext, table: Table, keyArn: string, roleArn: string): Promise<void> {
  const decision = await context.authorizer.authorize(roleArn, {
    action: 'kms:Decrypt',
    resource: keyArn,
    context: {
      'kms:ViaService': `dynamodb.${table.region}.amazonaws.com`,
      'kms:CallerAccount': context.assembly.account,
      'kms:EncryptionContext:aws:dynamodb:tableName': table.name,
      'kms:EncryptionContext:aws:dynamodb:subscriberId': context.assembly.account,
    },
  });
  if (!decision.allowed) throw new AwsError('AccessDeniedException', `KMS key access denied error: ${decision.reason}`);
}
