/** What every use case is given: who calls, and the services of the function it runs in. */
import type { MailMessage } from '../../contract/schemas.ts';
import type { Budgets } from './budgets.ts';
import type { PasswordRules } from './password-policy.ts';
import type {
  AccountStore,
  AttemptStore,
  Clock,
  CredentialStore,
  EventLog,
  EventType,
  FactorStore,
  KeyedHash,
  MailQueue,
  Metrics,
  PasswordConfirmer,
  PasswordHasher,
  RandomSource,
  RegistrationStore,
  SecurityEvent,
  SeedStore,
  SeedVault,
  StoredSession,
  TokenStore,
  Totp,
  WebAuthnVerifier,
} from './ports.ts';
import type { FactorPolicy } from './required-factor.ts';
import { instant, newId, type SessionToken, type Viewer } from './sessions.ts';
import type { SuspicionServices } from './suspicion.ts';

export interface Call {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** `https://host[:port]` that links in mails start with. */
  readonly siteOrigin: string;
  readonly deviceCookie: string | undefined;
}

/** The session that the pipeline has checked. */
export interface CurrentSession {
  readonly token: SessionToken;
  readonly stored: StoredSession;
  readonly accountId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly isStaff: boolean;
  /** Bearer tokens keep their secret where a cookie's is rotated for fixation's sake only. */
  readonly delivery: 'cookie' | 'bearer';
}

export interface SessionServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly accounts: AccountStore;
  readonly events: EventLog;
  readonly isStaff: (normalisedEmail: string) => boolean;
  /** What this deployment asks of second factors. */
  readonly factorPolicy: FactorPolicy;
}

export interface PasswordServices extends SessionServices, SuspicionServices {
  readonly credentials: CredentialStore;
  readonly registrations: RegistrationStore;
  readonly tokens: TokenStore;
  readonly attempts: AttemptStore;
  /** Of addresses. */
  readonly budgets: Budgets;
  readonly mail: MailQueue;
  readonly telemetry: Metrics;
  readonly hasher: PasswordHasher;
  /** Keys addresses. */
  readonly identity: KeyedHash;
  /** Signs device cookies. */
  readonly deviceKey: KeyedHash;
  readonly rules: PasswordRules;
  readonly bcryptCost: number;
}

export interface SecondFactorServices extends SessionServices {
  readonly factors: FactorStore;
  readonly seeds: SeedStore;
  readonly vault: SeedVault;
  readonly totp: Totp;
  readonly passwords: PasswordConfirmer;
  readonly mail: MailQueue;
  readonly telemetry: Metrics;
  /** Signs device cookies. */
  readonly deviceKey: KeyedHash;
  /** Keys recovery codes: the table alone doesn't let anybody try them. */
  readonly recoveryKey: KeyedHash;
  readonly productName: string;
}

export interface PasskeyServices extends SessionServices {
  readonly factors: FactorStore;
  readonly webauthn: WebAuthnVerifier;
  readonly passwords: Pick<PasswordConfirmer, 'expectSecondFactor'>;
  readonly mail: MailQueue;
  readonly telemetry: Metrics;
  /** Signs device cookies. */
  readonly deviceKey: KeyedHash;
  /** Keys recovery codes. */
  readonly recoveryKey: KeyedHash;
  /** Signs the challenges of ceremonies. */
  readonly ceremonyKey: KeyedHash;
  readonly productName: string;
}

/** Expected outcomes of a use case; `lambda/http/answers.ts` turns them into HTTP. */
export type Refusal =
  /** `path`: `email` where it is not said. */
  | { readonly kind: 'invalid_email'; readonly path?: string; readonly message?: string }
  | { readonly kind: 'invalid_credentials' }
  | { readonly kind: 'account_locked'; readonly retryAfterSeconds: number }
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'weak_password'; readonly errors: readonly { path: string; message: string }[] }
  | { readonly kind: 'invalid_code' }
  | { readonly kind: 'challenge_expired' }
  | { readonly kind: 'invalid_token' }
  | { readonly kind: 'not_found' }
  /** What a schema alone could not see. */
  | { readonly kind: 'invalid_request'; readonly errors: readonly { path: string; message: string }[] }
  /** `detail`: what is missing, where the caller may know. */
  | { readonly kind: 'conflict'; readonly detail?: string }
  /** `detail`: what to do instead. */
  | { readonly kind: 'forbidden'; readonly detail: string };

export function event(
  call: Call,
  subject: string,
  type: EventType,
  at: number,
  more: Partial<Pick<SecurityEvent, 'reason' | 'sessionId' | 'actor' | 'act' | 'target'>> = {},
): SecurityEvent {
  return { subject, type, at, ...call.viewer, requestId: call.requestId, ...more };
}

const ADDRESS_PREFIX = 'address:';

/** Where events go that concern an address nobody has an account for. */
export function addressSubject(emailKey: string): string {
  return `${ADDRESS_PREFIX}${emailKey}`;
}

export function isAddressSubject(subject: string): boolean {
  return subject.startsWith(ADDRESS_PREFIX);
}

/** What every mail message says, whatever its kind. */
export function mailBase(
  call: Call,
  services: Pick<SessionServices, 'random' | 'clock'>,
  email: string,
  emailKey: string,
): Omit<Extract<MailMessage, { kind: 'password_reset' }>, 'kind'> {
  return {
    id: newId(services.random),
    email,
    emailKey,
    siteOrigin: call.siteOrigin,
    at: instant(services.clock.now()),
    address: call.viewer.address,
    userAgent: call.viewer.userAgent,
  };
}

export function secondsUntil(milliseconds: number, now: number): number {
  return Math.max(1, Math.ceil((milliseconds - now) / 1000));
}
