/** Unions and differences of CIDR blocks of one family, by `cidr-tools`, in one order and with one spelling. */
import { excludeCidr, mergeCidr, parseCidr } from 'cidr-tools';
import type { Family } from './address-block.ts';

/** How many addresses a viewer can have: what of IPv6 is handed out (2000::/3), and all of IPv4. */
export const internetSize: Readonly<Record<Family, bigint>> = { ipv4: 1n << 32n, ipv6: 1n << 125n };

/** @returns the fewest blocks that cover the same addresses, in ascending order */
export function mergeBlocks(cidrs: readonly string[]): string[] {
  return cidrs.length === 0 ? [] : mergeCidr([...cidrs]).map(withLength);
}

/** @returns the fewest blocks that cover what is in `cidrs` and not in `others`: blocks are split around them */
export function withoutBlocks(cidrs: readonly string[], others: readonly string[]): string[] {
  if (cidrs.length === 0) return [];
  return others.length === 0 ? mergeBlocks(cidrs) : excludeCidr([...cidrs], [...others]).map(withLength);
}

export function countAddresses(disjoint: readonly string[]): bigint {
  return disjoint.reduce((sum, cidr) => {
    const { start, end } = parseCidr(cidr);
    return sum + end - start + 1n;
  }, 0n);
}

/** Widest first; ascending among those that are equally wide. */
export function widestFirst(ascending: readonly string[]): string[] {
  return [...ascending].sort((left, right) => lengthOf(left) - lengthOf(right));
}

function lengthOf(cidr: string): number {
  return Number(cidr.slice(cidr.indexOf('/') + 1));
}

function withLength(cidr: string): string {
  if (cidr.includes('/')) return cidr;
  return `${cidr}/${cidr.includes(':') ? 128 : 32}`;
}
