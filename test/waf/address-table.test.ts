import fc from 'fast-check';
import { AddressTable } from '../../waf/address-table.ts';
import { type Address, parseAddress } from '../../waf/addresses.ts';

/** Few, so that they meet; in both families, with words in common. */
const address = fc
  .oneof(
    fc.tuple(fc.nat(3), fc.nat(40)).map(([network, host]) => `203.0.${network}.${host}`),
    fc.tuple(fc.nat(3), fc.nat(40)).map(([network, host]) => `2001:db8:${network}::${host.toString(16)}`),
    fc.constantFrom('::', '::1', '0.0.0.0', '0.0.0.1', '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::fffe:0:1'),
  )
  .map((text) => parseAddress(text) as Address);
const step = fc.record({ does: fc.constantFrom('set', 'set', 'delete', 'get'), address, value: fc.nat() });

test('a table of addresses does what a map of their texts does, through growth and deletion', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new AddressTable<number>();
      const map = new Map<string, number>();

      for (const { does, address, value } of steps) {
        if (does === 'set') {
          table.set(address, value);
          map.set(address.text, value);
        } else if (does === 'delete') {
          table.delete(address);
          map.delete(address.text);
        }
        expect([table.get(address), table.size]).toEqual([map.get(address.text), map.size]);
      }
      for (const [text, value] of map) expect(table.get(parseAddress(text) as Address)).toBe(value);
    }),
  );
});

test('the mapped spelling of an IPv4 address is the same key, its neighbours are others', () => {
  const table = new AddressTable<string>();
  const at = (text: string) => parseAddress(text) as Address;

  table.set(at('192.0.2.1'), 'known');

  expect(['::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.2', '::c000:201'].map((text) => table.get(at(text)))).toEqual([
    'known',
    'known',
    undefined,
    undefined,
  ]);
});
