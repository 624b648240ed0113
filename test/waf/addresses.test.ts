import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { AddressSet } from '../../waf/address-set.ts';
import { parseAddress } from '../../waf/addresses.ts';

function found(cidrs: readonly string[], address: string): string | undefined {
  const parsed = parseAddress(address);
  return parsed === undefined ? undefined : new AddressSet(cidrs, 'test').find(parsed);
}

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => octets.join('.'));
const ipv6 = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }).map((groups) => groups.map((group) => group.toString(16)).join(':'));

const mapped = fc.tuple(fc.nat(0xffff), fc.nat(0xffff)).map(([high, low]) => `0:0:0:0:0:ffff:${high.toString(16)}:${low.toString(16)}`);

/** The definition, bit by bit, for comparison: knows neither the parser nor the trie. Takes addresses in full. */
function bits(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  const groups = address
    .split(':')
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
  return groups.startsWith(mappedBits) ? groups.slice(96) : groups;
}
const mappedBits = '0'.repeat(80) + '1'.repeat(16);
function isWithin(address: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const [a, b] = [bits(address), bits(network)];
  const length = Number(prefix) - (network.includes(':') && b.length === 32 ? 96 : 0);
  return a.length === b.length && a.slice(0, length) === b.slice(0, length);
}

describe('a set of CIDR blocks', () => {
  test.each([
    ["AWS's example of a single address", ['192.0.2.44/32'], '192.0.2.44', '192.0.2.44/32'],
    ["AWS's example of a /24, its first address", ['192.0.2.0/24'], '192.0.2.0', '192.0.2.0/24'],
    ['its last address', ['192.0.2.0/24'], '192.0.2.255', '192.0.2.0/24'],
    ['one behind it', ['192.0.2.0/24'], '192.0.3.0', undefined],
    ['one before it', ['192.0.2.0/24'], '192.0.1.255', undefined],
    ['a block larger than a /16', ['128.0.0.0/1'], '200.7.7.7', '128.0.0.0/1'],
    ['a block written with host bits', ['192.0.2.77/24'], '192.0.2.1', '192.0.2.77/24'],
    [
      "AWS's example of a single IPv6 address",
      ['1111:0000:0000:0000:0000:0000:0000:0111/128'],
      '1111::111',
      '1111:0000:0000:0000:0000:0000:0000:0111/128',
    ],
    [
      "AWS's example of an IPv6 /64, its last address",
      ['1111:0000:0000:0000:0000:0000:0000:0000/64'],
      '1111::ffff:ffff:ffff:ffff',
      '1111:0000:0000:0000:0000:0000:0000:0000/64',
    ],
    ['one behind it', ['1111::/64'], '1111:0:0:1::', undefined],
    ['a wide block around a narrow one', ['10.1.0.0/16', '10.0.0.0/8'], '10.1.2.3', '10.0.0.0/8'],
    ['a narrow block at the beginning of a wide one', ['10.0.0.0/16', '10.0.0.0/8'], '10.1.2.3', '10.0.0.0/8'],
    ['no block at all', [], '10.1.2.3', undefined],
    ['an IPv4 block in IPv4-mapped notation', ['::ffff:192.0.2.0/120'], '192.0.2.9', '::ffff:192.0.2.0/120'],
  ])('%s', (_, cidrs, address, expected) => {
    expect(found(cidrs, address)).toBe(expected);
  });

  test('says of every address what comparing the bits says, for both families together', () => {
    const block = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 1, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`),
      fc.tuple(ipv6, fc.integer({ min: 1, max: 128 })).map(([address, prefix]) => `${address}/${prefix}`),
      fc.tuple(mapped, fc.integer({ min: 97, max: 128 })).map(([address, prefix]) => `${address}/${prefix}`),
      // Crowded ones, where the trie has to go deep.
      fc.tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 16, max: 32 })).map(([c, d, prefix]) => `10.1.${c}.${d}/${prefix}`),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 60 }), fc.oneof(ipv4, ipv6, mapped), fc.nat(40), (cidrs, anywhere, near) => {
        const neighbour = cidrs[near]?.split('/')[0] ?? anywhere;
        const set = new AddressSet(cidrs, 'test');
        for (const address of [anywhere, neighbour]) {
          const parsed = parseAddress(address);
          const expected = cidrs.some((cidr) => isWithin(address, cidr));
          if (parsed === undefined || (set.find(parsed) !== undefined) !== expected)
            throw new Error(`${address} in ${cidrs.join(' ')}: expected ${expected}`);
        }
      }),
      { seed: 15, numRuns: 500 },
    );
  });

  test('finds the edges of ten thousand blocks', () => {
    const cidrs = Array.from({ length: 10_000 }, (_, index) => `${1 + (index % 200)}.${index % 251}.${(index * 7) % 253}.0/24`);

    const set = new AddressSet(cidrs, 'test');

    const wrong = cidrs.flatMap((cidr) => {
      const base = cidr.slice(0, -5);
      return [`${base}.0`, `${base}.255`].filter((address) => {
        const parsed = parseAddress(address);
        return parsed === undefined || set.find(parsed) !== cidr;
      });
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    '192.0.2.44',
    '192.0.2.44/33',
    '192.0.2/24',
    '010.0.0.0/8',
    '0x7f.0.0.1/32',
    '192.0.2.0/024',
    '192.0.2.0/-1',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '<html>',
    '',
    '192.0.2.0/24 ',
  ])('refuses %j and names it', (cidr) => {
    expect(() => new AddressSet(['192.0.2.0/24', cidr], 'IP set arn:x')).toThrow(
      `IP set arn:x: ${JSON.stringify(cidr)} is not a CIDR block`,
    );
  });

  test.each(['0.0.0.0/0', '::/0', '::ffff:0.0.0.0/96'])('refuses %j, which would block everyone', (cidr) => {
    expect(() => new AddressSet([cidr], 'IP set arn:x')).toThrow(`${JSON.stringify(cidr)} means every address`);
  });
});

describe('an address', () => {
  test('is read and written as the library does, for any text that could be one', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom('0', '1', 'a', 'F', 'ffff', ':', '::', '.', '%', '255'), { maxLength: 16 }).map((parts) => parts.join('')),
      fc
        .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
        .map((groups) => new ipaddr.IPv6(groups).toString()),
    );
    const byLibrary = (address: string) => {
      if (!address.includes(':') || address.includes('%') || !ipaddr.IPv6.isValid(address)) return undefined;
      const parsed = ipaddr.IPv6.parse(address);
      return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
    };
    fc.assert(
      fc.property(
        text.filter((one) => one.includes(':')),
        (one) => {
          expect(parseAddress(one)?.text).toBe(byLibrary(one));
        },
      ),
      { seed: 45, numRuns: 3000 },
    );
  });

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
  ])('%s is %s, however it is written', (text, expected) => {
    expect(parseAddress(text)?.text).toBe(expected);
  });

  test.each([
    '',
    'unknown',
    '192.0.2.1:443',
    '[2001:db8::1]',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '0300.0.2.1',
    '3221225985',
    'fe80::1%lo',
    '1.2.3.4.5',
    '1..2.3',
    '.1.2.3.4',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
