/** What the sets hold, against a model that knows addresses one by one. How fast they are put together: `npm run bench`. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { securityPolicy } from '../../contract/security-policy.ts';
import { parseAddressBlock } from '../../lambda/domain/blocklist/address-block.ts';
import { type BlockSources, composeSets } from '../../lambda/domain/blocklist/compose-sets.ts';
import type { StoredBlock } from '../../lambda/domain/blocklist/ports.ts';
import { reservedRanges } from '../../lambda/domain/blocklist/reserved-ranges.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;

function block(cidr: string, more: Partial<StoredBlock> = {}): StoredBlock {
  return { source: 'hand', kind: 'block', cidr, reason: 'a test', author: 'ada', at: NOW - HOUR, until: NOW + HOUR, ...more };
}

function sources(more: Partial<BlockSources> = {}): BlockSources {
  return { byHand: [], automatic: [], feeds: [], allow: [], blockableReserved: [], ...more };
}

const ipv4Of = (more: Partial<BlockSources>, limit?: number) => composeSets(sources(more), NOW, limit).ipv4;

/** All addresses of 192.0.2.0/24 that a list of blocks covers. */
function expand(cidrs: readonly string[]): Set<number> {
  const covered = cidrs.flatMap((cidr) => {
    const [, last, bits] = /^192\.0\.2\.(\d+)\/(\d+)$/.exec(cidr) ?? [];
    return Array.from({ length: 2 ** (32 - Number(bits)) }, (_, index) => Number(last) + index);
  });
  return new Set(covered.sort((left, right) => left - right));
}

const cidr = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([last, bits]) => parseAddressBlock(`192.0.2.${last}/${bits}`)?.cidr as string);
const cidrs = fc.array(cidr, { maxLength: 8 });
const byHand = fc.array(
  fc
    .record({
      cidr,
      kind: fc.constantFrom('block' as const, 'unblock' as const),
      at: fc.integer({ min: 0, max: 5 }),
      until: fc.integer({ min: 1, max: 8 }),
    })
    .map(({ cidr, kind, at, until }) => block(cidr, { kind, at: NOW - 6 + at, until: NOW - 3 + until })),
  { maxLength: 6 },
);

describe('the sets', () => {
  it('[P15] hold every address that something blocks and nothing allows, and no other', () => {
    fc.assert(
      fc.property(byHand, byHand, cidrs, cidrs, cidrs, (hand, automatic, first, second, allow) => {
        const own = automatic.map((entry) => ({ ...entry, source: 'automatic' as const, kind: 'block' as const }));
        const feeds = [
          { id: 'first', cidrs: first },
          { id: 'second', cidrs: second },
        ];

        const { addresses, leftOut } = ipv4Of({ byHand: hand, automatic: own, feeds, allow });

        const unblocks = hand.filter(({ kind }) => kind === 'unblock');
        const stands = (entry: StoredBlock, address: number) =>
          entry.kind === 'block' &&
          entry.until > NOW &&
          expand([entry.cidr]).has(address) &&
          !unblocks.some(({ at, cidr }) => at >= entry.at && expand([cidr]).has(address));
        const allowed = expand(allow);
        const lifted = expand(unblocks.filter(({ until }) => until > NOW).map(({ cidr }) => cidr));
        const listed = expand([...first, ...second]);
        const wanted = Array.from({ length: 256 }, (_, address) => address).filter(
          (address) =>
            !allowed.has(address) &&
            (hand.some((entry) => stands(entry, address)) ||
              (!lifted.has(address) && (listed.has(address) || own.some((entry) => stands(entry, address))))),
        );
        expect([...expand(addresses)]).toEqual(wanted);
        expect(leftOut).toEqual([]);
      }),
    );
  });

  it('[P15] hold no two blocks that overlap or could be one, whatever the order they came in', () => {
    fc.assert(
      fc.property(cidrs, cidrs, (first, second) => {
        const one = ipv4Of({ feeds: [{ id: 'a', cidrs: [...first, ...second] }] }).addresses;
        const other = ipv4Of({ feeds: [{ id: 'a', cidrs: [...second, ...first].reverse() }] }).addresses;

        const sizes = one.map((entry) => expand([entry]).size);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(expand(one).size);
        expect(other).toEqual(one);
      }),
    );
  });

  it('[P15] never hold more than the limit, and keep blocks by hand before automatic ones, those before feeds, and wide before narrow', () => {
    fc.assert(
      fc.property(cidrs, cidrs, cidrs, fc.integer({ min: 1, max: 6 }), (hand, own, feed, limit) => {
        const all = {
          byHand: hand.map((entry) => block(entry)),
          automatic: own.map((entry) => block(entry, { source: 'automatic' })),
          feeds: [{ id: 'feed', cidrs: feed }],
        };

        const { addresses, leftOut, wanted } = ipv4Of(all, limit);

        expect(addresses.length).toBeLessThanOrEqual(limit);
        expect(leftOut.length > 0).toBe(expand(addresses).size < expand([...hand, ...own, ...feed]).size);
        if (leftOut.length > 0) expect(wanted).toBeGreaterThan(limit);
        if (!leftOut.some(({ source }) => source === 'hand')) {
          const covered = expand(addresses);
          expect([...expand(hand)].every((address) => covered.has(address))).toBe(true);
        }
      }),
    );
  });

  it('[P15] say what found no room: the narrowest of the last feed first', () => {
    const first = { id: 'first', cidrs: ['192.0.2.0/30', '192.0.2.8/32'] };
    const second = { id: 'second', cidrs: ['198.51.100.7/32', '203.0.113.0/24', '198.51.100.9/32'] };

    const set = ipv4Of({ byHand: [block('198.51.100.1/32')], feeds: [first, second] }, 4);

    expect(set.addresses).toEqual(['192.0.2.0/30', '192.0.2.8/32', '198.51.100.1/32', '203.0.113.0/24']);
    expect(set.leftOut).toEqual([{ source: 'second', blocks: 2 }]);
    expect(set.wanted).toBe(6);
  });

  it('[P15] never hold private and reserved ranges, not even inside a wider block, nor what is allowed', () => {
    const wide = ['172.0.0.0/8', '192.0.0.0/8', '10.1.2.3/32', '127.0.0.1/32', '100.64.0.0/9', '224.0.0.0/8'];

    const sets = composeSets(
      sources({ feeds: [{ id: 'a', cidrs: [...wide, 'fe80::/16', 'fc00::/18', '2002::/16', '2a06::/24'] }], allow: ['192.0.2.0/24'] }),
      NOW,
    );

    const inside = (address: string, set: readonly string[]) =>
      set.some((entry) => ipaddr.parse(address).match(ipaddr.parseCIDR(entry) as [ipaddr.IPv4, number]));
    for (const address of [
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '192.0.2.7',
      '10.1.2.3',
      '127.0.0.1',
      '100.64.0.1',
      '224.0.0.1',
    ]) {
      expect({ address, blocked: inside(address, sets.ipv4.addresses) }).toEqual({ address, blocked: false });
    }
    expect(['172.15.0.1', '172.32.0.1', '192.167.1.1', '192.0.3.1'].every((address) => inside(address, sets.ipv4.addresses))).toBe(true);
    expect(sets.ipv6.addresses).toEqual(['2a06::/24']);
  });

  it('know every range that the library of addresses calls special, but for documentation and anycast services', () => {
    const special = [ipaddr.IPv4.prototype, ipaddr.IPv6.prototype].flatMap((kind) =>
      Object.entries((kind as unknown as { SpecialRanges: Record<string, unknown> }).SpecialRanges),
    );
    const services = new Set(['as112', 'as112v6', 'amt']);
    const documentation = new Set(['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20']);

    const missed = special
      .filter(([name]) => !services.has(name))
      .flatMap(([, ranges]) => {
        const list = Array.isArray((ranges as unknown[])[0])
          ? (ranges as [ipaddr.IPv4 | ipaddr.IPv6, number][])
          : [ranges as [ipaddr.IPv4, number]];
        return list.map(([network, bits]) => `${network}/${bits}`);
      })
      .filter((range) => !documentation.has(range))
      .filter((range) => {
        const parsed = parseAddressBlock(range);
        // IPv4-mapped: read as IPv4 long before.
        if (parsed === undefined || range.startsWith('::ffff:0:0/96')) return false;
        const reserved = reservedRanges[parsed.family].map((entry) => ipaddr.parseCIDR(entry) as [ipaddr.IPv4, number]);
        const [network] = ipaddr.parseCIDR(parsed.cidr) as [ipaddr.IPv4, number];
        return !reserved.some(([start, bits]) => bits <= parsed.prefixBits && network.match(start, bits));
      });

    expect(missed).toEqual([]);
  });

  it('take 10,000 of each family when far more is asked for', () => {
    const { addressesPerSet } = securityPolicy.blocklist;
    const single = (index: number) => `${20 + (index >> 15)}.${(index >> 7) & 255}.${(index & 127) * 2}.1/32`;
    const ipv4 = Array.from({ length: 14_000 }, (_, index) => single(index));
    const ipv6 = Array.from({ length: 14_000 }, (_, index) => `2a06:${(index * 2).toString(16)}::/32`);

    const sets = composeSets(sources({ byHand: [block('198.51.100.0/24')], feeds: [{ id: 'large', cidrs: [...ipv4, ...ipv6] }] }), NOW);

    expect([sets.ipv4.addresses.length, sets.ipv6.addresses.length]).toEqual([addressesPerSet, addressesPerSet]);
    expect(sets.ipv4.addresses).toContain('198.51.100.0/24');
    expect(sets.ipv4.leftOut).toEqual([{ source: 'large', blocks: 4_001 }]);
  });
});
