/** What the stores of blocked addresses, and of addresses that guess, must do on every engine. */
import type { BlockStore, StoredBlock } from '../../lambda/domain/blocklist/ports.ts';
import type { DistinctCounter } from '../../lambda/domain/suspicion.ts';
import { id, NOW } from './store-contract.ts';

const HOUR = 3_600_000;

export function describeBlockContract(engine: string, stores: () => { blocks: BlockStore; distinct: DistinctCounter }): void {
  const block = (more: Partial<StoredBlock> = {}): StoredBlock => ({
    source: 'hand',
    kind: 'block',
    cidr: '203.0.113.0/24',
    reason: 'a test',
    author: 'ada',
    at: NOW,
    until: NOW + HOUR,
    ...more,
  });

  describe(`blocked addresses (${engine})`, () => {
    it('[P15] keeps the newest for each source and CIDR, in whatever order they come', async () => {
      const { blocks } = stores();
      const cidr = '198.51.100.0/24';

      const written = [
        await blocks.putBlock(block({ cidr, at: NOW + 1, kind: 'unblock' })),
        await blocks.putBlock(block({ cidr })),
        await blocks.putBlock(block({ cidr, at: NOW + 1, kind: 'unblock' })),
        await blocks.putBlock(block({ cidr, source: 'automatic' })),
        await blocks.putBlock(block({ cidr, at: NOW + 2, reason: 'again' })),
      ];

      expect(written).toEqual([true, false, false, true, true]);
      expect((await blocks.listBlocks('hand')).filter((each) => each.cidr === cidr)).toEqual([
        block({ cidr, at: NOW + 2, reason: 'again' }),
      ]);
      expect((await blocks.listBlocks('automatic')).filter((each) => each.cidr === cidr)).toEqual([block({ cidr, source: 'automatic' })]);
    });

    it('[P15] lets one of many ask a source, and nobody again within the hour', async () => {
      const { blocks } = stores();
      const feed = id();

      const first = await Promise.all(Array.from({ length: 5 }, () => blocks.claimAttempt(feed, NOW, NOW - HOUR)));
      const soon = await blocks.claimAttempt(feed, NOW + HOUR - 1, NOW - 1);
      const later = await blocks.claimAttempt(feed, NOW + HOUR, NOW);

      expect(first.filter((claimed) => claimed !== undefined)).toEqual([{ id: feed, knownSince: NOW, attemptedAt: NOW }]);
      expect(soon).toBeUndefined();
      expect(later).toEqual({ id: feed, knownSince: NOW, attemptedAt: NOW + HOUR });
    });

    it('[P15] keeps the last good copy of a feed through failures, 15,000 blocks of both families included', async () => {
      const { blocks } = stores();
      const feed = id();
      const cidrs = Array.from({ length: 15_000 }, (_, index) =>
        index % 2 === 0
          ? `${20 + (index >> 15)}.${(index >> 7) & 255}.${index & 127}.0/24`
          : `2a06:${index.toString(16)}:${((index * 7919) % 65_536).toString(16)}::/48`,
      );
      const copy = { url: 'https://feeds.example/x', goodAt: NOW, etag: '"1"', cidrs };
      await blocks.claimAttempt(feed, NOW, NOW - HOUR);

      await blocks.keepCopy(feed, copy);
      await blocks.noteFailure(feed, 'it answered 503');
      const failing = (await blocks.listFeeds()).find((each) => each.id === feed);
      await blocks.keepCopy(feed, { ...copy, goodAt: NOW + 1 });
      const mended = (await blocks.listFeeds()).find((each) => each.id === feed);

      expect(failing).toEqual({ id: feed, knownSince: NOW, attemptedAt: NOW, failure: 'it answered 503', copy });
      expect(mended).toEqual({ id: feed, knownSince: NOW, attemptedAt: NOW, copy: { ...copy, goodAt: NOW + 1 } });
    });

    it('remembers what was written to each set', async () => {
      const { blocks } = stores();
      const before = await blocks.listWritten('ipv6');

      await blocks.noteWritten('ipv4', ['a', 'b']);

      expect([before, await blocks.listWritten('ipv4'), await blocks.listWritten('ipv6')]).toEqual([[], ['a', 'b'], []]);
    });
  });

  describe(`a counter of distinct members (${engine})`, () => {
    it('[P15] gives each number up to its limit to one write of all, and counts a member once', async () => {
      const { distinct } = stores();
      const key = id();
      const members = Array.from({ length: 8 }, () => id());

      const counts = await Promise.all([...members, ...members].map((member) => distinct.add(key, member, 5, NOW + HOUR)));
      const late = await distinct.add(key, id(), 5, NOW + HOUR);

      expect(counts.filter((count) => count !== undefined).sort()).toEqual([1, 2, 3, 4, 5]);
      expect(late).toBeUndefined();
    });
  });
}
