/** From outcome to HTTP: the one file. The private reason stays in the events; the caller gets the uniform answer. */
import type { Refusal } from '../domain/context.ts';
import type { AccountRecord, StoredSession } from '../domain/ports.ts';
import type { FactorPolicy } from '../domain/required-factor.ts';
import type { OpenedChallenge } from '../domain/second-factor/challenge.ts';
import { computeCsrfToken, describeAccount, describeSession, type SessionToken, serialiseToken } from '../domain/sessions.ts';
import type { HttpAnswer, HttpCall } from './call.ts';
import { deviceCookie, sessionCookie } from './cookies.ts';
import { answer, problem } from './responses.ts';

export function refuse(call: HttpCall, refusal: Refusal): HttpAnswer {
  switch (refusal.kind) {
    case 'invalid_email':
      return problem(call, 'invalid_request', {
        errors: [{ path: refusal.path ?? 'email', message: refusal.message ?? 'must be an e-mail address' }],
      });
    case 'weak_password':
    case 'invalid_request':
      return problem(call, refusal.kind, { errors: refusal.errors });
    case 'account_locked':
    case 'rate_limited':
      return problem(call, refusal.kind, { retryAfterSeconds: refusal.retryAfterSeconds });
    case 'invalid_credentials':
    case 'invalid_code':
    case 'challenge_expired':
    case 'invalid_token':
    case 'not_found':
      return problem(call, refusal.kind);
    case 'conflict':
      return problem(call, 'conflict', refusal.detail === undefined ? {} : { detail: refusal.detail });
    case 'forbidden':
      return problem(call, 'forbidden', { detail: refusal.detail });
  }
}

export function signedIn(
  call: HttpCall,
  outcome: {
    readonly account: AccountRecord;
    readonly isStaff: boolean;
    readonly token: SessionToken;
    readonly stored: StoredSession;
    readonly deviceCookie: string;
  },
  delivery: 'cookie' | 'bearer',
  policy: FactorPolicy,
): HttpAnswer {
  const text = serialiseToken(outcome.token);
  const body = {
    status: 'signed_in',
    account: describeAccount(outcome.account, outcome.isStaff, policy, outcome.stored.lastSeenAt),
    session: describeSession(outcome.token.sessionId, outcome.stored, true, outcome.isStaff),
    csrfToken: computeCsrfToken(outcome.token.secret),
    ...(delivery === 'bearer' ? { token: text } : {}),
  };
  const cookies = [...(delivery === 'cookie' ? [sessionCookie(text)] : []), deviceCookie(outcome.deviceCookie)];
  return answer(call, 200, body, { cookies });
}

export function challenged(call: HttpCall, challenge: OpenedChallenge): HttpAnswer {
  const { kind, challengeId, methods, expiresAt, deviceMayBeRemembered } = challenge;
  const cookies = challenge.deviceCookie === undefined ? [] : [deviceCookie(challenge.deviceCookie)];
  return answer(call, 200, { status: kind, challengeId, methods, expiresAt, deviceMayBeRemembered }, { cookies });
}

/** 204 with a renamed session: in the cookie, or for bearers in a header. */
export function rotated(call: HttpCall, token: SessionToken): HttpAnswer {
  const text = serialiseToken(token);
  return call.session?.delivery === 'bearer'
    ? answer(call, 204, undefined, { headers: { 'X-Session-Token': text } })
    : answer(call, 204, undefined, { cookies: [sessionCookie(text)] });
}
