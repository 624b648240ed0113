/**
 * Every route: the one place. API Gateway routes, the pipeline's guards, OpenAPI and the client are derived from it.
 *
 * To add a route: a row here, a domain function with its test, an entry in the handler map.
 */
import type { FunctionId } from './privileges.ts';
import type { ProblemCode } from './problems.ts';
import * as schemas from './schemas.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/v1/${string}`;
  readonly function: FunctionId;
  /** `session`: a session cookie or bearer token is needed, and with a cookie every unsafe method needs the CSRF token. */
  readonly auth: 'none' | 'session';
  /** The session must have been stepped up within `sessions.stepUpSeconds`; `with-second-factor`: only where two-step verification is on. */
  readonly stepUp?: true | 'with-second-factor';
  readonly body?: (typeof schemas)[keyof typeof schemas] & { readonly _zod: unknown };
  readonly answers: {
    readonly status: 200 | 201 | 202 | 204;
    readonly schema?: (typeof schemas)[keyof typeof schemas] & { readonly _zod: unknown };
  };
  /** Beyond those that the guards imply. */
  readonly problems: readonly ProblemCode[];
  readonly summary: string;
  /** Public documents may be cached this long. */
  readonly cacheSeconds?: number;
}

export const routes = {
  'accounts.register': {
    method: 'POST',
    path: '/v1/accounts',
    function: 'password',
    auth: 'none',
    body: schemas.registerBody,
    answers: { status: 202, schema: schemas.acceptedAnswer },
    problems: ['weak_password'],
    summary: 'Register an address; the same answer whether or not it is known. A link is mailed',
  },
  'accounts.verify': {
    method: 'POST',
    path: '/v1/accounts/verify',
    function: 'password',
    auth: 'none',
    body: schemas.verifyBody,
    answers: { status: 204 },
    problems: ['invalid_token'],
    summary: 'Redeem the token of the verification mail: from here on there is an account',
  },
  'sign-in': {
    method: 'POST',
    path: '/v1/sign-in',
    function: 'password',
    auth: 'none',
    body: schemas.signInBody,
    answers: { status: 200, schema: schemas.signInAnswer },
    problems: ['invalid_credentials', 'account_locked', 'rate_limited'],
    summary: 'Sign in with address and password',
  },
  'sign-in.second-factor': {
    method: 'POST',
    path: '/v1/sign-in/second-factor',
    function: 'second-factor',
    auth: 'none',
    body: schemas.secondFactorBody,
    answers: { status: 200, schema: schemas.signInAnswer },
    problems: ['invalid_code', 'challenge_expired', 'account_locked', 'rate_limited'],
    summary: 'Answer the challenge of a sign-in with a code',
  },
  'sign-out': {
    method: 'POST',
    path: '/v1/sign-out',
    function: 'session',
    auth: 'session',
    answers: { status: 204 },
    problems: [],
    summary: 'End this session',
  },
  'session.read': {
    method: 'GET',
    path: '/v1/session',
    function: 'session',
    auth: 'session',
    answers: { status: 200, schema: schemas.whoAmIAnswer },
    problems: [],
    summary: 'Who am I, and the CSRF token of this session',
  },
  'session.step-up': {
    method: 'POST',
    path: '/v1/session/step-up',
    function: 'second-factor',
    auth: 'session',
    body: schemas.stepUpBody,
    answers: { status: 204 },
    problems: ['invalid_credentials', 'invalid_code', 'account_locked', 'rate_limited'],
    summary: 'Confirm the password again, and a code where two-step verification is on; good for 5 minutes',
  },
  'sessions.list': {
    method: 'GET',
    path: '/v1/sessions',
    function: 'session',
    auth: 'session',
    answers: { status: 200, schema: schemas.sessionList },
    problems: [],
    summary: 'The sessions of this account',
  },
  'sessions.end': {
    method: 'DELETE',
    path: '/v1/sessions/{id}',
    function: 'session',
    auth: 'session',
    stepUp: 'with-second-factor',
    answers: { status: 204 },
    problems: ['not_found'],
    summary: 'End one session',
  },
  'sessions.end-others': {
    method: 'DELETE',
    path: '/v1/sessions',
    function: 'session',
    auth: 'session',
    stepUp: 'with-second-factor',
    answers: { status: 204 },
    problems: [],
    summary: 'End all other sessions',
  },
  'password-reset.request': {
    method: 'POST',
    path: '/v1/password-reset',
    function: 'password',
    auth: 'none',
    body: schemas.requestResetBody,
    answers: { status: 202, schema: schemas.acceptedAnswer },
    problems: [],
    summary: 'Ask for a reset link; the same answer whether or not the address is known',
  },
  'password-reset.confirm': {
    method: 'POST',
    path: '/v1/password-reset/confirm',
    function: 'password',
    auth: 'none',
    body: schemas.confirmResetBody,
    answers: { status: 204 },
    problems: ['invalid_token', 'weak_password'],
    summary: 'Set a new password with the token of the mail: ends every session, never signs in',
  },
  'account.read': {
    method: 'GET',
    path: '/v1/account',
    function: 'session',
    auth: 'session',
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
  'account.totp.enrol': {
    method: 'POST',
    path: '/v1/account/totp',
    function: 'second-factor',
    auth: 'session',
    stepUp: true,
    answers: { status: 201, schema: schemas.totpSecretAnswer },
    problems: [],
    summary: 'Ask for a secret for an authenticator; nothing changes until it is confirmed',
  },
  'account.totp.confirm': {
    method: 'POST',
    path: '/v1/account/totp/confirm',
    function: 'second-factor',
    auth: 'session',
    stepUp: true,
    body: schemas.codeBody,
    answers: { status: 200, schema: schemas.recoveryCodesAnswer },
    problems: ['invalid_code', 'challenge_expired', 'account_locked', 'rate_limited', 'conflict'],
    summary: 'Confirm the secret with its first code: two-step verification is on; the recovery codes are shown this once',
  },
  'account.totp.remove': {
    method: 'DELETE',
    path: '/v1/account/totp',
    function: 'second-factor',
    auth: 'session',
    stepUp: true,
    body: schemas.codeBody,
    answers: { status: 204 },
    problems: ['invalid_code', 'not_found', 'account_locked', 'rate_limited'],
    summary: 'Turn two-step verification off, with a code',
  },
  'account.recovery-codes.renew': {
    method: 'POST',
    path: '/v1/account/recovery-codes',
    function: 'second-factor',
    auth: 'session',
    stepUp: true,
    answers: { status: 200, schema: schemas.recoveryCodesAnswer },
    problems: ['not_found', 'rate_limited'],
    summary: 'New recovery codes; the old ones stop working',
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    function: 'public',
    auth: 'none',
    answers: { status: 200, schema: schemas.healthAnswer },
    problems: ['unavailable'],
    summary: '200, or 503 with the failing part',
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    function: 'public',
    auth: 'none',
    answers: { status: 200, schema: schemas.anyJson },
    problems: [],
    cacheSeconds: 300,
    summary: 'This description, OpenAPI 3.1',
  },
} as const satisfies Record<string, Route>;

export type RouteId = keyof typeof routes;

/** Takes what no route takes (`$default` of the HTTP API), answers preflights, `not_found` and `method_not_allowed`. */
export const fallbackFunction: FunctionId = 'public';

export function isUnsafe(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}
