/** DynamoDB tables by the contract, in memory or at `STORE_CONTRACT_ENDPOINT`. */
import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, type KeySchemaElement } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type TableDefinition, type TableId, tables } from '../../contract/tables.ts';
import { DynamoDBDocumentClient, PutCommand } from '../../lambda/adapters/document-client.ts';
import { DynamoAccountStore } from '../../lambda/adapters/dynamo-account-store.ts';
import { DynamoAddressStore } from '../../lambda/adapters/dynamo-address-store.ts';
import { DynamoAttemptStore } from '../../lambda/adapters/dynamo-attempt-store.ts';
import { DynamoCredentialStore } from '../../lambda/adapters/dynamo-credential-store.ts';
import { DynamoEventLog } from '../../lambda/adapters/dynamo-event-log.ts';
import { DynamoFactorStore } from '../../lambda/adapters/dynamo-factor-store.ts';
import { DynamoRegistrationStore } from '../../lambda/adapters/dynamo-registration-store.ts';
import { DynamoSeedStore } from '../../lambda/adapters/dynamo-seed-store.ts';
import { DynamoStaffStore } from '../../lambda/adapters/dynamo-staff-store.ts';
import { DynamoTokenStore } from '../../lambda/adapters/dynamo-token-store.ts';
import { HttpHandler } from '../../lambda/adapters/http-handler.ts';
import type { AddressStore } from '../../lambda/domain/ports.ts';
import type { StaffStore } from '../../lambda/domain/staff/ports.ts';
import type { Stores } from '../adapters/store-contract.ts';

export interface TestTables {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  readonly name: (table: TableId) => string;
  readonly stores: Stores;
  readonly addresses: AddressStore;
  readonly staff: StaffStore;
  stop(): Promise<void>;
}

export async function startTables(endpoint?: string): Promise<TestTables> {
  const server = endpoint === undefined ? dynalite({ createTableMs: 0 }) : undefined;
  const address = endpoint ?? (await listen(server));
  const options = { endpoint: address, region: 'eu-south-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const raw = new DynamoDBClient(options);
  const client = new DynamoDBDocumentClient({
    ...options,
    maxAttempts: 3,
    requestHandler: new HttpHandler({ connectionTimeout: 1000, requestTimeout: 30_000 }),
  });

  const run = randomBytes(4).toString('hex');
  const name = (table: TableId) => `${table}-${run}`;
  for (const [id, definition] of Object.entries<TableDefinition>(tables)) {
    const keys = [definition.partitionKey, ...(definition.sortKey ? [definition.sortKey] : [])];
    const indexes = Object.entries(definition.indexes ?? {});
    const attributes = new Set([...keys, ...indexes.flatMap(([, { partitionKey, sortKey }]) => [partitionKey, sortKey])]);
    await raw.send(
      new CreateTableCommand({
        TableName: name(id as TableId),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: schemaOf(keys),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map(([IndexName, { partitionKey, sortKey }]) => ({
            IndexName,
            KeySchema: schemaOf([partitionKey, sortKey]),
            Projection: { ProjectionType: 'ALL' },
          })),
        }),
      }),
    );
  }

  return {
    endpoint: address,
    client,
    name,
    addresses: new DynamoAddressStore(client, name('accounts')),
    staff: new DynamoStaffStore(client, name('accounts')),
    stores: {
      accounts: new DynamoAccountStore(client, name('accounts')),
      factors: new DynamoFactorStore(client, name('accounts')),
      seeds: new DynamoSeedStore(client, name('seeds')),
      credentials: new DynamoCredentialStore(client, name('credentials')),
      registrations: new DynamoRegistrationStore(client, name('registrations')),
      tokens: new DynamoTokenStore(client, name('tokens')),
      attempts: new DynamoAttemptStore(client, name('attempts')),
      events: new DynamoEventLog(client, name('events')),
      putToken: async (tokenHash, token) => {
        await client.send(
          new PutCommand({ TableName: name('tokens'), Item: { tokenHash, ...token, expiresAt: Math.floor(token.expiresAt / 1000) } }),
        );
      },
    },
    async stop() {
      raw.destroy();
      client.destroy();
      if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function schemaOf(keys: readonly string[]): KeySchemaElement[] {
  return keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' }));
}

async function listen(server: ReturnType<typeof dynalite> | undefined): Promise<string> {
  if (!server) throw new Error('no server to listen');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
