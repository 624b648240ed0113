/** Whether a copy of a feed is worth believing. What is not leaves the last good one in force: a failing source unblocks nobody. */
import type { Feed } from '../../../contract/blocks.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type AddressBlock, families } from './address-block.ts';
import { countAddresses, internetSize, mergeBlocks, withoutBlocks } from './block-arithmetic.ts';
import { parseFeed } from './feed-formats.ts';
import { reservedRanges } from './reserved-ranges.ts';

export type FeedPolicy = typeof securityPolicy.blocklist.feeds;

export type CopyVerdict =
  | { readonly kind: 'good'; readonly cidrs: readonly string[]; readonly skipped: number }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * @param text what the source answered, decoded
 * @param lastGood how many blocks the last good copy has; undefined without one
 * @returns merged blocks of both families, without those wider than the policy allows. Reserved ranges go when the sets are composed
 */
export function judgeCopy(
  format: Feed['format'],
  text: string,
  lastGood: number | undefined,
  policy: FeedPolicy = securityPolicy.blocklist.feeds,
): CopyVerdict {
  if (/^\s*(?:<!doctype|<html|<\?xml|<head|<body)/i.test(text)) return refused('it is a web page, not a list');
  const { blocks, unreadable, announced, isCutShort } = parseFeed(format, text);
  if (blocks.length === 0) return refused('it has no blocks');
  if (isCutShort) return refused('it is cut short: its last line is missing');
  if (announced !== undefined && announced !== blocks.length) return refused(`it says ${announced} blocks and has ${blocks.length}`);
  if (unreadable / (unreadable + blocks.length) > policy.largestShareOfUnreadable) return refused(`${unreadable} lines can't be read`);

  const taken = blocks.filter(isNarrowEnough);
  const cidrs: string[] = [];
  for (const family of families) {
    const merged = mergeBlocks(taken.filter((block) => block.family === family).map(({ cidr }) => cidr));
    const share = Number((countAddresses(withoutBlocks(merged, reservedRanges[family])) * 10_000n) / internetSize[family]) / 10_000;
    if (share > policy.largestShareOfInternet) return refused(`it covers ${Math.round(share * 100)} % of ${family}`);
    cidrs.push(...merged);
  }
  if (cidrs.length === 0) return refused('each of its blocks is wider than the policy allows');
  if (cidrs.length > policy.maximumBlocks) return refused(`it has ${cidrs.length} blocks, over the limit of ${policy.maximumBlocks}`);
  if (lastGood !== undefined && cidrs.length < lastGood * policy.smallestShare) {
    return refused(`it has shrunk from ${lastGood} to ${cidrs.length} blocks`);
  }
  return { kind: 'good', cidrs, skipped: unreadable + blocks.length - taken.length };
}

/** `0.0.0.0/0` in a list is a mistake or an attack; the rest of the list may still be good. */
export function isNarrowEnough({ family, prefixBits }: AddressBlock): boolean {
  return prefixBits >= securityPolicy.blocklist.widestPrefixBits[family];
}

function refused(reason: string): CopyVerdict {
  return { kind: 'refused', reason };
}
