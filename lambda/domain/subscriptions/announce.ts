/**
 * From incidents to mails, in steps of which each may be the last before a crash: decide what is news (one write), put it on the queue
 * list by list, mail a list a few at a time. Whoever comes next finds the step that is missing; who was mailed is marked, one write
 * before and one after, so that a step that is done twice mails nobody twice. What is left is one mail too many when the function dies
 * in the instant between sending and marking; never one too few.
 */
import type { Incident, Maintenance } from '../../../contract/incidents.ts';
import type { AnnouncementBatch, AnnouncementMessage } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { newId } from '../sessions.ts';
import { affectedBy } from '../status/statuspage.ts';
import { mintLinkToken } from './links.ts';
import { planAnnouncements } from './plan.ts';
import type { AnnouncerServices, Subscription } from './ports.ts';
import { renderAnnouncement } from './render.ts';

const { statusSubscriptions: policy, incidents, functionTimeoutSeconds } = securityPolicy;
/** Nobody has more, and what is over for longer is told no more. */
const eventsRead = 100;
const roomForOneMailMilliseconds = 5_000;

/** A mail to one subscriber: what became of it. */
type Outcome = 'done' | 'failed';

export interface Told {
  readonly event: Incident | Maintenance;
  readonly from: number;
  readonly to: number;
}

/** By the clock: what has happened since it was last told goes onto the queue. */
export async function runOnSchedule(services: AnnouncerServices): Promise<void> {
  const { announcements, clock, random, journal } = services;
  for (let attempt = 0; attempt < incidents.writeAttempts; attempt++) {
    const state = await announcements.readState();
    if (state.pending !== undefined) {
      await handOver(services, state.pending);
      const { pending: _, ...rest } = state;
      await announcements.writeState({ ...rest, version: state.version + 1 });
      continue;
    }
    const next = planAnnouncements(state, await readEvents(services), clock.now(), () => newId(random));
    if (next === undefined) return;
    if ((await announcements.writeState(next)) && next.pending !== undefined) {
      journal.note('INFO', 'announcement.planned', { batchId: next.pending.id, news: next.pending.news.length });
    }
  }
}

/** Repeatable: a list that is worked through twice mails nobody twice. */
async function handOver({ queue }: AnnouncerServices, batch: AnnouncementBatch): Promise<void> {
  await queue.send(Array.from({ length: policy.lists }, (_, list) => ({ kind: 'announce', batch, list })));
}

async function readEvents({ incidents: reader, clock }: AnnouncerServices): Promise<(Incident | Maintenance)[]> {
  const since = clock.now() - incidents.listedSeconds * 1000;
  const [told, planned] = await Promise.all([reader.readIncidents(since, eventsRead), reader.readMaintenances(since, eventsRead)]);
  return [...told, ...planned];
}

/**
 * Mails one part of one list, and leaves the rest to messages of its own: those after it, and those that failed, which are then tried
 * alone, so that one address that is refused holds up nobody else.
 *
 * @returns whether the queue may forget the message
 * @throws when a service of ours fails: the message comes again
 */
export async function deliverAnnouncement(
  services: AnnouncerServices,
  message: AnnouncementMessage,
  remainingMilliseconds: () => number,
): Promise<boolean> {
  const { batch, list, after, only } = message;
  const { clock, queue, journal, subscribers } = services;
  if (clock.now() >= Date.parse(batch.at) + policy.staleSeconds * 1000) {
    journal.note('WARN', 'announcement.stale', { batchId: batch.id, list });
    return true;
  }
  const events = await readEvents(services);
  const news = batch.news.flatMap(({ id, from, to }): Told[] => {
    const event = events.find((each) => each.id === id);
    return event === undefined ? [] : [{ event, from, to }];
  });
  const page = only === undefined ? await subscribers.page(list, after, policy.mailsPerMessage) : await readEach(services, only);

  const failed: string[] = [];
  let last: string | undefined;
  for (const subscription of page) {
    if (remainingMilliseconds() < roomForOneMailMilliseconds) break;
    const wanted = news.filter(({ event }) => concerns(event, subscription));
    if (wanted.length > 0 && (await mailOne(services, batch, subscription, wanted)) === 'failed') failed.push(subscription.subscriptionId);
    last = subscription.subscriptionId;
  }
  if (only !== undefined) return failed.length === 0 && last === page.at(-1)?.subscriptionId;

  const isCutShort = last !== page.at(-1)?.subscriptionId;
  const hasMore = isCutShort || page.length === policy.mailsPerMessage;
  const next: AnnouncementMessage[] = [
    ...(hasMore ? [{ kind: 'announce' as const, batch, list, ...((last ?? after) && { after: last ?? after }) }] : []),
    ...(failed.length > 0 ? [{ kind: 'announce' as const, batch, list, only: failed }] : []),
  ];
  if (next.length > 0) await queue.send(next);
  return true;
}

async function readEach({ subscribers }: AnnouncerServices, ids: readonly string[]): Promise<Subscription[]> {
  const found = await Promise.all(ids.map((id) => subscribers.read(id)));
  return found.filter((subscription) => subscription !== undefined);
}

/** What is about no part in particular is about all of them. */
function concerns(event: Incident | Maintenance, { components }: Subscription): boolean {
  const affected = affectedBy(event);
  return affected.length === 0 || affected.some((id) => components.includes(id));
}

async function mailOne(
  services: AnnouncerServices,
  batch: AnnouncementBatch,
  subscription: Subscription,
  news: readonly Told[],
): Promise<Outcome> {
  const { announcements, clock, sender, journal, linkKey, productName, page } = services;
  const { subscriptionId, email, locale } = subscription;
  const fields = { batchId: batch.id, subscription: subscriptionId.slice(0, 8) };
  const now = clock.now();
  const place = await announcements.take(batch.id, subscriptionId, now, now + functionTimeoutSeconds * 1000);
  if (place !== 'taken') return place === 'sent' ? 'done' : 'failed';

  const [manage, unsubscribe] = await Promise.all([
    mintLinkToken(linkKey, 'manage', subscriptionId),
    mintLinkToken(linkKey, 'unsubscribe', subscriptionId),
  ]);
  const oneClick = `${page.siteOrigin}/v1/status/subscription/unsubscribe?token=${unsubscribe}`;
  const mail = renderAnnouncement({
    news,
    locale,
    productName,
    statusPage: page.url,
    manageAddress: `${page.siteOrigin}/v1/status/subscription/manage?token=${manage}`,
  });
  const result = await sender.send({
    to: email,
    ...mail,
    // RFC 2369 and RFC 8058: mail programs show a button, and their servers press it.
    headers: [
      { name: 'List-Unsubscribe', value: `<${oneClick}>` },
      { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    ],
  });
  if (result.status === 'refused') {
    journal.note(result.fault === 'lasting' ? 'ERROR' : 'WARN', 'announcement.refused', {
      ...fields,
      fault: result.fault,
      reason: result.reason,
    });
    // SES throttles or is down: what would follow is refused as well, so all of it comes again.
    if (result.fault === 'passing') throw new Error('the mail service takes no mail at present');
    return 'failed';
  }
  journal.count('Announcements/Sent');
  await mark(services, batch.id, subscriptionId);
  await clock.pause(policy.pauseMilliseconds);
  return 'done';
}

/** The mail is out: a fault here must not send it again before its lease is over, and is no reason to stop. */
async function mark({ announcements, clock, journal }: AnnouncerServices, batchId: string, subscriptionId: string): Promise<void> {
  try {
    await announcements.markSent(batchId, subscriptionId, clock.now());
  } catch (error) {
    journal.note('WARN', 'announcement.not_marked', { batchId, reason: error instanceof Error ? error.name : 'unknown' });
  }
}
