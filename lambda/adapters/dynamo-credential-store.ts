import type { Credential, CredentialStore, LeftCredential } from '../domain/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

type Update = Pick<
  ConstructorParameters<typeof UpdateCommand>[0],
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** `status` of a retired credential. Its `reservedUntil` is in epoch seconds, for it is the table's time to live. */
const MOVED = 'moved';
const LAPSED = '(#status = :moved AND #reservedUntil <= :now)';

export class DynamoCredentialStore implements CredentialStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(emailKey: string): Promise<Credential | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { emailKey }, ConsistentRead: true })),
    );
    return Item?.status === MOVED ? undefined : (Item as Credential | undefined);
  }

  create(credential: Credential, now: number): Promise<boolean> {
    // The same account again is a repeated step after a crash, unless its password or its address has moved on since.
    return this.#put(credential, now, '(#accountId = :accountId AND #status <> :moved AND #version = :version)');
  }

  copy(credential: Credential & { readonly addressVersion: number }, now: number): Promise<boolean> {
    // The address's version first: a password that was on its way here when the account left must not keep it from coming back.
    // A retired credential has no password's version any more, and a first one no address's.
    const isOlder =
      '(attribute_not_exists(#addressVersion) OR #addressVersion < :addressVersion OR (#addressVersion = :addressVersion AND (attribute_not_exists(#version) OR #version <= :version)))';
    return this.#put(credential, now, `(#accountId = :accountId AND ${isOlder})`, {
      names: { '#addressVersion': 'addressVersion' },
      values: { ':addressVersion': credential.addressVersion },
    });
  }

  async retire(accountId: string, { emailKey, addressVersion, reservedUntil }: LeftCredential): Promise<void> {
    const condition = {
      ConditionExpression: '#accountId = :accountId AND (attribute_not_exists(#addressVersion) OR #addressVersion <= :addressVersion)',
      ExpressionAttributeNames: { '#accountId': 'accountId', '#addressVersion': 'addressVersion' },
      ExpressionAttributeValues: { ':accountId': accountId, ':addressVersion': addressVersion },
    };
    if (reservedUntil === null) {
      await conditionally(this.#client.send(new DeleteCommand({ TableName: this.#table, Key: { emailKey }, ...condition })));
      return;
    }
    await this.#update(emailKey, {
      ...condition,
      // Without a version no password that changes at this instant can give it a hash again.
      UpdateExpression: 'SET #status = :moved, #reservedUntil = :until, #addressVersion = :next REMOVE #hash, #version, #expects',
      ExpressionAttributeNames: {
        ...condition.ExpressionAttributeNames,
        '#status': 'status',
        '#reservedUntil': 'reservedUntil',
        '#hash': 'hash',
        '#version': 'credentialVersion',
        '#expects': 'expectsSecondFactor',
      },
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ':moved': MOVED,
        ':until': Math.ceil(reservedUntil / 1000),
        ':next': addressVersion + 1,
      },
    });
  }

  async setStatus(accountId: string, emailKey: string, status: Credential['status']): Promise<void> {
    await this.#update(emailKey, {
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: '#accountId = :accountId AND #status <> :moved',
      ExpressionAttributeNames: { '#status': 'status', '#accountId': 'accountId' },
      ExpressionAttributeValues: { ':status': status, ':accountId': accountId, ':moved': MOVED },
    });
  }

  async expectSecondFactor(emailKey: string, expected: boolean): Promise<void> {
    await this.#update(emailKey, {
      UpdateExpression: 'SET #expects = :expected',
      ConditionExpression: 'attribute_exists(#hash)',
      ExpressionAttributeNames: { '#expects': 'expectsSecondFactor', '#hash': 'hash' },
      ExpressionAttributeValues: { ':expected': expected },
    });
  }

  replaceHash(
    emailKey: string,
    from: { hash?: string; credentialVersion: number },
    to: { hash: string; credentialVersion: number },
  ): Promise<boolean> {
    return this.#update(emailKey, {
      UpdateExpression: 'SET #hash = :hash, #version = :version',
      ConditionExpression: `#version = :fromVersion${from.hash === undefined ? '' : ' AND #hash = :fromHash'}`,
      ExpressionAttributeNames: { '#hash': 'hash', '#version': 'credentialVersion' },
      ExpressionAttributeValues: {
        ':hash': to.hash,
        ':version': to.credentialVersion,
        ':fromVersion': from.credentialVersion,
        ...(from.hash === undefined ? {} : { ':fromHash': from.hash }),
      },
    });
  }

  /** Takes an address that is free, or whose reservation is over, or that is this account's own as `unless` says. */
  async #put(
    credential: Credential,
    now: number,
    unless: string,
    more: { names?: Record<string, string>; values?: Record<string, unknown> } = {},
  ): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: credential,
          ConditionExpression: `attribute_not_exists(#emailKey) OR ${LAPSED} OR ${unless}`,
          ExpressionAttributeNames: {
            '#emailKey': 'emailKey',
            '#status': 'status',
            '#reservedUntil': 'reservedUntil',
            '#accountId': 'accountId',
            '#version': 'credentialVersion',
            ...more.names,
          },
          ExpressionAttributeValues: {
            ':moved': MOVED,
            ':now': Math.floor(now / 1000),
            ':accountId': credential.accountId,
            ':version': credential.credentialVersion,
            ...more.values,
          },
        }),
      ),
    );
    return written !== undefined;
  }

  async #update(emailKey: string, update: Update): Promise<boolean> {
    const written = await conditionally(this.#client.send(new UpdateCommand({ TableName: this.#table, Key: { emailKey }, ...update })));
    return written !== undefined;
  }
}
