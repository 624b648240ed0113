/** The challenge between a right password and a session. Its id goes to the client whole, its secret to the store as a hash. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { settleArrival } from '../arrival.ts';
import { type Call, event, type PasswordServices, type Refusal, type SecondFactorServices } from '../context.ts';
import { carriesDevice, findKnownDevice, type KnownDevice, rememberPendingDevice } from '../devices.ts';
import { computeNetwork } from '../networks.ts';
import type { AccountRecord, Challenge, Credential, StoredSession } from '../ports.ts';
import { decideRemembering } from '../remembered-devices.ts';
import { mayRememberDevices } from '../required-factor.ts';
import {
  equalInConstantTime,
  type FactorMethod,
  hashSecret,
  instant,
  mintSession,
  newId,
  parseToken,
  type SessionToken,
  serialiseToken,
} from '../sessions.ts';
import { acceptedMethods } from './methods.ts';
import { tellOfRecoveryCode } from './notices.ts';
import { useCode } from './use-code.ts';

const { challengeSeconds, challengeFailures, challengesPerAccount } = securityPolicy.secondFactor;

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
  | {
      readonly kind: 'signed_in';
      readonly account: AccountRecord;
      readonly isStaff: boolean;
      readonly token: SessionToken;
      readonly stored: StoredSession;
      readonly deviceCookie: string;
      readonly delivery: 'cookie' | 'bearer';
    }
  | Extract<Refusal, { kind: 'invalid_code' | 'challenge_expired' | 'account_locked' | 'rate_limited' }>;

/**
 * Answers a challenge. The write that spends the code is the one that opens the session and ends the challenge: there
 * is no state in which one of the three happened without the others.
 */
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
  const { accountId, sessionId: challengeId } = presented;
  const opened = mintSession(services.random, accountId, call.viewer, services.clock.now());
  const network = await computeNetwork(services.deviceKey, accountId, call.viewer.address);
  let challenge: Challenge | undefined;
  let remembers = false;

  const outcome = await useCode(services, {
    accountId,
    code: input.code,
    method: input.method,
    factorOf: (account) => account.secondFactor,
    admit: async (account) => {
      challenge = account.challenges[challengeId];
      return (
        challenge !== undefined &&
        isOpen(challenge, presented, account, services.clock.now()) &&
        (await isBoundTo(services, call, account, challenge))
      );
    },
    refuseRight: ({ email, secondFactor }) =>
      acceptedMethods(services.factorPolicy, services.isStaff(email), secondFactor).includes(input.method) ? undefined : 'passkey_required',
    whenRight: (account, next) => {
      const remembering = decideRemembering(services, call, account, {
        wanted: input.rememberDevice,
        method: input.method,
        deviceId: challenge?.deviceId,
      });
      remembers = remembering.rememberDevice !== undefined;
      return {
        secondFactor: next,
        endChallenge: challengeId,
        openSession: {
          credentialVersion: account.credentialVersion,
          sessionId: opened.token.sessionId,
          session: opened.stored,
          ...(network === undefined ? {} : { network }),
        },
        ...remembering,
      };
    },
    whenWrong: () =>
      challenge && challenge.failures + 1 >= challengeFailures ? { endChallenge: challengeId } : { failChallenge: challengeId },
  });

  const now = services.clock.now();
  if (outcome.kind === 'invalid_code') {
    await services.events.append(event(call, accountId, 'second_factor.refused', now, { reason: outcome.reason }));
    return { kind: 'invalid_code' };
  }
  if (outcome.kind !== 'right' || !challenge) return outcome.kind === 'right' ? { kind: 'challenge_expired' } : outcome;

  const { account } = outcome;
  const { knownDevice, deviceId, delivery } = challenge;
  const isStaff = services.isStaff(account.email);
  const { sessionId } = opened.token;
  // Known before the password or not: the challenge says. Since when: the cookie that it is bound to.
  const device = knownDevice ? await findKnownDevice(services.deviceKey, call.deviceCookie, account.emailKey, now) : undefined;
  const [deviceCookie] = await Promise.all([
    settleArrival(services, call, { account, sessionId, network, device, deviceId, remembers }),
    services.events.append(event(call, accountId, 'second_factor.accepted', now, { sessionId })),
    outcome.usedRecoveryCode ? tellOfRecoveryCode(services, call, account) : undefined,
  ]);
  return { kind: 'signed_in', account, isStaff, ...opened, deviceCookie, delivery };
}

function isOpen(challenge: Challenge, presented: SessionToken, account: AccountRecord, now: number): boolean {
  return (
    equalInConstantTime(hashSecret(presented.secret), challenge.secretHash) &&
    now < challenge.expiresAt &&
    challenge.failures < challengeFailures &&
    // A password that changed meanwhile takes its challenges along.
    challenge.credentialVersion === account.credentialVersion &&
    account.status === 'active'
  );
}

async function isBoundTo(services: SecondFactorServices, call: Call, account: AccountRecord, challenge: Challenge): Promise<boolean> {
  if (challenge.deviceId === undefined) return true;
  return carriesDevice(services.deviceKey, call.deviceCookie, account.emailKey, challenge.deviceId);
}

function selectSurplusChallenges(account: AccountRecord, keep: string, now: number): string[] {
  const others = Object.entries(account.challenges).filter(([id]) => id !== keep);
  const live = others.filter(([, challenge]) => challenge.expiresAt > now).sort(([, a], [, b]) => b.expiresAt - a.expiresAt);
  const kept = new Set(live.slice(0, challengesPerAccount - 1).map(([id]) => id));
  return others.filter(([id]) => !kept.has(id)).map(([id]) => id);
}
