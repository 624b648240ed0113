/** The part of the configuration that says who is blocked: which feeds, and who never is. */
import { normalizeCidr } from 'cidr-tools';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { type BlocklistSettings, type FeedFormat, feedFormats, type KnownFeed, knownFeeds } from '../contract/blocks.ts';

export interface BlocklistConfigInput {
  /**
   * Lists of addresses to block: those known by name, or `{ id, url, format }` of another one. The last one gives way first when
   * an IP set is full. Default: Spamhaus DROP for both families and Emerging Threats; `[]` for none. Their terms are their publishers'.
   */
  readonly feeds?: readonly (KnownFeed | { readonly id: string; readonly url: string; readonly format: FeedFormat })[];
  /** Addresses and CIDR blocks that nothing blocks: your offices, your monitoring, whoever calls for you. */
  readonly allow?: readonly string[];
  /** Reserved ranges that may be blocked all the same. Only where viewers come from such, as on a machine of your own. */
  readonly blockableReserved?: readonly string[];
}

/** Lambda's environment holds 4 KB in all. */
const maximumFeeds = 10;
const maximumRanges = 50;

const known = Object.keys(knownFeeds) as [KnownFeed, ...KnownFeed[]];
const feedFix = `give one of ${known.join(', ')}, or { id, url, format }`;
const idFix = 'give a name of lower-case letters, digits and hyphens, as in our-list';
const urlFix = 'give an https address, as in https://lists.example.com/addresses.txt';
const formatFix = `give one of ${feedFormats.join(', ')}`;
const rangeFix = 'give an address or a CIDR block, as in 192.0.2.7 or 2001:db8::/32, not the whole of a family';

const feed = z.union(
  [
    z.enum(known),
    z.strictObject({
      id: z.string({ error: idFix }).regex(/^[a-z0-9][a-z0-9-]{0,40}$/, idFix),
      url: z.string({ error: urlFix }).refine(isFetchable, urlFix),
      format: z.enum(feedFormats, formatFix),
    }),
  ],
  { error: feedFix },
);
const range = z.string({ error: rangeFix }).refine(isRange, rangeFix);
/** Addresses and CIDR blocks, of either family. */
export const rangesSchema = z.array(range, 'give a list of addresses and CIDR blocks').max(maximumRanges, `give at most ${maximumRanges}`);

export const blocklistSchema = z.strictObject(
  {
    feeds: z.optional(
      z
        .array(feed, feedFix)
        .max(maximumFeeds, `give at most ${maximumFeeds}`)
        .refine((feeds) => new Set(feeds.map(idOf)).size === feeds.length, 'give each feed once')
        // Under two names it would be asked twice an hour, which publishers answer by refusing.
        .refine((feeds) => new Set(feeds.map(urlOf)).size === new Set(feeds.map(idOf)).size, 'give each url once'),
    ),
    allow: z.optional(rangesSchema),
    blockableReserved: z.optional(rangesSchema),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'remove it or correct its spelling; known here: feeds, allow, blockableReserved'
        : 'give an object, or leave it out',
  },
);

/** Every default filled in, every range in the one spelling that WAF takes. */
export function blocklistOf(input: z.infer<typeof blocklistSchema>): BlocklistSettings {
  const { feeds = ['spamhaus-drop-v4', 'spamhaus-drop-v6', 'emerging-threats'], allow = [], blockableReserved = [] } = input;
  return {
    feeds: feeds.map((entry) => (typeof entry === 'string' ? { id: entry, ...knownFeeds[entry] } : entry)),
    allow: allow.map(spellRange),
    blockableReserved: blockableReserved.map(spellRange),
  };
}

function idOf(entry: z.infer<typeof feed>): string {
  return typeof entry === 'string' ? entry : entry.id;
}

function urlOf(entry: z.infer<typeof feed>): string {
  return typeof entry === 'string' ? knownFeeds[entry].url : entry.url;
}

/** Over HTTPS, or from this very machine, where nobody stands between. */
function isFetchable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]'));
  return isSafe && username === '' && password === '';
}

function isRange(text: string): boolean {
  const [address = '', length] = text.split('/');
  // As the function reads it (`lambda/domain/blocklist/address-block.ts`): IPv4-mapped addresses are IPv4.
  const isAddress = address.includes(':')
    ? !address.includes('%') && ipaddr.IPv6.isValid(address) && !ipaddr.IPv6.parse(address).isIPv4MappedAddress()
    : ipaddr.IPv4.isValidFourPartDecimal(address) && !/(?:^|\.)0\d/.test(address);
  const bits = address.includes(':') ? 128 : 32;
  return isAddress && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= bits));
}

/** In the one spelling that WAF takes. */
export function spellRange(range: string): string {
  const cidr = normalizeCidr(range);
  return cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}`;
}
