/** Addresses and sets of CIDR blocks. Parsing is ipaddr.js's; the look-up is a sorted array with an index in front. */
import ipaddr from 'ipaddr.js';
import { refuse } from './template.ts';

export interface Address {
  readonly family: 4 | 6;
  /** Most significant first, 32 bits each: one for IPv4, four for IPv6. */
  readonly words: readonly number[];
  /** Canonical: two spellings of an address have the same one. */
  readonly text: string;
}

/** `undefined` for whatever is not exactly an address: no ports, zones, octal or shortened IPv4. */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { family: 4, words: [ipv4], text };
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return fromLibrary(ipaddr.IPv6.parse(text));
}

/** The hot path: four decimal parts without leading zeros, which other parsers would take for octal. */
function parseIpv4(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (digits === 0 || dots === 3) return undefined;
      address = address * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + code - 48;
      digits++;
      if (part > 255) return undefined;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : undefined;
}

/** An IPv4-mapped address (RFC 4291, 2.5.5.2) is the IPv4 client it stands for: else `::ffff:` would walk around every IPv4 rule. */
function fromLibrary(parsed: ipaddr.IPv4 | ipaddr.IPv6): Address {
  if (parsed instanceof ipaddr.IPv6) {
    if (isMapped(parsed)) return fromLibrary(parsed.toIPv4Address());
    const { parts } = parsed;
    const words = [0, 2, 4, 6].map((index) => (parts[index] ?? 0) * 65_536 + (parts[index + 1] ?? 0));
    return { family: 6, words, text: parsed.toRFC5952String() };
  }
  const word = parsed.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { family: 4, words: [word], text: parsed.toString() };
}

/** ::ffff:0:0/96; the library's own test walks through every special range, too slow for each request. */
function isMapped({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === 0xffff && parts[0] === 0 && parts[1] === 0 && parts[2] === 0 && parts[3] === 0 && parts[4] === 0;
}

interface Block {
  readonly cidr: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

function parseBlock(cidr: string, place: string): Block {
  const isValid = cidr.includes(':')
    ? !cidr.includes('%') && ipaddr.IPv6.isValidCIDR(cidr)
    : ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr) && !/\/0\d/.test(cidr);
  if (!isValid) {
    refuse(
      place,
      `${JSON.stringify(cidr)} is not a CIDR block`,
      'Write an address, a slash and a prefix length, as in 192.0.2.44/32 or 2001:db8::/32',
    );
  }
  const [network, length] = ipaddr.parseCIDR(cidr);
  const isMappedBlock = network instanceof ipaddr.IPv6 && isMapped(network) && length >= 96;
  const prefix = isMappedBlock ? length - 96 : length;
  if (prefix === 0) {
    refuse(
      place,
      `${JSON.stringify(cidr)} means every address, and AWS WAF takes no /0`,
      'Drop it, or split it into two /1 blocks if you mean it',
    );
  }
  const address =
    isMappedBlock || network instanceof ipaddr.IPv4
      ? fromLibrary(network)
      : { family: 6 as const, words: [0, 2, 4, 6].map((index) => (network.parts[index] ?? 0) * 65_536 + (network.parts[index + 1] ?? 0)) };
  const first = address.words.map((word, index) => (word & mask(prefix, index)) >>> 0);
  const last = address.words.map((word, index) => (word | ~mask(prefix, index)) >>> 0);
  return { cidr, family: address.family, prefix, first, last };
}

function mask(prefix: number, wordIndex: number): number {
  const bits = Math.min(32, Math.max(0, prefix - 32 * wordIndex));
  return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
}

/**
 * Disjoint blocks of one family, sorted. `index[t]` says how many begin below the top 16 bits `t`, so that the binary
 * search that follows runs within one /16 and the look-up costs the same for a hundred blocks as for ten thousand.
 */
class SortedBlocks {
  readonly #width: number;
  readonly #firsts: Uint32Array;
  readonly #lasts: Uint32Array;
  readonly #cidrs: readonly string[];
  readonly #index = new Uint32Array(65_537);

  constructor(blocks: readonly Block[], width: number) {
    const sorted = blocks.toSorted((a, b) => compareWords(a.first, b.first) || a.prefix - b.prefix);
    // CIDR blocks nest or are disjoint: what begins within the last one kept is inside it.
    const kept: Block[] = [];
    for (const block of sorted) {
      const previous = kept.at(-1);
      if (previous === undefined || compareWords(block.first, previous.last) > 0) kept.push(block);
    }
    this.#width = width;
    this.#firsts = Uint32Array.from(kept.flatMap((block) => block.first));
    this.#lasts = Uint32Array.from(kept.flatMap((block) => block.last));
    this.#cidrs = kept.map((block) => block.cidr);
    for (const block of kept) {
      const slot = ((block.first[0] ?? 0) >>> 16) + 1;
      this.#index[slot] = (this.#index[slot] ?? 0) + 1;
    }
    for (let slot = 1; slot <= 65_536; slot++) this.#index[slot] = (this.#index[slot] ?? 0) + (this.#index[slot - 1] ?? 0);
  }

  find(words: readonly number[]): string | undefined {
    const slot = (words[0] ?? 0) >>> 16;
    let low = this.#index[slot] ?? 0;
    let high = this.#index[slot + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#firsts, middle, words) <= 0) low = middle + 1;
      else high = middle;
    }
    const candidate = low - 1;
    return candidate >= 0 && this.#compare(this.#lasts, candidate, words) >= 0 ? this.#cidrs[candidate] : undefined;
  }

  #compare(bounds: Uint32Array, position: number, words: readonly number[]): number {
    const offset = position * this.#width;
    for (let index = 0; index < this.#width; index++) {
      const difference = (bounds[offset + index] ?? 0) - (words[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (const [index, word] of a.entries()) {
    const difference = word - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** An immutable set of CIDR blocks of either family. */
export class AddressSet {
  readonly #ipv4: SortedBlocks | undefined;
  readonly #ipv6: SortedBlocks | undefined;

  /**
   * @param place named in errors
   * @throws WebAclError naming the first value that is no CIDR block
   */
  constructor(cidrs: readonly string[], place: string) {
    const blocks = cidrs.map((cidr) => parseBlock(cidr, place));
    const ipv4 = blocks.filter((block) => block.family === 4);
    const ipv6 = blocks.filter((block) => block.family === 6);
    this.#ipv4 = ipv4.length > 0 ? new SortedBlocks(ipv4, 1) : undefined;
    this.#ipv6 = ipv6.length > 0 ? new SortedBlocks(ipv6, 4) : undefined;
  }

  /** The block that holds the address, as it was written. */
  find(address: Address): string | undefined {
    return (address.family === 4 ? this.#ipv4 : this.#ipv6)?.find(address.words);
  }
}
