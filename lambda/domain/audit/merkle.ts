/**
 * The Merkle tree of a block (RFC 9162, 2.1): one hash for up to a thousand entries, and for each entry a path to it of ten hashes at
 * most, which gives away nothing about the others. Leaves and nodes are hashed with different first bytes, or a node could be
 * passed off as an entry.
 */
import { hash } from 'node:crypto';

const NODE = Buffer.from([1]);

/** @returns the leaf's hash */
export function hashLeaf(text: string): Buffer {
  return hash('sha256', `\0${text}`, 'buffer');
}

function hashNode(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** @returns the root in hex; that of no leaves is the hash of nothing (RFC 9162, 2.1.1) */
export function computeRoot(leaves: readonly Buffer[]): string {
  let level = leaves;
  if (level.length === 0) return hash('sha256', '', 'hex');
  // Pairing neighbours and letting an odd last one rise gives the RFC's tree, which splits at powers of two.
  while (level.length > 1) level = nextLevel(level);
  return (level[0] as Buffer).toString('hex');
}

/** @returns the siblings of a leaf from the bottom up, in hex (RFC 9162, 2.1.3.1) */
export function computePath(leaves: readonly Buffer[], index: number): string[] {
  const path: string[] = [];
  let level = leaves;
  for (let at = index; level.length > 1; at >>= 1) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) path.push(sibling.toString('hex'));
    level = nextLevel(level);
  }
  return path;
}

/** @returns the root in hex that a leaf and its path lead to; undefined when the path has not the length that its place asks for */
export function rootOfPath(leaf: Buffer, index: number, count: number, path: readonly string[]): string | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= count) return undefined;
  let node = leaf;
  let used = 0;
  for (let at = index, width = count; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if ((at ^ 1) >= width) continue;
    const sibling = path[used++];
    if (sibling === undefined || !/^[0-9a-f]{64}$/.test(sibling)) return undefined;
    const other = Buffer.from(sibling, 'hex');
    node = at % 2 === 0 ? hashNode(node, other) : hashNode(other, node);
  }
  return used === path.length ? node.toString('hex') : undefined;
}

function nextLevel(level: readonly Buffer[]): Buffer[] {
  const next: Buffer[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const left = level[at] as Buffer;
    const right = level[at + 1];
    next.push(right === undefined ? left : hashNode(left, right));
  }
  return next;
}
