/** Codes as people type them, and recovery codes: random, keyed, each good once. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { KeyedHash, RandomSource } from '../ports.ts';

const { totp, recoveryCodes, recoveryCodeBits } = securityPolicy.secondFactor;

/** Crockford's base 32: nothing in it is mistaken for something else when it is read from paper. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = recoveryCodeBits / 5;

/** @returns the six digits, or undefined for anything that an authenticator would not show (otplib throws on those) */
export function parseTotpCode(input: string): string | undefined {
  const digits = input.replace(/[\s-]/g, '');
  return digits.length === totp.digits && /^\d+$/.test(digits) ? digits : undefined;
}

export function parseRecoveryCode(input: string): string | undefined {
  const text = input.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return text.length === LENGTH && [...text].every((letter) => ALPHABET.includes(letter)) ? text : undefined;
}

/** @returns codes to show once, in groups of four, and the hashes to keep */
export async function createRecoveryCodes(
  random: RandomSource,
  recoveryKey: KeyedHash,
  accountId: string,
): Promise<{ codes: string[]; hashes: string[] }> {
  const plain = Array.from({ length: recoveryCodes }, () =>
    // 256 is a multiple of 32: the lower five bits of a random byte are as random as it is.
    Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte & 31]).join(''),
  );
  return {
    codes: plain.map((code) => code.replace(/.{4}(?=.)/g, '$&-')),
    hashes: await Promise.all(plain.map((code) => hashRecoveryCode(recoveryKey, accountId, code))),
  };
}

export async function hashRecoveryCode(recoveryKey: KeyedHash, accountId: string, code: string): Promise<string> {
  return Buffer.from(await recoveryKey.digest(`recovery:${accountId}:${code}`)).toString('base64url');
}
