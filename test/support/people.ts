/** Signed-in people for tests of the domain. */
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { decideSession } from '../../lambda/domain/sessions.ts';
import { type SignInOutcome, signIn } from '../../lambda/domain/sign-in.ts';
import { call, type createFrontDoor } from './front-door.ts';

export const EMAIL = 'anna@example.com';
export const PASSWORD = 'correct horse battery';
export const NEW_PASSWORD = 'staple my paper clip';

export type Door = ReturnType<typeof createFrontDoor>;
export type SignedIn = Extract<SignInOutcome, { kind: 'signed_in' }>;

export async function signedIn(door: Door, password = PASSWORD, email = EMAIL): Promise<SignedIn> {
  const outcome = await signIn(door.services, call(), { email, password });
  if (outcome.kind !== 'signed_in') throw new Error(`expected to be signed in, got ${outcome.kind}`);
  return outcome;
}

export function current(
  outcome: Pick<SignedIn, 'token' | 'stored' | 'account' | 'isStaff'>,
  delivery: 'cookie' | 'bearer' = 'cookie',
): CurrentSession {
  const { accountId, email, emailKey } = outcome.account;
  return { token: outcome.token, stored: outcome.stored, accountId, email, emailKey, isStaff: outcome.isStaff, delivery };
}

export async function isLive(door: Door, session: Pick<SignedIn, 'token' | 'isStaff'>): Promise<boolean> {
  const account = await door.services.accounts.read(session.token.accountId);
  return decideSession(session.token, account, session.isStaff, door.now()).kind === 'valid';
}

export async function resetToken(door: Door): Promise<string> {
  await requestPasswordReset(door.services, call(), { email: EMAIL });
  const message = door.mailbox.at(-1);
  if (message?.kind !== 'password_reset') throw new Error('no reset message');
  return door.mintToken(message);
}
