/** What the IP sets should hold, from everything that asks for a block. Pure, and the same in whatever order it is asked. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Family, parseAddressBlock } from './address-block.ts';
import { mergeBlocks, widestFirst, withoutBlocks } from './block-arithmetic.ts';
import type { StoredBlock } from './ports.ts';
import { reservedRanges } from './reserved-ranges.ts';

export interface BlockSources {
  readonly byHand: readonly StoredBlock[];
  readonly automatic: readonly StoredBlock[];
  /** In the order of the configuration: what comes later gives way first. */
  readonly feeds: readonly { readonly id: string; readonly cidrs: readonly string[] }[];
  /** Never blocked, by nobody. */
  readonly allow: readonly string[];
  readonly blockableReserved: readonly string[];
}

export interface ComposedSet {
  /** Disjoint, ascending. */
  readonly addresses: readonly string[];
  /** Blocks that found no room, by source; empty when all did. */
  readonly leftOut: readonly { readonly source: string; readonly blocks: number }[];
  /** Blocks that there would be without a limit. */
  readonly wanted: number;
}

const mergersPerSource = 5;

type Split = Readonly<Record<Family, readonly string[]>>;

/**
 * @param now milliseconds; blocks and unblocks that have ended by then count no more, stored or not
 * @param limit blocks that one set takes
 */
export function composeSets(
  sources: BlockSources,
  now: number,
  limit: number = securityPolicy.blocklist.addressesPerSet,
): Readonly<Record<Family, ComposedSet>> {
  const unblocks = sources.byHand.filter(({ kind }) => kind === 'unblock');
  const untouchable = split(sources.allow);
  const blockable = split(sources.blockableReserved);
  const compose = (family: Family): ComposedSet => {
    const never = [...withoutBlocks(reservedRanges[family], blockable[family]), ...untouchable[family]];
    const lifting = unblocks.filter(({ cidr }) => familyOf(cidr) === family);
    const lifted = lifting.filter(({ until }) => until > now).map(({ cidr }) => cidr);
    const standing = (blocks: readonly StoredBlock[]) => standingBlocks(blocks, lifting, family, now);
    const layers = [
      { source: 'hand', cidrs: withoutBlocks(standing(sources.byHand), never) },
      { source: 'automatic', cidrs: withoutBlocks(standing(sources.automatic), [...never, ...lifted]) },
      ...sources.feeds.map(({ id, cidrs }) => ({ source: id, cidrs: withoutBlocks(split(cidrs)[family], [...never, ...lifted]) })),
    ];
    return fill(layers, limit);
  };
  return { ipv4: compose('ipv4'), ipv6: compose('ipv6') };
}

/** An unblock ends what was blocked before it for good, whether or not it still lasts, and nothing that was blocked after it. */
function standingBlocks(blocks: readonly StoredBlock[], unblocks: readonly StoredBlock[], family: Family, now: number): string[] {
  return blocks
    .filter(({ kind, cidr, until }) => kind === 'block' && until > now && familyOf(cidr) === family)
    .flatMap(({ cidr, at }) => {
      const later = unblocks.filter((unblock) => unblock.at >= at).map((unblock) => unblock.cidr);
      return later.length === 0 ? [cidr] : withoutBlocks([cidr], later);
    });
}

interface Layer {
  readonly source: string;
  readonly cidrs: readonly string[];
}

/** Layer upon layer while there is room: the first one that does not fit whole gives its widest blocks, those behind it what still fits. */
function fill(layers: readonly Layer[], limit: number): ComposedSet {
  const everything = mergeBlocks(layers.flatMap(({ cidrs }) => cidrs));
  if (everything.length <= limit) return { addresses: everything, leftOut: [], wanted: everything.length };
  let addresses: string[] = [];
  const leftOut: { source: string; blocks: number }[] = [];
  for (const { source, cidrs } of layers) {
    const waiting = widestFirst(withoutBlocks(cidrs, addresses));
    // A block adds at most one to the set, and may join others: so there may be room again after a merger. Not tried for ever, for
    // whoever writes a feed could make every block join one.
    for (let round = 0; round < mergersPerSource && waiting.length > 0 && addresses.length < limit; round++) {
      addresses = mergeBlocks([...addresses, ...waiting.splice(0, limit - addresses.length)]);
    }
    if (waiting.length > 0) leftOut.push({ source, blocks: waiting.length });
  }
  return { addresses, leftOut, wanted: everything.length };
}

function split(cidrs: readonly string[]): Split {
  const blocks = cidrs.map((cidr) => parseAddressBlock(cidr));
  const of = (family: Family) => blocks.flatMap((block) => (block?.family === family ? [block.cidr] : []));
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

function familyOf(cidr: string): Family {
  return cidr.includes(':') ? 'ipv6' : 'ipv4';
}
