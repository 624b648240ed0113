/** The tables that the templates declare, made at the first start. */
import type { Assembly, Resource } from '../../assembly/model.ts';
import { AwsError } from '../aws-error.ts';
import type { DynamoEngine } from './engine.ts';

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly partitionKey: string;
  readonly keyAttributes: readonly string[];
  /** Attribute with the expiry in epoch seconds; undefined when items don't expire. */
  readonly timeToLive: string | undefined;
  /** Of the customer-managed key; undefined for the key that AWS owns. */
  readonly encryptionKeyArn: string | undefined;
  readonly indexNames: readonly string[];
  /** Input of `CreateTable`. */
  readonly definition: object;
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

interface IndexDefinition {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: object;
}

export function readTables(assembly: Assembly): Table[] {
  return ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable']
    .flatMap((type) => assembly.ofType(type))
    .map((resource) => readTable(assembly, resource));
}

function readTable(assembly: Assembly, { ref, attributes, properties }: Resource): Table {
  const keySchema: KeyElement[] = properties.KeySchema;
  const arn = attributes.Arn as string;
  const region = arn.split(':')[3] as string;
  const { TimeToLiveSpecification: timeToLive, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = properties;
  return {
    name: ref,
    arn,
    region,
    partitionKey: keySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    keyAttributes: keySchema.map(({ AttributeName }) => AttributeName),
    timeToLive: timeToLive !== undefined && timeToLive.Enabled !== false ? timeToLive.AttributeName : undefined,
    encryptionKeyArn: encryptionKeyArn(assembly, properties, region),
    indexNames: ((global ?? []) as IndexDefinition[]).map(({ IndexName }) => IndexName),
    definition: {
      TableName: ref,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: keySchema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(global === undefined ? {} : { GlobalSecondaryIndexes: indexes(global) }),
      ...(local === undefined ? {} : { LocalSecondaryIndexes: indexes(local) }),
    },
  };
}

function indexes(definitions: readonly IndexDefinition[]): IndexDefinition[] {
  return definitions.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
}

/** A global table names the key for each replica. */
function encryptionKeyArn(assembly: Assembly, properties: Resource['properties'], region: string): string | undefined {
  const replica = properties.Replicas?.find(({ Region }: { Region: string }) => Region === region);
  const reference = replica?.SSESpecification?.KMSMasterKeyId ?? properties.SSESpecification?.KMSMasterKeyId;
  return reference === undefined ? undefined : (assembly.find(reference)?.attributes.Arn as string | undefined);
}

/** @throws Error naming the table when the data folder holds one of that name with other keys */
export async function createMissingTables(engine: DynamoEngine, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    const existing = await describe(engine, table.name);
    if (existing === undefined) {
      await engine.call('CreateTable', table.definition);
      await untilActive(engine, table.name);
    } else if (existing.KeySchema.map(({ AttributeName }) => AttributeName).join() !== table.keyAttributes.join()) {
      throw new Error(`the data folder holds the table ${table.name} with other keys than the template has; start with an empty DATA_DIR`);
    } else if (!table.indexNames.every((name) => existing.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === name))) {
      throw new Error(`the data folder holds the table ${table.name} without an index that the template has; start with an empty DATA_DIR`);
    }
  }
}

interface Described {
  readonly TableStatus: string;
  readonly KeySchema: KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
}

async function describe(engine: DynamoEngine, name: string): Promise<Described | undefined> {
  try {
    return (await engine.call('DescribeTable', { TableName: name })).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** A table is made in two steps, the second right after the first. */
async function untilActive(engine: DynamoEngine, name: string): Promise<void> {
  while ((await describe(engine, name))?.TableStatus !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 1));
}
