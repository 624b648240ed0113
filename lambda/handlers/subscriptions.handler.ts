/** Function `subscriptions`: who gets mails about the status page. Pages and forms; it looks at no cookie and knows no account. */
import type { Context } from 'aws-lambda';
import { type RouteId, routes } from '../../contract/routes.ts';
import type { Locale } from '../../contract/schemas.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoSubscriptionStore } from '../adapters/dynamo-subscription-store.ts';
import { DynamoTokenStore } from '../adapters/dynamo-token-store.ts';
import { Secret, SecretKeyedHash } from '../adapters/secrets.ts';
import { readResource } from '../adapters/settings.ts';
import { SqsMailQueue } from '../adapters/sqs-mail-queue.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { mintLinkToken, readLinkToken } from '../domain/subscriptions/links.ts';
import * as pages from '../domain/subscriptions/pages.ts';
import type { SubscriptionServices } from '../domain/subscriptions/ports.ts';
import {
  changeSubscription,
  confirmSubscription,
  endSubscription,
  readRequest,
  readSubscription,
  requestSubscription,
} from '../domain/subscriptions/subscribe.ts';
import { refuse } from '../http/answers.ts';
import type { HttpAnswer, HttpCall, HttpEvent, PipelineServices, RouteHandler } from '../http/call.ts';
import { chooseLanguage, isForm, problemsAsPages } from '../http/pages.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer, answerPage } from '../http/responses.ts';
import { bodyOf, domainCall } from '../http/session-call.ts';
import { once } from './once.ts';
import { publicServices, routeBudgets } from './services.ts';

type Services = PipelineServices & SubscriptionServices;

const services = once((): Services => {
  const client = documentClient();
  const keyed = (id: 'identity' | 'subscription') => new SecretKeyedHash(new Secret(readResource('secret', id), systemClock));
  return {
    ...publicServices(),
    clock: systemClock,
    random: systemRandom,
    budgets: routeBudgets(),
    subscriptions: new DynamoSubscriptionStore(client, readResource('table', 'status-subscriptions')),
    tokens: new DynamoTokenStore(client, readResource('table', 'tokens')),
    mail: new SqsMailQueue(readResource('queue', 'mail')),
    identity: keyed('identity'),
    linkKey: keyed('subscription'),
  };
});

export function createRoutes(given: () => Services) {
  const optionsOf = (call: HttpCall, locale: Locale = chooseLanguage(call.event)) => ({
    locale,
    productName: given().settings.productName,
  });
  const tokenOf = (call: HttpCall) => call.event.queryStringParameters?.token ?? '';
  const page = (call: HttpCall, locale: Locale, status: 200 | 202, text: string) => answerPage(call, status, locale, text);

  async function linksOf(subscriptionId: string): Promise<pages.OwnLinks> {
    const [manage, unsubscribe] = await Promise.all(
      (['manage', 'unsubscribe'] as const).map((purpose) => mintLinkToken(given().linkKey, purpose, subscriptionId)),
    );
    return { manage: manage ?? '', unsubscribe: unsubscribe ?? '' };
  }

  async function manage(call: HttpCall, found: Awaited<ReturnType<typeof readSubscription>>, isSaved: boolean): Promise<HttpAnswer> {
    if (found.kind !== 'found') return refuse(call, found);
    const { subscription } = found;
    const links = await linksOf(subscription.subscriptionId);
    const { locale } = subscription;
    return page(call, locale, 200, pages.renderManagePage(optionsOf(call, locale), links, subscription, isSaved));
  }

  return {
    'status.subscribe-page': async (call) => {
      const options = optionsOf(call);
      return page(call, options.locale, 200, pages.renderSubscribePage(options));
    },
    'status.subscribe': async (call) => {
      const body = bodyOf(call, 'status.subscribe');
      const options = optionsOf(call, body.locale);
      const outcome = await requestSubscription(given(), domainCall(call), { ...body, locale: options.locale });
      if (outcome.kind !== 'accepted') return refuse(call, outcome);
      if (!isForm(call.event)) return answer(call, 202, { status: 'accepted' });
      return page(call, options.locale, 202, pages.renderSentPage(options));
    },
    'status.confirm-page': async (call) => {
      const request = await readRequest(given(), tokenOf(call));
      if (request.kind !== 'open') return refuse(call, request);
      return page(call, request.locale, 200, pages.renderConfirmPage(optionsOf(call, request.locale), tokenOf(call), request));
    },
    'status.confirm': async (call) => {
      const outcome = await confirmSubscription(given(), bodyOf(call, 'status.confirm'));
      if (outcome.kind !== 'confirmed') return refuse(call, outcome);
      const { locale, subscriptionId } = outcome.subscription;
      return page(call, locale, 200, pages.renderConfirmedPage(optionsOf(call, locale), await linksOf(subscriptionId)));
    },
    'status.manage-page': async (call) => manage(call, await readSubscription(given(), tokenOf(call)), false),
    'status.manage': async (call) => manage(call, await changeSubscription(given(), bodyOf(call, 'status.manage')), true),
    'status.unsubscribe-page': async (call) => {
      const subscriptionId = await readLinkToken(given().linkKey, 'unsubscribe', tokenOf(call));
      if (subscriptionId === undefined) return refuse(call, { kind: 'invalid_token' });
      const options = optionsOf(call);
      return page(call, options.locale, 200, pages.renderUnsubscribePage(options, tokenOf(call)));
    },
    'status.unsubscribe': async (call) => {
      const outcome = await endSubscription(given(), tokenOf(call));
      if (outcome.kind !== 'ended') return refuse(call, outcome);
      const options = optionsOf(call);
      return page(call, options.locale, 200, pages.renderEndedPage(options));
    },
  } satisfies Partial<Record<RouteId, RouteHandler>>;
}

const serve = createPipeline(routes, createRoutes(services), services);

export async function handler(event: HttpEvent, context: Context): Promise<HttpAnswer> {
  return problemsAsPages(event, await serve(event, context), () => services().settings.productName);
}
