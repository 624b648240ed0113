import type { AccountRecord, AccountStore, Challenge, PasswordEntry, StoredSession } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

/** One item an account, its sessions in a map of it: each decision about them is one conditional write (docs/decisions/0002). */
export class DynamoAccountStore implements AccountStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(accountId: string, onlySession?: string): Promise<AccountRecord | undefined> {
    const projection =
      onlySession === undefined
        ? {}
        : {
            ProjectionExpression:
              '#accountId, #email, #emailKey, #locale, #status, #version, #createdAt, #signIns, #secondFactor, #pendingEmail, #sessions.#session',
            ExpressionAttributeNames: { ...names, '#session': onlySession },
          };
    const { Item } = await storeCall(
      // Consistent: a session that has ended must be refused on the very next request.
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { accountId }, ConsistentRead: true, ...projection })),
    );
    return (
      Item &&
      ({ factorVersion: 0, challenges: {}, rememberedDevices: {}, networks: {}, ...Item, sessions: Item.sessions ?? {} } as AccountRecord)
    );
  }

  async create(account: AccountRecord): Promise<void> {
    await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: account,
          ConditionExpression: 'attribute_not_exists(#accountId)',
          ExpressionAttributeNames: { '#accountId': 'accountId' },
        }),
      ),
    );
  }

  async addSession(accountId: string, entry: PasswordEntry): Promise<AccountRecord | undefined> {
    const { sessionId, session, network, deviceId } = entry;
    const isRemembered = '#remembered.#device.#expiresAt > :now';
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { accountId },
          UpdateExpression: [
            'SET #sessions.#session = :session',
            ...(network === undefined ? [] : [', #networks.#network = if_not_exists(#networks.#network, :now)']),
            ' ADD #signIns :one',
          ].join(''),
          ConditionExpression: [
            '#status = :active AND #version = :version AND #emailKey = :emailKey',
            deviceId === undefined ? 'attribute_not_exists(#secondFactor)' : `(attribute_not_exists(#secondFactor) OR ${isRemembered})`,
          ].join(' AND '),
          ExpressionAttributeNames: {
            '#secondFactor': 'secondFactor',
            '#sessions': 'sessions',
            '#session': sessionId,
            '#signIns': 'signIns',
            '#status': 'status',
            '#version': 'credentialVersion',
            '#emailKey': 'emailKey',
            ...(network === undefined ? {} : { '#networks': 'networks', '#network': network }),
            ...(deviceId === undefined ? {} : { '#remembered': 'rememberedDevices', '#device': deviceId, '#expiresAt': 'expiresAt' }),
          },
          ExpressionAttributeValues: {
            ':session': session,
            ':one': 1,
            ':active': 'active',
            ':version': entry.credentialVersion,
            ':emailKey': entry.emailKey,
            ...(network === undefined && deviceId === undefined ? {} : { ':now': session.createdAt }),
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }

  async openChallenge(accountId: string, emailKey: string, challengeId: string, challenge: Challenge): Promise<AccountRecord | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { accountId },
          UpdateExpression: 'SET #challenges.#challenge = :challenge',
          ConditionExpression: '#status = :active AND #version = :version AND #emailKey = :emailKey AND attribute_exists(#secondFactor)',
          ExpressionAttributeNames: {
            '#challenges': 'challenges',
            '#challenge': challengeId,
            '#status': 'status',
            '#version': 'credentialVersion',
            '#emailKey': 'emailKey',
            '#secondFactor': 'secondFactor',
          },
          ExpressionAttributeValues: {
            ':challenge': challenge,
            ':active': 'active',
            ':version': challenge.credentialVersion,
            ':emailKey': emailKey,
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }

  async endChallenges(accountId: string, challengeIds: readonly string[]): Promise<void> {
    await this.#updateSessions(accountId, {
      UpdateExpression: `REMOVE ${challengeIds.map((_, index) => `#challenges.#c${index}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(#challenges)',
      ExpressionAttributeNames: {
        '#challenges': 'challenges',
        ...Object.fromEntries(challengeIds.map((id, index) => [`#c${index}`, id])),
      },
    });
  }

  async rotateSession(
    accountId: string,
    from: { sessionId: string; secretHash: string },
    to: { sessionId: string; session: StoredSession },
  ): Promise<boolean> {
    const renamed = from.sessionId !== to.sessionId;
    return this.#updateSessions(accountId, {
      UpdateExpression: `SET #sessions.#to = :session${renamed ? ' REMOVE #sessions.#from' : ''}`,
      // A step-up without a code: not for an account that asks for one.
      ConditionExpression: '#sessions.#from.#secretHash = :secretHash AND attribute_not_exists(#secondFactor)',
      ExpressionAttributeNames: {
        '#secondFactor': 'secondFactor',
        '#sessions': 'sessions',
        '#to': to.sessionId,
        '#from': from.sessionId,
        '#secretHash': 'secretHash',
      },
      ExpressionAttributeValues: { ':session': to.session, ':secretHash': from.secretHash },
    });
  }

  async touchSession(accountId: string, sessionId: string, secretHash: string, lastSeenAt: number): Promise<void> {
    await this.#updateSessions(accountId, {
      UpdateExpression: 'SET #sessions.#session.#lastSeenAt = :lastSeenAt',
      ConditionExpression: '#sessions.#session.#secretHash = :secretHash',
      ExpressionAttributeNames: {
        '#sessions': 'sessions',
        '#session': sessionId,
        '#lastSeenAt': 'lastSeenAt',
        '#secretHash': 'secretHash',
      },
      ExpressionAttributeValues: { ':lastSeenAt': lastSeenAt, ':secretHash': secretHash },
    });
  }

  async endSessions(accountId: string, sessionIds: readonly string[]): Promise<boolean> {
    const paths = sessionIds.map((_, index) => `#sessions.#s${index}`);
    return this.#updateSessions(accountId, {
      UpdateExpression: `REMOVE ${paths.join(', ')}`,
      ConditionExpression: paths.map((path) => `attribute_exists(${path})`).join(' OR '),
      ExpressionAttributeNames: { '#sessions': 'sessions', ...Object.fromEntries(sessionIds.map((id, index) => [`#s${index}`, id])) },
    });
  }

  async endOtherSessions(accountId: string, keep: { sessionId: string; secretHash: string; session: StoredSession }): Promise<boolean> {
    return this.#updateSessions(accountId, {
      UpdateExpression: 'SET #sessions = :only',
      ConditionExpression: '#sessions.#session.#secretHash = :secretHash',
      ExpressionAttributeNames: { '#sessions': 'sessions', '#session': keep.sessionId, '#secretHash': 'secretHash' },
      ExpressionAttributeValues: { ':only': { [keep.sessionId]: keep.session }, ':secretHash': keep.secretHash },
    });
  }

  async forgetDevices(accountId: string, deviceIds?: readonly string[]): Promise<boolean> {
    if (deviceIds === undefined) {
      return this.#updateSessions(accountId, {
        UpdateExpression: 'SET #remembered = :none',
        ConditionExpression: 'attribute_exists(#accountId)',
        ExpressionAttributeNames: { '#remembered': 'rememberedDevices', '#accountId': 'accountId' },
        ExpressionAttributeValues: { ':none': {} },
      });
    }
    const paths = deviceIds.map((_, index) => `#remembered.#d${index}`);
    return this.#updateSessions(accountId, {
      UpdateExpression: `REMOVE ${paths.join(', ')}`,
      ConditionExpression: paths.map((path) => `attribute_exists(${path})`).join(' OR '),
      ExpressionAttributeNames: {
        '#remembered': 'rememberedDevices',
        ...Object.fromEntries(deviceIds.map((id, index) => [`#d${index}`, id])),
      },
    });
  }

  async noteNetworks(accountId: string, { renew, forget }: { renew?: string; forget: readonly string[] }, now: number): Promise<void> {
    const paths = forget.map((_, index) => `#networks.#n${index}`);
    await this.#updateSessions(accountId, {
      UpdateExpression: [
        ...(renew === undefined ? [] : ['SET #networks.#renew = :now']),
        ...(paths.length === 0 ? [] : [`REMOVE ${paths.join(', ')}`]),
      ].join(' '),
      ConditionExpression: 'attribute_exists(#networks)',
      ExpressionAttributeNames: {
        '#networks': 'networks',
        ...(renew === undefined ? {} : { '#renew': renew }),
        ...Object.fromEntries(forget.map((network, index) => [`#n${index}`, network])),
      },
      ...(renew === undefined ? {} : { ExpressionAttributeValues: { ':now': now } }),
    });
  }

  async advanceCredentialVersion(
    accountId: string,
    from: { emailKey: string; credentialVersion: number },
    to: number,
    keep?: { sessionId: string; session: StoredSession; replaces: { sessionId: string; secretHash: string } },
  ): Promise<boolean> {
    return this.#updateSessions(accountId, {
      // Whoever changes a password because somebody knew it wants that somebody's browser asked for the code as well.
      UpdateExpression: 'SET #version = :to, #sessions = :sessions, #remembered = :none',
      ConditionExpression: `#version = :from AND #emailKey = :emailKey${keep ? ' AND #sessions.#replaced.#secretHash = :secretHash' : ''}`,
      ExpressionAttributeNames: {
        '#version': 'credentialVersion',
        '#emailKey': 'emailKey',
        '#sessions': 'sessions',
        '#remembered': 'rememberedDevices',
        ...(keep ? { '#replaced': keep.replaces.sessionId, '#secretHash': 'secretHash' } : {}),
      },
      ExpressionAttributeValues: {
        ':from': from.credentialVersion,
        ':emailKey': from.emailKey,
        ':to': to,
        ':sessions': keep ? { [keep.sessionId]: keep.session } : {},
        ':none': {},
        ...(keep ? { ':secretHash': keep.replaces.secretHash } : {}),
      },
    });
  }

  async #updateSessions(
    accountId: string,
    update: Pick<
      ConstructorParameters<typeof UpdateCommand>[0],
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> {
    const written = await conditionally(this.#client.send(new UpdateCommand({ TableName: this.#table, Key: { accountId }, ...update })));
    return written !== undefined;
  }
}

const names = {
  '#accountId': 'accountId',
  '#email': 'email',
  '#emailKey': 'emailKey',
  '#locale': 'locale',
  '#status': 'status',
  '#version': 'credentialVersion',
  '#createdAt': 'createdAt',
  '#signIns': 'signIns',
  '#secondFactor': 'secondFactor',
  '#pendingEmail': 'pendingEmail',
  '#sessions': 'sessions',
};
