/** Bodies of requests and answers, and what travels on the mail queue. Unknown fields are refused. */
import * as z from 'zod/mini';
import { securityPolicy } from './security-policy.ts';

const { requests, passwords } = securityPolicy;

const wellFormed = z.refine<string>((text) => text.isWellFormed(), 'must be well-formed Unicode');
const withoutNul = z.refine<string>((text) => !text.includes('\u0000'), 'must not contain NUL');

/** Code points, not UTF-16 units: what a person counts as characters comes closest to this (ASVS 5.0 6.2.9). */
function maximumCodePoints(maximum: number) {
  return z.refine<string>((text) => text.length <= 2 * maximum && [...text].length <= maximum, `must have at most ${maximum} characters`);
}

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

export const registerBody = z.strictObject({ email: emailInput, password: passwordInput, locale: z.optional(locale) });
export const verifyBody = z.strictObject({ token: tokenInput });
export const signInBody = z.strictObject({
  email: emailInput,
  password: passwordInput,
  delivery: z._default(z.enum(['cookie', 'bearer']), 'cookie'),
});
/** A code as typed: six digits, or a recovery code. What it is, and whether it is right, is decided elsewhere. */
export const codeInput = z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(40), wellFormed, withoutNul);

export const stepUpBody = z.strictObject({ password: passwordInput, code: z.optional(codeInput) });
export const secondFactorMethod = z.enum(['totp', 'recovery_code']);
export const secondFactorBody = z.strictObject({
  challengeId: z
    .string()
    .check(z.minLength(1, 'must not be empty'), z.maxLength(200), z.regex(/^[\w.-]+$/, 'must be the challengeId of the sign-in')),
  method: secondFactorMethod,
  code: codeInput,
  /** Taken and not acted on: the policy lets no device skip the second step. */
  rememberDevice: z.optional(z.boolean()),
});
export const codeBody = z.strictObject({ code: codeInput });
export const requestResetBody = z.strictObject({ email: emailInput });
export const confirmResetBody = z.strictObject({ token: tokenInput, newPassword: passwordInput });
export const changePasswordBody = z.strictObject({ currentPassword: passwordInput, newPassword: passwordInput });

const instant = z.iso.datetime();

export const account = z.strictObject({
  id: z.string(),
  email: z.string(),
  locale,
  createdAt: instant,
  isStaff: z.boolean(),
  secondFactor: z.strictObject({ enabled: z.boolean(), methods: z.array(secondFactorMethod), recoveryCodesLeft: z.int() }),
});
export type Account = z.infer<typeof account>;

export const session = z.strictObject({
  id: z.string(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  /** Address and client as they were at sign-in, for the person to recognise. */
  address: z.string(),
  userAgent: z.string(),
  current: z.boolean(),
  steppedUpUntil: z.nullable(instant),
});
export type Session = z.infer<typeof session>;

export const signInAnswer = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('signed_in'),
    account,
    session,
    csrfToken: z.string(),
    /** Only with `delivery: bearer`. */
    token: z.optional(z.string()),
  }),
  z.strictObject({
    status: z.literal('second_factor_required'),
    challengeId: z.string(),
    methods: z.array(secondFactorMethod),
    expiresAt: instant,
  }),
]);
export const whoAmIAnswer = z.strictObject({ account, session, csrfToken: z.string() });
export const sessionList = z.strictObject({ sessions: z.array(session) });

export const securityEvent = z.strictObject({ id: z.string(), type: z.string(), at: instant, address: z.string(), userAgent: z.string() });
export const eventList = z.strictObject({ events: z.array(securityEvent) });

export const totpSecretAnswer = z.strictObject({
  /** Base32 (RFC 4648), to type in by hand. */
  secret: z.string(),
  /** `otpauth://` URI for the QR code. */
  uri: z.string(),
});
export const recoveryCodesAnswer = z.strictObject({ recoveryCodes: z.array(z.string()) });

export const acceptedAnswer = z.strictObject({ status: z.literal('accepted') });
export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'failing']),
  parts: z.record(z.string(), z.enum(['ok', 'failing'])),
});
export const anyJson = z.record(z.string(), z.unknown());

export const problemDocument = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  requestId: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
  retryAfter: z.optional(z.int()),
});
export type ProblemDocument = z.infer<typeof problemDocument>;

/** What `second-factor` asks `password`, over Lambda Invoke: not reachable over HTTP, where events have another shape. */
export const passwordQuestion = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('expect_second_factor'), emailKey: z.string(), expected: z.boolean() }),
  z.strictObject({
    ask: z.literal('confirm_password'),
    accountId: z.string(),
    email: z.string(),
    emailKey: z.string(),
    password: z.string(),
    viewer: z.strictObject({ address: z.string(), userAgent: z.string() }),
    requestId: z.string(),
    siteOrigin: z.string(),
  }),
]);
export const passwordAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('noted') }),
  z.strictObject({ kind: z.literal('right') }),
  z.strictObject({ kind: z.literal('invalid_credentials') }),
  z.strictObject({ kind: z.enum(['account_locked', 'rate_limited']), retryAfterSeconds: z.number() }),
  z.strictObject({ kind: z.literal('unavailable') }),
]);

/**
 * A message on the mail queue. Every request of a kind writes one, whether or not the address is known, and no
 * secret is in it: the mailer decides, and mints the token itself.
 */
const mailBase = {
  /** Unique per event: the same message delivered twice sends one mail. */
  id: z.string(),
  /** Normalised address. */
  email: z.string(),
  emailKey: z.string(),
  locale: z.optional(locale),
  /** `https://host[:port]` that links start with. */
  siteOrigin: z.string(),
  at: instant,
  address: z.string(),
  userAgent: z.string(),
};
export const mailMessage = z.discriminatedUnion('kind', [
  z.strictObject({ ...mailBase, kind: z.literal('verification'), registrationId: z.string() }),
  z.strictObject({ ...mailBase, kind: z.literal('password_reset') }),
  z.strictObject({ ...mailBase, kind: z.literal('account_locked'), lockedUntil: instant }),
  z.strictObject({ ...mailBase, kind: z.literal('password_changed') }),
  z.strictObject({ ...mailBase, kind: z.literal('new_device') }),
  z.strictObject({ ...mailBase, kind: z.literal('second_factor_enabled') }),
  z.strictObject({ ...mailBase, kind: z.literal('second_factor_disabled') }),
  z.strictObject({ ...mailBase, kind: z.literal('recovery_codes_renewed') }),
  z.strictObject({ ...mailBase, kind: z.literal('recovery_code_used'), codesLeft: z.int() }),
]);
export type MailMessage = z.infer<typeof mailMessage>;
