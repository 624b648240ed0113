import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { securityPolicy } from '../../contract/security-policy.ts';
import type { Family } from '../domain/blocklist/address-block.ts';
import type { BlockStore, FeedCopy, StoredBlock, StoredFeed } from '../domain/blocklist/ports.ts';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from './document-client.ts';
import { queryAll } from './query-all.ts';
import { conditionally, storeCall } from './store-call.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * Partitions `hand` and `automatic` with an item a block, `feed` with one a feed and its last good copy, compressed (an item holds
 * 400 KB), and `set` with what was last written to each IP set.
 */
export class DynamoBlockStore implements BlockStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async listBlocks(source: StoredBlock['source']): Promise<StoredBlock[]> {
    return (await this.#list(source)).map((item) => {
      const { entryId, expiresAt: _, ...block } = item;
      return { ...block, cidr: entryId } as StoredBlock;
    });
  }

  async putBlock({ cidr, ...block }: StoredBlock): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...block, entryId: cidr, expiresAt: Math.ceil(keptUntil(block) / 1000) },
          ConditionExpression: 'attribute_not_exists(#at) OR #at < :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': block.at },
        }),
      ),
    );
    return written !== undefined;
  }

  async listFeeds(): Promise<StoredFeed[]> {
    return await Promise.all((await this.#list('feed')).map(toFeed));
  }

  async claimAttempt(feedId: string, now: number, notSince: number): Promise<StoredFeed | undefined> {
    const written = await conditionally(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { source: 'feed', entryId: feedId },
          UpdateExpression: 'SET #attemptedAt = :now, #knownSince = if_not_exists(#knownSince, :now)',
          ConditionExpression: 'attribute_not_exists(#attemptedAt) OR #attemptedAt <= :notSince',
          ExpressionAttributeNames: { '#attemptedAt': 'attemptedAt', '#knownSince': 'knownSince' },
          ExpressionAttributeValues: { ':now': now, ':notSince': notSince },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return written?.Attributes && (await toFeed(written.Attributes));
  }

  async keepCopy(feedId: string, { cidrs, ...copy }: FeedCopy): Promise<void> {
    const compressed = await promisify(gzip)(cidrs.join('\n'));
    await this.#updateFeed(feedId, 'SET #copy = :copy REMOVE #failure', {
      names: { '#copy': 'copy', '#failure': 'failure' },
      values: { ':copy': { ...copy, cidrs: compressed } },
    });
  }

  async noteFailure(feedId: string, failure: string): Promise<void> {
    await this.#updateFeed(feedId, 'SET #failure = :failure', { names: { '#failure': 'failure' }, values: { ':failure': failure } });
  }

  async listWritten(family: Family): Promise<readonly string[]> {
    const items = await this.#list('set');
    return (items.find(({ entryId }) => entryId === family)?.digests as string[] | undefined) ?? [];
  }

  async noteWritten(family: Family, digests: readonly string[]): Promise<void> {
    await storeCall(this.#client.send(new PutCommand({ TableName: this.#table, Item: { source: 'set', entryId: family, digests } })));
  }

  async #updateFeed(
    feedId: string,
    UpdateExpression: string,
    { names, values }: { names: Record<string, string>; values: Record<string, unknown> },
  ): Promise<void> {
    await storeCall(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { source: 'feed', entryId: feedId },
          UpdateExpression,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      ),
    );
  }

  async #list(source: string): Promise<Item[]> {
    return await queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: '#source = :source',
      ExpressionAttributeNames: { '#source': 'source' },
      ExpressionAttributeValues: { ':source': source },
      ConsistentRead: true,
    });
  }
}

/** An unblock must outlive every block that it has ended. */
function keptUntil({ kind, at, until }: Pick<StoredBlock, 'kind' | 'at' | 'until'>): number {
  return kind === 'unblock' ? Math.max(until, at + securityPolicy.blocklist.byHand.maximumSeconds * 1000) : until;
}

async function toFeed(item: Item): Promise<StoredFeed> {
  const { source: _, entryId, copy, ...feed } = item as Item & { copy?: Omit<FeedCopy, 'cidrs'> & { cidrs: Uint8Array } };
  const known = { ...feed, id: entryId } as unknown as StoredFeed;
  if (copy === undefined) return known;
  const text = (await promisify(gunzip)(copy.cidrs)).toString('utf8');
  return { ...known, copy: { ...copy, cidrs: text === '' ? [] : text.split('\n') } };
}
