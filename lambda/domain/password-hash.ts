/**
 * Password hashes (P12): `bcrypt(base64(HMAC-SHA-384(pepper, SHA-512(NFC(password)))))` with a scheme tag in front.
 *
 * The HMAC is made by KMS: without its key, a stolen table can't even be guessed at. Its 64 base64 characters keep
 * bcrypt under 72 bytes, so nothing is truncated, and free of NUL. Plain `$2a$`, `$2b$` and `$2y$` hashes from
 * another system are compared as they are and replaced at the next sign-in.
 */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { PasswordHasher } from './ports.ts';

const TAG = 'kms1:';
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

export interface PreparedPassword {
  /** As typed: what another system's plain bcrypt hash was made from. */
  readonly plain: string;
  readonly peppered: string;
}

export async function preparePassword(hasher: PasswordHasher, password: string): Promise<PreparedPassword> {
  const mac = await hasher.pepper(password.normalize('NFC'));
  return { plain: password, peppered: Buffer.from(mac).toString('base64') };
}

export async function hashPassword(hasher: PasswordHasher, prepared: PreparedPassword, cost: number): Promise<string> {
  return TAG + (await hasher.bcryptHash(prepared.peppered, cost));
}

/**
 * Compares in the same time whether or not there is a hash: an unknown address costs one bcrypt too.
 * @param stored undefined for an address without an account
 */
export async function verifyPassword(
  hasher: PasswordHasher,
  prepared: PreparedPassword,
  stored: string | undefined,
  cost: number,
): Promise<boolean> {
  if (stored === undefined) {
    await hasher.bcryptCompare(prepared.peppered, dummyHash(cost));
    return false;
  }
  const { scheme, bcrypt } = parseHash(stored);
  const matches = await hasher.bcryptCompare(scheme === 'peppered' ? prepared.peppered : prepared.plain, bcrypt);
  // An older, cheaper hash would answer sooner than an unknown address does: costs k, k + 1, ... K - 1 add up to K.
  for (let missing = storedCost(bcrypt); !matches && missing < cost; missing++) {
    await hasher.bcryptCompare(prepared.peppered, dummyHash(missing));
  }
  return matches;
}

/** Whether a hash that has just been verified should be made anew: another scheme, or a lower cost than the policy's. */
export function isOutdated(stored: string, cost: number): boolean {
  const { scheme, bcrypt } = parseHash(stored);
  return scheme === 'plain' || storedCost(bcrypt) < cost;
}

function storedCost(bcrypt: string): number {
  return Number(BCRYPT.exec(bcrypt)?.[1]);
}

/** @throws when the table holds something that is no hash of ours: a fault, never a wrong password */
export function parseHash(stored: string): { scheme: 'peppered' | 'plain'; bcrypt: string } {
  const scheme = stored.startsWith(TAG) ? 'peppered' : 'plain';
  const bcrypt = scheme === 'peppered' ? stored.slice(TAG.length) : stored;
  if (!BCRYPT.test(bcrypt)) throw new Error('a stored password hash has an unknown form');
  return { scheme, bcrypt };
}

/** A well-formed hash that no password has: bcrypt refuses a malformed one at once, which would tell by time. */
export function dummyHash(cost: number = securityPolicy.passwords.bcryptCost): string {
  return `$2b$${String(cost).padStart(2, '0')}$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui`;
}
