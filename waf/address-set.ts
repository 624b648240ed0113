/** Sets of CIDR blocks, and the trie that finds the block of an address. Parsing is ipaddr.js's. */
import ipaddr from 'ipaddr.js';
import { type Address, isMapped, wordsOf } from './addresses.ts';
import { refuse } from './template.ts';

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
  // A block within ::ffff:0:0/96 is one of IPv4, as `parseAddress` takes its addresses.
  const words = network instanceof ipaddr.IPv6 ? wordsOf(network.parts) : [network.octets.reduce((sum, octet) => sum * 256 + octet, 0)];
  const isMappedBlock = words.length === 4 && isMapped(words) && length >= 96;
  const prefix = isMappedBlock ? length - 96 : length;
  if (prefix === 0) {
    refuse(
      place,
      `${JSON.stringify(cidr)} means every address, and AWS WAF takes no /0`,
      'Drop it, or split it into two /1 blocks if you mean it',
    );
  }
  if (isMappedBlock) words.splice(0, 3);
  const first = words.map((word, index) => (word & mask(prefix, index)) >>> 0);
  const last = words.map((word, index) => (word | ~mask(prefix, index)) >>> 0);
  return { cidr, family: words.length === 1 ? 4 : 6, prefix, first, last };
}

function mask(prefix: number, wordIndex: number): number {
  const bits = Math.min(32, Math.max(0, prefix - 32 * wordIndex));
  return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (const [index, word] of a.entries()) {
    const difference = word - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const longestStride = 16;

/**
 * Disjoint blocks of one family in a trie whose nodes skip the bits that all blocks below have in common and then
 * branch on as many bits at once as there are blocks for (a level-compressed trie: Nilsson and Karlsson, "IP-address
 * lookup using LC-tries"). A look-up takes a few steps for ten blocks and for ten thousand, wherever they lie: real
 * lists crowd under a few prefixes, in IPv6 above all.
 *
 * All nodes are in one table: a header (word of the address in 2 bits, shift within it in 5, stride above them), and
 * behind it an entry for each value of the bits: 0 (nothing there), `block << 2 | 1`, `block << 2 | 3` for that block
 * and the next one, or `position of a node << 1`.
 */
class BlockTrie {
  readonly #table: Int32Array;
  readonly #root: number;
  readonly #width: number;
  /** Of each block the words of its first and then of its last address: one line of the processor's cache. */
  readonly #bounds: Uint32Array;
  readonly #cidrs: readonly string[];

  constructor(blocks: readonly Block[], width: number) {
    const sorted = blocks.toSorted((a, b) => compareWords(a.first, b.first) || a.prefix - b.prefix);
    // CIDR blocks nest or are disjoint: what begins within the last one kept is inside it.
    const kept: Block[] = [];
    for (const block of sorted) {
      const previous = kept.at(-1);
      if (previous === undefined || compareWords(block.first, previous.last) > 0) kept.push(block);
    }
    const table = [0]; // no node is at 0: that entry means nothing
    this.#root = buildNode(kept, 0, kept.length, table);
    this.#table = Int32Array.from(table);
    this.#width = width;
    this.#bounds = Uint32Array.from(kept.flatMap((block) => [...block.first, ...block.last]));
    this.#cidrs = kept.map((block) => block.cidr);
  }

  find(words: readonly number[]): string | undefined {
    const table = this.#table;
    let entry = this.#root;
    while ((entry & 1) === 0) {
      if (entry === 0) return undefined;
      const header = table[entry >>> 1] as number;
      const bits = ((words[header & 3] as number) >>> ((header >>> 2) & 31)) & ((1 << (header >>> 7)) - 1);
      entry = table[(entry >>> 1) + 1 + bits] as number;
    }
    // The skipped bits were not looked at: the comparison with the whole block makes up for it.
    const block = entry >>> 2;
    if (this.#holds(block, words)) return this.#cidrs[block];
    return (entry & 2) !== 0 && this.#holds(block + 1, words) ? this.#cidrs[block + 1] : undefined;
  }

  #holds(block: number, words: readonly number[]): boolean {
    const first = block * 2 * this.#width;
    return compareAt(this.#bounds, first, words) <= 0 && compareAt(this.#bounds, first + this.#width, words) >= 0;
  }
}

function compareAt(bounds: Uint32Array, offset: number, words: readonly number[]): number {
  for (let index = 0; index < words.length; index++) {
    const difference = (bounds[offset + index] as number) - (words[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @returns the entry for the blocks from `from` to the one before `to`, whose nodes are put into `table` */
function buildNode(blocks: readonly Block[], from: number, to: number, table: number[]): number {
  if (from === to) return 0;
  if (to - from <= 2) return (from << 2) | ((to - from - 1) << 1) | 1;
  const offset = commonBits(blocks[from], blocks[to - 1]);
  const stride = Math.min(32 - (offset % 32), longestStride, Math.ceil(Math.log2(to - from)));
  const word = offset >>> 5;
  const shift = 32 - (offset % 32) - stride;
  const highest = 2 ** stride - 1;
  const position = table.length;
  table.push((stride << 7) | (shift << 2) | word, ...new Array<number>(highest + 1).fill(0));
  const bits = (words: readonly number[] | undefined) => ((words?.[word] ?? 0) >>> shift) & highest;
  let low = from;
  for (let value = 0; value <= highest; value++) {
    while (low < to && bits(blocks[low]?.last) < value) low++;
    let high = low;
    while (high < to && bits(blocks[high]?.first) <= value) high++;
    table[position + 1 + value] = buildNode(blocks, low, high, table);
  }
  return position << 1;
}

/** How many leading bits two disjoint blocks share, and with them all blocks between. */
function commonBits(a: Block | undefined, b: Block | undefined): number {
  const word = a?.first.findIndex((value, index) => value !== b?.first[index]) ?? 0;
  return word * 32 + Math.clz32((a?.first[word] ?? 0) ^ (b?.first[word] ?? 0));
}

/** An immutable set of CIDR blocks of either family. */
export class AddressSet {
  /** Blocks as given, duplicates and overlaps included. */
  readonly size: number;
  readonly #ipv4: BlockTrie | undefined;
  readonly #ipv6: BlockTrie | undefined;

  /**
   * @param place named in errors
   * @throws WebAclError naming the first value that is no CIDR block
   */
  constructor(cidrs: readonly string[], place: string) {
    const blocks = cidrs.map((cidr) => parseBlock(cidr, place));
    const ipv4 = blocks.filter((block) => block.family === 4);
    const ipv6 = blocks.filter((block) => block.family === 6);
    this.size = blocks.length;
    this.#ipv4 = ipv4.length > 0 ? new BlockTrie(ipv4, 1) : undefined;
    this.#ipv6 = ipv6.length > 0 ? new BlockTrie(ipv6, 4) : undefined;
  }

  /** The block that holds the address, as it was written. */
  find(address: Address): string | undefined {
    return (address.family === 4 ? this.#ipv4 : this.#ipv6)?.find(address.words);
  }
}
