import type { AccountRecord, FactorChange, FactorStore } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, UpdateCommand } from './document-client.ts';
import { conditionally } from './store-call.ts';

/** Codes, in the items that hold accounts and sessions: what a code opens and that it is spent is one write. */
export class DynamoFactorStore implements FactorStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async changeFactor(accountId: string, fromVersion: number, change: FactorChange): Promise<AccountRecord | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({ TableName: this.#table, Key: { accountId }, ...factorUpdate(fromVersion, change), ReturnValues: 'ALL_NEW' }),
      ),
    );
    return written?.Attributes as AccountRecord | undefined;
  }
}

type Update = Required<
  Pick<
    ConstructorParameters<typeof UpdateCommand>[0],
    'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
  >
>;

/** A change about codes as one conditional write: all of it, on the version that was read, or nothing. */
function factorUpdate(fromVersion: number, change: FactorChange): Update {
  const sets = ['#factorVersion = :nextVersion'];
  const adds: string[] = [];
  const removes: string[] = [];
  const conditions = [
    fromVersion === 0 ? '(attribute_not_exists(#factorVersion) OR #factorVersion = :version)' : '#factorVersion = :version',
    'attribute_exists(#accountId)',
  ];
  const names: Record<string, string> = { '#factorVersion': 'factorVersion', '#accountId': 'accountId' };
  const values: Record<string, unknown> = { ':version': fromVersion, ':nextVersion': fromVersion + 1 };

  for (const attribute of ['secondFactor', 'pendingTotp', 'codeAttempts', 'spentCeremonies'] as const) {
    const value = change[attribute];
    if (value === undefined) continue;
    names[`#${attribute}`] = attribute;
    if (value === null) {
      removes.push(`#${attribute}`);
    } else {
      sets.push(`#${attribute} = :${attribute}`);
      values[`:${attribute}`] = value;
    }
  }

  if (change.cancelRecovery) {
    names['#factorRecovery'] = 'factorRecovery';
    removes.push('#factorRecovery');
  }
  const { rememberDevice } = change;
  if (change.forgetDevices || rememberDevice) names['#rememberedDevices'] = 'rememberedDevices';
  if (change.forgetDevices) {
    sets.push('#rememberedDevices = :devices');
    values[':devices'] = rememberDevice ? { [rememberDevice.deviceId]: rememberDevice.device } : {};
  } else if (rememberDevice) {
    names['#device'] = rememberDevice.deviceId;
    values[':device'] = rememberDevice.device;
    sets.push('#rememberedDevices.#device = :device');
  }

  const challengeId = change.endChallenge ?? change.failChallenge;
  if (challengeId !== undefined) {
    Object.assign(names, { '#challenges': 'challenges', '#challenge': challengeId });
    conditions.push('attribute_exists(#challenges.#challenge)');
    if (change.endChallenge !== undefined) {
      removes.push('#challenges.#challenge');
    } else {
      names['#failures'] = 'failures';
      values[':one'] = 1;
      sets.push('#challenges.#challenge.#failures = #challenges.#challenge.#failures + :one');
    }
  }

  const { openSession, requireSession, replaceSession } = change;
  if (requireSession) {
    Object.assign(names, { '#sessions': 'sessions', '#required': requireSession.sessionId, '#secretHash': 'secretHash' });
    values[':requiredHash'] = requireSession.secretHash;
    conditions.push('#sessions.#required.#secretHash = :requiredHash');
  }
  if (openSession) {
    Object.assign(names, {
      '#sessions': 'sessions',
      '#session': openSession.sessionId,
      '#status': 'status',
      '#credentialVersion': 'credentialVersion',
      '#signIns': 'signIns',
    });
    Object.assign(values, {
      ':session': openSession.session,
      ':active': 'active',
      ':credentialVersion': openSession.credentialVersion,
      ':one': 1,
    });
    conditions.push('#status = :active', '#credentialVersion = :credentialVersion');
    sets.push('#sessions.#session = :session');
    adds.push('#signIns :one');
    if (openSession.network !== undefined) {
      Object.assign(names, { '#networks': 'networks', '#network': openSession.network });
      values[':seenAt'] = openSession.session.createdAt;
      sets.push('#networks.#network = if_not_exists(#networks.#network, :seenAt)');
    }
  }
  if (replaceSession) {
    const { from, to } = replaceSession;
    Object.assign(names, { '#sessions': 'sessions', '#from': from.sessionId, '#secretHash': 'secretHash', '#to': to.sessionId });
    Object.assign(values, { ':to': to.session, ':secretHash': from.secretHash });
    conditions.push('#sessions.#from.#secretHash = :secretHash');
    sets.push('#sessions.#to = :to');
    if (from.sessionId !== to.sessionId) removes.push('#sessions.#from');
  }

  return {
    UpdateExpression: [
      `SET ${sets.join(', ')}`,
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
      ...(adds.length > 0 ? [`ADD ${adds.join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
