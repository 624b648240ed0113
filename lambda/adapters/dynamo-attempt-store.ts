import { securityPolicy } from '../../contract/security-policy.ts';
import { type AttemptState, type LockoutPolicy, type Reservation, utcDay } from '../domain/lockout.ts';
import type { AttemptStore } from '../domain/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

const SECOND = 1000;

/**
 * Lockout counters. Each UTC day counts in an attribute of its own, so that a new day begins without anybody having
 * to notice it: the plain increment stays one blind write.
 */
export class DynamoAttemptStore implements AttemptStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #policy: LockoutPolicy;

  constructor(client: DynamoDBDocumentClient, table: string, policy: LockoutPolicy = securityPolicy.lockout) {
    this.#client = client;
    this.#table = table;
    this.#policy = policy;
  }

  async takeIfPlainlyFree(attemptKey: string, now: number): Promise<AttemptState | undefined> {
    const day = utcDay(now);
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { attemptKey },
          UpdateExpression: `SET #taken = if_not_exists(#taken, :zero) + :one, #pending = if_not_exists(#pending, :zero) + :one,
            #pendingUntil = :lease, #lastFailureAt = if_not_exists(#lastFailureAt, :now), #day = if_not_exists(#day, :zero) + :one,
            #version = if_not_exists(#version, :zero) + :one, #expiresAt = :expiresAt REMOVE #yesterday`,
          // `isPlainlyFree` as a condition; the store contract holds the two together.
          ConditionExpression: `attribute_not_exists(#attemptKey) OR ((attribute_not_exists(#day) OR #day < :limit)
            AND (#taken = :zero OR (#taken < :threshold AND #lastFailureAt > :forgotten)))`,
          ExpressionAttributeNames: {
            ...names,
            '#attemptKey': 'attemptKey',
            '#pendingUntil': 'pendingUntil',
            '#lastFailureAt': 'lastFailureAt',
            '#expiresAt': 'expiresAt',
            '#day': dayAttribute(day),
            '#yesterday': dayAttribute(day - 1),
          },
          ExpressionAttributeValues: {
            ':zero': 0,
            ':one': 1,
            ':now': now,
            ':lease': now + this.#policy.reservationLeaseSeconds * SECOND,
            ':limit': this.#policy.verdictsPerWindow,
            ':threshold': this.#policy.threshold,
            ':forgotten': now - this.#policy.forgetAfterSeconds * SECOND,
            ':expiresAt': this.#expiresAt(now),
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes && toState(written.Attributes, now);
  }

  async read(attemptKey: string, now: number): Promise<AttemptState | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { attemptKey }, ConsistentRead: true })),
    );
    return Item && toState(Item, now);
  }

  async replace(attemptKey: string, from: AttemptState | undefined, to: AttemptState): Promise<boolean> {
    const { day, takenToday, ...counters } = to;
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { attemptKey, ...counters, [dayAttribute(day)]: takenToday, expiresAt: this.#expiresAt(to.pendingUntil) },
          ...(from === undefined
            ? { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': 'attemptKey' } }
            : {
                ConditionExpression: '#version = :version',
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: { ':version': from.version },
              }),
        }),
      ),
    );
    return written !== undefined;
  }

  async confirmFailure(reservation: Reservation, now: number): Promise<void> {
    await this.#settle(reservation, {
      UpdateExpression: `SET #pending = #pending - :one, #lastFailureAt = :now, #expiresAt = :expiresAt, #version = #version + :one`,
      ExpressionAttributeNames: {
        '#pending': 'pending',
        '#version': 'version',
        '#lastFailureAt': 'lastFailureAt',
        '#expiresAt': 'expiresAt',
      },
      ExpressionAttributeValues: { ':one': 1, ':now': now, ':expiresAt': this.#expiresAt(now) },
    });
  }

  async recordSuccess(reservation: Reservation): Promise<void> {
    await this.#settle(reservation, {
      // Those still in flight stay taken: a success gives nobody else's attempt back.
      UpdateExpression: `SET #taken = #pending - :one, #pending = #pending - :one, #day = if_not_exists(#day, :one) - :one,
        #version = #version + :one`,
      ExpressionAttributeNames: { ...names, '#day': dayAttribute(reservation.day) },
      ExpressionAttributeValues: { ':one': 1 },
    });
  }

  async giveBack(reservation: Reservation): Promise<void> {
    await this.#settle(reservation, {
      UpdateExpression: `SET #taken = #taken - :one, #pending = #pending - :one, #day = if_not_exists(#day, :one) - :one,
        #version = #version + :one`,
      ExpressionAttributeNames: { ...names, '#day': dayAttribute(reservation.day) },
      ExpressionAttributeValues: { ':one': 1 },
    });
  }

  async recordFailure(reservation: Reservation, now: number): Promise<void> {
    await storeCall(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { attemptKey: reservation.attemptKey },
          UpdateExpression: `SET #lastFailureAt = :now, #expiresAt = :expiresAt, #pending = if_not_exists(#pending, :zero),
            #pendingUntil = if_not_exists(#pendingUntil, :zero) ADD #taken :one, #day :one, #version :one`,
          ExpressionAttributeNames: {
            ...names,
            '#pendingUntil': 'pendingUntil',
            '#lastFailureAt': 'lastFailureAt',
            '#expiresAt': 'expiresAt',
            '#day': dayAttribute(reservation.day),
          },
          ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':now': now, ':expiresAt': this.#expiresAt(now) },
        }),
      ),
    );
  }

  /** A verdict after the lease ran out changes nothing: the attempt has been counted as a failure. */
  async #settle(
    reservation: Reservation,
    update: Pick<
      ConstructorParameters<typeof UpdateCommand>[0],
      'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<void> {
    await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { attemptKey: reservation.attemptKey },
          ...update,
          ConditionExpression: '#pending >= :one',
        }),
      ),
    );
  }

  /** Epoch seconds: when neither the row of failures nor the day's count could matter any more. */
  #expiresAt(now: number): number {
    return Math.ceil(now / SECOND) + this.#policy.forgetAfterSeconds + this.#policy.windowSeconds;
  }
}

const names = { '#taken': 'taken', '#pending': 'pending', '#version': 'version' };

function dayAttribute(day: number): string {
  return `taken${day}`;
}

function toState(item: Record<string, unknown>, now: number): AttemptState {
  const number = (name: string) => (typeof item[name] === 'number' ? item[name] : 0);
  const day = utcDay(now);
  return {
    taken: number('taken'),
    pending: number('pending'),
    pendingUntil: number('pendingUntil'),
    lastFailureAt: number('lastFailureAt'),
    day,
    takenToday: number(dayAttribute(day)),
    version: number('version'),
  };
}
