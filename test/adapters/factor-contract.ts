/** What the stores of codes must do, whatever the engine. */
import type { Challenge, SecondFactor } from '../../lambda/domain/ports.ts';
import { account, id, NOW, type Stores, session } from './store-contract.ts';

const totp = { seedId: 'seed', lastStep: 7 };
const factor: SecondFactor = { totp, passkeys: {}, confirmedAt: NOW, recoveryCodes: ['a', 'b'] };

function challenge(more: Partial<Challenge> = {}): Challenge {
  return { secretHash: id(), knownDevice: false, delivery: 'cookie', credentialVersion: 1, failures: 0, expiresAt: NOW, ...more };
}

export function describeFactorContract(name: string, stores: () => Stores): void {
  describe(`second factors in ${name}`, () => {
    it('change by compare-and-swap on their version, of ten at the same instant one', async () => {
      const { accounts, factors } = stores();
      const anna = account();
      await accounts.create(anna);

      const races = await Promise.all(Array.from({ length: 10 }, () => factors.changeFactor(anna.accountId, 0, { secondFactor: factor })));
      const stale = await factors.changeFactor(anna.accountId, 0, { secondFactor: null });
      const off = await factors.changeFactor(anna.accountId, 1, { secondFactor: null, pendingTotp: { seedId: 'x', expiresAt: NOW } });

      expect(races.filter(Boolean)).toHaveLength(1);
      expect(stale).toBeUndefined();
      expect(off).toEqual({ ...anna, factorVersion: 2, pendingTotp: { seedId: 'x', expiresAt: NOW } });
      expect(await factors.changeFactor(id(), 0, { secondFactor: factor })).toBeUndefined();
    });

    it('[P14] change for a session that is there under its secret, and for no other', async () => {
      const { accounts, factors } = stores();
      const mine = session();
      const anna = account({ sessions: { mine }, secondFactor: factor });
      await accounts.create(anna);
      const change = (sessionId: string, secretHash: string) =>
        factors.changeFactor(anna.accountId, 0, { secondFactor: null, requireSession: { sessionId, secretHash } });

      const refused = [await change('other', mine.secretHash), await change('mine', id())];
      const changed = await change('mine', mine.secretHash);

      expect(refused).toEqual([undefined, undefined]);
      expect(changed).toEqual({ ...anna, secondFactor: undefined, factorVersion: 1 });
    });

    it('[P14] keep a session from opening without a code, and a challenge from opening without a factor', async () => {
      const { accounts, factors } = stores();
      const [plain, guarded] = [account(), account()];
      await Promise.all([accounts.create(plain), accounts.create(guarded)]);
      await factors.changeFactor(guarded.accountId, 0, { secondFactor: factor });
      const open = challenge();
      const entry = { credentialVersion: 1, emailKey: guarded.emailKey, sessionId: 'one', session: session() };

      expect(await accounts.addSession(guarded.accountId, entry)).toBeUndefined();
      expect(await accounts.openChallenge(plain.accountId, plain.emailKey, 'one', open)).toBeUndefined();
      expect((await accounts.openChallenge(guarded.accountId, guarded.emailKey, 'one', open))?.challenges).toEqual({ one: open });
      expect(await accounts.openChallenge(guarded.accountId, guarded.emailKey, 'two', challenge({ credentialVersion: 2 }))).toBeUndefined();
      await accounts.endChallenges(guarded.accountId, ['one', 'nine']);
      expect((await accounts.read(guarded.accountId))?.challenges).toEqual({});
    });

    it('[P14] spend the code, end the challenge and open the session in one write, or do nothing', async () => {
      const { accounts, factors } = stores();
      const anna = account({ challenges: { one: challenge() }, secondFactor: factor });
      await accounts.create(anna);
      const opened = session();
      const openSession = { credentialVersion: 1, sessionId: 'mine', session: opened };
      const next = { ...factor, totp: { ...totp, lastStep: 8 } };

      const wrongVersion = await factors.changeFactor(anna.accountId, 0, {
        secondFactor: next,
        endChallenge: 'one',
        openSession: { ...openSession, credentialVersion: 2 },
      });
      const noChallenge = await factors.changeFactor(anna.accountId, 0, { secondFactor: next, endChallenge: 'two', openSession });
      const right = await factors.changeFactor(anna.accountId, 0, { secondFactor: next, endChallenge: 'one', openSession });

      expect([wrongVersion, noChallenge]).toEqual([undefined, undefined]);
      expect(right).toEqual({ ...anna, secondFactor: next, challenges: {}, sessions: { mine: opened }, signIns: 1, factorVersion: 1 });
    });

    it('count a failure on the challenge and on the account at once', async () => {
      const { accounts, factors } = stores();
      const anna = account({ challenges: { one: challenge() }, secondFactor: factor });
      await accounts.create(anna);
      const codeAttempts = { taken: 1, pending: 0, pendingUntil: 0, lastFailureAt: NOW, day: 1, takenToday: 1, version: 1 };

      const failed = await factors.changeFactor(anna.accountId, 0, { failChallenge: 'one', codeAttempts });

      expect(failed?.challenges.one?.failures).toBe(1);
      expect(failed?.codeAttempts).toEqual(codeAttempts);
    });

    it('replace a session for who knows its hash: renamed, or in place', async () => {
      const { accounts, factors } = stores();
      const mine = session();
      const anna = account({ sessions: { mine }, secondFactor: factor });
      await accounts.create(anna);
      const from = { sessionId: 'mine', secretHash: mine.secretHash };
      const stepped = { ...mine, steppedUpAt: NOW };

      const wrong = await factors.changeFactor(anna.accountId, 0, {
        replaceSession: { from: { ...from, secretHash: 'x' }, to: { sessionId: 'next', session: stepped } },
      });
      const inPlace = await factors.changeFactor(anna.accountId, 0, {
        replaceSession: { from, to: { sessionId: 'mine', session: stepped } },
      });
      const renamed = await factors.changeFactor(anna.accountId, 1, {
        replaceSession: { from, to: { sessionId: 'next', session: stepped } },
      });

      expect(wrong).toBeUndefined();
      expect(inPlace?.sessions).toEqual({ mine: stepped });
      expect(renamed?.sessions).toEqual({ next: stepped });
      expect(await accounts.rotateSession(anna.accountId, { ...from, sessionId: 'next' }, { sessionId: 'other', session: mine })).toBe(
        false,
      );
    });

    it('[P14] add a passkey, spend its ceremony, forget devices and call a recovery off in one write, or do nothing', async () => {
      const { accounts, factors } = stores();
      const device = { rememberedAt: NOW, expiresAt: NOW + 1, address: '203.0.113.7', userAgent: 'Firefox' };
      const factorRecovery = { requestedBy: id(), requestedByKey: id(), requestedAt: NOW, reason: 'lost', expiresAt: NOW + 1 };
      const anna = account({ rememberedDevices: { old: device }, spentCeremonies: { earlier: NOW }, factorRecovery, secondFactor: factor });
      await accounts.create(anna);
      const passkey = {
        credentialId: id(),
        publicKey: id(),
        counter: 0,
        transports: ['internal'],
        name: 'Laptop',
        createdAt: NOW,
        synced: true,
      };
      const change = {
        secondFactor: { ...factor, passkeys: { mine: passkey } },
        spentCeremonies: { later: NOW + 1 },
        forgetDevices: true,
        cancelRecovery: true,
      } as const;

      const refused = await factors.changeFactor(anna.accountId, 0, { ...change, endChallenge: 'none' });
      const untouched = await accounts.read(anna.accountId);
      const written = await factors.changeFactor(anna.accountId, 0, change);
      const again = await factors.changeFactor(anna.accountId, 1, { cancelRecovery: true });

      const { factorRecovery: _, ...rest } = anna;
      const { secondFactor, spentCeremonies } = change;
      expect(refused).toBeUndefined();
      expect(untouched).toEqual(anna);
      expect(written).toEqual({ ...rest, secondFactor, spentCeremonies, rememberedDevices: {}, factorVersion: 1 });
      expect(again).toEqual({ ...written, factorVersion: 2 });
    });

    it('[P14] remember a device beside others, or instead of them, and note the network of the session that opens', async () => {
      const { accounts, factors } = stores();
      const device = { rememberedAt: NOW, expiresAt: NOW + 1, address: '203.0.113.7', userAgent: 'Firefox' };
      const anna = account({ rememberedDevices: { old: device }, networks: { known: NOW - 1 }, secondFactor: factor });
      await accounts.create(anna);
      const open = (sessionId: string, network: string) => ({ credentialVersion: 1, sessionId, session: session(), network });

      const beside = await factors.changeFactor(anna.accountId, 0, {
        rememberDevice: { deviceId: 'new', device },
        openSession: open('one', 'fresh'),
      });
      const instead = await factors.changeFactor(anna.accountId, 1, {
        forgetDevices: true,
        rememberDevice: { deviceId: 'only', device },
        openSession: open('two', 'known'),
      });

      expect(Object.keys(beside?.rememberedDevices ?? {}).sort()).toEqual(['new', 'old']);
      expect(beside?.networks).toEqual({ known: NOW - 1, fresh: NOW });
      expect(instead?.rememberedDevices).toEqual({ only: device });
      expect(instead?.networks).toEqual({ known: NOW - 1, fresh: NOW });
    });

    it('seeds are sealed bytes of one account, kept or removed one by one', async () => {
      const { seeds } = stores();
      const accountId = id();
      const [one, two] = [
        { seedId: 'one', sealed: Uint8Array.from([1, 2, 3]) },
        { seedId: 'two', sealed: Uint8Array.from([4]) },
      ];
      await seeds.put(accountId, one, NOW);
      await seeds.put(accountId, two, NOW);

      const kept = [await seeds.keep(accountId, 'one'), await seeds.keep(accountId, 'nine')];
      await seeds.remove(accountId, 'two');
      const listed = await seeds.list(accountId);

      expect(kept).toEqual([true, false]);
      expect(listed.map(({ seedId, sealed }) => [seedId, [...sealed]])).toEqual([['one', [1, 2, 3]]]);
      expect(await seeds.list(id())).toEqual([]);
    });
  });
}
