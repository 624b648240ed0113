/** What is asked of texts, whatever they say. */
import * as z from 'zod/mini';

export const wellFormed = z.refine<string>((text) => text.isWellFormed(), 'must be well-formed Unicode');
export const withoutNul = z.refine<string>((text) => !text.includes('\u0000'), 'must not contain NUL');

/** Code points, not UTF-16 units: what a person counts as characters comes closest to this (ASVS 5.0 6.2.9). */
export function maximumCodePoints(maximum: number) {
  return z.refine<string>((text) => text.length <= 2 * maximum && [...text].length <= maximum, `must have at most ${maximum} characters`);
}

/** Why somebody acts on what belongs to somebody else: it is kept with the act. */
export const reasonText = z
  .string()
  .check(z.minLength(3, 'must say why, in 3 to 300 characters'), wellFormed, withoutNul, maximumCodePoints(300));

/** The token of the links in a mail to a subscriber: which subscription, and the proof that we wrote it. */
export const subscriptionTokenPattern = /^[\w-]{32}\.[\w-]{43}$/;
