/**
 * Blocked addresses: what is asked of the function `blocklist`, where its feeds come from, and what a deployment chooses.
 * In a file of their own, so that no other function carries these schemas.
 */
import * as z from 'zod/mini';

const instant = z.iso.datetime();
const messageBase = {
  /** Unique per event: the same message delivered twice changes nothing. */
  id: z.string().check(z.minLength(1), z.maxLength(80)),
  at: instant,
};
const byHand = {
  ...messageBase,
  /** An address or a CIDR block, of either family. */
  cidr: z.string().check(z.minLength(2), z.maxLength(64)),
  /** Why, in the words of whoever did it. */
  reason: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Who did it: an account id, an AWS identity, a name. */
  author: z.string().check(z.minLength(1), z.maxLength(200)),
  /** When it ends by itself; absent: after the policy's default. */
  until: z.optional(instant),
};

/** What an address did to be blocked without anybody asking. */
export const automaticReasons = ['sprayed_passwords', 'locked_accounts', 'honeypot'] as const;
export type AutomaticReason = (typeof automaticReasons)[number];

/** A message on the queue `blocks`. */
export const blockMessage = z.discriminatedUnion('kind', [
  z.strictObject({ ...byHand, kind: z.literal('block') }),
  /** Takes these addresses off every list for a while, and ends blocks by hand on them for good. */
  z.strictObject({ ...byHand, kind: z.literal('unblock') }),
  z.strictObject({
    ...messageBase,
    kind: z.literal('automatic'),
    address: z.string().check(z.minLength(2), z.maxLength(64)),
    because: z.enum(automaticReasons),
  }),
]);
export type BlockMessage = z.infer<typeof blockMessage>;

/** How a feed is written; one parser each in `lambda/domain/blocklist/feed-formats.ts`. */
export const feedFormats = ['spamhaus-drop', 'address-lines'] as const;
export type FeedFormat = (typeof feedFormats)[number];

export interface Feed {
  readonly id: string;
  readonly url: string;
  readonly format: FeedFormat;
}

/** Feeds that a configuration may name by their id. Their terms are their publishers': see docs/blocklist.md. */
export const knownFeeds = {
  'spamhaus-drop-v4': { url: 'https://www.spamhaus.org/drop/drop_v4.json', format: 'spamhaus-drop' },
  'spamhaus-drop-v6': { url: 'https://www.spamhaus.org/drop/drop_v6.json', format: 'spamhaus-drop' },
  'emerging-threats': { url: 'https://rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt', format: 'address-lines' },
  /** Most people behind an exit mean no harm: off unless a configuration asks for it. */
  'tor-exits': { url: 'https://check.torproject.org/torbulkexitlist', format: 'address-lines' },
} as const satisfies Record<string, Omit<Feed, 'id'>>;
export type KnownFeed = keyof typeof knownFeeds;

/** The environment variable with what the deployment chose, given to `blocklist` alone: no other function is told. */
export const blocklistVariable = 'PORTIERE_BLOCKLIST';

export const blocklistSettings = z.strictObject({
  /** In the order in which they give way when a set is full: the last one first. */
  feeds: z.array(z.strictObject({ id: z.string(), url: z.string(), format: z.enum(feedFormats) })),
  /** CIDR blocks that nothing blocks. */
  allow: z.array(z.string()),
  /** Reserved ranges that may be blocked all the same: where viewers come from such, as those of the local system do. */
  blockableReserved: z.array(z.string()),
});
export type BlocklistSettings = z.infer<typeof blocklistSettings>;
