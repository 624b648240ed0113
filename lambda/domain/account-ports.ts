/** What the domain needs of the store that holds accounts: each method one conditional write to one item, or one read of it. */
import type { AccountRecord, Challenge, RememberedDevice, SecondFactor, StoredSession } from './account-record.ts';
import type { AttemptState } from './lockout.ts';

/** One write about second factors: everything in it happens, or nothing. */
export interface FactorChange {
  /** null: two-step verification goes off. */
  readonly secondFactor?: SecondFactor | null;
  readonly pendingTotp?: AccountRecord['pendingTotp'] | null;
  readonly codeAttempts?: AttemptState;
  /** Takes the place of what was there. */
  readonly spentCeremonies?: Readonly<Record<string, number>>;
  /** All of them go, before `rememberDevice` adds one. */
  readonly forgetDevices?: true;
  readonly rememberDevice?: { readonly deviceId: string; readonly device: RememberedDevice };
  /** Whoever shows a second factor has not lost it. */
  readonly cancelRecovery?: true;
  /** The challenge must still be there, and goes. */
  readonly endChallenge?: string;
  /** The challenge must still be there, and has one more failure. */
  readonly failChallenge?: string;
  /** The account must be active and at this version. */
  readonly openSession?: {
    readonly credentialVersion: number;
    readonly sessionId: string;
    readonly session: StoredSession;
    /** See `AccountRecord.networks`; absent where the address says nothing. */
    readonly network?: string;
  };
  /** This session must still be there, under this secret: what its holder asked for ends with it. */
  readonly requireSession?: { readonly sessionId: string; readonly secretHash: string };
  readonly replaceSession?: {
    readonly from: { readonly sessionId: string; readonly secretHash: string };
    readonly to: { readonly sessionId: string; readonly session: StoredSession };
  };
}

/** What a right password would open. */
export interface PasswordEntry {
  readonly credentialVersion: number;
  /** Of the address that was signed in with: the account's item decides whether it is still the account's. */
  readonly emailKey: string;
  readonly sessionId: string;
  readonly session: StoredSession;
  /** See `AccountRecord.networks`. */
  readonly network?: string;
  /** A known device that claims to be remembered. */
  readonly deviceId?: string;
}

export interface AccountStore {
  /** @param onlySession read no other session than this one */
  read(accountId: string, onlySession?: string): Promise<AccountRecord | undefined>;
  /** Creates the account, or leaves an existing one with this id alone. */
  create(account: AccountRecord): Promise<void>;
  /**
   * Adds a session if the account is active, the password and the address are still the ones that were verified, and no second
   * factor is asked for: none at all, or not from a device that is remembered at `session.createdAt`.
   * @returns the account after the write, or undefined when the condition did not hold
   */
  addSession(accountId: string, entry: PasswordEntry): Promise<AccountRecord | undefined>;
  /**
   * Opens a challenge if the account is active, asks for a second factor, and password and address are still the ones that were verified.
   * @returns the account after the write, or undefined when the condition did not hold
   */
  openChallenge(accountId: string, emailKey: string, challengeId: string, challenge: Challenge): Promise<AccountRecord | undefined>;
  endChallenges(accountId: string, challengeIds: readonly string[]): Promise<void>;
  /** Replaces one session by another (or by itself, changed) if the first still has this secret hash and the account asks for no second factor. */
  rotateSession(
    accountId: string,
    from: { sessionId: string; secretHash: string },
    to: { sessionId: string; session: StoredSession },
  ): Promise<boolean>;
  touchSession(accountId: string, sessionId: string, secretHash: string, lastSeenAt: number): Promise<void>;
  /** @returns whether any of them was there */
  endSessions(accountId: string, sessionIds: readonly string[]): Promise<boolean>;
  /** Ends every session but one, which must still have this secret hash. */
  endOtherSessions(accountId: string, keep: { sessionId: string; secretHash: string; session: StoredSession }): Promise<boolean>;
  /** @param deviceIds absent: all of them. @returns whether any of those named was there */
  forgetDevices(accountId: string, deviceIds?: readonly string[]): Promise<boolean>;
  /** Which networks are noted anew, and which are forgotten. */
  noteNetworks(accountId: string, upkeep: { readonly renew?: string; readonly forget: readonly string[] }, now: number): Promise<void>;
  /**
   * Before a password changes: from here on no session can be created for the old one, and every session is ended
   * but the one in `keep`, which takes the place of `replaces`.
   * @param from the version, and the address whose credential gets the new hash: a password that was on its way when the
   *   account has moved changes nothing
   * @returns false when either is another by now, or the session to be replaced is gone
   */
  advanceCredentialVersion(
    accountId: string,
    from: { emailKey: string; credentialVersion: number },
    to: number,
    keep?: { sessionId: string; session: StoredSession; replaces: { sessionId: string; secretHash: string } },
  ): Promise<boolean>;
}

/** Writes about codes, into the same items as the sessions. */
export interface FactorStore {
  /** Compare-and-swap on the factor version. @returns the account after the write, or undefined when something else came first */
  changeFactor(accountId: string, fromVersion: number, change: FactorChange): Promise<AccountRecord | undefined>;
}
