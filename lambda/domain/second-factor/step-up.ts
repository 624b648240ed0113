/** Step-up: the password again, and a code where two-step verification is on (ASVS 5.0 7.5.3). Good for five minutes. */
import { type Call, type CurrentSession, event, type Refusal, type SecondFactorServices } from '../context.ts';
import type { FactorChange, RandomSource } from '../ports.ts';
import { rotateSession, type SessionToken } from '../sessions.ts';
import { acceptedMethods } from './methods.ts';
import { tellOfRecoveryCode } from './notices.ts';
import { useCode } from './use-code.ts';

export type StepUpOutcome =
  | { readonly kind: 'stepped_up'; readonly token: SessionToken }
  | Extract<Refusal, { kind: 'invalid_credentials' | 'invalid_code' | 'account_locked' | 'rate_limited' | 'challenge_expired' }>;

/** @param needsCode whether the account has a second factor, as the session guard read it; a missing code costs no attempt */
export async function stepUp(
  services: SecondFactorServices,
  call: Call,
  session: CurrentSession,
  needsCode: boolean,
  input: { readonly password: string; readonly code?: string | undefined },
): Promise<StepUpOutcome> {
  if (needsCode && input.code === undefined) return { kind: 'invalid_code' };
  const { accountId, email, emailKey } = session;
  const { viewer, requestId, siteOrigin } = call;
  const confirmation = await services.passwords.confirm({
    accountId,
    email,
    emailKey,
    password: input.password,
    viewer,
    requestId,
    siteOrigin,
  });
  if (confirmation.kind !== 'right') return confirmation;

  const now = services.clock.now();
  const { token, replaceSession } = raiseSession(services.random, session, now);
  const { from, to } = replaceSession;

  if (needsCode && input.code !== undefined) {
    const outcome = await useCode(services, call, {
      accountId,
      code: input.code,
      method: 'any',
      factorOf: ({ secondFactor }) => secondFactor,
      admit: (account) => account.sessions[from.sessionId]?.secretHash === from.secretHash,
      refuseRight: ({ secondFactor }) =>
        acceptedMethods(services.factorPolicy, session.isStaff, secondFactor).some((method) => method !== 'passkey')
          ? undefined
          : 'passkey_required',
      whenRight: (_, factor) => ({ secondFactor: factor, replaceSession }),
      whenWrong: () => ({}),
    });
    if (outcome.kind === 'invalid_code') {
      await services.events.append(event(call, accountId, 'session.step_up_failed', services.clock.now(), { reason: outcome.reason }));
      return { kind: 'invalid_code' };
    }
    if (outcome.kind !== 'right') return outcome;
    if (outcome.usedRecoveryCode) await tellOfRecoveryCode(services, call, outcome.account);
  } else if (!(await services.accounts.rotateSession(accountId, from, to))) {
    return { kind: 'challenge_expired' };
  }
  await services.events.append(event(call, accountId, 'session.stepped_up', now, { sessionId: token.sessionId }));
  return { kind: 'stepped_up', token };
}

/** The session, stepped up. A cookie could have been planted before the privilege was raised, so its session is renamed; a bearer token could not. */
export function raiseSession(
  random: RandomSource,
  session: CurrentSession,
  now: number,
): { readonly token: SessionToken; readonly replaceSession: NonNullable<FactorChange['replaceSession']> } {
  const changes = { steppedUpAt: now, lastSeenAt: now };
  const { token, stored } =
    session.delivery === 'cookie'
      ? rotateSession(random, session.token, session.stored, changes)
      : { token: session.token, stored: { ...session.stored, ...changes } };
  return {
    token,
    replaceSession: {
      from: { sessionId: session.token.sessionId, secretHash: session.stored.secretHash },
      to: { sessionId: token.sessionId, session: stored },
    },
  };
}
