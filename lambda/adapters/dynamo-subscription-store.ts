import { listOf } from '../domain/subscriptions/links.ts';
import type { SubscriberList, Subscription, SubscriptionStore } from '../domain/subscriptions/ports.ts';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

/** One item a subscription, under the list that it is worked through in. */
export class DynamoSubscriptionStore implements SubscriptionStore, SubscriberList {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(subscriptionId: string): Promise<Subscription | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: keyOf(subscriptionId), ConsistentRead: true })),
    );
    return Item && toSubscription(Item);
  }

  async put(subscription: Subscription): Promise<void> {
    await storeCall(this.#client.send(new PutCommand({ TableName: this.#table, Item: toItem(subscription) })));
  }

  async change(subscription: Subscription): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: toItem(subscription),
          ConditionExpression: 'attribute_exists(#subscriptionId)',
          ExpressionAttributeNames: { '#subscriptionId': 'subscriptionId' },
        }),
      ),
    );
    return written !== undefined;
  }

  async remove(subscriptionId: string): Promise<void> {
    await storeCall(this.#client.send(new DeleteCommand({ TableName: this.#table, Key: keyOf(subscriptionId) })));
  }

  async page(list: number, after: string | undefined, limit: number): Promise<Subscription[]> {
    const { Items = [] } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: after === undefined ? '#list = :list' : '#list = :list AND #subscriptionId > :after',
          ExpressionAttributeNames: { '#list': 'list', ...(after !== undefined && { '#subscriptionId': 'subscriptionId' }) },
          ExpressionAttributeValues: { ':list': String(list), ...(after !== undefined && { ':after': after }) },
          Limit: limit,
          // Whoever has just left gets no more mail.
          ConsistentRead: true,
        }),
      ),
    );
    return Items.map(toSubscription);
  }
}

function keyOf(subscriptionId: string) {
  return { list: String(listOf(subscriptionId)), subscriptionId };
}

function toItem(subscription: Subscription): Record<string, unknown> {
  return { ...subscription, ...keyOf(subscription.subscriptionId) };
}

function toSubscription({ list: _, ...subscription }: Record<string, unknown>): Subscription {
  return subscription as unknown as Subscription;
}
