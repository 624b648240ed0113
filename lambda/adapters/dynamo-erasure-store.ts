import type { AccountRecord } from '../domain/ports.ts';
import type { ErasableAccounts, Erasure, ErasureStore } from '../domain/privacy/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

const list = 'pending';

/** One item an erasure, all in one list: there are few, and the clock goes through them. */
export class DynamoErasureStore implements ErasureStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async create(erasure: Erasure): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...erasure, list },
          ConditionExpression: 'attribute_not_exists(#accountId)',
          ExpressionAttributeNames: { '#accountId': 'accountId' },
        }),
      ),
    );
    return written !== undefined;
  }

  async read(accountId: string): Promise<Erasure | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { list, accountId }, ConsistentRead: true })),
    );
    return Item && withoutList(Item);
  }

  async replace(erasure: Erasure): Promise<void> {
    // One that was stopped and removed meanwhile does not come back.
    await conditionally(
      this.#client.send(new PutCommand({ TableName: this.#table, Item: { ...erasure, list }, ...onlyThis(erasure.erasureId) })),
    );
  }

  async remove(accountId: string, erasureId: string): Promise<void> {
    await conditionally(this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { list, accountId }, ...onlyThis(erasureId) })));
  }

  async list(limit: number): Promise<Erasure[]> {
    const { Items = [] } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#list = :list',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: { ':list': list },
          ConsistentRead: true,
        }),
      ),
    );
    return Items.map(withoutList)
      .sort((one, other) => one.dueAt - other.dueAt)
      .slice(0, limit);
  }
}

function onlyThis(erasureId: string) {
  return {
    ConditionExpression: '#erasureId = :erasureId',
    ExpressionAttributeNames: { '#erasureId': 'erasureId' },
    ExpressionAttributeValues: { ':erasureId': erasureId },
  };
}

function withoutList({ list: _, ...erasure }: Record<string, unknown>): Erasure {
  return erasure as unknown as Erasure;
}

/** The account's item, as far as its end is concerned. */
export class DynamoErasableAccounts implements ErasableAccounts {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  schedule(accountId: string, erasure: NonNullable<AccountRecord['erasure']>): Promise<AccountRecord | undefined> {
    return this.#update(accountId, {
      UpdateExpression:
        'SET #erasure = :erasure, #status = :disabled, #sessions = :none, #challenges = :none, #devices = :none REMOVE #recovery',
      ConditionExpression: '#status = :active AND attribute_not_exists(#erasure)',
      ExpressionAttributeNames: {
        '#erasure': 'erasure',
        '#status': 'status',
        '#sessions': 'sessions',
        '#challenges': 'challenges',
        '#devices': 'rememberedDevices',
        '#recovery': 'factorRecovery',
      },
      ExpressionAttributeValues: { ':erasure': erasure, ':disabled': 'disabled', ':active': 'active', ':none': {} },
    });
  }

  keep(accountId: string, erasureId: string): Promise<AccountRecord | undefined> {
    return this.#update(accountId, {
      UpdateExpression: 'SET #status = :active REMOVE #erasure',
      ConditionExpression: '#erasure.#erasureId = :erasureId AND attribute_not_exists(#erasure.#begunAt)',
      ExpressionAttributeNames: { '#erasure': 'erasure', '#erasureId': 'erasureId', '#begunAt': 'begunAt', '#status': 'status' },
      ExpressionAttributeValues: { ':erasureId': erasureId, ':active': 'active' },
    });
  }

  begin(accountId: string, erasureId: string, now: number): Promise<AccountRecord | undefined> {
    return this.#update(accountId, {
      UpdateExpression: 'SET #erasure.#begunAt = :now',
      ConditionExpression: '#erasure.#erasureId = :erasureId',
      ExpressionAttributeNames: { '#erasure': 'erasure', '#erasureId': 'erasureId', '#begunAt': 'begunAt' },
      ExpressionAttributeValues: { ':erasureId': erasureId, ':now': now },
    });
  }

  async remove(accountId: string, erasureId: string): Promise<void> {
    await conditionally(
      this.#client.send(
        new DeleteCommand({
          TableName: this.#table,
          Key: { accountId },
          ConditionExpression: '#erasure.#erasureId = :erasureId',
          ExpressionAttributeNames: { '#erasure': 'erasure', '#erasureId': 'erasureId' },
          ExpressionAttributeValues: { ':erasureId': erasureId },
        }),
      ),
    );
  }

  async #update(accountId: string, update: Partial<ConstructorParameters<typeof UpdateCommand>[0]>): Promise<AccountRecord | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({ TableName: this.#table, Key: { accountId }, ...update, ReturnValues: 'ALL_NEW' } as ConstructorParameters<
          typeof UpdateCommand
        >[0]),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }
}
