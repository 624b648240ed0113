/** RFC 9162 2.1: roots by its recursive definition, written apart, and paths for every leaf. */
import { createHash } from 'node:crypto';
import { computePath, computeRoot, hashLeaf, rootOfPath } from '../../lambda/domain/audit/merkle.ts';

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => hashLeaf(`entry ${index}`));
const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** MTH of the RFC. */
function treeHash(entries: readonly string[]): Buffer {
  const [first] = entries;
  if (first === undefined) return sha256('');
  if (entries.length === 1) return sha256(Buffer.from([0]), first);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return sha256(Buffer.from([1]), treeHash(entries.slice(0, split)), treeHash(entries.slice(split)));
}

describe('the Merkle tree of a block', () => {
  it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 1000])('of %i entries has the root of RFC 9162', (count) => {
    const entries = Array.from({ length: count }, (_, index) => `entry ${index}`);

    expect(computeRoot(leavesOf(count))).toBe(treeHash(entries).toString('hex'));
  });

  it.each([1, 2, 3, 6, 7, 8, 13])(
    'of %i entries has a path to the root for each, which is of no use for another place, count or entry',
    (count) => {
      const leaves = leavesOf(count);
      const root = computeRoot(leaves);

      for (const [index, leaf] of leaves.entries()) {
        const path = computePath(leaves, index);

        expect(rootOfPath(leaf, index, count, path)).toBe(root);
        expect(rootOfPath(hashLeaf('another'), index, count, path)).not.toBe(root);
        for (const other of leaves.keys()) if (other !== index) expect(rootOfPath(leaf, other, count, path)).not.toBe(root);
        expect(rootOfPath(leaf, index, count, [...path, root])).toBeUndefined();
        expect(rootOfPath(leaf, index, count, path.slice(1))).toBe(path.length === 0 ? root : undefined);
      }
    },
  );

  it('refuses places outside of the block, and paths of something else than hashes', () => {
    const leaves = leavesOf(2);
    const [leaf] = leaves as [Buffer];

    expect(rootOfPath(leaf, 2, 2, computePath(leaves, 1))).toBeUndefined();
    expect(rootOfPath(leaf, -1, 2, [])).toBeUndefined();
    expect(rootOfPath(leaf, 0.5, 2, [])).toBeUndefined();
    expect(rootOfPath(leaf, 0, 2, ['zz'])).toBeUndefined();
  });

  it('can’t be taken for an entry that is two hashes: leaves and nodes are hashed apart', () => {
    const [left, right] = leavesOf(2) as [Buffer, Buffer];
    const asEntry = hashLeaf(Buffer.concat([left, right]).toString('latin1'));

    expect(asEntry.toString('hex')).not.toBe(computeRoot([left, right]));
  });
});
