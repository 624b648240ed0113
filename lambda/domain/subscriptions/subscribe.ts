/**
 * Subscribing, changing, leaving. Nobody gets a second mail who has not said yes to the first, and nothing that is answered here says
 * whether an address is subscribed.
 */
import type { ComponentId } from '../../../contract/components.ts';
import { componentIds } from '../../../contract/components.ts';
import type { Locale } from '../../../contract/schemas.ts';
import { type Call, mailBase, type Refusal } from '../context.ts';
import { computeEmailKey, normaliseEmail } from '../email-address.ts';
import { hashToken } from '../mail-token.ts';
import { readLinkToken, subscriptionIdOf } from './links.ts';
import type { Subscription, SubscriptionServices } from './ports.ts';

export interface Wish {
  readonly components: readonly ComponentId[];
  readonly locale: Locale;
}

type Refused<Kind extends Refusal['kind']> = Extract<Refusal, { kind: Kind }>;

/** Every request writes the same message: the mailer's limit decides whether it is one more mail, and nobody looks who is subscribed. */
export async function requestSubscription(
  services: Pick<SubscriptionServices, 'identity' | 'mail' | 'random' | 'clock'>,
  call: Call,
  input: Wish & { readonly email: string },
): Promise<{ readonly kind: 'accepted' } | Refused<'invalid_email'>> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const emailKey = await computeEmailKey(services.identity, email);
  const { locale, components } = input;
  await services.mail.send({
    ...mailBase(call, services, email, emailKey),
    locale,
    kind: 'status_subscription',
    components: inOrder(components),
  });
  return { kind: 'accepted' };
}

/**
 * The subscription is written before the token is burned: a crash in between leaves a link that does the same once more, never a person
 * who said yes and hears nothing.
 */
export async function confirmSubscription(
  services: Pick<SubscriptionServices, 'tokens' | 'subscriptions' | 'clock'>,
  input: { readonly token: string },
): Promise<{ readonly kind: 'confirmed'; readonly subscription: Subscription } | Refused<'invalid_token'>> {
  const tokenHash = hashToken(input.token);
  const token = await services.tokens.read(tokenHash);
  const now = services.clock.now();
  if (token?.purpose !== 'status_subscription' || token.expiresAt <= now) return { kind: 'invalid_token' };
  const { email, locale, components } = token;
  const subscription: Subscription = {
    subscriptionId: subscriptionIdOf(token.emailKey),
    email,
    locale,
    components,
    confirmedAt: now,
  };
  await services.subscriptions.put(subscription);
  await services.tokens.redeem(tokenHash);
  return { kind: 'confirmed', subscription };
}

/** Whether the link of a first mail is still good, for the page with the button. It changes nothing: mail scanners open every link. */
export async function readRequest(
  services: Pick<SubscriptionServices, 'tokens' | 'clock'>,
  token: string,
): Promise<({ readonly kind: 'open' } & Wish) | Refused<'invalid_token'>> {
  const stored = await services.tokens.read(hashToken(token));
  if (stored?.purpose !== 'status_subscription' || stored.expiresAt <= services.clock.now()) return { kind: 'invalid_token' };
  return { kind: 'open', components: stored.components, locale: stored.locale };
}

type Found = { readonly kind: 'found'; readonly subscription: Subscription };

export async function readSubscription(
  services: Pick<SubscriptionServices, 'subscriptions' | 'linkKey'>,
  token: string,
): Promise<Found | Refused<'invalid_token' | 'not_found'>> {
  const subscriptionId = await readLinkToken(services.linkKey, 'manage', token);
  if (subscriptionId === undefined) return { kind: 'invalid_token' };
  const subscription = await services.subscriptions.read(subscriptionId);
  return subscription === undefined ? { kind: 'not_found' } : { kind: 'found', subscription };
}

export async function changeSubscription(
  services: Pick<SubscriptionServices, 'subscriptions' | 'linkKey'>,
  input: Wish & { readonly token: string },
): Promise<Found | Refused<'invalid_token' | 'not_found'>> {
  const before = await readSubscription(services, input.token);
  if (before.kind !== 'found') return before;
  const subscription = { ...before.subscription, components: inOrder(input.components), locale: input.locale };
  return (await services.subscriptions.change(subscription)) ? { kind: 'found', subscription } : { kind: 'not_found' };
}

/** The same answer however often, and whether or not there was one: the link may be years old. */
export async function endSubscription(
  services: Pick<SubscriptionServices, 'subscriptions' | 'linkKey'>,
  token: string,
): Promise<{ readonly kind: 'ended' } | Refused<'invalid_token'>> {
  const subscriptionId = await readLinkToken(services.linkKey, 'unsubscribe', token);
  if (subscriptionId === undefined) return { kind: 'invalid_token' };
  await services.subscriptions.remove(subscriptionId);
  return { kind: 'ended' };
}

function inOrder(chosen: readonly ComponentId[]): ComponentId[] {
  return componentIds.filter((id) => chosen.includes(id));
}
