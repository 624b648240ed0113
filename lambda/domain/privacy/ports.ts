/** What exporting and erasing an account needs from the world. */
import type { Locale } from '../../../contract/schemas.ts';
import type { SessionServices } from '../context.ts';
import type {
  AccountDirectory,
  AccountRecord,
  CredentialMover,
  KeyedHash,
  MailQueue,
  SeedStore,
  StoredEvent,
  TokenStore,
} from '../ports.ts';
import type { SubscriptionStore } from '../subscriptions/ports.ts';

/** An erasure that was asked for: first what is wanted, then, once it has begun, what is still to be cleared. */
export interface Erasure {
  readonly accountId: string;
  readonly erasureId: string;
  /** Milliseconds. */
  readonly requestedAt: number;
  readonly dueAt: number;
  /** Links in its mails start with it. */
  readonly siteOrigin: string;
  /** The credential says so too, and the mail is on its way. */
  readonly isTold: boolean;
  /** What the account's item said last: it is gone before the rest is done. */
  readonly found?: { readonly email: string; readonly emailKey: string; readonly locale: Locale; readonly emailKeys: readonly string[] };
}

export interface ErasureStore {
  /** @returns false when there is one for this account */
  create(erasure: Erasure): Promise<boolean>;
  read(accountId: string): Promise<Erasure | undefined>;
  replace(erasure: Erasure): Promise<void>;
  /** Only this one: another may have been asked for since. Repeatable. */
  remove(accountId: string, erasureId: string): Promise<void>;
  list(limit: number): Promise<readonly Erasure[]>;
}

/** Each write is one conditional write to the account's item, which alone decides. */
export interface ErasableAccounts {
  /** Disables the account, ends every session. @returns undefined when it is not active, or is to be erased already */
  schedule(accountId: string, erasure: NonNullable<AccountRecord['erasure']>): Promise<AccountRecord | undefined>;
  /** As before it was asked for. @returns undefined when it is another one, or has begun */
  keep(accountId: string, erasureId: string): Promise<AccountRecord | undefined>;
  /** From here on nothing stops it. Repeatable. @returns undefined when it was stopped */
  begin(accountId: string, erasureId: string, now: number): Promise<AccountRecord | undefined>;
  /** Repeatable. */
  remove(accountId: string, erasureId: string): Promise<void>;
}

export interface PersonalHistory {
  /** Newest first, at most `limit`. */
  read(subject: string, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * All of it that was written before this instant, in milliseconds. Repeatable.
   *
   * @returns whether nothing younger is left
   */
  erase(subject: string, before: number): Promise<boolean>;
}

export interface PrivacyServices extends SessionServices {
  readonly erasable: ErasableAccounts;
  readonly erasures: ErasureStore;
  readonly history: PersonalHistory;
  readonly seeds: Pick<SeedStore, 'list' | 'remove'>;
  readonly subscriptions: Pick<SubscriptionStore, 'read' | 'remove'>;
  readonly credentials: Pick<CredentialMover, 'retire'>;
  readonly directory: AccountDirectory;
  readonly tokens: TokenStore;
  readonly mail: MailQueue;
  /** Of a deployment with a domain. */
  readonly siteOrigin?: string;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  readonly journal: {
    note(level: 'INFO' | 'WARN' | 'ERROR', event: `erasure.${string}`, fields: Readonly<Record<string, string | number>>): void;
  };
}
