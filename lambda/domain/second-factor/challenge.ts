/** The challenge between a right password and a session. Its id goes to the client whole, its secret to the store as a hash. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Call, event, type PasswordServices, type Refusal, type SecondFactorServices } from '../context.ts';
import { type KnownDevice, rememberPendingDevice } from '../devices.ts';
import type { AccountRecord, Challenge, Credential } from '../ports.ts';
import { mayRememberDevices } from '../required-factor.ts';
import { type FactorMethod, hashSecret, instant, newId, parseToken, type SessionToken, serialiseToken } from '../sessions.ts';
import { prepareAnswer, type SignedIn } from './answer.ts';
import { acceptedMethods } from './methods.ts';
import { tellOfRecoveryCode } from './notices.ts';
import { useCode } from './use-code.ts';

const { challengeSeconds, challengesPerAccount } = securityPolicy.secondFactor;

export interface OpenedChallenge {
  readonly kind: 'second_factor_required';
  readonly challengeId: string;
  readonly methods: readonly FactorMethod[];
  readonly expiresAt: string;
  readonly deviceMayBeRemembered: boolean;
  /** New value of the device cookie that binds the challenge; absent for native apps and known devices. */
  readonly deviceCookie?: string;
}

/**
 * @param refusedSessionId the session that was tried first, see `history.ts`
 * @returns undefined when the account asks for no second factor, or must not be opened at all
 */
export async function openChallenge(
  services: PasswordServices,
  call: Call,
  credential: Credential,
  delivery: 'cookie' | 'bearer',
  known: KnownDevice | undefined,
  refusedSessionId?: string,
): Promise<OpenedChallenge | undefined> {
  const now = services.clock.now();
  const token: SessionToken = {
    accountId: credential.accountId,
    sessionId: newId(services.random),
    secret: Buffer.from(services.random.bytes(32)).toString('base64url'),
  };
  const pending =
    known || delivery === 'bearer'
      ? undefined
      : await rememberPendingDevice(services.deviceKey, services.random, call.deviceCookie, credential.emailKey, now);
  const deviceId = known?.deviceId ?? pending?.deviceId;
  const challenge: Challenge = {
    secretHash: hashSecret(token.secret),
    ...(deviceId === undefined ? {} : { deviceId }),
    knownDevice: known !== undefined,
    delivery,
    credentialVersion: credential.credentialVersion,
    failures: 0,
    expiresAt: now + challengeSeconds * 1000,
  };
  const [account] = await Promise.all([
    services.accounts.openChallenge(credential.accountId, credential.emailKey, token.sessionId, challenge),
    services.events.append(
      event(
        call,
        credential.accountId,
        'sign_in.password_accepted',
        now,
        refusedSessionId === undefined ? {} : { sessionId: refusedSessionId },
      ),
    ),
  ]);
  if (!account) return undefined;
  const isStaff = services.isStaff(account.email);

  const surplus = selectSurplusChallenges(account, token.sessionId, now);
  if (surplus.length > 0) await services.accounts.endChallenges(account.accountId, surplus);
  return {
    kind: 'second_factor_required',
    challengeId: serialiseToken(token),
    methods: acceptedMethods(services.factorPolicy, isStaff, account.secondFactor),
    expiresAt: instant(challenge.expiresAt),
    deviceMayBeRemembered: delivery === 'cookie' && mayRememberDevices(services.factorPolicy, isStaff),
    ...(pending ? { deviceCookie: pending.cookie } : {}),
  };
}

export type ChallengeOutcome =
  | SignedIn
  | Extract<Refusal, { kind: 'invalid_code' | 'challenge_expired' | 'account_locked' | 'rate_limited' }>;

/** Answers a challenge with a code. */
export async function answerChallenge(
  services: SecondFactorServices,
  call: Call,
  input: {
    readonly challengeId: string;
    readonly method: 'totp' | 'recovery_code';
    readonly code: string;
    readonly rememberDevice?: boolean | undefined;
  },
): Promise<ChallengeOutcome> {
  const presented = parseToken(input.challengeId);
  if (!presented) return { kind: 'challenge_expired' };
  const { accountId } = presented;
  const answer = await prepareAnswer(services, call, presented, input);

  const outcome = await useCode(services, call, {
    accountId,
    code: input.code,
    method: input.method,
    factorOf: (account) => account.secondFactor,
    admit: answer.admit,
    refuseRight: ({ email, secondFactor }) =>
      acceptedMethods(services.factorPolicy, services.isStaff(email), secondFactor).includes(input.method) ? undefined : 'passkey_required',
    whenRight: (account, next) => ({ secondFactor: next, ...answer.whenRight(account) }),
    whenWrong: answer.whenWrong,
    besideRight: answer.announce,
  });

  if (outcome.kind !== 'right') {
    const retraction = answer.retraction();
    if (outcome.kind !== 'invalid_code' && !retraction) return outcome;
    const reason = outcome.kind === 'invalid_code' ? outcome.reason : 'another_answer_came_first';
    await services.events.append(event(call, accountId, 'second_factor.refused', services.clock.now(), { reason, ...retraction }));
    return outcome.kind === 'invalid_code' ? { kind: 'invalid_code' } : outcome;
  }
  const [signedIn] = await Promise.all([
    answer.complete(outcome.account),
    outcome.usedRecoveryCode ? tellOfRecoveryCode(services, call, outcome.account) : undefined,
  ]);
  return signedIn ?? { kind: 'challenge_expired' };
}

function selectSurplusChallenges(account: AccountRecord, keep: string, now: number): string[] {
  const others = Object.entries(account.challenges).filter(([id]) => id !== keep);
  const live = others.filter(([, challenge]) => challenge.expiresAt > now).sort(([, a], [, b]) => b.expiresAt - a.expiresAt);
  const kept = new Set(live.slice(0, challengesPerAccount - 1).map(([id]) => id));
  return others.filter(([id]) => !kept.has(id)).map(([id]) => id);
}
