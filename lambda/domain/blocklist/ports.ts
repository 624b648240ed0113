/** What the blocklist needs from the world. Adapters implement these over AWS and HTTPS; tests over memory. */
import type { Feed } from '../../../contract/blocks.ts';
import type { Clock, EventLog, Metrics } from '../ports.ts';
import type { Family } from './address-block.ts';

/** A block or an unblock as it is kept: one a source and CIDR, the newest. Times in milliseconds. */
export interface StoredBlock {
  readonly source: 'hand' | 'automatic';
  readonly kind: 'block' | 'unblock';
  readonly cidr: string;
  readonly reason: string;
  readonly author: string;
  /** When it was asked for. */
  readonly at: number;
  /** When it ends by itself. */
  readonly until: number;
}

/** What validates a copy without sending it again (RFC 9110, 8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** What is known of one feed. Times in milliseconds. */
export interface StoredFeed {
  readonly id: string;
  /** When it was first asked for. */
  readonly knownSince: number;
  /** When it was last asked for, whatever came of it. */
  readonly attemptedAt: number;
  /** Why the last attempt gave nothing; absent after a good one. */
  readonly failure?: string;
  /** The last good copy. */
  readonly copy?: FeedCopy;
}

export interface FeedCopy extends Validators {
  /** Where it came from: validators of another address say nothing. */
  readonly url: string;
  /** When the source last said so, or said that it had not changed. */
  readonly goodAt: number;
  readonly cidrs: readonly string[];
}

export interface BlockStore {
  /** Everything that is kept, ended or not. Consistent with every write that came before. */
  listBlocks(source: StoredBlock['source']): Promise<StoredBlock[]>;
  /**
   * Takes the place of what is kept for this source and CIDR, unless that is newer: messages may overtake each other.
   * @returns false when it is as new or newer
   */
  putBlock(block: StoredBlock): Promise<boolean>;
  listFeeds(): Promise<StoredFeed[]>;
  /**
   * Notes an attempt, if the last one was not after `notSince`: of all that ask, one may fetch.
   * @returns what was known before it; undefined when another attempt is too recent
   */
  claimAttempt(feedId: string, now: number, notSince: number): Promise<StoredFeed | undefined>;
  keepCopy(feedId: string, copy: FeedCopy): Promise<void>;
  noteFailure(feedId: string, failure: string): Promise<void>;
  /** Digests of what was written to a set lately, the newest first. */
  listWritten(family: Family): Promise<readonly string[]>;
  noteWritten(family: Family, digests: readonly string[]): Promise<void>;
}

export interface IpSetContent {
  /** As the service spells them. */
  readonly addresses: readonly string[];
  readonly lockToken: string;
}

export interface IpSets {
  read(family: Family): Promise<IpSetContent>;
  /** @returns false when somebody else has written the set since the token was given */
  write(family: Family, addresses: readonly string[], lockToken: string): Promise<boolean>;
}

export type FetchedFeed =
  | { readonly kind: 'document'; readonly text: string; readonly validators: Validators }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface FeedReader {
  /** Never throws: a source that fails is nothing out of the ordinary. */
  fetch(feed: Feed, validators: Validators): Promise<FetchedFeed>;
}

export interface BlocklistPorts {
  readonly clock: Clock;
  readonly store: BlockStore;
  readonly sets: IpSets;
  readonly feeds: FeedReader;
  readonly events: EventLog;
  readonly journal: {
    note(level: 'INFO' | 'WARN' | 'ERROR', event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
    count(metric: Parameters<Metrics['count']>[0], value?: number): void;
  };
}
