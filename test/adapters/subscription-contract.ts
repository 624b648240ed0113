/** What the stores of subscriptions and of what was mailed must do on every engine. */
import { listOf, subscriptionIdOf } from '../../lambda/domain/subscriptions/links.ts';
import type { AnnouncementStore, SubscriberList, Subscription, SubscriptionStore } from '../../lambda/domain/subscriptions/ports.ts';
import { id, NOW } from './store-contract.ts';

export interface SubscriptionStores {
  readonly subscriptions: SubscriptionStore & SubscriberList;
  readonly announcements: AnnouncementStore;
}

function subscription(more: Partial<Subscription> = {}): Subscription {
  return {
    subscriptionId: subscriptionIdOf(id()),
    email: 'anna@example.com',
    locale: 'it',
    components: ['mail'],
    confirmedAt: NOW,
    ...more,
  };
}

export function describeSubscriptionContract(engine: string, stores: () => SubscriptionStores): void {
  describe(`subscriptions in ${engine}`, () => {
    it('[P04] are kept, changed and ended, and a change brings back nothing that has ended', async () => {
      const { subscriptions } = stores();
      const anna = subscription();
      await subscriptions.put(anna);

      expect(await subscriptions.change({ ...anna, components: ['sessions'] })).toBe(true);
      expect(await subscriptions.read(anna.subscriptionId)).toEqual({ ...anna, components: ['sessions'] });
      await subscriptions.remove(anna.subscriptionId);
      await subscriptions.remove(anna.subscriptionId);
      expect(await subscriptions.change(anna)).toBe(false);
      expect(await subscriptions.read(anna.subscriptionId)).toBeUndefined();
    });

    it('[P04] a list is given page by page, everybody once', async () => {
      const { subscriptions } = stores();
      const ids = Array.from({ length: 400 }, () => subscriptionIdOf(id())).filter((each) => listOf(each) === 7);
      for (const subscriptionId of ids) await subscriptions.put(subscription({ subscriptionId }));

      const seen: string[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)) {
        const page = await subscriptions.page(7, after, 5);
        seen.push(...page.map(({ subscriptionId }) => subscriptionId));
        if (page.length < 5) break;
      }

      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(ids));
    });

    it('[P04] of many who would decide what is news at once, one does', async () => {
      const { announcements } = stores();
      const { version } = await announcements.readState();
      const next = { version: version + 1, told: { 'incident-1': { updates: 1, isOver: false, at: NOW } }, batches: [NOW] };

      const written = await Promise.all(Array.from({ length: 10 }, () => announcements.writeState(next)));

      expect(written.filter(Boolean)).toHaveLength(1);
      expect(await announcements.readState()).toEqual(next);
    });

    it('[P04] a mail is taken once, again when whoever took it has died, and never after it was sent', async () => {
      const { announcements } = stores();
      const [batch, who] = [id(), id()];
      const take = (now: number) => announcements.take(batch, who, now, now + 15_000);

      const taken = await Promise.all(Array.from({ length: 10 }, () => take(NOW)));
      expect(taken.sort()).toEqual([...Array(9).fill('busy'), 'taken']);
      expect(await take(NOW + 15_000)).toBe('taken');
      await announcements.markSent(batch, who, NOW);
      expect(await take(NOW + 60_000)).toBe('sent');
    });
  });
}
