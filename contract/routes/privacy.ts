/** What a person may ask of their own data: a copy of it, and its end. */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';

export const privacyRoutes = {
  'account.export': {
    method: 'GET',
    path: '/v1/account/export',
    function: 'privacy',
    auth: 'session',
    stepUp: true,
    budget: 'exports',
    answers: { status: 200, schema: schemas.accountExport },
    problems: ['rate_limited'],
    summary: 'Everything that is kept of this account and its owner, but for what would open it. Its owner is told by mail',
  },
  'account.erase': {
    method: 'DELETE',
    path: '/v1/account',
    function: 'privacy',
    auth: 'session',
    stepUp: true,
    answers: { status: 202, schema: schemas.erasureAnswer },
    problems: ['conflict'],
    summary:
      'Erase the account: every session ends at once, nobody signs in any more, and all is deleted after seven days unless the mailed link stops it',
  },
  'account.keep': {
    method: 'POST',
    path: '/v1/account/keep',
    function: 'privacy',
    auth: 'none',
    budget: 'links',
    body: schemas.tokenBody,
    answers: { status: 204 },
    problems: ['invalid_token'],
    summary: 'Redeem the token mailed when an erasure was asked for: the account stays, and can be signed in to again',
  },
} as const satisfies Record<string, Route>;
