// Generated from contract/routes.ts by `node client/generate.ts`. Do not edit.
import type { routes } from '../contract/routes.ts';

type Routes = typeof routes;

export const endpoints = {
  'accounts.register': { method: 'POST', path: '/v1/accounts' },
  'accounts.verify': { method: 'POST', path: '/v1/accounts/verify' },
  'sign-in': { method: 'POST', path: '/v1/sign-in' },
  'sign-in.second-factor': { method: 'POST', path: '/v1/sign-in/second-factor' },
  'sign-out': { method: 'POST', path: '/v1/sign-out' },
  'session.read': { method: 'GET', path: '/v1/session' },
  'session.step-up': { method: 'POST', path: '/v1/session/step-up' },
  'sessions.list': { method: 'GET', path: '/v1/sessions' },
  'sessions.end': { method: 'DELETE', path: '/v1/sessions/{id}' },
  'sessions.end-others': { method: 'DELETE', path: '/v1/sessions' },
  'password-reset.request': { method: 'POST', path: '/v1/password-reset' },
  'password-reset.confirm': { method: 'POST', path: '/v1/password-reset/confirm' },
  'account.read': { method: 'GET', path: '/v1/account' },
  'account.events': { method: 'GET', path: '/v1/account/events' },
  'account.change-password': { method: 'PUT', path: '/v1/account/password' },
  'account.totp.enrol': { method: 'POST', path: '/v1/account/totp' },
  'account.totp.confirm': { method: 'POST', path: '/v1/account/totp/confirm' },
  'account.totp.remove': { method: 'DELETE', path: '/v1/account/totp' },
  'account.recovery-codes.renew': { method: 'POST', path: '/v1/account/recovery-codes' },
  'health': { method: 'GET', path: '/v1/health' },
  'openapi': { method: 'GET', path: '/v1/openapi.json' },
} as const satisfies { [Id in keyof Routes]: Pick<Routes[Id], 'method' | 'path'> };
