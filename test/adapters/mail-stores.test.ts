import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contract/tables.ts';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '../../lambda/adapters/document-client.ts';
import { DynamoMailBudgetStore } from '../../lambda/adapters/dynamo-mail-budget-store.ts';
import { DynamoMailTokenStore } from '../../lambda/adapters/dynamo-mail-token-store.ts';
import { DynamoRecipientDirectory } from '../../lambda/adapters/dynamo-recipient-directory.ts';
import { HttpHandler } from '../../lambda/adapters/http-handler.ts';
import { emptyBudget, type MailBudget } from '../../lambda/domain/mail/budget.ts';
import { MailWorld } from '../support/mail-world.ts';

const dynalite: (options: { createTableMs: number }) => Server = require('dynalite');

let server: Server;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-south-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  client = new DynamoDBDocumentClient({
    ...options,
    maxAttempts: 3,
    requestHandler: new HttpHandler({ connectionTimeout: 1000, requestTimeout: 30_000 }),
  });
  const raw = new DynamoDBClient(options);
  for (const table of ['credentials', 'tokens', 'mail-budgets'] as const) {
    const key = tables[table].partitionKey;
    await raw.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      }),
    );
  }
  raw.destroy();
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('The directory of recipients', () => {
  it('finds an account by its address key, and asks for no attribute that the role may not read', async () => {
    await client.send(
      new PutCommand({
        TableName: 'credentials',
        Item: { emailKey: 'anna', accountId: 'account-1', locale: 'it', credentialVersion: 3, hash: '$2b$SECRET' },
      }),
    );
    const asked: unknown[] = [];
    const watching = {
      send: (command: { input: unknown }) => {
        asked.push(command.input);
        return client.send(command as never);
      },
    };

    const found = await new DynamoRecipientDirectory(watching as never, 'credentials').find('anna');

    expect(found).toEqual({ accountId: 'account-1', locale: 'it', credentialVersion: 3 });
    expect(asked).toEqual([
      {
        TableName: 'credentials',
        Key: { emailKey: 'anna' },
        ProjectionExpression: 'emailKey, accountId, locale, credentialVersion, #status, reservedUntil',
        ExpressionAttributeNames: { '#status': 'status' },
        ConsistentRead: true,
      },
    ]);
  });

  it('tells an address that an account has left from one that it has', async () => {
    await client.send(
      new PutCommand({
        TableName: 'credentials',
        Item: { emailKey: 'left', accountId: 'account-1', locale: 'it', status: 'moved', reservedUntil: 1_800_000_000, addressVersion: 3 },
      }),
    );

    const found = await new DynamoRecipientDirectory(client, 'credentials').find('left');

    expect(found).toEqual({ accountId: 'account-1', reservedUntil: 1_800_000_000_000 });
  });

  it('finds nothing for an address without an account', async () => {
    expect(await new DynamoRecipientDirectory(client, 'credentials').find('nobody')).toBeUndefined();
  });
});

describe('The store of mail budgets', () => {
  const next: MailBudget = {
    version: 1,
    sent: [{ id: 'm1', kind: 'new_device', at: 1_000_000, state: 'taken' }],
    deferred: { account_locked: { id: 'm2', since: 1_000_000, wakesAt: 1_900_000, repeated: false } },
  };

  it('gives back what was stored, with an expiry in whole seconds for the store to clean up', async () => {
    const store = new DynamoMailBudgetStore(client, 'mail-budgets');

    const before = await store.load('round-trip');
    const stored = await store.replace('round-trip', next);

    expect(before).toEqual(emptyBudget);
    expect(stored).toBe(true);
    expect(await store.load('round-trip')).toEqual(next);
    const { Item } = await client.send(new GetCommand({ TableName: 'mail-budgets', Key: { recipientKey: 'round-trip' } }));
    expect(Item?.expiresAt).toBe(4600);
  });

  it('lets one of many writers of the same version win, the first version included', async () => {
    const store = new DynamoMailBudgetStore(client, 'mail-budgets');

    const first = await Promise.all(Array.from({ length: 10 }, () => store.replace('race', next)));
    const second = await Promise.all(Array.from({ length: 10 }, () => store.replace('race', { ...next, version: 2 })));
    const stale = await store.replace('race', { ...next, version: 2 });

    expect(first.filter(Boolean)).toHaveLength(1);
    expect(second.filter(Boolean)).toHaveLength(1);
    expect(stale).toBe(false);
  });

  it('does not take a budget that the store has cleaned up for the one that was read', async () => {
    const store = new DynamoMailBudgetStore(client, 'mail-budgets');

    expect(await store.replace('gone', { ...next, version: 8 })).toBe(false);
  });

  it('throws when the store fails, and does not call it a lost race', async () => {
    await expect(new DynamoMailBudgetStore(client, 'no-such-table').replace('anna', next)).rejects.toThrow();
    await expect(new DynamoMailBudgetStore(client, 'no-such-table').load('anna')).rejects.toThrow();
  });
});

describe('The store of mailed tokens', () => {
  it('stores a hash with what it is good for, and until when in whole seconds', async () => {
    const store = new DynamoMailTokenStore(client, 'tokens');

    await store.put('hash-1', {
      purpose: 'password_reset',
      emailKey: 'anna',
      accountId: 'account-1',
      credentialVersion: 3,
      expiresAt: 1_999_999,
    });

    const { Item } = await client.send(new GetCommand({ TableName: 'tokens', Key: { tokenHash: 'hash-1' } }));
    expect(Item).toEqual({
      tokenHash: 'hash-1',
      purpose: 'password_reset',
      emailKey: 'anna',
      accountId: 'account-1',
      credentialVersion: 3,
      expiresAt: 1999,
    });
  });

  it('never overwrites one', async () => {
    const store = new DynamoMailTokenStore(client, 'tokens');
    const token = { purpose: 'verification', emailKey: 'anna', registrationId: 'r', expiresAt: 2_000_000 } as const;
    await store.put('hash-2', token);

    await expect(store.put('hash-2', { ...token, registrationId: 'other' })).rejects.toThrow();
  });
});

describe('The mailer on a real store', () => {
  it('three resets an hour is all an address gets, with twelve deliveries at once and the queue bringing back the losers', async () => {
    const world = new MailWorld().know('anna');
    const stores = {
      budgets: new DynamoMailBudgetStore(client, 'mail-budgets'),
      tokens: new DynamoMailTokenStore(client, 'tokens'),
    };
    const messages = Array.from({ length: 12 }, () => world.message('password_reset'));

    const outcomes = await Promise.allSettled(messages.map((message) => world.deliver(message, 1, stores)));
    const again = await Promise.all(
      messages.filter((_, index) => outcomes[index]?.status === 'rejected').map((message) => world.deliver(message, 2, stores)),
    );

    const settled = [...outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])), ...again].sort();
    expect(world.outbox).toHaveLength(3);
    expect(settled).toEqual([...Array(9).fill('dropped'), 'sent', 'sent', 'sent']);
  });
});
