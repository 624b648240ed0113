/** Subscriptions to the status page by mail: what is asked over HTTP, and what travels on the queue `announcements`. */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import { emailInput, locale, tokenInput } from './inputs.ts';
import { subscriptionTokenPattern } from './text-checks.ts';

const wantedComponents = z.array(z.enum(componentIds)).check(
  z.minLength(1, 'must name one part of the service at least'),
  z.maxLength(componentIds.length, 'must name each part once'),
  z.refine((list) => new Set(list).size === list.length, 'must name each part once'),
);

const subscriptionToken = z.string().check(z.regex(subscriptionTokenPattern, 'must be the token from the mail'));

export const subscribeBody = z.strictObject({ email: emailInput, components: wantedComponents, locale: z.optional(locale) });
export const confirmSubscriptionBody = z.strictObject({ token: tokenInput });
export const changeSubscriptionBody = z.strictObject({ token: subscriptionToken, components: wantedComponents, locale });

/** News as a message of the queue names it: which updates of an incident or a maintenance, counted from 0, `to` excluded. */
const news = z.strictObject({ id: z.string(), from: z.int(), to: z.int() });
export const announcementBatch = z.strictObject({ id: z.string(), at: z.iso.datetime(), news: z.array(news) });
export type AnnouncementBatch = z.infer<typeof announcementBatch>;

export const announcementMessage = z.strictObject({
  kind: z.literal('announce'),
  batch: announcementBatch,
  list: z.int().check(z.gte(0)),
  /** The list from here on, this one excluded. */
  after: z.optional(z.string()),
  /** These alone: what failed before. */
  only: z.optional(z.array(z.string())),
});
export type AnnouncementMessage = z.infer<typeof announcementMessage>;
