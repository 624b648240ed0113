import type { Block, BlockHeader, Entry } from '../domain/audit/block.ts';
import type { SignedCheckpoint } from '../domain/audit/checkpoint.ts';
import type { Trail } from '../domain/audit/ports.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from './document-client.ts';
import { conditionally, storeCall } from './store-call.ts';

type Part = 'entries' | 'header' | 'hour' | 'checkpoint';

/**
 * The table `audit-trail`: an item for the entries of each block, for its header, for the first block of each hour, for each checkpoint.
 * Every write is of a new item.
 */
export class DynamoTrail implements Trail {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async readHead(): Promise<BlockHeader | undefined> {
    const [item] = await this.#query('header', { limit: 1, isNewestFirst: true });
    return item && headerOf(item);
  }

  async readHeaders(from: number, limit: number): Promise<BlockHeader[]> {
    return (await this.#query('header', { from: placeOf(from), limit })).map(headerOf);
  }

  async readBlock(number: number): Promise<Block | undefined> {
    const item = await this.#get('entries', placeOf(number));
    return (
      item && {
        header: headerOf(item),
        entries: (item.entries as Entry[]).map(({ eventId, digest, keptUntil }) => ({ eventId, digest, keptUntil })),
      }
    );
  }

  async readFirstOfHour(at: number): Promise<number | undefined> {
    return (await this.#get('hour', hourOf(at)))?.number as number | undefined;
  }

  async readLastCheckpoint(): Promise<SignedCheckpoint | undefined> {
    const [item] = await this.#query('checkpoint', { limit: 1, isNewestFirst: true });
    return item && checkpointOf(item);
  }

  async readCheckpoints(fromBlock: number, limit: number): Promise<SignedCheckpoint[]> {
    return (await this.#query('checkpoint', { from: placeOf(fromBlock), limit })).map(checkpointOf);
  }

  async putEntries({ header, entries }: Block): Promise<boolean> {
    return await this.#put('entries', placeOf(header.number), { ...header, entries: [...entries] });
  }

  async putHeader(header: BlockHeader): Promise<void> {
    await this.#put('hour', hourOf(header.sealedAt), { number: header.number });
    // Last: with its header a block is complete.
    await this.#put('header', placeOf(header.number), { ...header });
  }

  async putCheckpoint(checkpoint: SignedCheckpoint): Promise<void> {
    await this.#put('checkpoint', placeOf(checkpoint.block), { ...checkpoint });
  }

  /** @returns false when there is one already, which stays as it is */
  async #put(part: Part, place: string, fields: Record<string, unknown>): Promise<boolean> {
    const written = await conditionally(
      this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...fields, part, place },
          ConditionExpression: 'attribute_not_exists(#place)',
          ExpressionAttributeNames: { '#place': 'place' },
        }),
      ),
    );
    return written !== undefined;
  }

  async #get(part: Part, place: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await storeCall(
      this.#client.send(new GetCommand({ TableName: this.#table, Key: { part, place }, ConsistentRead: true })),
    );
    return Item;
  }

  async #query(
    part: Part,
    { from = '0', limit, isNewestFirst = false }: { readonly from?: string; readonly limit: number; readonly isNewestFirst?: boolean },
  ): Promise<Record<string, unknown>[]> {
    const { Items } = await storeCall(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#part = :part AND #place >= :from',
          ExpressionAttributeNames: { '#part': 'part', '#place': 'place' },
          ExpressionAttributeValues: { ':part': part, ':from': from },
          ScanIndexForward: !isNewestFirst,
          Limit: limit,
          ConsistentRead: true,
        }),
      ),
    );
    return Items ?? [];
  }
}

function placeOf(number: number): string {
  return String(number).padStart(12, '0');
}

function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

function headerOf(item: Record<string, unknown>): BlockHeader {
  const { number, first, count, sealedAt, through, root, previous } = item as unknown as BlockHeader;
  return { number, first, count, sealedAt, through, root, previous };
}

function checkpointOf(item: Record<string, unknown>): SignedCheckpoint {
  const { number, block, entries, head, at, previous, key, signature } = item as unknown as SignedCheckpoint;
  return { number, block, entries, head, at, previous, key, signature };
}
