/** Reset by mail: never signs in, ends every session, works while strangers keep the account locked. */
import { addressSubject, type Call, event, mailBase, type PasswordServices, type Refusal } from './context.ts';
import { rememberDevice } from './devices.ts';
import { computeEmailKey, normaliseEmail } from './email-address.ts';
import { hashToken } from './mail-token.ts';
import { hashPassword, preparePassword } from './password-hash.ts';
import { findPasswordWeaknesses } from './password-policy.ts';

/** The mailer alone finds out whether there is an account; every request does and writes the same. */
export async function requestPasswordReset(
  services: PasswordServices,
  call: Call,
  input: { readonly email: string },
): Promise<{ readonly kind: 'accepted' } | Extract<Refusal, { kind: 'invalid_email' }>> {
  const email = normaliseEmail(input.email);
  if (email === undefined) return { kind: 'invalid_email' };
  const emailKey = await computeEmailKey(services.identity, email);
  await Promise.all([
    services.events.append(event(call, addressSubject(emailKey), 'password.reset_requested', services.clock.now())),
    services.mail.send({ ...mailBase(call, services, email, emailKey), kind: 'password_reset' }),
  ]);
  return { kind: 'accepted' };
}

/**
 * Sets a new password. Order matters for a crash in between: first the token is burned, then every session ends and
 * the old password stops opening new ones, then the hash changes. Whatever is left undone is on the safe side, and
 * another reset mends it.
 */
export async function confirmPasswordReset(
  services: PasswordServices,
  call: Call,
  input: { readonly token: string; readonly newPassword: string },
): Promise<{ readonly kind: 'reset'; readonly deviceCookie: string } | Extract<Refusal, { kind: 'invalid_token' | 'weak_password' }>> {
  const tokenHash = hashToken(input.token);
  const token = await services.tokens.read(tokenHash);
  if (token?.purpose !== 'password_reset' || token.expiresAt <= services.clock.now()) return { kind: 'invalid_token' };
  const [account, credential] = await Promise.all([services.accounts.read(token.accountId), services.credentials.read(token.emailKey)]);
  if (!account || account.emailKey !== token.emailKey) return { kind: 'invalid_token' };
  // Every link ends with the password that it was asked for: an earlier mail must not undo a later change.
  if (credential?.credentialVersion !== token.credentialVersion) return { kind: 'invalid_token' };

  // Looked at before the token is burned: a password that is refused may be bettered with the same link.
  const errors = findPasswordWeaknesses(input.newPassword, account.email, services.rules, 'newPassword');
  if (errors.length > 0) return { kind: 'weak_password', errors };

  const prepared = await preparePassword(services.hasher, input.newPassword);
  const hash = await hashPassword(services.hasher, prepared, services.bcryptCost);
  if (!(await services.tokens.redeem(tokenHash))) return { kind: 'invalid_token' };

  if (!(await replacePassword(services, token.accountId, token.emailKey, hash))) return { kind: 'invalid_token' };

  const now = services.clock.now();
  await Promise.all([
    services.events.append(event(call, token.accountId, 'password.reset_completed', now)),
    services.mail.send({
      ...mailBase(call, services, account.email, account.emailKey),
      locale: account.locale,
      kind: 'password_changed',
    }),
  ]);
  // Whoever reads the owner's mail is no stranger: this browser gets the known-device budget, not a session.
  const deviceCookie = await rememberDevice(services.deviceKey, services.random, call.deviceCookie, token.emailKey, undefined, now);
  return { kind: 'reset', deviceCookie };
}

/**
 * Two resets at the same instant are put in an order by the version; both succeed, the last one counts.
 *
 * @returns false when the account has moved away from the address meanwhile: the link was for the password of that one
 */
async function replacePassword(services: PasswordServices, accountId: string, emailKey: string, hash: string): Promise<boolean> {
  for (let round = 0; round < 10; round++) {
    const [account, credential] = await Promise.all([services.accounts.read(accountId), services.credentials.read(emailKey)]);
    if (account?.emailKey !== emailKey) return false;
    // Retired between the two reads: the next round sees where the account is now.
    if (!credential) continue;
    const next = Math.max(account.credentialVersion, credential.credentialVersion) + 1;
    if (
      (await services.accounts.advanceCredentialVersion(accountId, account, next)) &&
      (await services.credentials.replaceHash(
        emailKey,
        { credentialVersion: credential.credentialVersion },
        { hash, credentialVersion: next },
      ))
    ) {
      return true;
    }
  }
  throw new Error('a password reset lost ten races in a row');
}
