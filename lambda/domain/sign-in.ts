/** Sign-in with address and password: at most two round trips to the store, the same for known and unknown addresses. */

import { settleArrival } from './arrival.ts';
import { deviceBudget, strangersBudget } from './attempt-keys.ts';
import { type Call, event, type PasswordServices, type Refusal } from './context.ts';
import { findKnownDevice, type KnownDevice } from './devices.ts';
import { computeEmailKey, normaliseEmail } from './email-address.ts';
import { type GuessOutcome, guessPassword } from './guess.ts';
import { computeNetwork } from './networks.ts';
import { hashPassword, isOutdated } from './password-hash.ts';
import type { AccountRecord, Credential, StoredSession } from './ports.ts';
import { mayRememberDevices } from './required-factor.ts';
import { type OpenedChallenge, openChallenge } from './second-factor/challenge.ts';
import { mintSession, openAs, type SessionToken } from './sessions.ts';

export type SignInOutcome =
  | OpenedChallenge
  | {
      readonly kind: 'signed_in';
      readonly account: AccountRecord;
      readonly isStaff: boolean;
      readonly token: SessionToken;
      readonly stored: StoredSession;
      readonly deviceCookie: string;
    }
  | Extract<Refusal, { kind: 'invalid_email' | 'invalid_credentials' | 'account_locked' | 'rate_limited' }>;

export async function signIn(
  services: PasswordServices,
  call: Call,
  input: { readonly email: string; readonly password: string; readonly delivery?: 'cookie' | 'bearer' },
): Promise<SignInOutcome> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const emailKey = await computeEmailKey(services.identity, email);
  const device = await findKnownDevice(services.deviceKey, call.deviceCookie, emailKey, services.clock.now());

  // A device that has signed in to this account before has a budget of its own, and an office full of them spends none of its address.
  const overspent = device ? undefined : services.budgets.recall('guesses', call.viewer);
  if (overspent) {
    services.telemetry.count('Budgets/Exceeded');
    return overspent;
  }
  const admission = device ? undefined : services.budgets.spend('guesses', call.viewer);
  const outcome = await guessPassword(services, call, {
    admission,
    attemptKey: device ? deviceBudget(emailKey, device.deviceId) : strangersBudget(emailKey),
    email,
    emailKey,
    password: input.password,
    failureEvent: 'sign_in.failed',
  });
  if (outcome.kind !== 'right') return outcome;

  const opened = await openDoor(services, call, email, outcome, input.delivery ?? 'cookie', device);
  if (opened.kind === 'second_factor_required') return opened;
  if (opened.kind === 'refused') {
    // Disabled, or password or address have changed since they were read: to the caller a wrong password like any other.
    const now = services.clock.now();
    const reason = 'disabled_or_changed';
    await Promise.all([
      services.attempts.recordFailure(outcome.reservation, now),
      services.events.append(event(call, outcome.credential.accountId, 'sign_in.failed', now, { reason, sessionId: opened.sessionId })),
    ]);
    return { kind: 'invalid_credentials' };
  }

  const { network, ...session } = opened;
  const { sessionId } = session.token;
  const deviceCookie = await settleArrival(services, call, { account: session.account, sessionId, network, device });
  return { ...session, isStaff: services.isStaff(email), deviceCookie };
}

interface OpenedSession {
  readonly kind: 'signed_in';
  readonly account: AccountRecord;
  readonly token: SessionToken;
  readonly stored: StoredSession;
  readonly network: string | undefined;
}

/**
 * A session, or a challenge where the account asks this device for a second factor: each by a write that the account's own
 * state allows or refuses. The credential's hint and the cookie's only say which to try first, so that it mostly is one round trip.
 */
async function openDoor(
  services: PasswordServices,
  call: Call,
  email: string,
  { credential, prepared, reservation }: Extract<GuessOutcome, { kind: 'right' }>,
  delivery: 'cookie' | 'bearer',
  device: KnownDevice | undefined,
): Promise<OpenedSession | OpenedChallenge | { readonly kind: 'refused'; readonly sessionId: string }> {
  const upgraded = isOutdated(credential.hash, services.bcryptCost)
    ? await hashPassword(services.hasher, prepared, services.bcryptCost)
    : undefined;
  const isStaff = services.isStaff(email);
  const skipsSecondStep = device?.claimsRemembered === true && mayRememberDevices(services.factorPolicy, isStaff);
  const opened = mintSession(services.random, credential.accountId, call.viewer, services.clock.now());
  const { token } = opened;
  const { sessionId } = token;
  const stored = openAs(opened.stored, isStaff);
  const minted = { token, stored: skipsSecondStep ? { ...stored, skippedSecondStep: true as const } : stored };
  const session = () => openSession(services, call, credential, minted, skipsSecondStep ? device.deviceId : undefined);
  const challenge = (refused?: string) => openChallenge(services, call, credential, delivery, device, refused);
  const triesChallenge = credential.expectsSecondFactor === true && !skipsSecondStep;

  const [first] = await Promise.all([
    triesChallenge ? challenge() : session(),
    services.attempts.recordSuccess(reservation),
    upgraded === undefined ? undefined : upgradeHash(services, call, credential, upgraded),
  ]);
  if (first) return first;
  const second = await (triesChallenge ? session() : challenge(sessionId));
  if (!second) return { kind: 'refused', sessionId };
  const met = second.kind === 'second_factor_required';
  if (met !== (credential.expectsSecondFactor ?? false)) await services.credentials.expectSecondFactor(credential.emailKey, met);
  return second;
}

/** If the password changes at the same instant the swap fails, and the old hash is gone anyway. */
async function upgradeHash(services: PasswordServices, call: Call, credential: Credential, hash: string): Promise<void> {
  const { emailKey, accountId, credentialVersion } = credential;
  if (!(await services.credentials.replaceHash(emailKey, credential, { hash, credentialVersion }))) return;
  await services.events.append(event(call, accountId, 'password.hash_upgraded', services.clock.now()));
}

/** The event is written beside the session, to be no later: if the account refuses it, the next event names it (`history.ts`). */
async function openSession(
  services: PasswordServices,
  call: Call,
  { accountId, credentialVersion, emailKey }: Credential,
  { token, stored }: ReturnType<typeof mintSession>,
  rememberedDevice: string | undefined,
): Promise<OpenedSession | undefined> {
  const { sessionId } = token;
  const network = await computeNetwork(services.deviceKey, accountId, call.viewer.address);
  const [account] = await Promise.all([
    services.accounts.addSession(accountId, {
      credentialVersion,
      emailKey,
      sessionId,
      session: stored,
      ...(network === undefined ? {} : { network }),
      ...(rememberedDevice === undefined ? {} : { deviceId: rememberedDevice }),
    }),
    services.events.append(event(call, accountId, 'sign_in.succeeded', stored.createdAt, { sessionId })),
  ]);
  return account && { kind: 'signed_in', account, token, stored, network };
}
