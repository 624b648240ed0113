/** The account: profile, history, password, address, "this wasn't me". */
import type { Route } from '../route.ts';
import * as schemas from '../schemas.ts';

export const accountRoutes = {
  'account.read': {
    method: 'GET',
    path: '/v1/account',
    function: 'session',
    auth: 'session',
    withoutRequiredFactor: true,
    answers: { status: 200, schema: schemas.account },
    problems: [],
    summary: 'The profile',
  },
  'account.events': {
    method: 'GET',
    path: '/v1/account/events',
    function: 'session',
    auth: 'session',
    answers: { status: 200, schema: schemas.eventList },
    problems: [],
    summary: "The person's own security history, newest first",
  },
  'account.change-password': {
    method: 'PUT',
    path: '/v1/account/password',
    function: 'password',
    auth: 'session',
    stepUp: 'with-second-factor',
    body: schemas.changePasswordBody,
    answers: { status: 204 },
    problems: ['invalid_credentials', 'weak_password', 'account_locked', 'rate_limited'],
    summary: 'Change the password: ends the other sessions and rotates this one',
  },
  'account.change-email': {
    method: 'POST',
    path: '/v1/account/email',
    function: 'account',
    auth: 'session',
    stepUp: true,
    body: schemas.changeEmailBody,
    answers: { status: 202, schema: schemas.acceptedAnswer },
    problems: ['rate_limited', 'conflict'],
    summary:
      'Ask to change the address: the same answer whether or not the new one is taken. A link is mailed to it, and the old one is told',
  },
  'account.confirm-email': {
    method: 'POST',
    path: '/v1/account/email/confirm',
    function: 'account',
    auth: 'none',
    body: schemas.tokenBody,
    answers: { status: 204 },
    problems: ['invalid_token'],
    summary: 'Redeem the token mailed to the new address: from here on it is the one that signs in',
  },
  'account.undo-email': {
    method: 'POST',
    path: '/v1/account/email/undo',
    function: 'account',
    auth: 'none',
    body: schemas.tokenBody,
    answers: { status: 204 },
    problems: ['invalid_token'],
    summary:
      'Redeem the token mailed to the old address: the change is stopped or taken back, every session ends, the password must be reset',
  },
  'account.disavow': {
    method: 'POST',
    path: '/v1/account/disavow',
    function: 'account',
    auth: 'none',
    body: schemas.tokenBody,
    answers: { status: 204 },
    problems: ['invalid_token'],
    summary: '"This wasn\'t me": ends every session, forgets remembered devices, stops the password from signing in and mails a reset link',
  },
} as const satisfies Record<string, Route>;
