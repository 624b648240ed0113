/**
 * The condition keys that DynamoDB takes from a request: Amazon DynamoDB Developer Guide, "Using IAM policy conditions for
 * fine-grained access control". `dynamodb:Attributes` are top-level names, from wherever they stand in the request.
 */
import type { Input } from '../json-protocol.ts';
import type { Table } from './tables.ts';

type Conditions = Record<string, string | string[]>;

const readActions: readonly string[] = ['GetItem', 'BatchGetItem', 'Query', 'Scan'];
const expressionFields = ['ConditionExpression', 'FilterExpression', 'KeyConditionExpression', 'UpdateExpression'] as const;
const keywords = new Set(['set', 'remove', 'add', 'delete', 'and', 'or', 'not', 'between', 'in']);

/**
 * @param request of one table: for a batch, the part that concerns the table
 * @param table undefined for a table that the templates don't have
 */
export function requestConditions(action: string, request: Input, table: Table | undefined): Conditions {
  const conditions: Conditions = {};
  const attributes = new Set([...itemAttributes(request), ...namedAttributes(request)]);
  if (attributes.size > 0) conditions['dynamodb:Attributes'] = [...attributes].sort();
  const leadingKeys = table === undefined ? [] : leadingKeysOf(request, table.partitionKey);
  if (leadingKeys.length > 0) conditions['dynamodb:LeadingKeys'] = leadingKeys;
  if (readActions.includes(action)) conditions['dynamodb:Select'] = selectOf(request);
  if (typeof request.ReturnValues === 'string') conditions['dynamodb:ReturnValues'] = request.ReturnValues;
  return conditions;
}

function selectOf(request: Input): string {
  if (typeof request.Select === 'string') return request.Select;
  if (request.ProjectionExpression !== undefined || request.AttributesToGet !== undefined) return 'SPECIFIC_ATTRIBUTES';
  return request.IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

/** Keys and items, of one request or of a batch. */
function itemsOf(request: Input): Record<string, Input>[] {
  const items = [request.Key, request.Item, ...(Array.isArray(request.Keys) ? request.Keys : [])];
  return items.filter((item) => typeof item === 'object' && item !== null);
}

function itemAttributes(request: Input): string[] {
  return itemsOf(request).flatMap((item) => Object.keys(item));
}

function namedAttributes(request: Input): string[] {
  const names: Record<string, string> = request.ExpressionAttributeNames ?? {};
  const projected = typeof request.ProjectionExpression === 'string' ? request.ProjectionExpression.split(',').map(topLevelName) : [];
  const inExpressions = expressionFields.flatMap((field) => (typeof request[field] === 'string' ? attributeTokens(request[field]) : []));
  const older = [
    ...(Array.isArray(request.AttributesToGet) ? request.AttributesToGet : []),
    ...['Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'ScanFilter'].flatMap((field) => Object.keys(request[field] ?? {})),
  ];
  return [...[...projected, ...inExpressions].map((name) => names[name] ?? name), ...older];
}

function topLevelName(path: string): string {
  return path.trim().split(/[.[]/)[0] ?? '';
}

/** Names in an expression: no keyword, no function, no value, no part of a path behind its first. */
function attributeTokens(expression: string): string[] {
  const tokens = expression.matchAll(/(?<![\w.:#])(#?\w+)(\s*\()?/g);
  return [...tokens].flatMap(([, name = '', call]) => {
    const isFunction = call !== undefined && !keywords.has(name.toLowerCase());
    return isFunction || keywords.has(name.toLowerCase()) || /^\d/.test(name) ? [] : [name];
  });
}

/** Values of the partition key that the request is limited to. */
function leadingKeysOf(request: Input, partitionKey: string): string[] {
  const values = itemsOf(request).map((item) => item[partitionKey]);
  values.push(request.KeyConditions?.[partitionKey]?.AttributeValueList?.[0]);
  const equality = /(#?\w+)\s*=\s*(:\w+)/g;
  for (const [, name = '', value = ''] of String(request.KeyConditionExpression ?? '').matchAll(equality)) {
    if ((request.ExpressionAttributeNames?.[name] ?? name) === partitionKey) values.push(request.ExpressionAttributeValues?.[value]);
  }
  return values.flatMap((value) => value?.S ?? value?.N ?? value?.B ?? []);
}
