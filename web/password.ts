/** Advice on a password that is being chosen. The server decides; this only spares a round trip. Pure. */
import type { FieldError } from '../client/index.ts';
import { securityPolicy } from '../contract/security-policy.ts';
import type { Dictionary } from './text/dictionary.ts';

const { profiles, defaultProfile, maximumCodePoints } = securityPolicy.passwords;

/** Code points, until the server's refusal names the deployment's own. */
export const defaultMinimum: number = profiles[defaultProfile];

/** As the server counts: code points after NFC. */
export function countCharacters(password: string): number {
  return [...password.normalize('NFC')].length;
}

export type Strength = 'empty' | 'too_short' | 'weak' | 'fair' | 'good' | 'strong';

/** A character that only repeats or continues the one before it adds little for whoever guesses. */
const continuationWorth = 0.25;

/** Length is what counts: there are no composition rules to satisfy (NIST SP 800-63B-4, 3.1.1.2). */
export function computeStrength(password: string, minimum: number): Strength {
  const points = [...password.normalize('NFC')];
  if (points.length === 0) return 'empty';
  if (points.length < minimum) return 'too_short';
  let worth = 0;
  let previous = Number.NaN;
  for (const point of points) {
    const code = point.codePointAt(0) ?? 0;
    worth += Math.abs(code - previous) <= 1 ? continuationWorth : 1;
    previous = code;
  }
  if (worth < 8) return 'weak';
  if (worth < 12) return 'fair';
  return worth < 16 ? 'good' : 'strong';
}

export function describeStrength(password: string, minimum: number, text: Dictionary): string {
  const strength = computeStrength(password, minimum);
  if (strength === 'empty') return text.passwords.minimum(minimum);
  if (strength === 'too_short') return text.passwords.tooShort(minimum - countCharacters(password));
  return text.passwords[strength];
}

/** The minimum that a refusal names, if it is one for length. */
export function minimumOf(errors: readonly FieldError[]): number | undefined {
  for (const { message } of errors) {
    const minimum = /at least (\d+)/.exec(message)?.[1];
    if (minimum !== undefined) return Number(minimum);
  }
  return undefined;
}

/** Why the server refused a password, in the person's language. */
export function describeRefusal(errors: readonly FieldError[], text: Dictionary): string {
  const minimum = minimumOf(errors);
  if (minimum !== undefined) return text.passwords.refusedLength(minimum);
  const reasons = errors.map(({ message }) => message).join(' ');
  if (/at most/.test(reasons)) return text.passwords.refusedTooLong(maximumCodePoints);
  if (/attackers|common/.test(reasons)) return text.passwords.refusedCommon;
  if (/address/.test(reasons)) return text.passwords.refusedAddress;
  if (/product|name/.test(reasons)) return text.passwords.refusedName;
  return text.problems.weak_password;
}
