/**
 * What the domain needs from the world. Adapters implement these over AWS; tests over memory.
 *
 * A method either answers or throws `Unavailable`: the domain never takes a failing store for an empty one.
 */
import type { ProductMetric } from '../../contract/alarm.ts';
import type { Locale, MailMessage, PasskeyAssertion, PasskeyRegistration } from '../../contract/schemas.ts';
import type { AccountRecord, LeftCredential, Passkey } from './account-record.ts';
import type { AttemptState, Reservation } from './lockout.ts';
import type { MailToken } from './mail-token.ts';

export type * from './account-ports.ts';
export type * from './account-record.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lets time pass without holding anything. */
  pause(milliseconds: number): Promise<void>;
}

export interface RandomSource {
  bytes(length: number): Uint8Array;
}

/** A service we depend on failed or refused: the caller is told 503, never a verdict. */
export class Unavailable extends Error {
  readonly part: string;
  constructor(part: string, options?: ErrorOptions) {
    super(`${part} is unavailable`, options);
    this.name = 'Unavailable';
    this.part = part;
  }
}

export interface Credential {
  readonly emailKey: string;
  readonly accountId: string;
  readonly locale: Locale;
  /** As in the account: read here so that a disabled account's right password is a wrong one in every respect, counters included. */
  readonly status: AccountRecord['status'];
  /** The account's address version from which on this is its credential; absent for the one that it was created with. */
  readonly addressVersion?: number;
  /** Whether the last sign-in met a second factor: a hint which write to try first, never a decision. */
  readonly expectsSecondFactor?: boolean;
  /** See `password-hash.ts` for the forms. */
  readonly hash: string;
  readonly credentialVersion: number;
}

/**
 * A retired credential is an address that is kept for the account which has moved away from it. To every reader it is
 * absent: only what would take the address meets it, until its reservation is over.
 */
export interface CredentialStore {
  read(emailKey: string): Promise<Credential | undefined>;
  /** The one write that makes an account exist. @returns false when the address has another account already; true again for the same one */
  create(credential: Credential, now: number): Promise<boolean>;
  /**
   * Puts an account's credential under another address too.
   * @returns false when another account has it, or a copy for a later address version is there, or one for the same with a later password
   */
  copy(credential: Credential & { readonly addressVersion: number }, now: number): Promise<boolean>;
  /** Empties the account's credential of an address and reserves it; or removes it. Leaves one of a later address version alone. */
  retire(accountId: string, left: LeftCredential): Promise<void>;
  setStatus(accountId: string, emailKey: string, status: Credential['status']): Promise<void>;
  /** Compare-and-swap on the version, and on the hash where one is given. */
  replaceHash(
    emailKey: string,
    from: { hash?: string; credentialVersion: number },
    to: { hash: string; credentialVersion: number },
  ): Promise<boolean>;
  expectSecondFactor(emailKey: string, expected: boolean): Promise<void>;
}

export interface StoredSeed {
  readonly seedId: string;
  readonly sealed: Uint8Array;
}

/** Sealed secrets of authenticators. */
export interface SeedStore {
  /** @param expiresAt milliseconds: unconfirmed seeds go by themselves */
  put(accountId: string, seed: StoredSeed, expiresAt: number): Promise<void>;
  list(accountId: string): Promise<StoredSeed[]>;
  /** Takes the expiry off. @returns false when the seed is gone */
  keep(accountId: string, seedId: string): Promise<boolean>;
  remove(accountId: string, seedId: string): Promise<void>;
}

/** Seals seeds for one account: a sealed seed copied to another account doesn't open. */
export interface SeedVault {
  seal(accountId: string, secret: Uint8Array): Promise<Uint8Array>;
  /** @throws Unavailable when it can't be opened, tampered with or not */
  open(accountId: string, sealed: Uint8Array): Promise<Uint8Array>;
}

/** RFC 6238, by a library. */
export interface Totp {
  /** @returns the time step of the code, or undefined when it is none of the steps around `now` */
  findStep(secret: Uint8Array, code: string, now: number): number | undefined;
  /** Base32 and `otpauth://` URI. */
  describe(secret: Uint8Array, issuer: string, label: string): { readonly secret: string; readonly uri: string };
}

export interface CeremonyExpectation {
  /** base64url, as the options had it. */
  readonly challenge: string;
  /** `https://host[:port]` */
  readonly origin: string;
  /** The host. */
  readonly relyingPartyId: string;
}

type PasskeyRefusal = { readonly kind: 'wrong' /** Private. */; readonly reason: string };

/** WebAuthn, by a library. User presence and user verification are asked for, always; input of any shape is an answer, never an exception. */
export interface WebAuthnVerifier {
  verifyRegistration(
    response: PasskeyRegistration,
    expected: CeremonyExpectation,
  ): Promise<PasskeyRefusal | ({ readonly kind: 'right' } & Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'synced'>)>;
  /** Refuses a signature counter that has not grown since, where either side keeps one. */
  verifyAssertion(
    response: PasskeyAssertion,
    expected: CeremonyExpectation,
    passkey: Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'>,
  ): Promise<PasskeyRefusal | ({ readonly kind: 'right' } & Pick<Passkey, 'counter' | 'synced'>)>;
}

export type PasswordConfirmation =
  | { readonly kind: 'right' }
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'account_locked' | 'rate_limited'; readonly retryAfterSeconds: number };

/** Asks the function that may see credentials. */
export interface PasswordConfirmer {
  /** Leaves a hint for the next sign-in. */
  expectSecondFactor(emailKey: string, expected: boolean): Promise<void>;
  confirm(question: {
    readonly accountId: string;
    readonly email: string;
    readonly emailKey: string;
    readonly password: string;
    readonly viewer: { readonly address: string; readonly userAgent: string };
    readonly requestId: string;
    readonly siteOrigin: string;
  }): Promise<PasswordConfirmation>;
}

/** What the function `account` has done to credentials by the one that may. */
export interface CredentialMover {
  /**
   * Makes the account's credential good for another address as well. Repeatable. Until the account's item takes that address, it opens nothing.
   * @returns the version that was copied, or undefined when the address has another account
   */
  copy(move: {
    readonly accountId: string;
    readonly fromEmailKey: string;
    readonly toEmailKey: string;
    readonly addressVersion: number;
    /** The account's, as the write will ask for it that takes the address. */
    readonly status: AccountRecord['status'];
  }): Promise<number | undefined>;
  retire(accountId: string, left: LeftCredential): Promise<void>;
}

/** One write about an account's address: everything in it happens, or nothing. */
export interface AddressChange {
  /**
   * From here on this address is the account's; open challenges go, for they were answers to the old one.
   * `status`: the account's must still be this one, for the copied credential says so. `credentialVersion`: and its password.
   */
  readonly take?: {
    readonly email: string;
    readonly emailKey: string;
    readonly at: number;
    readonly status: AccountRecord['status'];
    readonly credentialVersion?: number;
  };
  readonly pendingEmail?: NonNullable<AccountRecord['pendingEmail']> | null;
  readonly previousEmails?: NonNullable<AccountRecord['previousEmails']>;
  readonly emailRequests?: NonNullable<AccountRecord['emailRequests']>;
  readonly leftCredentials?: readonly LeftCredential[];
  /**
   * "This wasn't me", at this instant: sessions, challenges, remembered devices and a factor's recovery go, known devices
   * are strangers, and the credential version is raised without a new password: the old one opens nothing.
   */
  readonly secureAt?: number;
}

/** Writes about the address, into the same items as the sessions. */
export interface AddressStore {
  /** Compare-and-swap on the address version. @returns the account after the write, or undefined when something else came first */
  changeAddress(accountId: string, fromVersion: number, change: AddressChange): Promise<AccountRecord | undefined>;
}

/** What the function `admin` learns about and does to credentials by the one that may. */
export interface AccountDirectory {
  /** @returns the id of the account that has this address */
  find(emailKey: string): Promise<string | undefined>;
  setStatus(accountId: string, emailKey: string, status: AccountRecord['status']): Promise<void>;
}

export interface Registration {
  readonly registrationId: string;
  readonly accountId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly locale: Locale;
  readonly hash: string;
  readonly createdAt: number;
  /** Milliseconds. */
  readonly expiresAt: number;
}

export interface RegistrationStore {
  put(registration: Registration): Promise<void>;
  read(registrationId: string): Promise<Registration | undefined>;
}

export type { MailToken } from './mail-token.ts';

export interface TokenStore {
  read(tokenHash: string): Promise<MailToken | undefined>;
  /** Burns the token: true for exactly one of all callers. */
  redeem(tokenHash: string): Promise<boolean>;
}

export interface AttemptStore {
  /**
   * Takes an attempt in one conditional write if the state is one in which `isPlainlyFree` holds.
   * @returns the state after the write, or undefined when the condition did not hold
   */
  takeIfPlainlyFree(attemptKey: string, now: number): Promise<AttemptState | undefined>;
  /** The state as of the UTC day of `now`. */
  read(attemptKey: string, now: number): Promise<AttemptState | undefined>;
  /** Compare-and-swap on the state's version. */
  replace(attemptKey: string, from: AttemptState | undefined, to: AttemptState): Promise<boolean>;
  /** The verdict was "wrong": the attempt stays taken and the lock, if any, counts from now. */
  confirmFailure(reservation: Reservation, now: number): Promise<void>;
  /** The verdict was "right": the attempt and the row of failures are given back. */
  recordSuccess(reservation: Reservation): Promise<void>;
  /** There was no verdict (a fault on our side): the attempt is given back, the row of failures stays. */
  giveBack(reservation: Reservation): Promise<void>;
  /** A verdict turned to "wrong" after it had been given back (the account is disabled). */
  recordFailure(reservation: Reservation, now: number): Promise<void>;
}

export type EventType =
  | 'account.registration_requested'
  | 'account.verified'
  /** The link was right, and the password not the registration's. */
  | 'account.verification_refused'
  | 'account.locked'
  | 'sign_in.succeeded'
  | 'sign_in.failed'
  | 'sign_in.password_accepted'
  | 'second_factor.enabled'
  | 'second_factor.disabled'
  | 'second_factor.accepted'
  | 'second_factor.refused'
  | 'recovery_code.used'
  | 'recovery_codes.renewed'
  | 'passkey.added'
  | 'passkey.removed'
  | 'passkey.refused'
  | 'authenticator.removed'
  | 'device.remembered'
  | 'device.forgotten'
  | 'device.all_forgotten'
  | 'account.email_change_requested'
  | 'account.email_changed'
  | 'account.email_change_undone'
  | 'account.disavowed'
  | 'account.unlocked'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.sessions_ended'
  | 'account.exported'
  | 'account.erasure_requested'
  | 'account.erasure_stopped'
  /** Under the subject `erasure`: all that stays. */
  | 'account.erased'
  | 'factor_recovery.requested'
  | 'factor_recovery.approved'
  | 'factor_recovery.completed'
  | 'factor_recovery.cancelled'
  /** Under a member of staff's own subject, or under `operator`: see `act` and `target`. */
  | 'staff.acted'
  | 'sign_out.completed'
  | 'session.ended'
  | 'session.others_ended'
  | 'session.stepped_up'
  | 'session.step_up_failed'
  | 'password.reset_requested'
  | 'password.reset_completed'
  | 'password.changed'
  | 'password.change_failed'
  | 'password.hash_upgraded';

/** About network addresses and the lists of them: nobody's history. */
export type AddressEventType =
  | 'ip_block.added'
  | 'ip_block.removed'
  | 'ip_block.refused'
  | 'ip_block.drift_corrected'
  | 'ip_feed.copy_taken'
  | 'ip_feed.copy_refused';

/** About what customers are told, under the subject `incident`; `target` names it. */
export type IncidentEventType =
  | 'incident.opened'
  | 'incident.updated'
  | 'incident.components_edited'
  | 'maintenance.scheduled'
  | 'maintenance.updated'
  | 'maintenance.cancelled';

/** About reports of vulnerabilities, under the subject `report`; `target` names the report. */
export type ReportEventType = 'report.viewed' | 'report.updated';

export interface SecurityEvent {
  /** Account id, `address:<emailKey>` for an address without an account, `ip-block`, `ip-feed`, `incident`, `report` or `operator`. */
  readonly subject: string;
  readonly type: EventType | AddressEventType | IncidentEventType | ReportEventType;
  readonly at: number;
  readonly address: string;
  readonly userAgent: string;
  /** What the web ACL knew of the address: see `Viewer`. */
  readonly addressKind?: string | undefined;
  readonly requestId: string;
  /** The private reason; never shown to the caller. */
  readonly reason?: string;
  readonly sessionId?: string;
  /** Account id of the member of staff who did it, or the name of the operator. */
  readonly actor?: string;
  /** Of `staff.acted`: what was done, and the account, the incident or the block it was done to. */
  readonly act?: EventType | IncidentEventType | AddressEventType | ReportEventType | 'account.viewed' | 'audit.viewed';
  readonly target?: string;
}

export interface StoredEvent extends SecurityEvent {
  readonly eventId: string;
}

export interface EventLog {
  append(event: SecurityEvent): Promise<void>;
  /** Newest first. */
  list(subject: string, limit: number): Promise<StoredEvent[]>;
}

export interface MailQueue {
  send(message: MailMessage): Promise<void>;
}

export interface Metrics {
  count(metric: ProductMetric, value?: number): void;
}

export interface PasswordHasher {
  /** HMAC-SHA-384 of the password's digest under the pepper that never leaves KMS. 48 bytes. */
  pepper(password: string): Promise<Uint8Array>;
  bcryptHash(input: string, cost: number): Promise<string>;
  bcryptCompare(input: string, hash: string): Promise<boolean>;
}

/** Keyed hashes for which the key lies outside the tables. */
export interface KeyedHash {
  /** @returns HMAC-SHA-256 */
  digest(input: string): Promise<Uint8Array>;
}
