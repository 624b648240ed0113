/** Codes as a person types or pastes them. Pure. */
import { securityPolicy } from '../contract/security-policy.ts';
import type { Dictionary } from './text/dictionary.ts';

export type CodeMethod = 'totp' | 'recovery_code';

const { digits } = securityPolicy.secondFactor.totp;
const wellFormed = new RegExp(`^\\d{${digits}}$`);

/** Without the spaces and hyphens in which apps and people group it; digits of other keyboards become ours (NFKC). */
export function cleanCode(typed: string, method: CodeMethod): string {
  const text = typed.normalize('NFKC').replace(/\s+/gu, '');
  return method === 'totp' ? text.replace(/\p{Pd}/gu, '') : text;
}

/** @returns what is wrong with it, before anything is sent; undefined where only the server can tell. */
export function findCodeMistake(typed: string, method: CodeMethod, text: Dictionary): string | undefined {
  const code = cleanCode(typed, method);
  if (code === '') return method === 'totp' ? text.codes.missing : text.codes.recoveryMissing;
  return method === 'totp' && !wellFormed.test(code) ? text.codes.malformed : undefined;
}

/** `ABCD EFGH …`, so that a person keeps the place while typing a key. */
export function groupKey(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}
