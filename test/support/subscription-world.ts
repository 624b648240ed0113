/** Subscriptions over memory: the mailer, the announcer and its queue, incidents that people write, and a clock that tests move. */
import { createHmac } from 'node:crypto';
import type { ComponentId } from '../../contract/components.ts';
import { componentIds } from '../../contract/components.ts';
import { type AnnouncementMessage, announcementMessage, type Locale, type MailMessage } from '../../contract/schemas.ts';
import { openIncident, updateIncident } from '../../lambda/domain/incidents/people.ts';
import type { OutgoingMail, SendResult } from '../../lambda/domain/mail/ports.ts';
import type { MailToken } from '../../lambda/domain/ports.ts';
import { deliverAnnouncement, runOnSchedule } from '../../lambda/domain/subscriptions/announce.ts';
import { listOf, mintLinkToken, subscriptionIdOf } from '../../lambda/domain/subscriptions/links.ts';
import type { AnnouncerServices, SubscriptionServices } from '../../lambda/domain/subscriptions/ports.ts';
import { confirmSubscription, requestSubscription } from '../../lambda/domain/subscriptions/subscribe.ts';
import { author, createIncidentWorld } from './incident-world.ts';
import { MailWorld } from './mail-world.ts';
import { MemoryTokenStore } from './memory-stores.ts';
import { MemoryAnnouncementStore, MemorySubscriptionStore } from './memory-subscriptions.ts';

export const call = {
  viewer: { address: '203.0.113.7', userAgent: 'Firefox' },
  requestId: 'request-1',
  siteOrigin: 'https://id.example.com',
  deviceCookie: undefined,
};
const keyed = (secret: string) => ({ digest: async (input: string) => createHmac('sha256', secret).update(input).digest() });

export class SubscriptionWorld {
  readonly incidents = createIncidentWorld();
  readonly mails = new MailWorld();
  readonly subscriptions = new MemorySubscriptionStore();
  readonly announcements = new MemoryAnnouncementStore();
  readonly tokens = new MemoryTokenStore();
  /** What the mailer was asked for. */
  readonly asked: MailMessage[] = [];
  /** What is on the queue of the announcer. */
  readonly queued: AnnouncementMessage[] = [];
  /** What the announcer has sent. */
  readonly outbox: OutgoingMail[] = [];
  readonly notes: string[] = [];
  readonly pauses: number[] = [];
  answer: (mail: OutgoingMail) => SendResult = () => ({ status: 'accepted' });
  remaining = () => 15_000;

  readonly services: SubscriptionServices = {
    clock: this.incidents.services.clock,
    random: this.incidents.services.random,
    subscriptions: this.subscriptions,
    tokens: this.tokens,
    mail: { send: async (message) => void this.asked.push(message) },
    identity: keyed('identity'),
    linkKey: keyed('links'),
  };

  readonly announcer: AnnouncerServices = {
    clock: { now: () => this.incidents.now(), pause: async (milliseconds) => void this.pauses.push(milliseconds) },
    random: this.incidents.services.random,
    incidents: this.incidents.store,
    subscribers: this.subscriptions,
    announcements: this.announcements,
    // What goes onto a queue is text, and must be read as what it was.
    queue: {
      send: async (messages) =>
        void this.queued.push(...messages.map((message) => announcementMessage.parse(JSON.parse(JSON.stringify(message))))),
    },
    sender: {
      send: async (mail) => {
        const result = this.answer(mail);
        if (result.status === 'accepted') this.outbox.push(mail);
        return result;
      },
    },
    linkKey: keyed('links'),
    journal: { note: (_, event) => void this.notes.push(event), count: () => undefined },
    productName: 'Acme Desk',
    page: { url: 'https://status.example.com', siteOrigin: 'https://id.example.com' },
  };

  advance(seconds: number): void {
    this.incidents.advance(seconds);
  }

  async request(email: string, components: readonly ComponentId[] = componentIds, locale: Locale = 'en'): Promise<unknown> {
    return await requestSubscription(this.services, call, { email, components, locale });
  }

  /** The mailer takes what it was asked for. @returns the tokens of the links that it mailed */
  async mailRequests(): Promise<string[]> {
    this.mails.now = this.incidents.now();
    const minted: string[] = [];
    const put = async (hash: string, token: MailToken) => void this.tokens.items.set(hash, token);
    for (const message of this.asked.splice(0)) {
      const seen = this.mails.outbox.length;
      await this.mails.deliver(message, 1, { tokens: { put } });
      minted.push(...this.mails.outbox.slice(seen).map(({ text }) => /confirm\?token=([\w-]+)/.exec(text)?.[1] ?? ''));
    }
    return minted;
  }

  /** @returns the id of the subscription */
  async subscribe(email: string, components: readonly ComponentId[] = componentIds, locale: Locale = 'en'): Promise<string> {
    await this.request(email, components, locale);
    const [token = ''] = await this.mailRequests();
    const outcome = await confirmSubscription(this.services, { token });
    if (outcome.kind !== 'confirmed') throw new Error(`not confirmed: ${outcome.kind}`);
    return outcome.subscription.subscriptionId;
  }

  link(purpose: 'manage' | 'unsubscribe', subscriptionId: string): Promise<string> {
    return mintLinkToken(this.services.linkKey, purpose, subscriptionId);
  }

  /** Subscribers by the dozen, without mails. */
  async fill(count: number, list?: number): Promise<void> {
    for (let index = 0, added = 0; added < count; index++) {
      const subscriptionId = subscriptionIdOf(`key-${index}`);
      if (list !== undefined && listOf(subscriptionId) !== list) continue;
      added += 1;
      await this.subscriptions.put({
        subscriptionId,
        email: `subscriber-${index}@example.com`,
        locale: 'en',
        components: componentIds,
        confirmedAt: 0,
      });
    }
  }

  async open(name: string, component: ComponentId = 'mail', body = 'We are looking into it.'): Promise<string> {
    const outcome = await openIncident(this.incidents.services, author, {
      name: { en: name, it: `${name} (it)` },
      body: { en: body },
      status: 'investigating',
      components: [{ component, status: 'partial_outage' }],
    });
    if (outcome.kind !== 'written') throw new Error(outcome.kind);
    return outcome.incident.content.id;
  }

  async update(id: string, body: string, status?: 'monitoring' | 'resolved' | 'postmortem'): Promise<void> {
    const outcome = await updateIncident(this.incidents.services, author, id, { body: { en: body }, ...(status && { status }) });
    if (outcome.kind !== 'written') throw new Error(outcome.kind);
  }

  tick(): Promise<void> {
    return runOnSchedule(this.announcer);
  }

  /** Works through the queue, as long as anything is on it. @returns messages that would come again */
  async drain(): Promise<AnnouncementMessage[]> {
    const failed: AnnouncementMessage[] = [];
    for (let message = this.queued.shift(); message !== undefined; message = this.queued.shift()) {
      const isDone = await deliverAnnouncement(this.announcer, message, () => this.remaining()).catch(() => false);
      if (!isDone) failed.push(message);
    }
    return failed;
  }

  async tickAndDrain(): Promise<AnnouncementMessage[]> {
    await this.tick();
    return await this.drain();
  }

  recipients(): string[] {
    return this.outbox.map(({ to }) => to);
  }

  subjects(): string[] {
    return this.outbox.map(({ subject }) => subject);
  }
}
