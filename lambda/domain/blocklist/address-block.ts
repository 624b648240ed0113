/** CIDR blocks: read strictly here, since the library that does the arithmetic (`cidr-tools`) takes `300.1.1.1` for an address. */
import { normalizeCidr } from 'cidr-tools';
import ipaddr from 'ipaddr.js';

export type Family = 'ipv4' | 'ipv6';
export const families: readonly Family[] = ['ipv4', 'ipv6'];

export interface AddressBlock {
  readonly family: Family;
  /** The network's own address, with its length always: two spellings of a block have the same one. */
  readonly cidr: string;
  readonly prefixBits: number;
}

const addressBits = { ipv4: 32, ipv6: 128 } as const;
/** Where the IPv4 address begins in an IPv4-mapped one (RFC 4291, 2.5.5.2). */
const mappedBits = 96;

/**
 * Reads an address or a CIDR block. Bits behind the prefix are dropped. An IPv4-mapped IPv6 block is the IPv4 block it stands
 * for: WAF compares families apart, and would never meet it otherwise.
 *
 * @returns undefined for whatever is not exactly one: no ports, zones, octal or shortened IPv4
 */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [, address = '', length] = /^([0-9a-fA-F.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const prefixBits = length === undefined ? addressBits[family] : Number(length);
  if (prefixBits > addressBits[family]) return undefined;
  if (family === 'ipv6') {
    const parsed = ipaddr.IPv6.parse(address);
    if (parsed.isIPv4MappedAddress()) {
      return prefixBits < mappedBits ? undefined : block('ipv4', parsed.toIPv4Address().toString(), prefixBits - mappedBits);
    }
  }
  return block(family, address, prefixBits);
}

function familyOf(address: string): Family | undefined {
  if (address.includes(':')) return ipaddr.IPv6.isValid(address) ? 'ipv6' : undefined;
  return ipaddr.IPv4.isValidFourPartDecimal(address) && !/(?:^|\.)0\d/.test(address) ? 'ipv4' : undefined;
}

function block(family: Family, address: string, prefixBits: number): AddressBlock {
  // The library leaves out the length of a single address.
  const cidr = normalizeCidr(`${address}/${prefixBits}`);
  return { family, cidr: cidr.includes('/') ? cidr : `${cidr}/${prefixBits}`, prefixBits };
}
