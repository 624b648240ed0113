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
  const isMappedBlock = network instanceof ipaddr.IPv6 && isMapped(network.parts) && length >= 96;
  const prefix = isMappedBlock ? length - 96 : length;
  if (prefix === 0) {
    refuse(
      place,
      `${JSON.stringify(cidr)} means every address, and AWS WAF takes no /0`,
      'Drop it, or split it into two /1 blocks if you mean it',
    );
  }
  const words = network instanceof ipaddr.IPv6 ? wordsOf(network.parts) : [network.octets.reduce((sum, octet) => sum * 256 + octet, 0)];
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

/** Blocks that a leaf holds at most; they are compared one by one. */
const leafSize = 2;
const longestStride = 16;

/**
 * Disjoint blocks of one family in a trie whose nodes skip the bits that all blocks below have in common and then
 * branch on as many bits at once as there are blocks for (a level-compressed trie: Nilsson and Karlsson, "IP-address
 * lookup using LC-tries"). A look-up takes one or two steps for ten blocks and for ten thousand, wherever they lie:
 * real lists crowd under a few prefixes, in IPv6 above all.
 *
 * An entry is 0 (nothing there), `leaf << 1 | 1`, or `node << 1`.
 */
class BlockTrie {
  readonly #width: number;
  readonly #firsts: Uint32Array;
  readonly #lasts: Uint32Array;
  readonly #cidrs: readonly string[];
  /** Position of the word, shift and mask within it, and where the children begin: four numbers a node. */
  readonly #nodes: Int32Array;
  readonly #children: Int32Array;
  /** First block of each leaf and the one behind its last: two numbers a leaf. */
  readonly #leaves: Int32Array;
  readonly #root: number;

  constructor(blocks: readonly Block[], width: number) {
    const sorted = blocks.toSorted((a, b) => compareWords(a.first, b.first) || a.prefix - b.prefix);
    // CIDR blocks nest or are disjoint: what begins within the last one kept is inside it.
    const kept: Block[] = [];
    for (const block of sorted) {
      const previous = kept.at(-1);
      if (previous === undefined || compareWords(block.first, previous.last) > 0) kept.push(block);
    }
    const builder = new TrieBuilder(kept);
    this.#root = builder.build(0, kept.length);
    this.#nodes = Int32Array.from(builder.nodes);
    this.#children = Int32Array.from(builder.children);
    this.#leaves = Int32Array.from(builder.leaves);
    this.#width = width;
    this.#firsts = Uint32Array.from(kept.flatMap((block) => block.first));
    this.#lasts = Uint32Array.from(kept.flatMap((block) => block.last));
    this.#cidrs = kept.map((block) => block.cidr);
  }

  find(words: readonly number[]): string | undefined {
    const nodes = this.#nodes;
    const children = this.#children;
    let entry = this.#root;
    while ((entry & 1) === 0) {
      if (entry === 0) return undefined;
      const node = entry << 1;
      const bits = ((words[nodes[node] as number] as number) >>> (nodes[node + 1] as number)) & (nodes[node + 2] as number);
      entry = children[(nodes[node + 3] as number) + bits] as number;
    }
    // The skipped bits were not looked at: the comparison with the whole block makes up for it.
    const leaf = entry & ~1;
    const end = this.#leaves[leaf + 1] as number;
    for (let block = this.#leaves[leaf] as number; block < end; block++) {
      if (this.#compare(this.#firsts, block, words) <= 0 && this.#compare(this.#lasts, block, words) >= 0) return this.#cidrs[block];
    }
    return undefined;
  }

  #compare(bounds: Uint32Array, block: number, words: readonly number[]): number {
    const offset = block * this.#width;
    for (let index = 0; index < this.#width; index++) {
      const difference = (bounds[offset + index] as number) - (words[index] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

class TrieBuilder {
  readonly nodes: number[] = [0, 0, 0, 0]; // no node is 0: that entry means nothing
  readonly children: number[] = [];
  readonly leaves: number[] = [];
  readonly #blocks: readonly Block[];

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks;
  }

  /** The entry for the blocks from `from` to the one before `to`. */
  build(from: number, to: number): number {
    if (from === to) return 0;
    if (to - from <= leafSize) return (this.leaves.push(from, to) - 2) | 1;
    const offset = this.#commonBits(from, to - 1);
    const stride = Math.min(32 - (offset % 32), longestStride, Math.ceil(Math.log2(to - from)));
    const word = offset >>> 5;
    const shift = 32 - (offset % 32) - stride;
    const mask = 2 ** stride - 1;
    const node = this.nodes.length / 4;
    const base = this.children.length;
    this.nodes.push(word, shift, mask, base);
    for (let child = 0; child <= mask; child++) this.children.push(0);
    const bits = (words: readonly number[] | undefined) => ((words?.[word] ?? 0) >>> shift) & mask;
    let low = from;
    for (let child = 0; child <= mask; child++) {
      while (low < to && bits(this.#blocks[low]?.last) < child) low++;
      let high = low;
      while (high < to && bits(this.#blocks[high]?.first) <= child) high++;
      this.children[base + child] = this.build(low, high);
    }
    return node << 1;
  }

  /** How many leading bits two blocks share, and with them all between. */
  #commonBits(from: number, to: number): number {
    const a = this.#blocks[from]?.first ?? [];
    const b = this.#blocks[to]?.first ?? [];
    const word = a.findIndex((value, index) => value !== b[index]);
    return word * 32 + Math.clz32((a[word] ?? 0) ^ (b[word] ?? 0));
  }
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
