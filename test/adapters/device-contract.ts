/** What the stores of remembered devices and networks must do, whatever the engine. */
import type { RememberedDevice, SecondFactor } from '../../lambda/domain/ports.ts';
import { account, entry, id, NOW, type Stores, session } from './store-contract.ts';

const factor: SecondFactor = { totp: { seedId: 'seed', lastStep: 7 }, passkeys: {}, confirmedAt: NOW, recoveryCodes: ['a', 'b'] };

function device(more: Partial<RememberedDevice> = {}): RememberedDevice {
  return { rememberedAt: NOW, expiresAt: NOW + 1000, address: '203.0.113.7', userAgent: 'Firefox', ...more };
}

export function describeDeviceContract(name: string, stores: () => Stores): void {
  describe(`devices and networks in ${name}`, () => {
    it('[P14] a session opens without a code on a remembered device alone, until it expires', async () => {
      const { accounts } = stores();
      const anna = account({ secondFactor: factor, rememberedDevices: { laptop: device() } });
      await accounts.create(anna);
      const at = (createdAt: number) => ({ session: session({ createdAt }) });

      const opened = await accounts.addSession(anna.accountId, entry(anna, 'one', { deviceId: 'laptop', ...at(NOW + 999) }));
      const expired = await accounts.addSession(anna.accountId, entry(anna, 'two', { deviceId: 'laptop', ...at(NOW + 1000) }));
      const unknown = await accounts.addSession(anna.accountId, entry(anna, 'three', { deviceId: 'phone' }));
      const unnamed = await accounts.addSession(anna.accountId, entry(anna, 'four'));

      expect(Object.keys(opened?.sessions ?? {})).toEqual(['one']);
      expect([expired, unknown, unnamed]).toEqual([undefined, undefined, undefined]);
    });

    it('a device that is not remembered keeps nobody out who has no second factor', async () => {
      const { accounts } = stores();
      const anna = account();
      await accounts.create(anna);

      expect(await accounts.addSession(anna.accountId, entry(anna, 'one', { deviceId: 'laptop' }))).toBeDefined();
    });

    it('[P14] neither a session nor a challenge opens for an address that the account has left', async () => {
      const { accounts } = stores();
      const [plain, guarded] = [account(), account({ secondFactor: factor, rememberedDevices: { laptop: device() } })];
      await Promise.all([accounts.create(plain), accounts.create(guarded)]);
      const emailKey = id();
      const challenge = {
        secretHash: id(),
        knownDevice: false,
        delivery: 'cookie' as const,
        credentialVersion: 1,
        failures: 0,
        expiresAt: NOW,
      };

      expect(await accounts.addSession(plain.accountId, entry(plain, 'one', { emailKey }))).toBeUndefined();
      expect(await accounts.addSession(guarded.accountId, entry(guarded, 'one', { emailKey, deviceId: 'laptop' }))).toBeUndefined();
      expect(await accounts.openChallenge(guarded.accountId, emailKey, 'one', challenge)).toBeUndefined();
    });

    it('[P14] of a device that is forgotten while it signs in fifty times, no session opens afterwards', async () => {
      const { accounts } = stores();
      const anna = account({ secondFactor: factor, rememberedDevices: { laptop: device() } });
      await accounts.create(anna);
      const open = (sessionId: string) => accounts.addSession(anna.accountId, entry(anna, sessionId, { deviceId: 'laptop' }));

      const race = Array.from({ length: 50 }, (_, index) => open(`session-${index}`));
      await accounts.forgetDevices(anna.accountId, ['laptop']);
      const late = await open('late');
      await Promise.all(race);

      expect(late).toBeUndefined();
      expect((await accounts.read(anna.accountId))?.rememberedDevices).toEqual({});
    });

    it('devices are forgotten by name, or all', async () => {
      const { accounts } = stores();
      const anna = account({ rememberedDevices: { one: device(), two: device(), three: device() } });
      await accounts.create(anna);

      const unknown = await accounts.forgetDevices(anna.accountId, ['nine']);
      const some = await accounts.forgetDevices(anna.accountId, ['two', 'nine']);
      const left = await accounts.read(anna.accountId);
      const all = [await accounts.forgetDevices(anna.accountId), await accounts.forgetDevices(id())];

      expect([unknown, some, ...all]).toEqual([false, true, true, false]);
      expect(Object.keys(left?.rememberedDevices ?? {}).sort()).toEqual(['one', 'three']);
      expect((await accounts.read(anna.accountId))?.rememberedDevices).toEqual({});
    });

    it('[P14] a change of the password forgets them', async () => {
      const { accounts } = stores();
      const anna = account({ rememberedDevices: { one: device() } });
      await accounts.create(anna);

      await accounts.advanceCredentialVersion(anna.accountId, anna, 2);

      expect((await accounts.read(anna.accountId))?.rememberedDevices).toEqual({});
    });

    it('a network is noted by the first session from it, and by no later one', async () => {
      const { accounts } = stores();
      const anna = account();
      await accounts.create(anna);
      const from = (sessionId: string, network: string, createdAt: number) =>
        accounts.addSession(anna.accountId, entry(anna, sessionId, { network, session: session({ createdAt }) }));

      await from('one', 'home', NOW);
      await from('two', 'home', NOW + 1);
      const last = await from('three', 'work', NOW + 2);

      expect(last?.networks).toEqual({ home: NOW, work: NOW + 2 });
    });

    it('networks are noted anew and forgotten', async () => {
      const { accounts } = stores();
      const anna = account({ networks: { home: NOW, work: NOW, old: NOW } });
      await accounts.create(anna);

      await accounts.noteNetworks(anna.accountId, { renew: 'home', forget: ['old', 'nine'] }, NOW + 5);
      await accounts.noteNetworks(anna.accountId, { forget: ['work'] }, NOW + 6);
      await accounts.noteNetworks(id(), { renew: 'home', forget: [] }, NOW + 7);

      expect((await accounts.read(anna.accountId))?.networks).toEqual({ home: NOW + 5 });
    });
  });
}
