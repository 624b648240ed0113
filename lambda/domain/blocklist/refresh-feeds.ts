/** Fetches the feeds that are due, side by side, and keeps the copies that are worth believing. */
import type { BlocklistSettings, Feed } from '../../../contract/blocks.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { judgeCopy } from './judge-copy.ts';
import type { BlocklistPorts, FeedCopy, FetchedFeed, StoredFeed } from './ports.ts';
import { blockEvent } from './take-message.ts';

const policy = securityPolicy.blocklist.feeds;

/** A source that fails is no fault of the run: its last good copy stays, and its age is a metric. */
export async function refreshFeeds(ports: BlocklistPorts, { feeds }: BlocklistSettings): Promise<void> {
  await Promise.all(feeds.map((feed) => refresh(ports, feed)));
}

async function refresh(ports: BlocklistPorts, feed: Feed): Promise<void> {
  const { clock, store, journal } = ports;
  const now = clock.now();
  // Written before the source is asked: whatever happens behind it, nobody asks again within the hour.
  const known = await store.claimAttempt(feed.id, now, now - policy.fetchEverySeconds * 1000);
  if (known === undefined) return;
  const copy = known.copy?.url === feed.url ? known.copy : undefined;
  const fetched = await ports.feeds.fetch(feed, {
    ...(copy?.etag && { etag: copy.etag }),
    ...(copy?.lastModified && { lastModified: copy.lastModified }),
  });
  const outcome = judge(feed, fetched, copy, now);
  if (outcome.kind === 'good') {
    await store.keepCopy(feed.id, outcome.copy);
    if (fetched.kind === 'document') {
      const reason = `${outcome.copy.cidrs.length} blocks${outcome.skipped > 0 ? `, ${outcome.skipped} lines skipped` : ''}`;
      journal.note('INFO', 'blocklist.feed_taken', { feed: feed.id, blocks: outcome.copy.cidrs.length, skipped: outcome.skipped });
      await ports.events.append(blockEvent('ip_feed.copy_taken', now, feed.id, `feed-${now}`, { reason }));
    }
    return;
  }
  journal.note('WARN', 'blocklist.feed_refused', { feed: feed.id, reason: outcome.reason });
  await store.noteFailure(feed.id, outcome.reason);
  // Told once, not every hour of an outage.
  if (known.failure === outcome.reason) return;
  await ports.events.append(blockEvent('ip_feed.copy_refused', now, feed.id, `feed-${now}`, { reason: outcome.reason }));
}

type Outcome =
  | { readonly kind: 'good'; readonly copy: FeedCopy; readonly skipped: number }
  | { readonly kind: 'refused'; readonly reason: string };

function judge(feed: Feed, fetched: FetchedFeed, copy: FeedCopy | undefined, now: number): Outcome {
  if (fetched.kind === 'failed') return { kind: 'refused', reason: fetched.reason };
  if (fetched.kind === 'unchanged') {
    if (copy === undefined) return { kind: 'refused', reason: 'it says that it has not changed, and there is no copy of it' };
    return { kind: 'good', copy: { ...copy, goodAt: now }, skipped: 0 };
  }
  // Against the last good copy of the same address: one that was configured anew starts afresh.
  const verdict = judgeCopy(feed.format, fetched.text, copy?.cidrs.length);
  if (verdict.kind === 'refused') return verdict;
  return { kind: 'good', copy: { ...fetched.validators, url: feed.url, goodAt: now, cidrs: verdict.cidrs }, skipped: verdict.skipped };
}

/** Hours since the feed whose good copy is oldest was last good, or was first asked for; 0 without feeds. */
export function oldestAgeHours(stored: readonly StoredFeed[], { feeds }: BlocklistSettings, now: number): number {
  const ages = feeds.map(({ id }) => {
    const feed = stored.find((candidate) => candidate.id === id);
    return now - (feed?.copy?.goodAt ?? feed?.knownSince ?? now);
  });
  return Math.max(0, ...ages) / 3_600_000;
}
