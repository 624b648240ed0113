/** What the stores that an address moves through must do, whatever the engine: the account's item, and the credentials. */
import type { AddressStore, Credential } from '../../lambda/domain/ports.ts';
import { account, id, NOW, type Stores, session } from './store-contract.ts';

const DAY = 86_400_000;
const pending = { changeId: 'change', email: 'new@example.com', emailKey: 'new', credentialVersion: 1, expiresAt: NOW + 1 };
const left = [{ emailKey: 'old', addressVersion: 0, reservedUntil: NOW + DAY }];
const challenge = { secretHash: 'h', knownDevice: false, delivery: 'cookie', credentialVersion: 1, failures: 0, expiresAt: NOW } as const;
const recovery = { requestedBy: 'one', requestedByKey: 'key', requestedAt: NOW, reason: 'lost phone', expiresAt: NOW + 9 };
const take = { email: 'new@example.com', emailKey: 'new', at: NOW, status: 'active', credentialVersion: 1 } as const;

function credential(more: Partial<Credential> = {}): Credential {
  return { emailKey: id(), accountId: id(), locale: 'en', status: 'active', hash: 'a', credentialVersion: 1, ...more };
}

export function describeAddressContract(name: string, stores: () => Stores & { readonly addresses: AddressStore }): void {
  describe(`addresses of accounts in ${name}`, () => {
    it('change by compare-and-swap: of ten at the same instant one is written', async () => {
      const { accounts, addresses } = stores();
      const anna = account();
      await accounts.create(anna);

      const races = await Promise.all(
        Array.from({ length: 10 }, () =>
          addresses.changeAddress(anna.accountId, 0, { pendingEmail: pending, emailRequests: { day: 1, count: 1 } }),
        ),
      );

      const expected = { ...anna, addressVersion: 1, pendingEmail: pending, emailRequests: { day: 1, count: 1 } };
      expect(races.filter((race) => race !== undefined)).toEqual([expected]);
      expect(await accounts.read(anna.accountId)).toEqual(expected);
      expect(await addresses.changeAddress(id(), 0, { pendingEmail: pending })).toBeUndefined();
    });

    it('[P14] take another one with all that goes with it, only while active and at the password that was copied', async () => {
      const { accounts, addresses } = stores();
      const more = { addressVersion: 4, pendingEmail: pending, sessions: { one: session() }, challenges: { open: challenge } };
      const [anna, late, disabled] = [account(more), account({ ...more, credentialVersion: 2 }), account({ ...more, status: 'disabled' })];
      await Promise.all([anna, late, disabled].map((one) => accounts.create(one)));
      const previousEmails = [{ email: anna.email, emailKey: anna.emailKey, until: NOW, changeId: 'change' }];
      const change = { take, pendingEmail: null, previousEmails, leftCredentials: left };

      const taken = await addresses.changeAddress(anna.accountId, 4, change);

      const { pendingEmail: _, ...rest } = anna;
      const { email, emailKey } = take;
      const expected = {
        ...rest,
        email,
        emailKey,
        addressSince: NOW,
        challenges: {},
        previousEmails,
        leftCredentials: left,
        addressVersion: 5,
      };
      expect(taken).toEqual(expected);
      expect(await accounts.read(anna.accountId)).toEqual(expected);
      expect(await addresses.changeAddress(late.accountId, 4, change)).toBeUndefined();
      expect(await addresses.changeAddress(disabled.accountId, 4, change)).toBeUndefined();
      expect(await accounts.read(late.accountId)).toEqual(late);
    });

    it('take none whose copied credential would say another status than the account', async () => {
      const { accounts, addresses } = stores();
      const [enabled, disabled] = [account(), account({ status: 'disabled' })];
      await Promise.all([enabled, disabled].map((one) => accounts.create(one)));
      const back = { email: 'a@b.example', emailKey: 'b', at: NOW, status: 'disabled' } as const;

      expect(await addresses.changeAddress(enabled.accountId, 0, { take: back, secureAt: NOW })).toBeUndefined();
      expect(await addresses.changeAddress(disabled.accountId, 0, { take: back, secureAt: NOW })).toMatchObject({ emailKey: 'b' });
    });

    it('lists that are empty are gone, and what is not named stays', async () => {
      const { accounts, addresses } = stores();
      const anna = account({ addressVersion: 1, leftCredentials: left, pendingEmail: pending });
      await accounts.create(anna);

      await addresses.changeAddress(anna.accountId, 1, { leftCredentials: [], previousEmails: [] });

      const { leftCredentials: _, ...rest } = anna;
      expect(await accounts.read(anna.accountId)).toEqual({ ...rest, addressVersion: 2 });
    });

    it('[P14] securing ends sessions, challenges, remembered devices and a recovery, and raises both versions, in one write', async () => {
      const { accounts, addresses } = stores();
      const anna = account({
        sessions: { one: session(), two: session() },
        challenges: { open: challenge },
        rememberedDevices: { laptop: { rememberedAt: NOW, expiresAt: NOW, address: '', userAgent: '' } },
        factorRecovery: recovery,
        pendingEmail: pending,
        credentialVersion: 3,
        factorVersion: 5,
      });
      await accounts.create(anna);

      await addresses.changeAddress(anna.accountId, 0, {
        secureAt: NOW,
        pendingEmail: null,
        take: { email: 'a@b.example', emailKey: 'b', at: NOW, status: 'active' },
      });

      const { factorRecovery: _, pendingEmail: __, ...rest } = anna;
      expect(await accounts.read(anna.accountId)).toEqual({
        ...rest,
        email: 'a@b.example',
        emailKey: 'b',
        addressSince: NOW,
        sessions: {},
        challenges: {},
        rememberedDevices: {},
        devicesForgottenAt: NOW,
        credentialVersion: 4,
        factorVersion: 6,
        addressVersion: 1,
      });
    });
  });

  describe(`credentials that move in ${name}`, () => {
    it('[P13] are copied to an address that is free, and to no other: of ten accounts at the same instant one gets it', async () => {
      const { credentials } = stores();
      const emailKey = id();

      const copies = Array.from({ length: 10 }, () => ({ ...credential(), emailKey, addressVersion: 1 }));
      const races = await Promise.all(copies.map((copy) => credentials.copy(copy, NOW)));

      expect(races.filter(Boolean)).toHaveLength(1);
      expect(await credentials.read(emailKey)).toEqual(copies[races.indexOf(true)]);
      expect(await credentials.create(credential({ emailKey }), NOW)).toBe(false);
    });

    it('[P13] of a copy and a registration at the same instant one gets the address', async () => {
      const { credentials } = stores();
      const emailKey = id();

      const races = await Promise.all([
        credentials.copy({ ...credential(), emailKey, addressVersion: 1 }, NOW),
        credentials.create(credential({ emailKey }), NOW),
      ]);

      expect(races.filter(Boolean)).toHaveLength(1);
    });

    it('[P14] are copied again by the same account: over whatever is there from an earlier address, never over a later copy or a later password of the same', async () => {
      const { credentials } = stores();
      const mine = { ...credential({ credentialVersion: 2 }), addressVersion: 3 };

      const outcomes = [];
      for (const copy of [
        mine,
        { ...mine, addressVersion: 5, credentialVersion: 4, hash: 'b' },
        { ...mine, addressVersion: 4, credentialVersion: 4 },
        { ...mine, addressVersion: 5, credentialVersion: 3 },
        { ...mine, addressVersion: 6, credentialVersion: 3, hash: 'c' },
      ]) {
        outcomes.push(await credentials.copy(copy, NOW));
      }

      expect(outcomes).toEqual([true, true, false, false, true]);
      expect(await credentials.read(mine.emailKey)).toMatchObject({ hash: 'c', addressVersion: 6, credentialVersion: 3 });
    });

    it('[P13] that are retired are absent, without a hash, and nobody else gets the address before its time', async () => {
      const { credentials } = stores();
      const mine = credential({ expectsSecondFactor: true });
      await credentials.create(mine, NOW);
      const reserved = { emailKey: mine.emailKey, addressVersion: 0, reservedUntil: NOW + DAY };

      await credentials.retire(mine.accountId, reserved);
      await credentials.retire(mine.accountId, reserved);

      expect(await credentials.read(mine.emailKey)).toBeUndefined();
      const others = credential({ emailKey: mine.emailKey });
      expect(await credentials.create(others, NOW + DAY - 1)).toBe(false);
      expect(await credentials.copy({ ...others, addressVersion: 9 }, NOW + DAY - 1)).toBe(false);
      expect(await credentials.create(mine, NOW)).toBe(false);
      expect(await credentials.replaceHash(mine.emailKey, { credentialVersion: 1 }, { hash: 'b', credentialVersion: 2 })).toBe(false);
      await credentials.expectSecondFactor(mine.emailKey, true);
      await credentials.setStatus(mine.accountId, mine.emailKey, 'active');
      expect(await credentials.read(mine.emailKey)).toBeUndefined();
      expect(await credentials.create(others, NOW + DAY)).toBe(true);
      expect(await credentials.read(mine.emailKey)).toEqual(others);
    });

    it('come back to an address that they have left, within its time', async () => {
      const { credentials } = stores();
      const mine = credential();
      await credentials.create(mine, NOW);
      await credentials.retire(mine.accountId, { emailKey: mine.emailKey, addressVersion: 0, reservedUntil: NOW + DAY });
      const back = { ...mine, hash: 'b', credentialVersion: 7, addressVersion: 2 };

      expect(await credentials.copy(back, NOW)).toBe(true);
      expect(await credentials.read(mine.emailKey)).toEqual(back);
    });

    it('[P14] that have come back are not retired by a call that was on its way since before', async () => {
      const { credentials } = stores();
      const back = { ...credential(), addressVersion: 2 };
      await credentials.copy(back, NOW);

      for (const reservedUntil of [NOW + DAY, null]) {
        await credentials.retire(back.accountId, { emailKey: back.emailKey, addressVersion: 1, reservedUntil });
      }

      expect(await credentials.read(back.emailKey)).toEqual(back);
    });

    it('are freed at once where nothing is reserved; those of others never', async () => {
      const { credentials } = stores();
      const [mine, other] = [credential(), credential()];
      await Promise.all([mine, other].map((one) => credentials.create(one, NOW)));

      for (const { emailKey } of [mine, other]) {
        await credentials.retire(mine.accountId, { emailKey, addressVersion: 9, reservedUntil: null });
      }

      expect(await credentials.create(credential({ emailKey: mine.emailKey }), NOW)).toBe(true);
      expect(await credentials.read(other.emailKey)).toEqual(other);
    });

    it('know whether their account may sign in, told by its own account alone', async () => {
      const { credentials } = stores();
      const mine = credential();
      await credentials.create(mine, NOW);

      await credentials.setStatus(id(), mine.emailKey, 'disabled');
      const untouched = await credentials.read(mine.emailKey);
      await credentials.setStatus(mine.accountId, mine.emailKey, 'disabled');

      expect(untouched).toEqual(mine);
      expect(await credentials.read(mine.emailKey)).toEqual({ ...mine, status: 'disabled' });
    });
  });
}
