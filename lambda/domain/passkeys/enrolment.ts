/** Adding and removing passkeys, and seeing them. The first factor of an account turns two-step verification on, the last one off. */

import type { PasskeyDescription, PasskeyRegistration } from '../../../contract/schemas.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Call, type CurrentSession, event, type PasskeyServices, type Refusal } from '../context.ts';
import type { AccountRecord, FactorChange, Passkey, SecondFactor } from '../ports.ts';
import { isEnough } from '../required-factor.ts';
import { changeFactor, isSessionOpen, requirementOf } from '../second-factor/change-factor.ts';
import { createRecoveryCodes } from '../second-factor/codes.ts';
import { tell } from '../second-factor/notices.ts';
import { instant, newId } from '../sessions.ts';
import { expectationOf, issueChallenge, readCeremony, spendCeremony } from './ceremony.ts';
import { creationOptions, type PasskeyOptions } from './options.ts';
import { withPasskey } from './use-passkey.ts';

const { perAccount } = securityPolicy.passkeys;

/** WebAuthn level 3, 5.8.4. What a browser makes up beyond these would only be handed back to it. */
const TRANSPORTS = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** @param factor as the session guard read it */
export async function registrationOptions(
  services: PasskeyServices,
  call: Call,
  session: CurrentSession,
  factor: SecondFactor | undefined,
): Promise<{ readonly kind: 'options'; readonly options: PasskeyOptions } | Extract<Refusal, { kind: 'conflict' }>> {
  if (countPasskeys(factor) >= perAccount) return { kind: 'conflict' };
  const challenge = await issueChallenge(services.ceremonyKey, services.random, purposeOf(session), services.clock.now());
  return { kind: 'options', options: creationOptions(services.productName, session, factor, call.siteOrigin, challenge) };
}

export type RegistrationOutcome =
  | { readonly kind: 'added'; readonly passkey: PasskeyDescription; readonly recoveryCodes?: readonly string[] }
  | Extract<Refusal, { kind: 'invalid_credentials' | 'challenge_expired' | 'conflict' | 'rate_limited' }>;

/** One write adds the passkey, spends the challenge, and asks every other session to step up again. */
export async function registerPasskey(
  services: PasskeyServices,
  call: Call,
  session: CurrentSession,
  input: { readonly name: string; readonly credential: PasskeyRegistration },
): Promise<RegistrationOutcome> {
  const { accountId } = session;
  const ceremony = await readCeremony(
    services.ceremonyKey,
    input.credential.response.clientDataJSON,
    purposeOf(session),
    services.clock.now(),
  );
  if (!ceremony) return { kind: 'challenge_expired' };
  const verdict = await services.webauthn.verifyRegistration(input.credential, expectationOf(ceremony, call.siteOrigin));
  if (verdict.kind === 'wrong') {
    await services.events.append(event(call, accountId, 'passkey.refused', services.clock.now(), { reason: verdict.reason }));
    return { kind: 'invalid_credentials' };
  }

  const { codes, hashes } = await createRecoveryCodes(services.random, services.recoveryKey, accountId);
  const passkeyId = newId(services.random);
  const { kind: _, ...credential } = verdict;
  const transports = [...new Set(input.credential.response.transports)].filter((transport) => TRANSPORTS.includes(transport));
  let refusal: 'challenge_expired' | 'conflict' | 'rate_limited' = 'rate_limited';
  let isFirst = false;

  const written = await changeFactor(services, accountId, (account): FactorChange | undefined => {
    const now = services.clock.now();
    const spentCeremonies = spendCeremony(account, ceremony, now);
    refusal = decideRefusal(account, session, spentCeremonies, credential.credentialId) ?? 'rate_limited';
    if (refusal !== 'rate_limited' || typeof spentCeremonies === 'string') return undefined;
    isFirst = account.secondFactor === undefined;
    const factor = account.secondFactor ?? { passkeys: {}, confirmedAt: now, recoveryCodes: hashes };
    const passkey: Passkey = { ...credential, transports, name: input.name.normalize('NFC').trim() || input.name, createdAt: now };
    const { sessionId } = session.token;
    return {
      secondFactor: { ...withPasskey(factor, passkeyId, passkey), confirmedAt: now },
      spentCeremonies,
      forgetDevices: true,
      // This session has just shown all there is; every other one is asked to step up again.
      replaceSession: {
        from: { sessionId, secretHash: session.stored.secretHash },
        to: { sessionId, session: { ...session.stored, steppedUpAt: now } },
      },
    };
  });
  const added = written?.secondFactor?.passkeys[passkeyId];
  if (!written || !added) return refusal === 'rate_limited' ? { kind: refusal, retryAfterSeconds: 1 } : { kind: refusal };

  await Promise.all([
    tell(services, call, written, 'passkey_added'),
    isFirst ? services.events.append(event(call, accountId, 'second_factor.enabled', services.clock.now())) : undefined,
  ]);
  // A hint that the next sign-in corrects: the caller must get his recovery codes all the same.
  if (isFirst) await Promise.allSettled([services.passwords.expectSecondFactor(session.emailKey, true)]);
  return { kind: 'added', passkey: describePasskey(passkeyId, added), ...(isFirst ? { recoveryCodes: codes } : {}) };
}

/** After the step-up that the route asks for. */
export async function removePasskey(
  services: PasskeyServices,
  call: Call,
  session: CurrentSession,
  passkeyId: string,
): Promise<{ readonly kind: 'removed' } | Extract<Refusal, { kind: 'not_found' | 'forbidden' | 'conflict' | 'rate_limited' }>> {
  let refusal: 'not_found' | 'forbidden' | 'conflict' | undefined;
  const written = await changeFactor(services, session.accountId, (account) => {
    const { secondFactor } = account;
    refusal = isSessionOpen(account, session) ? undefined : 'conflict';
    if (refusal) return undefined;
    if (!secondFactor || !Object.hasOwn(secondFactor.passkeys, passkeyId)) {
      refusal = 'not_found';
      return undefined;
    }
    const left = withoutPasskey(secondFactor, passkeyId);
    if (!isEnough(services.factorPolicy, session.isStaff, left)) {
      refusal = 'forbidden';
      return undefined;
    }
    return { secondFactor: left, forgetDevices: true, requireSession: requirementOf(session) };
  });
  if (refusal === 'forbidden') return { kind: refusal, detail: 'A second factor is required here: add another one first' };
  if (refusal !== undefined) return { kind: refusal };
  if (!written) return { kind: 'rate_limited', retryAfterSeconds: 1 };

  if (written.secondFactor) {
    await tell(services, call, written, 'passkey_removed');
    return { kind: 'removed' };
  }
  // One mail: that nothing but the password is left says it all.
  await Promise.all([
    services.events.append(event(call, session.accountId, 'passkey.removed', services.clock.now())),
    tell(services, call, written, 'second_factor_disabled'),
  ]);
  await Promise.allSettled([services.passwords.expectSecondFactor(session.emailKey, false)]);
  return { kind: 'removed' };
}

/** The latest first. */
export function listPasskeys(factor: SecondFactor | undefined): PasskeyDescription[] {
  return Object.entries(factor?.passkeys ?? {})
    .sort(([, a], [, b]) => b.createdAt - a.createdAt)
    .map(([id, passkey]) => describePasskey(id, passkey));
}

function decideRefusal(
  account: AccountRecord,
  session: CurrentSession,
  spentCeremonies: ReturnType<typeof spendCeremony>,
  credentialId: string,
): 'challenge_expired' | 'conflict' | undefined {
  if (spentCeremonies === 'spent' || !isSessionOpen(account, session)) return 'challenge_expired';
  const { secondFactor } = account;
  const isKnown = Object.values(secondFactor?.passkeys ?? {}).some((passkey) => passkey.credentialId === credentialId);
  return isKnown || countPasskeys(secondFactor) >= perAccount ? 'conflict' : undefined;
}

/** What is left when a passkey goes: nothing without an authenticator and other passkeys, for recovery codes alone are no second factor. */
function withoutPasskey(factor: SecondFactor, passkeyId: string): SecondFactor | null {
  const { [passkeyId]: _, ...passkeys } = factor.passkeys;
  return factor.totp || Object.keys(passkeys).length > 0 ? { ...factor, passkeys } : null;
}

function countPasskeys(factor: SecondFactor | undefined): number {
  return Object.keys(factor?.passkeys ?? {}).length;
}

function describePasskey(id: string, { name, createdAt, lastUsedAt, synced }: Passkey): PasskeyDescription {
  return { id, name, createdAt: instant(createdAt), lastUsedAt: lastUsedAt === undefined ? null : instant(lastUsedAt), synced };
}

function purposeOf({ accountId, token }: CurrentSession) {
  return { use: 'registration', accountId, sessionId: token.sessionId } as const;
}
