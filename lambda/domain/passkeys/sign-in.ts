/** Signing in with a passkey: alone, for it is two factors in one, or as the second step after the password. */
import type { PasskeyAssertion } from '../../../contract/schemas.ts';
import { settleArrival } from '../arrival.ts';
import { type Call, event, type PasskeyServices, type Refusal } from '../context.ts';
import { findKnownDevice } from '../devices.ts';
import { computeNetwork } from '../networks.ts';
import type { AccountRecord, Passkey } from '../ports.ts';
import { findOpenChallenge, prepareAnswer, type SignedIn } from '../second-factor/answer.ts';
import { mintSession, openAs, parseToken } from '../sessions.ts';
import { issueChallenge } from './ceremony.ts';
import { type PasskeyOptions, requestOptions } from './options.ts';
import { usePasskey } from './use-passkey.ts';

/** Asks nothing of the store for a sign-in without a password: nobody without an account makes us read or write. */
export async function signInOptions(
  services: PasskeyServices,
  call: Call,
  challengeId: string | undefined,
): Promise<{ readonly kind: 'options'; readonly options: PasskeyOptions } | Extract<Refusal, { kind: 'challenge_expired' }>> {
  const { ceremonyKey, random, clock } = services;
  if (challengeId === undefined) {
    const challenge = await issueChallenge(ceremonyKey, random, { use: 'sign_in' }, clock.now());
    return { kind: 'options', options: requestOptions(undefined, call.siteOrigin, challenge) };
  }
  const presented = parseToken(challengeId);
  if (!presented) return { kind: 'challenge_expired' };
  const account = await services.accounts.read(presented.accountId);
  // Which passkeys an account has is told to whoever has shown its password, on the browser that showed it.
  if (!account?.secondFactor || !(await findOpenChallenge(services, call, account, presented))) return { kind: 'challenge_expired' };
  const purpose = { use: 'second_step', accountId: account.accountId, challengeId: presented.sessionId } as const;
  const challenge = await issueChallenge(ceremonyKey, random, purpose, clock.now());
  return { kind: 'options', options: requestOptions(account.secondFactor, call.siteOrigin, challenge) };
}

export type PasskeySignInOutcome =
  | SignedIn
  | Extract<Refusal, { kind: 'invalid_credentials' | 'invalid_code' | 'challenge_expired' | 'rate_limited' }>;

/** The account is the one that the authenticator names; whether the passkey is that account's, the signature says. */
export async function signInWithPasskey(
  services: PasskeyServices,
  call: Call,
  input: { readonly credential: PasskeyAssertion; readonly delivery: 'cookie' | 'bearer' },
): Promise<PasskeySignInOutcome> {
  const accountId = input.credential.response.userHandle;
  if (accountId == null || !/^[\w-]{22}$/.test(accountId)) return { kind: 'invalid_credentials' };
  const opened = mintSession(services.random, accountId, call.viewer, services.clock.now());
  const { sessionId } = opened.token;
  let { stored } = opened;
  const network = await computeNetwork(services.deviceKey, accountId, call.viewer.address);

  const outcome = await usePasskey(services, call, {
    accountId,
    assertion: input.credential,
    purpose: { use: 'sign_in' },
    admit: (account) => (account.status === 'active' ? undefined : { as: 'wrong', reason: 'disabled' }),
    refuseRight: (account, passkey) => (isTrustedAlone(account, passkey) ? undefined : 'not_proven_since_disavowed'),
    whenRight: ({ credentialVersion, email }) => {
      stored = openAs(opened.stored, services.isStaff(email));
      return { openSession: { credentialVersion, sessionId, session: stored, ...(network === undefined ? {} : { network }) } };
    },
  });
  if (outcome.kind === 'wrong') return { kind: 'invalid_credentials' };
  if (outcome.kind !== 'right') return outcome;

  const { account } = outcome;
  const now = services.clock.now();
  const device = await findKnownDevice(services.deviceKey, call.deviceCookie, account.emailKey, now);
  const [deviceCookie] = await Promise.all([
    settleArrival(services, call, { account, sessionId, network, device }),
    services.events.append(event(call, accountId, 'sign_in.succeeded', now, { sessionId, reason: 'passkey' })),
  ]);
  return {
    kind: 'signed_in',
    account,
    isStaff: services.isStaff(account.email),
    ...opened,
    stored,
    deviceCookie,
    delivery: input.delivery,
  };
}

/** The second step: bound, like a code, to the device that showed the password; five wrong ones spend the challenge. */
export async function answerWithPasskey(
  services: PasskeyServices,
  call: Call,
  input: { readonly challengeId: string; readonly credential: PasskeyAssertion; readonly rememberDevice?: boolean | undefined },
): Promise<PasskeySignInOutcome> {
  const presented = parseToken(input.challengeId);
  if (!presented) return { kind: 'challenge_expired' };
  const { accountId, sessionId: challengeId } = presented;
  const answer = await prepareAnswer(services, call, presented, { method: 'passkey', rememberDevice: input.rememberDevice });

  const outcome = await usePasskey(services, call, {
    accountId,
    assertion: input.credential,
    purpose: { use: 'second_step', accountId, challengeId },
    admit: async (account) => ((await answer.admit(account)) ? undefined : { as: 'expired', reason: 'challenge_not_open' }),
    whenRight: answer.whenRight,
    whenWrong: answer.whenWrong,
    changes: { provenAt: services.clock.now() },
  });
  if (outcome.kind === 'wrong') return { kind: 'invalid_code' };
  if (outcome.kind !== 'right') return outcome;
  return (await answer.complete(outcome.account)) ?? { kind: 'challenge_expired' };
}

/**
 * Whoever took an account over may have left a passkey of their own, and "this wasn't me" stops passwords, not passkeys. So
 * after it each has to come after the (new) password once, before it signs in alone again.
 */
function isTrustedAlone({ devicesForgottenAt }: AccountRecord, { createdAt, provenAt }: Passkey): boolean {
  return devicesForgottenAt === undefined || Math.max(createdAt, provenAt ?? 0) > devicesForgottenAt;
}
