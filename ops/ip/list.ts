/** `ip list`: what is kept, as the function that writes the IP sets reads it. */
import { DynamoBlockStore } from '../../lambda/adapters/dynamo-block-store.ts';
import type { StoredBlock, StoredFeed } from '../../lambda/domain/blocklist/ports.ts';
import { openAccess } from '../access.ts';
import type { Command } from '../command.ts';
import { help, readListOptions } from './options.ts';

export const listCommand: Command = {
  async run(parameters, output) {
    const options = readListOptions(parameters);
    if (options === undefined) return output.print(help);
    const access = await openAccess(options.isLocal);
    const store = new DynamoBlockStore(access.documents, await access.table('PortiereData', 'IpBlocksTable'));
    const [byHand, automatic, feeds] = await Promise.all([store.listBlocks('hand'), store.listBlocks('automatic'), store.listFeeds()]);
    const blocks = [...byHand, ...automatic].sort((left, right) => left.until - right.until);
    if (options.json) return output.print(JSON.stringify({ blocks: blocks.map(toJson), feeds: feeds.map(feedToJson) }));
    for (const block of blocks) output.print(describe(block));
    for (const feed of feeds) output.print(describeFeed(feed));
    if (blocks.length + feeds.length === 0) output.print('nothing is blocked');
  },
};

function describe({ source, kind, cidr, until, author, reason }: StoredBlock): string {
  return `${cidr}  ${kind}ed ${source === 'hand' ? `by ${author}` : 'by itself'} until ${instant(until)}: ${reason}`;
}

function describeFeed({ id, copy, failure }: StoredFeed): string {
  const state = copy === undefined ? 'no good copy yet' : `${copy.cidrs.length} blocks as of ${instant(copy.goodAt)}`;
  return `feed ${id}  ${state}${failure === undefined ? '' : `, last attempt: ${failure}`}`;
}

function toJson({ at, until, ...block }: StoredBlock) {
  return { ...block, at: instant(at), until: instant(until) };
}

function feedToJson({ id, copy, failure, attemptedAt }: StoredFeed) {
  const known = copy === undefined ? { blocks: 0 } : { blocks: copy.cidrs.length, goodAt: instant(copy.goodAt) };
  return { id, ...known, attemptedAt: instant(attemptedAt), ...(failure !== undefined && { failure }) };
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
