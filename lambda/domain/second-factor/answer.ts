/** What every answer to a sign-in's challenge has in common, be it a code or a passkey. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type ArrivalServices, settleArrival } from '../arrival.ts';
import { type Call, event } from '../context.ts';
import { carriesDevice, findKnownDevice } from '../devices.ts';
import { computeNetwork } from '../networks.ts';
import type { AccountRecord, Challenge, FactorChange, KeyedHash, StoredSession } from '../ports.ts';
import { decideRemembering } from '../remembered-devices.ts';
import { equalInConstantTime, type FactorMethod, hashSecret, mintSession, openAs, type SessionToken } from '../sessions.ts';

const { challengeFailures } = securityPolicy.secondFactor;

export interface SignedIn {
  readonly kind: 'signed_in';
  readonly account: AccountRecord;
  readonly isStaff: boolean;
  readonly token: SessionToken;
  readonly stored: StoredSession;
  readonly deviceCookie: string;
  readonly delivery: 'cookie' | 'bearer';
}

/** One answer under way, through as many rounds as the write takes. */
export interface Answer {
  /** Whether the challenge is open, and the caller's to answer: asked first in every round. */
  admit(account: AccountRecord): Promise<boolean>;
  /** The write that spends the factor is the one that opens the session and ends the challenge: none happens without the others. */
  whenRight(account: AccountRecord): FactorChange;
  whenWrong(): FactorChange;
  /** Into the history beside that write, which saves a round trip; once, however many rounds it takes. */
  announce(): Promise<void>;
  /** What an event must say if there was no such write after all, see `history.ts`. @returns undefined if nothing was announced */
  retraction(): { readonly sessionId: string } | undefined;
  /** Once that write has happened. @returns undefined if the answer was never admitted */
  complete(account: AccountRecord): Promise<SignedIn | undefined>;
}

export async function prepareAnswer(
  services: ArrivalServices,
  call: Call,
  presented: SessionToken,
  input: { readonly method: FactorMethod; readonly rememberDevice?: boolean | undefined },
): Promise<Answer> {
  const { accountId, sessionId: challengeId } = presented;
  const opened = mintSession(services.random, accountId, call.viewer, services.clock.now());
  const { sessionId } = opened.token;
  const network = await computeNetwork(services.deviceKey, accountId, call.viewer.address);
  let challenge: Challenge | undefined;
  let remembers = false;
  let { stored } = opened;
  let announcement: Promise<void> | undefined;
  const announce = () => {
    announcement ??= services.events.append(event(call, accountId, 'second_factor.accepted', opened.stored.createdAt, { sessionId }));
    return announcement;
  };

  return {
    announce,
    retraction: () => (announcement ? { sessionId } : undefined),
    async admit(account) {
      challenge = await findOpenChallenge(services, call, account, presented);
      return challenge !== undefined;
    },
    whenRight(account) {
      const remembering = decideRemembering(services, call, account, {
        wanted: input.rememberDevice,
        method: input.method,
        deviceId: challenge?.deviceId,
      });
      remembers = remembering.rememberDevice !== undefined;
      const { credentialVersion } = account;
      stored = openAs(opened.stored, services.isStaff(account.email));
      return {
        endChallenge: challengeId,
        openSession: { credentialVersion, sessionId, session: stored, ...(network === undefined ? {} : { network }) },
        ...remembering,
      };
    },
    whenWrong: () =>
      challenge && challenge.failures + 1 >= challengeFailures ? { endChallenge: challengeId } : { failChallenge: challengeId },
    async complete(account) {
      if (!challenge) return undefined;
      const now = services.clock.now();
      const { knownDevice, deviceId, delivery } = challenge;
      // Known before the password or not: the challenge says. Since when: the cookie that it is bound to.
      const device = knownDevice ? await findKnownDevice(services.deviceKey, call.deviceCookie, account.emailKey, now) : undefined;
      const [deviceCookie] = await Promise.all([
        settleArrival(services, call, { account, sessionId, network, device, deviceId, remembers }),
        announce(),
      ]);
      return { kind: 'signed_in', account, isStaff: services.isStaff(account.email), ...opened, stored, deviceCookie, delivery };
    },
  };
}

/** @returns the challenge that is presented, if it may be answered from where it is */
export async function findOpenChallenge(
  services: { readonly clock: ArrivalServices['clock']; readonly deviceKey: KeyedHash },
  call: Call,
  account: AccountRecord,
  presented: SessionToken,
): Promise<Challenge | undefined> {
  const challenge = account.challenges[presented.sessionId];
  if (!challenge || !isOpen(challenge, presented, account, services.clock.now())) return undefined;
  const { deviceId } = challenge;
  const isBound = deviceId === undefined || (await carriesDevice(services.deviceKey, call.deviceCookie, account.emailKey, deviceId));
  return isBound ? challenge : undefined;
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
