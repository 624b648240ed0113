/**
 * Ranges that are nobody's on the public internet: from the IANA special-purpose address registries for IPv4 and IPv6
 * (RFC 6890 and its successors). A viewer never comes from them, and a list that names them is wrong or hostile. The ranges for
 * documentation are left out: blocking them harms nobody, and examples and drills name them.
 */
import type { Family } from './address-block.ts';

export const reservedRanges: Readonly<Record<Family, readonly string[]>> = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    // Shared by the customers of an operator (RFC 6598).
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    // Multicast, and what was reserved for later.
    '224.0.0.0/3',
  ],
  ipv6: [
    // Everything outside 2000::/3, which is all that is handed out as global unicast (RFC 4291, 2.4).
    '::/3',
    '4000::/2',
    '8000::/1',
    // Teredo, ORCHID, benchmarking.
    '2001::/23',
    // 6to4 (RFC 7526): an IPv4 address in another's dress.
    '2002::/16',
  ],
};
