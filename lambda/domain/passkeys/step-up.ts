/** Step-up with a passkey, which is the password and the code in one (user verification; NIST SP 800-63B-4 3.1.7). */
import type { PasskeyAssertion } from '../../../contract/schemas.ts';
import { type Call, type CurrentSession, event, type PasskeyServices, type Refusal } from '../context.ts';
import type { SecondFactor } from '../ports.ts';
import { raiseSession } from '../second-factor/step-up.ts';
import type { SessionToken } from '../sessions.ts';
import { issueChallenge } from './ceremony.ts';
import { type PasskeyOptions, requestOptions } from './options.ts';
import { usePasskey } from './use-passkey.ts';

/** @param factor as the session guard read it */
export async function stepUpOptions(
  services: PasskeyServices,
  call: Call,
  session: CurrentSession,
  factor: SecondFactor | undefined,
): Promise<{ readonly kind: 'options'; readonly options: PasskeyOptions } | Extract<Refusal, { kind: 'not_found' }>> {
  if (!factor || Object.keys(factor.passkeys).length === 0) return { kind: 'not_found' };
  const challenge = await issueChallenge(services.ceremonyKey, services.random, purposeOf(session), services.clock.now());
  return { kind: 'options', options: requestOptions(factor, call.siteOrigin, challenge) };
}

export async function stepUpWithPasskey(
  services: PasskeyServices,
  call: Call,
  session: CurrentSession,
  credential: PasskeyAssertion,
): Promise<
  | { readonly kind: 'stepped_up'; readonly token: SessionToken }
  | Extract<Refusal, { kind: 'invalid_credentials' | 'challenge_expired' | 'rate_limited' }>
> {
  const { accountId } = session;
  const now = services.clock.now();
  const raised = raiseSession(services.random, session, now);
  const { from } = raised.replaceSession;
  const outcome = await usePasskey(services, call, {
    accountId,
    assertion: credential,
    purpose: purposeOf(session),
    admit: ({ sessions }) =>
      sessions[from.sessionId]?.secretHash === from.secretHash ? undefined : { as: 'expired', reason: 'session_is_over' },
    whenRight: () => ({ replaceSession: raised.replaceSession }),
  });
  if (outcome.kind === 'wrong') return { kind: 'invalid_credentials' };
  if (outcome.kind !== 'right') return outcome;
  const { sessionId } = raised.token;
  await services.events.append(event(call, accountId, 'session.stepped_up', now, { sessionId, reason: 'passkey' }));
  return { kind: 'stepped_up', token: raised.token };
}

function purposeOf({ accountId, token }: CurrentSession) {
  return { use: 'step_up', accountId, sessionId: token.sessionId } as const;
}
