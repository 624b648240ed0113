/** Sessions: opaque, revocable at once. The token is `id.secret`; the store knows only a hash of the secret. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Account, Session } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { AccountRecord, RandomSource, SecondFactor, StoredSession } from './ports.ts';
import { computeDueAt, type FactorPolicy, mayRememberDevices, requirementFor } from './required-factor.ts';

const SECOND = 1000;
const ID_BYTES = 16;
const ID_LENGTH = 22;
const SECRET_BYTES = securityPolicy.sessions.secretBits / 8;

export interface SessionToken {
  readonly accountId: string;
  readonly sessionId: string;
  readonly secret: string;
}

/** Who calls, as the edge saw it. */
export interface Viewer {
  readonly address: string;
  readonly userAgent: string;
  /** What the web ACL knows of the address: `anonymous`, `hosting`, or `forged` when the viewer claimed to know; absent for most. */
  readonly addressKind?: string | undefined;
}

export function newId(random: RandomSource): string {
  return Buffer.from(random.bytes(ID_BYTES)).toString('base64url');
}

export function mintSession(
  random: RandomSource,
  accountId: string,
  viewer: Viewer,
  now: number,
): { token: SessionToken; stored: StoredSession } {
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  return {
    token: { accountId, sessionId: newId(random), secret },
    stored: { secretHash: hashSecret(secret), createdAt: now, lastSeenAt: now, address: viewer.address, userAgent: viewer.userAgent },
  };
}

/** A session that is about to be opened, for whom it is opened: what it was opened as it stays. */
export function openAs(stored: StoredSession, isStaff: boolean): StoredSession {
  return isStaff ? { ...stored, openedAsStaff: true } : stored;
}

/** The same session under a new id and secret: whoever held the old ones is out. */
export function rotateSession(
  random: RandomSource,
  from: SessionToken,
  stored: StoredSession,
  changes: Partial<StoredSession>,
): { token: SessionToken; stored: StoredSession } {
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  return {
    token: { accountId: from.accountId, sessionId: newId(random), secret },
    stored: { ...stored, ...changes, secretHash: hashSecret(secret) },
  };
}

export function serialiseToken(token: SessionToken): string {
  return `${token.accountId}${token.sessionId}.${token.secret}`;
}

/** @returns undefined for anything that is not a token of ours */
export function parseToken(text: string): SessionToken | undefined {
  const match = /^([\w-]{22})([\w-]{22})\.([\w-]{43})$/.exec(text);
  if (!match) return undefined;
  const [, accountId = '', sessionId = '', secret = ''] = match;
  return accountId.length === ID_LENGTH && sessionId.length === ID_LENGTH ? { accountId, sessionId, secret } : undefined;
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/**
 * The CSRF token of a session (P20): derived from its secret, so it can't be made by whoever can only plant a cookie,
 * needs no storage, and ends with the session.
 */
export function computeCsrfToken(secret: string): string {
  return createHmac('sha256', secret).update('portiere csrf token v1').digest('base64url');
}

export function equalInConstantTime(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

export interface SessionLifetimes {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
  readonly touchIntervalSeconds: number;
}

export function lifetimesFor(isStaff: boolean): SessionLifetimes {
  const { sessions } = securityPolicy;
  return isStaff
    ? {
        idleSeconds: sessions.staffIdleSeconds,
        absoluteSeconds: sessions.staffAbsoluteSeconds,
        touchIntervalSeconds: sessions.staffTouchIntervalSeconds,
      }
    : { idleSeconds: sessions.idleSeconds, absoluteSeconds: sessions.absoluteSeconds, touchIntervalSeconds: sessions.touchIntervalSeconds };
}

/** When a session ends if nobody uses it: the earlier of idle and absolute. Milliseconds. */
export function computeExpiry(session: StoredSession, lifetimes: SessionLifetimes): number {
  return Math.min(session.lastSeenAt + lifetimes.idleSeconds * SECOND, session.createdAt + lifetimes.absoluteSeconds * SECOND);
}

export type SessionVerdict =
  | { readonly kind: 'valid'; readonly session: StoredSession; readonly touch: boolean }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'wrong_secret' | 'expired' | 'disabled' };

export function decideSession(token: SessionToken, account: AccountRecord | undefined, isStaff: boolean, now: number): SessionVerdict {
  const session = account?.sessions[token.sessionId];
  if (!account || !session) return { kind: 'refused', reason: 'unknown' };
  if (!equalInConstantTime(hashSecret(token.secret), session.secretHash)) return { kind: 'refused', reason: 'wrong_secret' };
  if (account.status !== 'active') return { kind: 'refused', reason: 'disabled' };
  const lifetimes = lifetimesFor(isStaff);
  if (computeExpiry(session, lifetimes) <= now) return { kind: 'refused', reason: 'expired' };
  return { kind: 'valid', session, touch: now - session.lastSeenAt >= lifetimes.touchIntervalSeconds * SECOND };
}

/**
 * Whether a session was stepped up lately, and by all that the account asks for: a step-up from before two-step
 * verification was turned on showed no code.
 */
export function isSteppedUp(session: StoredSession, now: number, factor?: SecondFactor): boolean {
  const { steppedUpAt } = session;
  if (steppedUpAt === undefined || now >= steppedUpAt + securityPolicy.sessions.stepUpSeconds * SECOND) return false;
  return factor === undefined || steppedUpAt >= factor.confirmedAt;
}

/** Whether this session was opened, or stepped up since, by all that the account asks for. */
export function hasShownFactor(session: StoredSession, factor: SecondFactor): boolean {
  const shownAt = Math.max(session.skippedSecondStep ? 0 : session.createdAt, session.steppedUpAt ?? 0);
  return shownAt >= factor.confirmedAt;
}

/** Sessions that should go: expired ones, and the ones seen longest ago beyond what an account may hold. Never `keep`. */
export function selectSurplus(sessions: AccountRecord['sessions'], keep: string, isStaff: boolean, now: number): string[] {
  const lifetimes = lifetimesFor(isStaff);
  const others = Object.entries(sessions).filter(([id]) => id !== keep);
  const expired = others.filter(([, session]) => computeExpiry(session, lifetimes) <= now);
  const live = others.filter(([, session]) => computeExpiry(session, lifetimes) > now);
  const excess = live.sort(([, a], [, b]) => b.lastSeenAt - a.lastSeenAt).slice(Math.max(0, securityPolicy.sessions.maximumPerAccount - 1));
  return [...expired, ...excess].map(([id]) => id);
}

export function describeSession(sessionId: string, session: StoredSession, current: boolean, isStaff: boolean): Session {
  const steppedUpUntil = session.steppedUpAt === undefined ? null : session.steppedUpAt + securityPolicy.sessions.stepUpSeconds * SECOND;
  return {
    id: sessionId,
    createdAt: instant(session.createdAt),
    lastSeenAt: instant(session.lastSeenAt),
    expiresAt: instant(computeExpiry(session, lifetimesFor(isStaff))),
    address: session.address,
    userAgent: session.userAgent,
    current,
    steppedUpUntil: steppedUpUntil === null ? null : instant(steppedUpUntil),
  };
}

export function describeAccount(account: AccountRecord, isStaff: boolean, policy: FactorPolicy, now: number): Account {
  const dueAt = computeDueAt(policy, isStaff, account);
  return {
    id: account.accountId,
    email: account.email,
    locale: account.locale,
    createdAt: instant(account.createdAt),
    isStaff,
    secondFactor: {
      enabled: account.secondFactor !== undefined,
      methods: methodsOf(account.secondFactor),
      recoveryCodesLeft: account.secondFactor?.recoveryCodes.length ?? 0,
      required: requirementFor(policy, isStaff),
      dueAt: dueAt === null ? null : instant(dueAt),
      devicesMayBeRemembered: mayRememberDevices(policy, isStaff),
    },
    pendingEmail: findWaitingEmail(account, now)?.email ?? null,
  };
}

/** The address whose link would still move the account: it ends with its time, and with the password that asked for it. */
export function findWaitingEmail({ pendingEmail, credentialVersion }: AccountRecord, now: number): AccountRecord['pendingEmail'] {
  return pendingEmail && pendingEmail.expiresAt > now && pendingEmail.credentialVersion === credentialVersion ? pendingEmail : undefined;
}

export type FactorMethod = Account['secondFactor']['methods'][number];

/** The strongest first. */
export function methodsOf(factor: SecondFactor | undefined): FactorMethod[] {
  if (!factor) return [];
  return [
    ...(Object.keys(factor.passkeys).length > 0 ? (['passkey'] as const) : []),
    ...(factor.totp ? (['totp'] as const) : []),
    ...(factor.recoveryCodes.length > 0 ? (['recovery_code'] as const) : []),
  ];
}

export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
