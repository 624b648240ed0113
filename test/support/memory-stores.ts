/** The domain's ports over memory: held to the same store contract as DynamoDB (`test/adapters/store-contract.ts`). */
import { securityPolicy } from '../../contract/security-policy.ts';
import { type AttemptState, isPlainlyFree, type Reservation, utcDay } from '../../lambda/domain/lockout.ts';
import type {
  AccountRecord,
  AccountStore,
  AttemptStore,
  Challenge,
  Credential,
  CredentialStore,
  EventLog,
  FactorChange,
  FactorStore,
  LeftCredential,
  MailToken,
  PasswordEntry,
  Registration,
  RegistrationStore,
  SecurityEvent,
  SeedStore,
  StoredEvent,
  StoredSeed,
  StoredSession,
  TokenStore,
} from '../../lambda/domain/ports.ts';

function without<T>(record: Readonly<Record<string, T>>, ids: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => !ids.includes(id)));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class MemoryAccountStore implements AccountStore, FactorStore {
  readonly items = new Map<string, AccountRecord>();

  async read(accountId: string, onlySession?: string): Promise<AccountRecord | undefined> {
    const item = this.items.get(accountId);
    if (!item || onlySession === undefined) return item && structuredClone(item);
    const session = item.sessions[onlySession];
    return { ...structuredClone(item), sessions: session ? { [onlySession]: session } : {} };
  }

  async create(account: AccountRecord): Promise<void> {
    if (!this.items.has(account.accountId)) this.items.set(account.accountId, structuredClone(account));
  }

  async addSession(accountId: string, entry: PasswordEntry) {
    const { credentialVersion, emailKey, sessionId, session, network, deviceId } = entry;
    const item = this.items.get(accountId);
    if (item?.status !== 'active' || item.credentialVersion !== credentialVersion || item.emailKey !== emailKey) return undefined;
    const remembered = deviceId === undefined ? undefined : item.rememberedDevices[deviceId];
    if (item.secondFactor && !(remembered && remembered.expiresAt > session.createdAt)) return undefined;
    return this.#put({
      ...item,
      signIns: item.signIns + 1,
      sessions: { ...item.sessions, [sessionId]: session },
      networks: network === undefined ? item.networks : { [network]: session.createdAt, ...item.networks },
    });
  }

  async rotateSession(
    accountId: string,
    from: { sessionId: string; secretHash: string },
    to: { sessionId: string; session: StoredSession },
  ): Promise<boolean> {
    const item = this.#holding(accountId, from);
    if (!item || item.secondFactor) return false;
    const { [from.sessionId]: _, ...others } = item.sessions;
    this.#put({ ...item, sessions: { ...others, [to.sessionId]: to.session } });
    return true;
  }

  async openChallenge(accountId: string, emailKey: string, challengeId: string, challenge: Challenge): Promise<AccountRecord | undefined> {
    const item = this.items.get(accountId);
    if (item?.emailKey !== emailKey) return undefined;
    if (item?.status !== 'active' || item.credentialVersion !== challenge.credentialVersion || !item.secondFactor) return undefined;
    return this.#put({ ...item, challenges: { ...item.challenges, [challengeId]: challenge } });
  }

  async endChallenges(accountId: string, challengeIds: readonly string[]): Promise<void> {
    const item = this.items.get(accountId);
    if (item) this.#put({ ...item, challenges: without(item.challenges, challengeIds) });
  }

  async changeFactor(accountId: string, fromVersion: number, change: FactorChange): Promise<AccountRecord | undefined> {
    const item = this.items.get(accountId);
    if (item?.factorVersion !== fromVersion) return undefined;
    const { secondFactor = item.secondFactor, pendingTotp = item.pendingTotp, codeAttempts = item.codeAttempts } = change;
    const { spentCeremonies = item.spentCeremonies, rememberDevice } = change;
    let { challenges, sessions, signIns, networks } = item;
    const rememberedDevices = {
      ...(change.forgetDevices ? {} : item.rememberedDevices),
      ...(rememberDevice ? { [rememberDevice.deviceId]: rememberDevice.device } : {}),
    };

    const challengeId = change.endChallenge ?? change.failChallenge;
    const challenge = challengeId === undefined ? undefined : challenges[challengeId];
    if (challengeId !== undefined) {
      if (!challenge) return undefined;
      challenges = without(challenges, [challengeId]);
      if (change.failChallenge !== undefined)
        challenges = { ...challenges, [challengeId]: { ...challenge, failures: challenge.failures + 1 } };
    }
    if (change.openSession) {
      if (item.status !== 'active' || item.credentialVersion !== change.openSession.credentialVersion) return undefined;
      const { sessionId, session, network } = change.openSession;
      sessions = { ...sessions, [sessionId]: session };
      signIns += 1;
      if (network !== undefined) networks = { [network]: session.createdAt, ...networks };
    }
    if (change.requireSession && !this.#holding(accountId, change.requireSession)) return undefined;
    if (change.replaceSession) {
      const { from, to } = change.replaceSession;
      if (!this.#holding(accountId, from)) return undefined;
      sessions = { ...without(sessions, [from.sessionId]), [to.sessionId]: to.session };
    }

    const { secondFactor: _, pendingTotp: __, codeAttempts: ___, factorRecovery, ...rest } = item;
    return this.#put({
      ...rest,
      challenges,
      sessions,
      signIns,
      networks,
      rememberedDevices,
      ...(factorRecovery && !change.cancelRecovery ? { factorRecovery } : {}),
      ...(spentCeremonies ? { spentCeremonies } : {}),
      factorVersion: fromVersion + 1,
      ...(secondFactor ? { secondFactor } : {}),
      ...(pendingTotp ? { pendingTotp } : {}),
      ...(codeAttempts ? { codeAttempts } : {}),
    });
  }

  async touchSession(accountId: string, sessionId: string, secretHash: string, lastSeenAt: number): Promise<void> {
    const item = this.#holding(accountId, { sessionId, secretHash });
    const session = item?.sessions[sessionId];
    if (item && session) this.#put({ ...item, sessions: { ...item.sessions, [sessionId]: { ...session, lastSeenAt } } });
  }

  async endSessions(accountId: string, sessionIds: readonly string[]): Promise<boolean> {
    const item = this.items.get(accountId);
    if (!item || !sessionIds.some((id) => id in item.sessions)) return false;
    this.#put({ ...item, sessions: Object.fromEntries(Object.entries(item.sessions).filter(([id]) => !sessionIds.includes(id))) });
    return true;
  }

  async endOtherSessions(accountId: string, keep: { sessionId: string; secretHash: string; session: StoredSession }): Promise<boolean> {
    const item = this.#holding(accountId, keep);
    if (item) this.#put({ ...item, sessions: { [keep.sessionId]: keep.session } });
    return item !== undefined;
  }

  async forgetDevices(accountId: string, deviceIds?: readonly string[]): Promise<boolean> {
    const item = this.items.get(accountId);
    if (!item || (deviceIds && !deviceIds.some((id) => id in item.rememberedDevices))) return false;
    this.#put({ ...item, rememberedDevices: deviceIds ? without(item.rememberedDevices, deviceIds) : {} });
    return true;
  }

  async noteNetworks(accountId: string, { renew, forget }: { renew?: string; forget: readonly string[] }, now: number): Promise<void> {
    const item = this.items.get(accountId);
    if (item) this.#put({ ...item, networks: { ...without(item.networks, forget), ...(renew === undefined ? {} : { [renew]: now }) } });
  }

  async advanceCredentialVersion(
    accountId: string,
    from: { emailKey: string; credentialVersion: number },
    to: number,
    keep?: { sessionId: string; session: StoredSession; replaces: { sessionId: string; secretHash: string } },
  ): Promise<boolean> {
    const item = keep ? this.#holding(accountId, keep.replaces) : this.items.get(accountId);
    if (item?.credentialVersion !== from.credentialVersion || item.emailKey !== from.emailKey) return false;
    this.#put({ ...item, credentialVersion: to, sessions: keep ? { [keep.sessionId]: keep.session } : {}, rememberedDevices: {} });
    return true;
  }

  #holding(accountId: string, session: { sessionId: string; secretHash: string }): AccountRecord | undefined {
    const item = this.items.get(accountId);
    return item?.sessions[session.sessionId]?.secretHash === session.secretHash ? item : undefined;
  }

  #put(account: AccountRecord): AccountRecord {
    this.items.set(account.accountId, structuredClone(account));
    return structuredClone(account);
  }
}

export class MemoryCredentialStore implements CredentialStore {
  readonly items = new Map<string, Credential>();
  /** Addresses that an account has moved away from. */
  readonly reserved = new Map<string, { readonly accountId: string; readonly addressVersion: number; readonly reservedUntil: number }>();

  async read(emailKey: string): Promise<Credential | undefined> {
    return this.items.get(emailKey);
  }

  async create(credential: Credential, now: number): Promise<boolean> {
    const existing = this.items.get(credential.emailKey);
    const same = existing?.accountId === credential.accountId && existing.credentialVersion === credential.credentialVersion;
    if ((existing && !same) || this.#isReserved(credential.emailKey, now)) return false;
    return this.#put(credential);
  }

  async copy(credential: Credential & { readonly addressVersion: number }, now: number): Promise<boolean> {
    const existing = this.items.get(credential.emailKey);
    const reserved = this.reserved.get(credential.emailKey);
    if (existing) {
      const from = existing.addressVersion ?? 0;
      const isOlder =
        from < credential.addressVersion ||
        (from === credential.addressVersion && existing.credentialVersion <= credential.credentialVersion);
      if (existing.accountId !== credential.accountId || !isOlder) return false;
    }
    const own = reserved?.accountId === credential.accountId && reserved.addressVersion <= credential.addressVersion;
    if (this.#isReserved(credential.emailKey, now) && !own) return false;
    return this.#put(credential);
  }

  async retire(accountId: string, { emailKey, addressVersion, reservedUntil }: LeftCredential): Promise<void> {
    const existing = this.items.get(emailKey) ?? this.reserved.get(emailKey);
    if (existing?.accountId !== accountId || (existing.addressVersion ?? 0) > addressVersion) return;
    this.items.delete(emailKey);
    this.reserved.delete(emailKey);
    if (reservedUntil !== null) this.reserved.set(emailKey, { accountId, addressVersion: addressVersion + 1, reservedUntil });
  }

  async setStatus(accountId: string, emailKey: string, status: Credential['status']): Promise<void> {
    const existing = this.items.get(emailKey);
    if (existing?.accountId === accountId) this.#put({ ...existing, status });
  }

  #isReserved(emailKey: string, now: number): boolean {
    const reserved = this.reserved.get(emailKey);
    return reserved !== undefined && Math.ceil(reserved.reservedUntil / 1000) > Math.floor(now / 1000);
  }

  #put(credential: Credential): true {
    this.reserved.delete(credential.emailKey);
    this.items.set(credential.emailKey, credential);
    return true;
  }

  async expectSecondFactor(emailKey: string, expected: boolean): Promise<void> {
    const existing = this.items.get(emailKey);
    if (existing) this.items.set(emailKey, { ...existing, expectsSecondFactor: expected });
  }

  async replaceHash(
    emailKey: string,
    from: { hash?: string; credentialVersion: number },
    to: { hash: string; credentialVersion: number },
  ): Promise<boolean> {
    const existing = this.items.get(emailKey);
    if (existing?.credentialVersion !== from.credentialVersion) return false;
    if (from.hash !== undefined && from.hash !== existing.hash) return false;
    this.items.set(emailKey, { ...existing, ...to });
    return true;
  }
}

export class MemorySeedStore implements SeedStore {
  readonly items = new Map<string, StoredSeed & { readonly accountId: string; readonly expiresAt?: number }>();

  async put(accountId: string, seed: StoredSeed, expiresAt: number): Promise<void> {
    this.items.set(`${accountId}/${seed.seedId}`, { accountId, ...seed, expiresAt });
  }

  async list(accountId: string): Promise<StoredSeed[]> {
    return [...this.items.values()].filter((seed) => seed.accountId === accountId).map(({ seedId, sealed }) => ({ seedId, sealed }));
  }

  async keep(accountId: string, seedId: string): Promise<boolean> {
    const seed = this.items.get(`${accountId}/${seedId}`);
    if (!seed) return false;
    this.items.set(`${accountId}/${seedId}`, { accountId, seedId, sealed: seed.sealed });
    return true;
  }

  async remove(accountId: string, seedId: string): Promise<void> {
    this.items.delete(`${accountId}/${seedId}`);
  }
}

export class MemoryRegistrationStore implements RegistrationStore {
  readonly items = new Map<string, Registration>();

  async put(registration: Registration): Promise<void> {
    this.items.set(registration.registrationId, registration);
  }

  async read(registrationId: string): Promise<Registration | undefined> {
    return this.items.get(registrationId);
  }
}

export class MemoryTokenStore implements TokenStore {
  readonly items = new Map<string, MailToken>();

  async read(tokenHash: string): Promise<MailToken | undefined> {
    return this.items.get(tokenHash);
  }

  async redeem(tokenHash: string): Promise<boolean> {
    return this.items.delete(tokenHash);
  }
}

export class MemoryAttemptStore implements AttemptStore {
  readonly items = new Map<string, AttemptState>();

  async takeIfPlainlyFree(attemptKey: string, now: number): Promise<AttemptState | undefined> {
    const state = this.items.get(attemptKey);
    if (!isPlainlyFree(state, now)) return undefined;
    const day = utcDay(now);
    const next: AttemptState = {
      taken: (state?.taken ?? 0) + 1,
      pending: (state?.pending ?? 0) + 1,
      pendingUntil: now + securityPolicy.lockout.reservationLeaseSeconds * 1000,
      lastFailureAt: state?.lastFailureAt ?? now,
      day,
      takenToday: (state?.day === day ? state.takenToday : 0) + 1,
      version: (state?.version ?? 0) + 1,
    };
    this.items.set(attemptKey, next);
    return next;
  }

  async read(attemptKey: string, now: number): Promise<AttemptState | undefined> {
    const state = this.items.get(attemptKey);
    return state && { ...state, day: utcDay(now), takenToday: state.day === utcDay(now) ? state.takenToday : 0 };
  }

  async replace(attemptKey: string, from: AttemptState | undefined, to: AttemptState): Promise<boolean> {
    if (this.items.get(attemptKey)?.version !== from?.version) return false;
    this.items.set(attemptKey, to);
    return true;
  }

  async confirmFailure(reservation: Reservation, now: number): Promise<void> {
    this.#settle(reservation, (state) => {
      state.pending -= 1;
      state.lastFailureAt = now;
    });
  }

  async recordSuccess(reservation: Reservation): Promise<void> {
    this.#settle(reservation, (state) => {
      state.pending -= 1;
      state.taken = state.pending;
      if (state.day === reservation.day) state.takenToday -= 1;
    });
  }

  async giveBack(reservation: Reservation): Promise<void> {
    this.#settle(reservation, (state) => {
      state.pending -= 1;
      state.taken -= 1;
      if (state.day === reservation.day) state.takenToday -= 1;
    });
  }

  async recordFailure(reservation: Reservation, now: number): Promise<void> {
    const state = this.items.get(reservation.attemptKey);
    if (!state) return;
    const { taken, takenToday, version } = state;
    this.items.set(reservation.attemptKey, {
      ...state,
      taken: taken + 1,
      takenToday: takenToday + 1,
      lastFailureAt: now,
      version: version + 1,
    });
  }

  #settle(reservation: Reservation, change: (state: Mutable<AttemptState>) => void): void {
    const state = this.items.get(reservation.attemptKey);
    if (!state || state.pending < 1) return;
    const next: Mutable<AttemptState> = { ...state, version: state.version + 1 };
    change(next);
    this.items.set(reservation.attemptKey, next);
  }
}

export class MemoryEventLog implements EventLog {
  readonly items: StoredEvent[] = [];

  async append(event: SecurityEvent): Promise<void> {
    this.items.push({ ...event, eventId: `${event.at}-${this.items.length}` });
  }

  async list(subject: string, limit: number): Promise<StoredEvent[]> {
    return this.items
      .filter((event) => event.subject === subject)
      .sort((a, b) => b.at - a.at)
      .slice(0, limit);
  }
}
