import { isUnsafe } from '../../../contract/route.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { computeCsrfToken, decideSession, equalInConstantTime, isSteppedUp, parseToken } from '../../domain/sessions.ts';
import type { Guard, HttpCall } from '../call.ts';
import { readCookies } from '../cookies.ts';
import { problem } from '../responses.ts';

/** Checks the session with one read. An `Authorization` header wins: the cookie beside it is ignored. */
export const requireSession: Guard = async (call, services) => {
  if (call.route === undefined || call.route.auth === 'none') return undefined;
  const { accounts } = services;
  if (!accounts) throw new Error(`route ${call.routeId} needs sessions, but its function has no account store`);

  const presented = presentedToken(call);
  const token = presented && parseToken(presented.text);
  if (!presented || !token) return unauthenticated(call);

  const account = await accounts.read(token.accountId, token.sessionId);
  const now = services.clock.now();
  const isStaff = account !== undefined && services.isStaff(account.email);
  const verdict = decideSession(token, account, isStaff, now);
  if (!account || verdict.kind === 'refused') return unauthenticated(call);

  if (verdict.touch) await accounts.touchSession(account.accountId, token.sessionId, verdict.session.secretHash, now);
  call.account = account;
  call.session = {
    token,
    stored: verdict.touch ? { ...verdict.session, lastSeenAt: now } : verdict.session,
    accountId: account.accountId,
    email: account.email,
    emailKey: account.emailKey,
    isStaff,
    delivery: presented.delivery,
  };
  return undefined;
};

/** P20: every unsafe request by cookie carries the session's CSRF token. A bearer token is not sent by itself and needs none. */
export const requireCsrfToken: Guard = (call) => {
  if (!call.session || call.session.delivery === 'bearer' || !isUnsafe(call.event.requestContext.http.method)) return undefined;
  const presented = call.headers['x-csrf-token'];
  const expected = computeCsrfToken(call.session.token.secret);
  if (presented !== undefined && equalInConstantTime(presented, expected)) return undefined;
  return problem(call, 'csrf_token_invalid', { detail: 'Send the csrfToken of GET /v1/session as X-CSRF-Token' });
};

export const requireStepUp: Guard = (call, services) => {
  const factor = call.account?.secondFactor;
  const needed = call.route?.stepUp === true || (call.route?.stepUp === 'with-second-factor' && factor !== undefined);
  if (!needed || (call.session && isSteppedUp(call.session.stored, services.clock.now(), factor))) return undefined;
  return problem(call, 'step_up_required', { detail: 'POST /v1/session/step-up first' });
};

function presentedToken(call: HttpCall): { text: string; delivery: 'cookie' | 'bearer' } | undefined {
  const { authorization } = call.headers;
  if (authorization !== undefined) {
    // Two Authorization headers arrive joined by a comma, which is in no token: refused.
    const bearer = /^bearer ([\w.-]+)$/i.exec(authorization.trim())?.[1];
    return bearer === undefined ? undefined : { text: bearer, delivery: 'bearer' };
  }
  const [cookie, ...more] = readCookies(call.event, securityPolicy.cookies.session);
  return cookie === undefined || more.length > 0 ? undefined : { text: cookie, delivery: 'cookie' };
}

/**
 * One answer for every reason. The cookie is left alone: a request that was under way while its session was renamed
 * would delete the new one.
 */
function unauthenticated(call: HttpCall) {
  return problem(call, 'unauthenticated');
}
