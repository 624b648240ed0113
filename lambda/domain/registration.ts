/** Registration and verification: no account until the address is proven, and nothing learnt about addresses that have one. */
import type { Locale } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { registrationBudget } from './attempt-keys.ts';
import { addressSubject, type Call, event, mailBase, type PasswordServices, type Refusal } from './context.ts';
import { rememberDevice } from './devices.ts';
import { computeEmailKey, normaliseEmail } from './email-address.ts';
import { judgePassword } from './guess.ts';
import { hashToken } from './mail-token.ts';
import { hashPassword, preparePassword } from './password-hash.ts';
import { findPasswordWeaknesses } from './password-policy.ts';
import type { Registration } from './ports.ts';
import { newId } from './sessions.ts';

type PasswordRefusal = Extract<Refusal, { kind: 'invalid_credentials' | 'account_locked' | 'rate_limited' }>;

export async function register(
  services: PasswordServices,
  call: Call,
  input: { readonly email: string; readonly password: string; readonly locale?: Locale | undefined },
): Promise<{ readonly kind: 'accepted' } | Extract<Refusal, { kind: 'invalid_email' | 'weak_password' }>> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const errors = findPasswordWeaknesses(input.password, email, services.rules, 'password');
  if (errors.length > 0) return { kind: 'weak_password', errors };

  const [emailKey, prepared] = await Promise.all([
    computeEmailKey(services.identity, email),
    preparePassword(services.hasher, input.password),
  ]);
  const hash = await hashPassword(services.hasher, prepared, services.bcryptCost);

  const now = services.clock.now();
  const registrationId = newId(services.random);
  const locale = input.locale ?? 'en';
  await services.registrations.put({
    registrationId,
    accountId: newId(services.random),
    email,
    emailKey,
    locale,
    hash,
    createdAt: now,
    expiresAt: now + securityPolicy.tokens.verificationSeconds * 1000,
  });
  // The message comes last: once it is written, all that its link needs is there.
  await Promise.all([
    services.events.append(event(call, addressSubject(emailKey), 'account.registration_requested', now)),
    services.mail.send({
      ...mailBase(call, services, email, emailKey),
      // Not the default: if the address has an account, its owner's language counts.
      ...(input.locale === undefined ? {} : { locale: input.locale }),
      kind: 'verification',
      registrationId,
    }),
  ]);
  return { kind: 'accepted' };
}

/**
 * Redeems a verification token. The write that creates the credential is the one that makes the account exist, and
 * only one registration of an address can win it. Every step before and after may be repeated: a crash anywhere
 * leaves either no account and a token that still works, or the account.
 *
 * The link proves the mailbox, and says nothing about who chose the password: a stranger may have registered the address with
 * one of his own. So a password that is given must be the registration's, before anything is written for it.
 *
 * @param input.password left out only where the caller knows by itself that whoever follows the link has registered
 */
export async function verifyAddress(
  services: PasswordServices,
  call: Call,
  input: { readonly token: string; readonly password?: string | undefined },
): Promise<{ readonly kind: 'verified'; readonly deviceCookie: string } | Extract<Refusal, { kind: 'invalid_token' }> | PasswordRefusal> {
  const now = services.clock.now();
  const tokenHash = hashToken(input.token);
  const token = await services.tokens.read(tokenHash);
  if (token?.purpose !== 'verification' || token.expiresAt <= now) return { kind: 'invalid_token' };
  const registration = await services.registrations.read(token.registrationId);
  if (!registration || registration.expiresAt <= now) return { kind: 'invalid_token' };

  const { accountId, email, emailKey, locale, hash } = registration;
  const owner = await services.credentials.read(emailKey);
  if (owner && owner.accountId !== accountId) return { kind: 'invalid_token' };

  const refusal = input.password === undefined ? undefined : await refusePassword(services, call, registration, input.password);
  if (refusal) return refusal;

  await services.accounts.create({
    accountId,
    email,
    emailKey,
    locale,
    status: 'active',
    credentialVersion: 1,
    createdAt: now,
    signIns: 0,
    sessions: {},
    challenges: {},
    factorVersion: 0,
    rememberedDevices: {},
    networks: {},
  });
  const created = await services.credentials.create({ emailKey, accountId, locale, status: 'active', hash, credentialVersion: 1 }, now);
  const redeemed = await services.tokens.redeem(tokenHash);
  if (!created || !redeemed) return { kind: 'invalid_token' };

  await services.events.append(event(call, accountId, 'account.verified', now));
  return {
    kind: 'verified',
    deviceCookie: await rememberDevice(services.deviceKey, services.random, call.deviceCookie, emailKey, undefined, now),
  };
}

/** @returns undefined when this is the password that the registration was made with */
async function refusePassword(
  services: PasswordServices,
  call: Call,
  registration: Registration,
  password: string,
): Promise<PasswordRefusal | undefined> {
  const verdict = await judgePassword(services, registrationBudget(registration.registrationId), password, async () => registration);
  if (verdict.kind !== 'verdict') return verdict;
  if (verdict.matches) {
    await services.attempts.recordSuccess(verdict.reservation);
    return undefined;
  }
  const now = services.clock.now();
  const subject = addressSubject(registration.emailKey);
  await Promise.all([
    services.attempts.confirmFailure(verdict.reservation, now),
    services.events.append(event(call, subject, 'account.verification_refused', now, { reason: 'wrong_password' })),
  ]);
  return { kind: 'invalid_credentials' };
}
