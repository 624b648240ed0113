/**
 * Mails about the status page: subscribing, confirming, changing, leaving. Pages for people who need no account and no script.
 *
 * The form may stand on any site, and a mail provider unsubscribes by a request without an origin (RFC 8058): hence `origin: 'any'`. Nobody
 * is known here by a cookie, and what a link may do stands in its token.
 */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';

const form = 'application/x-www-form-urlencoded';

export const subscriptionRoutes = {
  'status.subscribe-page': {
    method: 'GET',
    path: '/v1/status/subscribe',
    function: 'subscriptions',
    auth: 'none',
    page: true,
    query: ['lang'],
    answers: { status: 200 },
    problems: [],
    summary: 'The form that subscribes an address to mails about the status page',
  },
  'status.subscribe': {
    method: 'POST',
    path: '/v1/status/subscribe',
    function: 'subscriptions',
    auth: 'none',
    origin: 'any',
    page: true,
    contentTypes: ['application/json', form],
    budget: 'subscriptions',
    body: schemas.subscribeBody,
    answers: { status: 202, schema: schemas.acceptedAnswer },
    problems: [],
    summary:
      'Ask for mails about parts of the service: a link is mailed that confirms it. The same answer whether or not the address has them',
  },
  'status.confirm-page': {
    method: 'GET',
    path: '/v1/status/subscription/confirm',
    function: 'subscriptions',
    auth: 'none',
    page: true,
    query: ['token'],
    answers: { status: 200 },
    problems: ['invalid_token'],
    summary: 'Where the link of the first mail leads: a button that confirms. Opening it changes nothing',
  },
  'status.confirm': {
    method: 'POST',
    path: '/v1/status/subscription/confirm',
    function: 'subscriptions',
    auth: 'none',
    origin: 'any',
    page: true,
    contentTypes: [form],
    budget: 'links',
    body: schemas.confirmSubscriptionBody,
    answers: { status: 200 },
    problems: ['invalid_token'],
    summary: 'Redeem the token of the first mail: from here on the address is subscribed',
  },
  'status.manage-page': {
    method: 'GET',
    path: '/v1/status/subscription/manage',
    function: 'subscriptions',
    auth: 'none',
    page: true,
    query: ['token'],
    answers: { status: 200 },
    problems: ['invalid_token', 'not_found'],
    summary: 'What a subscription is about, to change',
  },
  'status.manage': {
    method: 'POST',
    path: '/v1/status/subscription/manage',
    function: 'subscriptions',
    auth: 'none',
    origin: 'any',
    page: true,
    contentTypes: [form],
    budget: 'links',
    body: schemas.changeSubscriptionBody,
    answers: { status: 200 },
    problems: ['invalid_token', 'not_found'],
    summary: 'Change the parts of the service or the language of a subscription',
  },
  'status.unsubscribe-page': {
    method: 'GET',
    path: '/v1/status/subscription/unsubscribe',
    function: 'subscriptions',
    auth: 'none',
    page: true,
    query: ['token'],
    answers: { status: 200 },
    problems: ['invalid_token'],
    summary: 'Where people land who follow the link of List-Unsubscribe: a button that ends the subscription',
  },
  // Without a budget: a mail provider does this for all of its people from few addresses, and no request costs more than one write.
  'status.unsubscribe': {
    method: 'POST',
    path: '/v1/status/subscription/unsubscribe',
    function: 'subscriptions',
    auth: 'none',
    origin: 'any',
    page: true,
    bodyIsIgnored: true,
    query: ['token'],
    answers: { status: 200 },
    problems: ['invalid_token'],
    summary: 'End a subscription by one click (RFC 8058): no cookie, no redirect, and the same answer however often it is sent',
  },
} as const satisfies Record<string, Route>;
