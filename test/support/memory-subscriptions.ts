/** Subscriptions and what was mailed about, over memory. Everything goes in and comes out as copies, as with a store elsewhere. */
import { listOf } from '../../lambda/domain/subscriptions/links.ts';
import { nothingTold } from '../../lambda/domain/subscriptions/plan.ts';
import type {
  AnnouncementState,
  AnnouncementStore,
  SubscriberList,
  Subscription,
  SubscriptionStore,
} from '../../lambda/domain/subscriptions/ports.ts';

export class MemorySubscriptionStore implements SubscriptionStore, SubscriberList {
  readonly items = new Map<string, Subscription>();

  async read(subscriptionId: string) {
    return structuredClone(this.items.get(subscriptionId));
  }

  async put(subscription: Subscription) {
    this.items.set(subscription.subscriptionId, structuredClone(subscription));
  }

  async change(subscription: Subscription) {
    if (!this.items.has(subscription.subscriptionId)) return false;
    await this.put(subscription);
    return true;
  }

  async remove(subscriptionId: string) {
    this.items.delete(subscriptionId);
  }

  async page(list: number, after: string | undefined, limit: number) {
    const ids = [...this.items.keys()].filter((id) => listOf(id) === list && (after === undefined || id > after)).sort();
    return ids.slice(0, limit).map((id) => structuredClone(this.items.get(id) as Subscription));
  }
}

interface Mark {
  readonly isSent: boolean;
  readonly leaseUntil: number;
}

export class MemoryAnnouncementStore implements AnnouncementStore {
  state: AnnouncementState = nothingTold;
  readonly marks = new Map<string, Mark>();

  async readState() {
    return structuredClone(this.state);
  }

  async writeState(state: AnnouncementState) {
    if (state.version !== this.state.version + 1) return false;
    this.state = structuredClone(state);
    return true;
  }

  async take(batchId: string, subscriptionId: string, now: number, leaseUntil: number) {
    const mark = this.marks.get(`${batchId}/${subscriptionId}`);
    if (mark?.isSent) return 'sent';
    if (mark !== undefined && mark.leaseUntil > now) return 'busy';
    this.marks.set(`${batchId}/${subscriptionId}`, { isSent: false, leaseUntil });
    return 'taken';
  }

  async markSent(batchId: string, subscriptionId: string) {
    this.marks.set(`${batchId}/${subscriptionId}`, { isSent: true, leaseUntil: 0 });
  }
}
