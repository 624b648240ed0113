/**
 * What every store must do, whatever the engine: run over memory, over dynalite, and by `npm run verify` over other
 * implementations of DynamoDB.
 */
import { randomBytes } from 'node:crypto';
import { type AttemptState, decideAttempt, isPlainlyFree, utcDay } from '../../lambda/domain/lockout.ts';
import type {
  AccountRecord,
  AccountStore,
  AttemptStore,
  CredentialStore,
  EventLog,
  FactorStore,
  MailToken,
  PasswordEntry,
  RegistrationStore,
  SeedStore,
  StoredSession,
  TokenStore,
} from '../../lambda/domain/ports.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly factors: FactorStore;
  readonly seeds: SeedStore;
  readonly credentials: CredentialStore;
  readonly registrations: RegistrationStore;
  readonly tokens: TokenStore;
  readonly attempts: AttemptStore;
  readonly events: EventLog;
  /** What the mailer writes. */
  putToken(tokenHash: string, token: Extract<MailToken, { purpose: 'password_reset' }>): Promise<void>;
}

export const NOW = Date.UTC(2026, 0, 15, 12);
export const id = () => randomBytes(16).toString('base64url');

export function session(more: Partial<StoredSession> = {}): StoredSession {
  return { secretHash: id(), createdAt: NOW, lastSeenAt: NOW, address: '203.0.113.7', userAgent: 'Firefox', ...more };
}

export function account(more: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: id(),
    email: 'anna@example.com',
    emailKey: id(),
    locale: 'it',
    status: 'active',
    credentialVersion: 1,
    createdAt: NOW,
    signIns: 0,
    sessions: {},
    challenges: {},
    factorVersion: 0,
    rememberedDevices: {},
    networks: {},
    ...more,
  };
}

/** What the right password of this account would open. */
export function entry(of: AccountRecord, sessionId: string, more: Partial<PasswordEntry> = {}): PasswordEntry {
  return { credentialVersion: of.credentialVersion, emailKey: of.emailKey, sessionId, session: session(), ...more };
}

export function describeStoreContract(name: string, stores: () => Stores): void {
  describe(`accounts in ${name}`, () => {
    it('are created once and read back whole', async () => {
      const { accounts } = stores();
      const anna = account();

      await accounts.create(anna);
      await accounts.create({ ...anna, email: 'mallory@example.com' });

      expect(await accounts.read(anna.accountId)).toEqual(anna);
      expect(await accounts.read(id())).toBeUndefined();
    });

    it('take a session only while active and at the version that was verified', async () => {
      const { accounts } = stores();
      const [active, disabled] = [account(), account({ status: 'disabled' })];
      await Promise.all([accounts.create(active), accounts.create(disabled)]);
      const added = session();

      const written = await accounts.addSession(active.accountId, entry(active, 'one', { session: added }));

      expect(written).toEqual({ ...active, signIns: 1, sessions: { one: added } });
      expect(await accounts.addSession(active.accountId, entry(active, 'two', { credentialVersion: 2 }))).toBeUndefined();
      expect(await accounts.addSession(disabled.accountId, entry(disabled, 'two'))).toBeUndefined();
      expect(await accounts.addSession(id(), entry(active, 'two'))).toBeUndefined();
    });

    it('are read with one session and no other', async () => {
      const { accounts } = stores();
      const [one, two] = [session(), session()];
      const anna = account({ sessions: { one, two } });
      await accounts.create(anna);

      expect((await accounts.read(anna.accountId, 'two'))?.sessions).toEqual({ two });
      expect((await accounts.read(anna.accountId, 'three'))?.sessions).toEqual({});
    });

    it('keep every session of forty added at the same instant', async () => {
      const { accounts } = stores();
      const anna = account();
      await accounts.create(anna);

      await Promise.all(Array.from({ length: 40 }, (_, index) => accounts.addSession(anna.accountId, entry(anna, `session-${index}`))));

      const read = await accounts.read(anna.accountId);
      expect(Object.keys(read?.sessions ?? {})).toHaveLength(40);
      expect(read?.signIns).toBe(40);
    });

    it('rename a session once, and only for who knows its hash', async () => {
      const { accounts } = stores();
      const [old, next] = [session(), session()];
      const anna = account({ sessions: { old } });
      await accounts.create(anna);
      const from = { sessionId: 'old', secretHash: old.secretHash };

      const wrong = await accounts.rotateSession(anna.accountId, { ...from, secretHash: 'wrong' }, { sessionId: 'next', session: next });
      const races = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          accounts.rotateSession(anna.accountId, from, { sessionId: `next-${index}`, session: next }),
        ),
      );

      expect(wrong).toBe(false);
      expect(races.filter(Boolean)).toHaveLength(1);
      expect(Object.keys((await accounts.read(anna.accountId))?.sessions ?? {})).toEqual([`next-${races.indexOf(true)}`]);
    });

    it('change a session in place', async () => {
      const { accounts } = stores();
      const mine = session();
      const anna = account({ sessions: { mine } });
      await accounts.create(anna);

      await accounts.rotateSession(
        anna.accountId,
        { sessionId: 'mine', secretHash: mine.secretHash },
        { sessionId: 'mine', session: { ...mine, steppedUpAt: NOW } },
      );

      expect((await accounts.read(anna.accountId))?.sessions).toEqual({ mine: { ...mine, steppedUpAt: NOW } });
    });

    it('note when a session was seen, and never bring an ended one back', async () => {
      const { accounts } = stores();
      const mine = session();
      const anna = account({ sessions: { mine } });
      await accounts.create(anna);

      await accounts.touchSession(anna.accountId, 'mine', mine.secretHash, NOW + 1);
      await accounts.touchSession(anna.accountId, 'gone', mine.secretHash, NOW + 1);

      expect((await accounts.read(anna.accountId))?.sessions).toEqual({ mine: { ...mine, lastSeenAt: NOW + 1 } });
    });

    it('end sessions: some, all others', async () => {
      const { accounts } = stores();
      const one = session();
      const anna = account({ sessions: { one, two: session(), three: session() } });
      await accounts.create(anna);

      const unknown = await accounts.endSessions(anna.accountId, ['nine']);
      const ended = await accounts.endSessions(anna.accountId, ['two', 'nine']);
      const refused = await accounts.endOtherSessions(anna.accountId, { sessionId: 'one', secretHash: 'wrong', session: one });
      const others = await accounts.endOtherSessions(anna.accountId, { sessionId: 'one', secretHash: one.secretHash, session: one });

      expect([unknown, ended, refused, others]).toEqual([false, true, false, true]);
      expect((await accounts.read(anna.accountId))?.sessions).toEqual({ one });
    });

    it('move to the next credential version once, ending every session but the kept one', async () => {
      const { accounts } = stores();
      const mine = session();
      const anna = account({ sessions: { mine, other: session() } });
      await accounts.create(anna);
      const keep = { sessionId: 'next', session: session(), replaces: { sessionId: 'mine', secretHash: mine.secretHash } };

      const races = await Promise.all(Array.from({ length: 5 }, () => accounts.advanceCredentialVersion(anna.accountId, anna, 2, keep)));

      expect(races.filter(Boolean)).toHaveLength(1);
      expect(await accounts.read(anna.accountId)).toEqual({ ...anna, credentialVersion: 2, sessions: { next: keep.session } });
      const next = { emailKey: anna.emailKey, credentialVersion: 2 };
      expect(await accounts.advanceCredentialVersion(anna.accountId, { ...next, emailKey: 'left' }, 3)).toBe(false);
      expect(await accounts.advanceCredentialVersion(anna.accountId, next, 3)).toBe(true);
      expect((await accounts.read(anna.accountId))?.sessions).toEqual({});
    });
  });

  describe(`credentials in ${name}`, () => {
    const credential = () => ({
      emailKey: id(),
      accountId: id(),
      locale: 'en' as const,
      status: 'active' as const,
      hash: 'a',
      credentialVersion: 1,
    });

    it('of one address are made by one account only, of ten at the same instant', async () => {
      const { credentials } = stores();
      const { emailKey } = credential();

      const races = await Promise.all(Array.from({ length: 10 }, () => credentials.create({ ...credential(), emailKey }, NOW)));

      expect(races.filter(Boolean)).toHaveLength(1);
    });

    it('may be made again by the same account, until its password has moved on', async () => {
      const { credentials } = stores();
      const mine = credential();

      const first = await credentials.create(mine, NOW);
      const again = await credentials.create(mine, NOW);
      await credentials.replaceHash(mine.emailKey, { credentialVersion: 1 }, { hash: 'b', credentialVersion: 2 });
      const late = await credentials.create(mine, NOW);

      expect([first, again, late]).toEqual([true, true, false]);
      expect(await credentials.read(mine.emailKey)).toEqual({ ...mine, hash: 'b', credentialVersion: 2 });
    });

    it('change by compare-and-swap on version and hash', async () => {
      const { credentials } = stores();
      const mine = credential();
      await credentials.create(mine, NOW);

      const wrongHash = await credentials.replaceHash(
        mine.emailKey,
        { hash: 'z', credentialVersion: 1 },
        { hash: 'b', credentialVersion: 1 },
      );
      const wrongVersion = await credentials.replaceHash(mine.emailKey, { credentialVersion: 2 }, { hash: 'b', credentialVersion: 3 });
      const right = await credentials.replaceHash(mine.emailKey, { hash: 'a', credentialVersion: 1 }, { hash: 'b', credentialVersion: 1 });

      expect([wrongHash, wrongVersion, right]).toEqual([false, false, true]);
      expect(await credentials.read(id())).toBeUndefined();
    });
  });

  describe(`registrations, tokens and events in ${name}`, () => {
    it('registrations are read back to the second', async () => {
      const { registrations } = stores();
      const registration = {
        registrationId: id(),
        accountId: id(),
        email: 'anna@example.com',
        emailKey: id(),
        locale: 'it' as const,
        hash: 'h',
        createdAt: NOW,
        expiresAt: NOW + 86_400_000,
      };

      await registrations.put(registration);

      expect(await registrations.read(registration.registrationId)).toEqual(registration);
      expect(await registrations.read(id())).toBeUndefined();
    });

    it('a token is redeemed by exactly one of fifty', async () => {
      const { tokens, putToken } = stores();
      const tokenHash = id();
      const token = { purpose: 'password_reset' as const, emailKey: id(), accountId: id(), credentialVersion: 1, expiresAt: NOW };
      await putToken(tokenHash, token);

      const read = await tokens.read(tokenHash);
      const races = await Promise.all(Array.from({ length: 50 }, () => tokens.redeem(tokenHash)));

      expect(read).toMatchObject(token);
      expect(races.filter(Boolean)).toHaveLength(1);
      expect(await tokens.read(tokenHash)).toBeUndefined();
    });

    it('events are listed newest first, for their subject alone', async () => {
      const { events } = stores();
      const subject = id();
      const event = { subject, type: 'sign_in.failed' as const, at: NOW, address: '', userAgent: '', requestId: 'r' };
      for (const at of [NOW, NOW + 2, NOW + 1]) await events.append({ ...event, at });
      await events.append({ ...event, subject: id() });

      const listed = await events.list(subject, 2);

      expect(listed.map(({ at }) => at)).toEqual([NOW + 2, NOW + 1]);
    });
  });

  describe(`attempts in ${name}`, () => {
    it('[P13] of two hundred taken at the same instant, five are free', async () => {
      const { attempts } = stores();
      const key = id();

      const taken = await Promise.all(Array.from({ length: 200 }, () => attempts.takeIfPlainlyFree(key, NOW)));

      expect(taken.filter(Boolean).map((state) => state?.taken)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
      expect(taken.filter(Boolean)).toHaveLength(5);
    });

    it('count what is wrong, give back what is right, and leave those in flight taken', async () => {
      const { attempts } = stores();
      const attemptKey = id();
      const reservation = { attemptKey, day: utcDay(NOW), ordinal: 1 };
      for (let attempt = 0; attempt < 4; attempt++) await attempts.takeIfPlainlyFree(attemptKey, NOW);

      await attempts.confirmFailure(reservation, NOW + 1);
      const wrong = await attempts.read(attemptKey, NOW);
      await attempts.giveBack(reservation);
      const given = await attempts.read(attemptKey, NOW);
      await attempts.recordSuccess(reservation);
      const right = await attempts.read(attemptKey, NOW);
      await attempts.recordFailure(reservation, NOW + 2);
      const late = await attempts.read(attemptKey, NOW);

      expect(wrong).toMatchObject({ taken: 4, pending: 3, lastFailureAt: NOW + 1, takenToday: 4 });
      expect(given).toMatchObject({ taken: 3, pending: 2, takenToday: 3 });
      expect(right).toMatchObject({ taken: 1, pending: 1, takenToday: 2 });
      expect(late).toMatchObject({ taken: 2, pending: 1, lastFailureAt: NOW + 2, takenToday: 3 });
    });

    it('a verdict without an attempt changes nothing', async () => {
      const { attempts } = stores();
      const reservation = { attemptKey: id(), day: utcDay(NOW), ordinal: 1 };

      await Promise.all([attempts.confirmFailure(reservation, NOW), attempts.recordSuccess(reservation), attempts.giveBack(reservation)]);

      expect(await attempts.read(reservation.attemptKey, NOW)).toBeUndefined();
    });

    it('[P13] the plain increment is taken exactly where the domain says that it may be', async () => {
      const { attempts } = stores();
      let seed = 7;
      const random = (below: number) => {
        seed = (seed * 48271) % 2147483647;
        return seed % below;
      };

      for (let round = 0; round < 150; round++) {
        const key = id();
        const pending = random(3);
        const state: AttemptState = {
          taken: random(4) === 0 ? 0 : pending + random(5),
          pending,
          pendingUntil: NOW + 10_000,
          lastFailureAt: NOW - random(30) * 3_600_000,
          day: utcDay(NOW) - random(2),
          takenToday: random(3) === 0 ? 39 + random(3) : random(39),
          version: 1,
        };
        await attempts.replace(key, undefined, state);

        const taken = await attempts.takeIfPlainlyFree(key, NOW);

        expect([state, taken !== undefined]).toEqual([state, isPlainlyFree(state, NOW)]);
        if (taken) expect(taken).toMatchObject({ taken: state.taken + 1, pending: state.pending + 1, version: 2 });
      }
    });

    it('are swapped by one of ten at the same instant', async () => {
      const { attempts } = stores();
      const key = id();
      for (let attempt = 0; attempt < 5; attempt++) {
        const taken = await attempts.takeIfPlainlyFree(key, NOW);
        await attempts.confirmFailure({ attemptKey: key, day: utcDay(NOW), ordinal: taken?.taken ?? 0 }, NOW);
      }
      const later = NOW + 61_000;
      const state = await attempts.read(key, later);
      const decision = decideAttempt(state, later);
      if (decision.kind !== 'admitted') throw new Error(decision.kind);

      const races = await Promise.all(Array.from({ length: 10 }, () => attempts.replace(key, state, decision.next)));

      expect(races.filter(Boolean)).toHaveLength(1);
      expect(await attempts.read(key, later)).toEqual(decision.next);
    });

    it('begin anew each day without forgetting the row of failures', async () => {
      const { attempts } = stores();
      const key = id();
      await attempts.takeIfPlainlyFree(key, NOW);
      const tomorrow = NOW + 20 * 3_600_000;

      const taken = await attempts.takeIfPlainlyFree(key, tomorrow);

      expect(taken).toMatchObject({ taken: 2, takenToday: 1, day: utcDay(tomorrow) });
    });
  });
}
