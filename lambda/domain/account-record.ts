/** What the store holds of a person: one item, so that every decision about it is one conditional write (docs/decisions/0002). */
import type { Locale } from '../../contract/schemas.ts';
import type { AttemptState } from './lockout.ts';

export interface StoredSession {
  /** SHA-256 of the session's secret, base64url. */
  readonly secretHash: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly steppedUpAt?: number;
  /** Opened from a remembered device: by the password alone. */
  readonly skippedSecondStep?: true;
  /** The address was one of staff when it was opened: no other session ever is a session of staff. */
  readonly openedAsStaff?: true;
  readonly address: string;
  readonly userAgent: string;
}

/** A credential of WebAuthn: only its public key is ours to keep. */
export interface Passkey {
  /** As the authenticator names it, base64url. */
  readonly credentialId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** Signature counter; 0 for ever where the authenticator keeps none (synced passkeys). */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  /** When it last came after the right password. One that hasn't since its owner said "this wasn't me" no longer signs in alone. */
  readonly provenAt?: number;
  readonly synced: boolean;
}

/** Two-step verification that is on: by an authenticator, by passkeys, or both. */
export interface SecondFactor {
  /** An authenticator of RFC 6238. */
  readonly totp?: {
    readonly seedId: string;
    /** Time step of the last code that was taken: it and every earlier one are spent. */
    readonly lastStep: number;
  };
  /** By an id of ours. */
  readonly passkeys: Readonly<Record<string, Passkey>>;
  /** When the latest of them was added: a step-up from before showed less than the account asks for. */
  readonly confirmedAt: number;
  /** Keyed hashes of the recovery codes that are left. */
  readonly recoveryCodes: readonly string[];
}

/** A browser that skips the second step. */
export interface RememberedDevice {
  readonly rememberedAt: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

/** Two members of staff letting in somebody who has lost every second factor. */
export interface FactorRecovery {
  /** Account ids of staff. */
  readonly requestedBy: string;
  /** Keyed address of the same: whoever comes back under it with a new account is still the same person. */
  readonly requestedByKey: string;
  readonly requestedAt: number;
  readonly reason: string;
  readonly approvedBy?: string;
  readonly effectiveAt?: number;
  readonly expiresAt: number;
}

/** What a right password has opened and a code must close. */
export interface Challenge {
  readonly secretHash: string;
  /** Device that the password came from; absent for native apps, which keep no cookies. */
  readonly deviceId?: string;
  readonly knownDevice: boolean;
  readonly delivery: 'cookie' | 'bearer';
  readonly credentialVersion: number;
  readonly failures: number;
  readonly expiresAt: number;
}

export interface AccountRecord {
  readonly accountId: string;
  /** Normalised address. */
  readonly email: string;
  readonly emailKey: string;
  readonly locale: Locale;
  readonly status: 'active' | 'disabled';
  /** Raised with every change of the password; a session is only created for the version that was verified. */
  readonly credentialVersion: number;
  readonly createdAt: number;
  readonly signIns: number;
  readonly sessions: Readonly<Record<string, StoredSession>>;
  readonly challenges: Readonly<Record<string, Challenge>>;
  readonly secondFactor?: SecondFactor;
  /** An authenticator that was shown its secret and has not confirmed it. */
  readonly pendingTotp?: { readonly seedId: string; readonly expiresAt: number };
  /** Wrong codes, counted apart from wrong passwords. */
  readonly codeAttempts?: AttemptState;
  /** Raised with every write that concerns second factors. */
  readonly factorVersion: number;
  /** By device id. Gone with every change of the password or of the second factor. */
  readonly rememberedDevices: Readonly<Record<string, RememberedDevice>>;
  /** Known devices whose cookie is older are strangers again. */
  readonly devicesForgottenAt?: number;
  /** Keyed hash of each coarse network that was signed in from -> when that was noted; one in use is noted anew now and then. */
  readonly networks: Readonly<Record<string, number>>;
  /** Hashes of WebAuthn challenges that were answered -> until when they could be played again. */
  readonly spentCeremonies?: Readonly<Record<string, number>>;
  readonly factorRecovery?: FactorRecovery;
  /** The address that waits for its link. */
  readonly pendingEmail?: {
    readonly changeId: string;
    readonly email: string;
    readonly emailKey: string;
    /** Of the password that asked: a later one, and "this wasn't me", leave the link without effect. */
    readonly credentialVersion: number;
    readonly expiresAt: number;
  };
  /** Addresses that may still take the account back, the oldest first. */
  readonly previousEmails?: readonly {
    readonly email: string;
    readonly emailKey: string;
    readonly until: number;
    /** The change that left it. */
    readonly changeId: string;
  }[];
  readonly emailRequests?: { readonly day: number; readonly count: number };
  /** Since when the address is the account's; absent where it always was. A cookie from before knew whoever had it then. */
  readonly addressSince?: number;
  /** Raised with every write about addresses; 0 where it is absent. */
  readonly addressVersion?: number;
  /** Its owner has asked that it be erased: nobody signs in until the link of that mail stops it, or it is due. */
  readonly erasure?: {
    readonly erasureId: string;
    readonly requestedAt: number;
    readonly dueAt: number;
    /** From here on nothing stops it. */
    readonly begunAt?: number;
  };
  /** Credentials that are yet to be retired: written with the decision, taken off when it is carried out. */
  readonly leftCredentials?: readonly LeftCredential[];
}

/** The credential of an address that is not the account's any more, or never became it. */
export interface LeftCredential {
  readonly emailKey: string;
  /** The last version at which it could have been written; a later one is not meant. */
  readonly addressVersion: number;
  /** Until when nobody may register the address, milliseconds; null frees it. */
  readonly reservedUntil: number | null;
}
