/** What subscriptions and the mails to subscribers need from the world. */
import type { ProductMetric } from '../../../contract/alarm.ts';
import type { ComponentId } from '../../../contract/components.ts';
import type { AnnouncementBatch, AnnouncementMessage, Locale } from '../../../contract/schemas.ts';
import type { IncidentReader } from '../incidents/ports.ts';
import type { MailSender } from '../mail/ports.ts';
import type { Clock, KeyedHash, MailQueue, RandomSource, TokenStore } from '../ports.ts';

export interface Subscription {
  readonly subscriptionId: string;
  /** Normalised. */
  readonly email: string;
  readonly locale: Locale;
  readonly components: readonly ComponentId[];
  /** Milliseconds. */
  readonly confirmedAt: number;
}

/** One item a subscription; every method is one call about one item. */
export interface SubscriptionStore {
  read(subscriptionId: string): Promise<Subscription | undefined>;
  /** Creates it, or replaces what the address had chosen before. */
  put(subscription: Subscription): Promise<void>;
  /** @returns false when it is gone: a change must not bring back what has been ended meanwhile */
  change(subscription: Subscription): Promise<boolean>;
  /** Repeatable. */
  remove(subscriptionId: string): Promise<void>;
}

export interface SubscriberList {
  /**
   * In the order of their ids.
   *
   * @param list from 0 to `statusSubscriptions.lists` - 1
   * @param after excluded; undefined: from the beginning
   */
  page(list: number, after: string | undefined, limit: number): Promise<readonly Subscription[]>;
  read(subscriptionId: string): Promise<Subscription | undefined>;
}

export interface SubscriptionServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly subscriptions: SubscriptionStore;
  readonly tokens: TokenStore;
  readonly mail: MailQueue;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  /** Signs links. */
  readonly linkKey: KeyedHash;
}

/** What was told of one incident or maintenance. */
export interface Told {
  /** Of its updates, from the first. */
  readonly updates: number;
  readonly isOver: boolean;
  /** Milliseconds. */
  readonly at: number;
}

/** One item: what news goes out is decided by one conditional write to it. */
export interface AnnouncementState {
  /** 0: nothing stored yet. */
  readonly version: number;
  readonly told: Readonly<Record<string, Told>>;
  /** When batches were made within the last hour, in milliseconds. */
  readonly batches: readonly number[];
  /** Decided, and perhaps not on the queue yet. */
  readonly pending?: AnnouncementBatch;
}

export interface AnnouncementStore {
  readState(): Promise<AnnouncementState>;
  /** Compare-and-swap on the version. */
  writeState(state: AnnouncementState): Promise<boolean>;
  /**
   * Takes one mail of a batch for one subscriber, by one conditional write.
   *
   * @param leaseUntil milliseconds: whoever has taken it and not sent it by then has died
   * @returns `busy` when somebody else has taken it and may still be sending
   */
  take(batchId: string, subscriptionId: string, now: number, leaseUntil: number): Promise<'taken' | 'sent' | 'busy'>;
  markSent(batchId: string, subscriptionId: string, now: number): Promise<void>;
}

export interface AnnouncementQueue {
  send(messages: readonly AnnouncementMessage[]): Promise<void>;
}

export interface AnnouncerServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly incidents: IncidentReader;
  readonly subscribers: SubscriberList;
  readonly announcements: AnnouncementStore;
  readonly queue: AnnouncementQueue;
  readonly sender: MailSender;
  readonly linkKey: KeyedHash;
  readonly journal: {
    note(
      level: 'INFO' | 'WARN' | 'ERROR',
      event: `announcement.${string}`,
      fields: Readonly<Record<string, string | number | undefined>>,
    ): void;
    count(metric: ProductMetric): void;
  };
  readonly productName: string;
  readonly page: { readonly url: string; readonly siteOrigin: string };
}
