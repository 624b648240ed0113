/** What the stores behind an erasure must do on every engine. */
import type { EventLog } from '../../lambda/domain/ports.ts';
import type { ErasableAccounts, Erasure, ErasureStore, PersonalHistory } from '../../lambda/domain/privacy/ports.ts';
import { account, id, NOW, type Stores, session } from './store-contract.ts';

export interface ErasureStores extends Pick<Stores, 'accounts'> {
  readonly erasures: ErasureStore;
  readonly erasable: ErasableAccounts;
  readonly history: PersonalHistory;
  readonly events: EventLog;
}

const erasureOf = (accountId: string, more: Partial<Erasure> = {}): Erasure => ({
  accountId,
  erasureId: id(),
  requestedAt: NOW,
  dueAt: NOW + 1000,
  siteOrigin: 'https://id.example.com',
  isTold: false,
  ...more,
});

export function describeErasureContract(engine: string, stores: () => ErasureStores): void {
  describe(`erasures in ${engine}`, () => {
    it('an account has one at a time, and only the one that is meant is changed or removed', async () => {
      const { erasures } = stores();
      const first = erasureOf(id());
      const created = await Promise.all([1, 2, 3].map(() => erasures.create(first)));
      await erasures.remove(first.accountId, 'another');
      await erasures.replace({ ...first, erasureId: 'another', isTold: true });

      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await erasures.read(first.accountId)).toEqual(first);
      await erasures.remove(first.accountId, first.erasureId);
      await erasures.replace(first);
      expect(await erasures.read(first.accountId)).toBeUndefined();
    });

    it('are listed, the one that is due first in front', async () => {
      const { erasures } = stores();
      const [later, sooner] = [erasureOf(id(), { dueAt: NOW + 9 }), erasureOf(id(), { dueAt: NOW + 3 })];
      await erasures.create(later);
      await erasures.create(sooner);

      const listed = (await erasures.list(1000)).map(({ erasureId }) => erasureId);

      expect(listed.indexOf(sooner.erasureId)).toBeLessThan(listed.indexOf(later.erasureId));
    });

    it('of a hundred clicks on delete one counts, every session ends with it, and keeping it gives the account back', async () => {
      const { accounts, erasable } = stores();
      const anna = account({ sessions: { one: session() } });
      await accounts.create(anna);

      const asked = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          erasable.schedule(anna.accountId, { erasureId: `e${index}`, requestedAt: NOW, dueAt: NOW + 1 }),
        ),
      );
      const won = asked.find((each) => each !== undefined)?.erasure?.erasureId ?? '';
      expect(asked.filter(Boolean)).toHaveLength(1);
      expect(await accounts.read(anna.accountId)).toMatchObject({ status: 'disabled', sessions: {}, erasure: { erasureId: won } });

      expect(await erasable.keep(anna.accountId, 'another')).toBeUndefined();
      expect(await erasable.keep(anna.accountId, won)).toMatchObject({ status: 'active' });
      expect((await accounts.read(anna.accountId))?.erasure).toBeUndefined();
    });

    it('once it has begun nothing stops it, and of both at the same instant one wins', async () => {
      const { accounts, erasable } = stores();
      for (let round = 0; round < 10; round++) {
        const anna = account();
        await accounts.create(anna);
        await erasable.schedule(anna.accountId, { erasureId: 'e', requestedAt: NOW, dueAt: NOW + 1 });

        const [begun, kept] = await Promise.all([erasable.begin(anna.accountId, 'e', NOW), erasable.keep(anna.accountId, 'e')]);

        expect([begun === undefined, kept === undefined].filter(Boolean)).toHaveLength(1);
      }
    });

    it('removes an account that is to be erased, and no other', async () => {
      const { accounts, erasable } = stores();
      const [anna, bruno] = [account(), account()];
      await accounts.create(anna);
      await accounts.create(bruno);
      await erasable.schedule(anna.accountId, { erasureId: 'e', requestedAt: NOW, dueAt: NOW + 1 });

      await erasable.remove(anna.accountId, 'e');
      await erasable.remove(anna.accountId, 'e');
      await erasable.remove(bruno.accountId, 'e');

      expect(await accounts.read(anna.accountId)).toBeUndefined();
      expect(await accounts.read(bruno.accountId)).toBeDefined();
    });

    it('a history of more than a page is read and erased whole, and no other with it', async () => {
      const { events, history } = stores();
      const [anna, bruno] = [id(), id()];
      const event = (subject: string, at: number) => ({
        subject,
        type: 'session.ended' as const,
        at,
        address: '203.0.113.7',
        userAgent: 'x'.repeat(190),
        requestId: 'r',
      });
      for (let index = 0; index < 60; index++) await events.append(event(anna, NOW + index));
      await events.append(event(bruno, NOW));

      expect(await history.read(anna, 1000)).toHaveLength(60);
      const isEmpty = [await history.erase(anna, NOW + 50), await history.erase(anna, NOW + 60), await history.erase(anna, NOW + 60)];

      expect(isEmpty).toEqual([false, true, true]);
      expect([await history.read(anna, 10), (await history.read(bruno, 10)).length]).toEqual([[], 1]);
    });
  });
}
