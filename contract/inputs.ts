/** What people type, wherever it is asked for. */
import * as z from 'zod/mini';
import { securityPolicy } from './security-policy.ts';
import { maximumCodePoints, wellFormed, withoutNul } from './text-checks.ts';

const { requests, passwords } = securityPolicy;

/** As typed; the domain normalises it. Spaces around it are the keyboard's, not the person's. */
export const emailInput = z.string().check(
  z.minLength(3, 'must be an e-mail address'),
  wellFormed,
  withoutNul,
  maximumCodePoints(requests.emailCodePoints + 20),
  z.refine((text) => /^\s*[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\s*$/u.test(text.normalize('NFKC')), 'must be an e-mail address'),
);

/** Any password that could be somebody's: whether it is good enough to choose is decided elsewhere (422). */
export const passwordInput = z
  .string()
  .check(z.minLength(1, 'must not be empty'), wellFormed, withoutNul, maximumCodePoints(passwords.maximumCodePoints));

export const tokenInput = z
  .string()
  .check(z.minLength(1, 'must not be empty'), z.maxLength(200), z.regex(/^[\w-]+$/, 'must be the token from the mail'));

export const locale = z.enum(['en', 'it']);
export type Locale = z.infer<typeof locale>;

/** A code as typed: six digits, or a recovery code. What it is, and whether it is right, is decided elsewhere. */
export const codeInput = z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(40), wellFormed, withoutNul);
