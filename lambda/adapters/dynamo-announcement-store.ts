import { securityPolicy } from '../../contract/security-policy.ts';
import { nothingTold } from '../domain/subscriptions/plan.ts';
import type { AnnouncementState, AnnouncementStore } from '../domain/subscriptions/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

const stateKey = { batch: 'state', entryId: 'state' };
const { markSeconds } = securityPolicy.statusSubscriptions;

/** One item for what was told, and one for each mail of a batch, which goes by itself after some days. */
export class DynamoAnnouncementStore implements AnnouncementStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async readState(): Promise<AnnouncementState> {
    const { Item } = await storeCall(this.#client.send(new GetCommand({ TableName: this.#table, Key: stateKey, ConsistentRead: true })));
    if (Item === undefined) return nothingTold;
    const { batch: _, entryId: __, ...state } = Item;
    return state as AnnouncementState;
  }

  async writeState(state: AnnouncementState): Promise<boolean> {
    const isFirst = state.version === 1;
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...state, ...stateKey },
          ConditionExpression: isFirst ? 'attribute_not_exists(#version)' : '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ...(!isFirst && { ExpressionAttributeValues: { ':before': state.version - 1 } }),
        }),
      ),
    );
    return written !== undefined;
  }

  async take(batchId: string, subscriptionId: string, now: number, leaseUntil: number): Promise<'taken' | 'sent' | 'busy'> {
    const key = { batch: batchId, entryId: subscriptionId };
    const taken = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...key, isSent: false, leaseUntil, expiresAt: expiry(now) },
          ConditionExpression: 'attribute_not_exists(#entryId) OR (#isSent = :no AND #leaseUntil <= :now)',
          ExpressionAttributeNames: { '#entryId': 'entryId', '#isSent': 'isSent', '#leaseUntil': 'leaseUntil' },
          ExpressionAttributeValues: { ':no': false, ':now': now },
        }),
      ),
    );
    if (taken !== undefined) return 'taken';
    const { Item } = await storeCall(this.#client.send(new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true })));
    return Item?.isSent ? 'sent' : 'busy';
  }

  async markSent(batchId: string, subscriptionId: string, now: number): Promise<void> {
    const item = { batch: batchId, entryId: subscriptionId, isSent: true, expiresAt: expiry(now) };
    await storeCall(this.#client.send(new PutCommand({ TableName: this.#table, Item: item })));
  }
}

function expiry(now: number): number {
  return Math.ceil(now / 1000) + markSeconds;
}
