/** Codes as a person types or pastes them. Pure. */
import { securityPolicy } from '../contract/security-policy.ts';
import type { Dictionary } from './text/dictionary.ts';

export type CodeMethod = 'totp' | 'recovery_code';

const { totp, recoveryCodeBits } = securityPolicy.secondFactor;
/** In base 32, five bits a character. */
const recoveryCodeCharacters = recoveryCodeBits / 5;

/** Without the spaces and hyphens in which apps and people group it; digits of other keyboards become ours (NFKC). */
export function cleanCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');
}

/** @returns what is wrong with its shape, so that a slip of the finger costs no attempt; undefined where only the server can tell. */
export function findCodeMistake(typed: string, method: CodeMethod, text: Dictionary): string | undefined {
  const code = cleanCode(typed);
  if (method === 'totp') {
    if (code === '') return text.codes.missing;
    return /^\d+$/.test(code) && code.length === totp.digits ? undefined : text.codes.malformed;
  }
  if (code === '') return text.codes.recoveryMissing;
  return code.length === recoveryCodeCharacters ? undefined : text.codes.recoveryMalformed(recoveryCodeCharacters);
}

/** `ABCD EFGH …`, so that a person keeps the place while typing a key. */
export function groupKey(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}
