/** What the store of staff's writes must do, whatever the engine. */
import type { FactorRecovery, SecondFactor } from '../../lambda/domain/ports.ts';
import type { StaffStore } from '../../lambda/domain/staff/ports.ts';
import { account, id, NOW, type Stores, session } from './store-contract.ts';

const factor: SecondFactor = { totp: { seedId: 'seed', lastStep: 7 }, passkeys: {}, confirmedAt: NOW, recoveryCodes: ['a', 'b'] };
const challenge = { secretHash: 'h', knownDevice: false, delivery: 'cookie', credentialVersion: 1, failures: 0, expiresAt: NOW } as const;
const device = { rememberedAt: NOW, expiresAt: NOW, address: '', userAgent: '' };
const recovery: FactorRecovery = { requestedBy: 'one', requestedByKey: 'key', requestedAt: NOW, reason: 'lost phone', expiresAt: NOW + 9 };
const approved: FactorRecovery = { ...recovery, approvedBy: 'two', effectiveAt: NOW + 5 };

function lively(more: Parameters<typeof account>[0] = {}) {
  return account({
    sessions: { one: session(), two: session() },
    challenges: { open: challenge },
    rememberedDevices: { mine: device },
    secondFactor: factor,
    factorVersion: 3,
    ...more,
  });
}

export function describeStaffContract(
  name: string,
  stores: () => Pick<Stores, 'accounts' | 'factors' | 'events'> & { readonly staff: StaffStore },
): void {
  describe(`staff's writes in ${name}`, () => {
    it('disable an account and end its sessions, challenges, devices, recovery and waiting address at once, again and again; enabling ends nothing', async () => {
      const { accounts, staff } = stores();
      const anna = lively();
      const pendingEmail = { changeId: 'c', email: 'new@example.com', emailKey: 'k', credentialVersion: 1, expiresAt: NOW };
      await accounts.create({ ...anna, factorRecovery: approved, pendingEmail });
      const disabled = { ...anna, status: 'disabled', sessions: {}, challenges: {}, rememberedDevices: {} };

      expect(await staff.setStatus(anna.accountId, 'disabled')).toEqual(disabled);
      expect(await staff.setStatus(anna.accountId, 'disabled')).toEqual(disabled);
      expect(await staff.setStatus(anna.accountId, 'active')).toEqual({ ...disabled, status: 'active' });
      const entry = { credentialVersion: 1, emailKey: anna.emailKey, sessionId: 'x', session: session() };
      expect(await accounts.addSession(anna.accountId, entry)).toBeUndefined();
      expect((await accounts.openChallenge(anna.accountId, anna.emailKey, 'new', challenge))?.challenges).toEqual({ new: challenge });
      expect((await staff.setStatus(anna.accountId, 'active'))?.challenges).toEqual({ new: challenge });
      await staff.replaceRecovery(anna.accountId, { factorVersion: 3, recovery: undefined }, recovery);
      expect((await staff.setStatus(anna.accountId, 'active'))?.factorRecovery).toEqual(recovery);
    });

    it('are told of with who acted, what was done and to whom', async () => {
      const { events } = stores();
      const [actor, target] = [id(), id()];
      const base = { at: NOW, address: '', userAgent: '', requestId: 'r', reason: 'passport shown', actor };
      const [own, other] = [
        { ...base, subject: target, type: 'account.disabled' as const },
        { ...base, subject: actor, type: 'staff.acted' as const, act: 'account.disabled' as const, target },
      ];

      await Promise.all([events.append(own), events.append(other)]);

      expect(await events.list(target, 10)).toEqual([expect.objectContaining(own)]);
      expect(await events.list(actor, 10)).toEqual([expect.objectContaining(other)]);
    });

    it('end sessions, challenges and remembered devices, and nothing else', async () => {
      const { accounts, staff } = stores();
      const anna = lively({ factorRecovery: recovery });
      await accounts.create(anna);

      const ended = await staff.endSessions(anna.accountId);

      expect(ended).toEqual({ ...anna, sessions: {}, challenges: {}, rememberedDevices: {} });
      expect(await accounts.read(anna.accountId)).toEqual(ended);
    });

    it('never make an account', async () => {
      const { accounts, staff } = stores();
      const nobody = id();
      const from = { factorVersion: 0, recovery: undefined };

      expect(await staff.setStatus(nobody, 'active')).toBeUndefined();
      expect(await staff.endSessions(nobody)).toBeUndefined();
      expect(await staff.replaceCodeAttempts(nobody, 0, attempts)).toBe(false);
      expect(await staff.replaceRecovery(nobody, from, recovery)).toBeUndefined();
      expect(await staff.replaceRecovery(nobody, from, null)).toBeUndefined();
      expect(await staff.completeRecovery(nobody, from)).toBeUndefined();
      expect(await accounts.read(nobody)).toBeUndefined();
    });

    it('replace the counter of codes on the version that was read, and make whoever read it before try again', async () => {
      const { accounts, factors, staff } = stores();
      const anna = lively();
      await accounts.create(anna);

      const races = await Promise.all(Array.from({ length: 10 }, () => staff.replaceCodeAttempts(anna.accountId, 3, attempts)));

      expect(races.filter(Boolean)).toHaveLength(1);
      expect(await accounts.read(anna.accountId)).toEqual({ ...anna, codeAttempts: attempts, factorVersion: 4 });
      expect(await factors.changeFactor(anna.accountId, 3, { secondFactor: null })).toBeUndefined();
    });

    it('[P14] take one of ten requests, and one of ten approvals, at the same instant', async () => {
      const { accounts, staff } = stores();
      const anna = lively();
      await accounts.create(anna);
      const ten = <T>(make: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 10 }, (_, index) => make(index)));

      const requests = await ten((index) =>
        staff.replaceRecovery(anna.accountId, { factorVersion: 3, recovery: undefined }, { ...recovery, requestedBy: `staff ${index}` }),
      );
      const requested = requests.find(Boolean);
      const basis = { factorVersion: 4, recovery: requested?.factorRecovery };
      const approvals = await ten((index) =>
        staff.replaceRecovery(anna.accountId, basis, { ...approved, ...requested?.factorRecovery, approvedBy: `staff ${index}` }),
      );

      expect([requests.filter(Boolean).length, approvals.filter(Boolean).length]).toEqual([1, 1]);
      expect((await accounts.read(anna.accountId))?.factorVersion).toBe(5);
    });

    it.each([
      ['another person asked', { ...approved, requestedBy: 'three' }],
      ['it was asked at another time', { ...approved, requestedAt: NOW + 1 }],
      ['nobody has approved', recovery],
      ['another person approved', { ...approved, approvedBy: 'three' }],
      ['there is none', undefined],
    ])('[P14] do nothing about a recovery where %s', async (_, stored) => {
      const { accounts, staff } = stores();
      const anna = lively(stored ? { factorRecovery: stored } : {});
      await accounts.create(anna);
      const from = { factorVersion: 3, recovery: approved };

      expect(await staff.completeRecovery(anna.accountId, from)).toBeUndefined();
      expect(await staff.replaceRecovery(anna.accountId, from, null)).toBeUndefined();
      expect(await staff.replaceRecovery(anna.accountId, from, recovery)).toBeUndefined();
      expect(await accounts.read(anna.accountId)).toEqual(anna);
    });

    it('[P14] begin and complete no recovery for a disabled account or one without a factor, but end it for either', async () => {
      const { accounts, staff } = stores();
      const { secondFactor: _, ...withoutFactor } = lively({ factorRecovery: approved });
      const disabled = lively({ status: 'disabled', factorRecovery: approved });
      await Promise.all([accounts.create(withoutFactor), accounts.create(disabled)]);
      const from = { factorVersion: 3, recovery: approved };

      for (const { accountId } of [withoutFactor, disabled]) {
        expect(await staff.completeRecovery(accountId, from)).toBeUndefined();
        expect(await staff.replaceRecovery(accountId, from, approved)).toBeUndefined();
        expect((await staff.replaceRecovery(accountId, from, null))?.factorRecovery).toBeUndefined();
      }
    });

    it('[P14] complete by taking factor, recovery, sessions, challenges and remembered devices in one write, once', async () => {
      const { accounts, staff } = stores();
      const anna = lively({ factorRecovery: approved, pendingTotp: { seedId: 'x', expiresAt: NOW } });
      await accounts.create(anna);
      const from = { factorVersion: 3, recovery: approved };

      const races = await Promise.all(Array.from({ length: 10 }, () => staff.completeRecovery(anna.accountId, from)));

      const { secondFactor: _, pendingTotp: __, factorRecovery: ___, ...rest } = anna;
      expect(races.filter(Boolean)).toEqual([{ ...rest, factorVersion: 4, sessions: {}, challenges: {}, rememberedDevices: {} }]);
    });

    it('[P14] are forestalled by an owner who shows a code at the same instant, or forestall it: never both', async () => {
      const { accounts, factors, staff } = stores();
      const anna = lively({ factorRecovery: approved });
      await accounts.create(anna);

      const [completed, shown] = await Promise.all([
        staff.completeRecovery(anna.accountId, { factorVersion: 3, recovery: approved }),
        factors.changeFactor(anna.accountId, 3, { secondFactor: { ...factor, recoveryCodes: ['a'] }, cancelRecovery: true }),
      ]);

      expect([completed, shown].filter(Boolean)).toHaveLength(1);
      const after = await accounts.read(anna.accountId);
      expect(after?.factorRecovery).toBeUndefined();
      expect(after?.secondFactor === undefined).toBe(completed !== undefined);
    });
  });
}

const attempts = { taken: 0, pending: 0, pendingUntil: 0, lastFailureAt: NOW, day: 1, takenToday: 9, version: 4 };
