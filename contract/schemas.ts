/** Bodies of requests and answers, and what travels on the mail queue. Unknown fields are refused. */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import { codeInput, emailInput, locale, passwordInput, tokenInput } from './inputs.ts';
import { securityPolicy } from './security-policy.ts';
import { maximumCodePoints, reasonText, wellFormed, withoutNul } from './text-checks.ts';

export * from './audit-schemas.ts';
export * from './csp-report-schemas.ts';
export * from './incident-bodies.ts';
export * from './inputs.ts';
export * from './ip-block-schemas.ts';
export * from './privacy-schemas.ts';
export * from './report-schemas.ts';
export * from './subscription-schemas.ts';

export const registerBody = z.strictObject({ email: emailInput, password: passwordInput, locale: z.optional(locale) });
/** `password`: the one that the registration was made with. Whoever shows a page of their own asks for it. */
export const verifyBody = z.strictObject({ token: tokenInput, password: z.optional(passwordInput) });
export const signInBody = z.strictObject({
  email: emailInput,
  password: passwordInput,
  delivery: z._default(z.enum(['cookie', 'bearer']), 'cookie'),
});
export const stepUpBody = z.strictObject({ password: passwordInput, code: z.optional(codeInput) });
export const secondFactorMethod = z.enum(['totp', 'recovery_code', 'passkey']);
/** What a code is typed for. */
export const codeMethod = z.enum(['totp', 'recovery_code']);
const challengeId = z
  .string()
  .check(z.minLength(1, 'must not be empty'), z.maxLength(200), z.regex(/^[\w.-]+$/, 'must be the challengeId of the sign-in'));
export const secondFactorBody = z.strictObject({
  challengeId,
  method: codeMethod,
  code: codeInput,
  /** Skips the second step on this browser for a while, if the deployment lets devices be remembered; never for staff. */
  rememberDevice: z.optional(z.boolean()),
});
export const codeBody = z.strictObject({ code: codeInput });
export const requestResetBody = z.strictObject({ email: emailInput });
export const confirmResetBody = z.strictObject({ token: tokenInput, newPassword: passwordInput });
export const changePasswordBody = z.strictObject({ currentPassword: passwordInput, newPassword: passwordInput });

/** Bytes as WebAuthn's JSON forms carry them (base64url, no padding). */
const encodedBytes = z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(8192), z.regex(/^[\w-]+$/, 'must be base64url'));
const credentialBase = {
  id: encodedBytes,
  rawId: encodedBytes,
  type: z.literal('public-key'),
  authenticatorAttachment: z.optional(z.nullable(z.enum(['platform', 'cross-platform']))),
  /** Whatever the browser says of extensions; none is asked for, and none is looked at. */
  clientExtensionResults: z.record(z.string(), z.unknown()),
};
/** `RegistrationResponseJSON` of WebAuthn level 3, as `PublicKeyCredential.toJSON()` gives it. */
export const passkeyRegistration = z.strictObject({
  ...credentialBase,
  response: z.strictObject({
    clientDataJSON: encodedBytes,
    attestationObject: encodedBytes,
    transports: z.optional(z.array(z.string().check(z.maxLength(20))).check(z.maxLength(10))),
    publicKeyAlgorithm: z.optional(z.int()),
    publicKey: z.optional(z.nullable(encodedBytes)),
    authenticatorData: z.optional(encodedBytes),
  }),
});
export type PasskeyRegistration = z.infer<typeof passkeyRegistration>;
/** `AuthenticationResponseJSON` of WebAuthn level 3. */
export const passkeyAssertion = z.strictObject({
  ...credentialBase,
  response: z.strictObject({
    clientDataJSON: encodedBytes,
    authenticatorData: encodedBytes,
    signature: encodedBytes,
    userHandle: z.optional(z.nullable(encodedBytes)),
  }),
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;
/** For the second step of a sign-in with its `challengeId`; without one, to sign in with a passkey alone. */
export const passkeySignInOptionsBody = z.strictObject({ challengeId: z.optional(challengeId) });
export const passkeySignInBody = z.strictObject({
  challengeId: z.optional(challengeId),
  credential: passkeyAssertion,
  delivery: z._default(z.enum(['cookie', 'bearer']), 'cookie'),
  rememberDevice: z.optional(z.boolean()),
});
export const passkeyStepUpBody = z.strictObject({ credential: passkeyAssertion });
const passkeyName = z
  .string()
  .check(z.minLength(1, 'must not be empty'), wellFormed, withoutNul, maximumCodePoints(securityPolicy.passkeys.nameCodePoints));
export const registerPasskeyBody = z.strictObject({ name: passkeyName, credential: passkeyRegistration });
export const changeEmailBody = z.strictObject({ newEmail: emailInput });
export const tokenBody = z.strictObject({ token: tokenInput });
export const findAccountBody = z.strictObject({ email: emailInput });
/** Why a member of staff acts: into the history of the account. */
export const reasonBody = z.strictObject({ reason: reasonText });

const instant = z.iso.datetime();

export const account = z.strictObject({
  id: z.string(),
  email: z.string(),
  locale,
  createdAt: instant,
  isStaff: z.boolean(),
  secondFactor: z.strictObject({
    enabled: z.boolean(),
    methods: z.array(secondFactorMethod),
    recoveryCodesLeft: z.int(),
    /** Whether the deployment asks this person for one; `passkey`: for a passkey. */
    required: z.enum(['no', 'any', 'passkey']),
    /** From when on nothing but enrolling is possible without; null where nothing is missing. */
    dueAt: z.nullable(instant),
    /** Whether this person may let a browser skip the second step. */
    devicesMayBeRemembered: z.boolean(),
  }),
  /** An address that waits for its link to be opened. */
  pendingEmail: z.nullable(z.string()),
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
    /** Whether `rememberDevice` would be acted on. */
    deviceMayBeRemembered: z.boolean(),
  }),
]);
export const whoAmIAnswer = z.strictObject({ account, session, csrfToken: z.string() });
export const sessionList = z.strictObject({ sessions: z.array(session) });

export const securityEvent = z.strictObject({
  id: z.string(),
  type: z.string(),
  at: instant,
  address: z.string(),
  userAgent: z.string(),
  /** Done by a member of staff: address and client are then empty. */
  byStaff: z.optional(z.literal(true)),
});
export const eventList = z.strictObject({ events: z.array(securityEvent) });

export const totpSecretAnswer = z.strictObject({
  /** Base32 (RFC 4648), to type in by hand. */
  secret: z.string(),
  /** `otpauth://` URI for the QR code. */
  uri: z.string(),
});
export const recoveryCodesAnswer = z.strictObject({ recoveryCodes: z.array(z.string()) });

/** `PublicKeyCredentialRequestOptionsJSON` or `PublicKeyCredentialCreationOptionsJSON`, to be handed to the browser as they are. */
export const passkeyOptionsAnswer = z.strictObject({ options: z.record(z.string(), z.unknown()) });
export const passkey = z.strictObject({
  id: z.string(),
  name: z.string(),
  createdAt: instant,
  lastUsedAt: z.nullable(instant),
  /** Whether it is copied to the person's other devices. */
  synced: z.boolean(),
});
export type PasskeyDescription = z.infer<typeof passkey>;
export const passkeyList = z.strictObject({ passkeys: z.array(passkey) });
/** The recovery codes come with the first second factor of an account, this once. */
export const registeredPasskeyAnswer = z.strictObject({ passkey, recoveryCodes: z.optional(z.array(z.string())) });

export const rememberedDevice = z.strictObject({
  id: z.string(),
  rememberedAt: instant,
  expiresAt: instant,
  address: z.string(),
  userAgent: z.string(),
  current: z.boolean(),
});
export type RememberedDeviceDescription = z.infer<typeof rememberedDevice>;
export const deviceList = z.strictObject({ devices: z.array(rememberedDevice) });

/** An account as staff see it: nothing that would let them act as its owner. */
export const staffView = z.strictObject({
  id: z.string(),
  email: z.string(),
  locale,
  status: z.enum(['active', 'disabled']),
  isStaff: z.boolean(),
  createdAt: instant,
  signIns: z.int(),
  sessions: z.int(),
  /** Of the sign-ins that the sessions and the events below still know of; null where they know of none. */
  lastSignInAt: z.nullable(instant),
  /** When the account is erased, where its owner has asked for that; until then it can be stopped. */
  erasesAt: z.nullable(instant),
  /** The end of the present lock for strangers, if there is one. */
  lockedUntil: z.nullable(instant),
  secondFactor: z.strictObject({ enabled: z.boolean(), methods: z.array(secondFactorMethod), recoveryCodesLeft: z.int() }),
  factorRecovery: z.nullable(
    z.strictObject({
      requestedBy: z.string(),
      requestedAt: instant,
      reason: z.string(),
      approvedBy: z.nullable(z.string()),
      /** From when on it may be completed. */
      effectiveAt: z.nullable(instant),
      expiresAt: instant,
    }),
  ),
  events: z.array(
    z.strictObject({
      id: z.string(),
      type: z.string(),
      at: instant,
      address: z.string(),
      userAgent: z.string(),
      reason: z.string(),
      /** What the web ACL knew of the address: `anonymous`, `hosting`, or `forged` when the caller claimed to know. */
      addressKind: z.optional(z.string()),
      /** Account id of the member of staff who did it, or the name of the operator. */
      actor: z.optional(z.string()),
    }),
  ),
});
export type StaffView = z.infer<typeof staffView>;

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

/** What other functions ask `password`, over Lambda Invoke: not reachable over HTTP, where events have another shape. */
export const passwordQuestion = z.discriminatedUnion('ask', [
  /**
   * Makes the credential of one address good for another: a copy under the new key, unless that address has another account.
   * Which of the two opens the account is decided by the account's item, so neither step before it nor after it can lock anybody out.
   */
  z.strictObject({
    ask: z.literal('copy_credential'),
    accountId: z.string(),
    fromEmailKey: z.string(),
    toEmailKey: z.string(),
    /** The account's, once it has taken the copy's address. */
    addressVersion: z.int(),
    /** The account's, which the source may be late to say. */
    status: z.enum(['active', 'disabled']),
  }),
  /** The account has moved away: its old credential keeps the address from being registered until then, and opens nothing. null: free at once. */
  z.strictObject({
    ask: z.literal('retire_credential'),
    accountId: z.string(),
    emailKey: z.string(),
    /** A copy made for a later version stays: the account has come back since. */
    addressVersion: z.int(),
    reservedUntil: z.nullable(instant),
  }),
  /** Which account an address has: for staff, who may not read credentials. */
  z.strictObject({ ask: z.literal('find_account'), emailKey: z.string() }),
  /** A disabled account's right password must be a wrong one in every respect, counters included: so the credential knows, too. */
  z.strictObject({ ask: z.literal('set_status'), accountId: z.string(), emailKey: z.string(), status: z.enum(['active', 'disabled']) }),
  z.strictObject({ ask: z.literal('expect_second_factor'), emailKey: z.string(), expected: z.boolean() }),
  z.strictObject({
    ask: z.literal('confirm_password'),
    accountId: z.string(),
    email: z.string(),
    emailKey: z.string(),
    password: z.string(),
    viewer: z.strictObject({ address: z.string(), userAgent: z.string(), addressKind: z.optional(z.string()) }),
    requestId: z.string(),
    siteOrigin: z.string(),
  }),
]);
export const passwordAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('noted') }),
  /** The account's item must still be at this version when it takes the copy's address. */
  z.strictObject({ kind: z.literal('copied'), credentialVersion: z.int() }),
  z.strictObject({ kind: z.literal('taken') }),
  z.strictObject({ kind: z.literal('account'), accountId: z.nullable(z.string()) }),
  z.strictObject({ kind: z.literal('right') }),
  z.strictObject({ kind: z.literal('invalid_credentials') }),
  z.strictObject({ kind: z.enum(['account_locked', 'rate_limited']), retryAfterSeconds: z.number() }),
  z.strictObject({ kind: z.literal('unavailable') }),
]);
export type PasswordQuestion = z.infer<typeof passwordQuestion>;
export type PasswordAnswer = z.infer<typeof passwordAnswer>;

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
  z.strictObject({ ...mailBase, kind: z.literal('new_device'), because: z.optional(z.enum(['device', 'network'])) }),
  z.strictObject({ ...mailBase, kind: z.literal('second_factor_enabled') }),
  z.strictObject({ ...mailBase, kind: z.literal('second_factor_disabled') }),
  z.strictObject({ ...mailBase, kind: z.literal('recovery_codes_renewed') }),
  z.strictObject({ ...mailBase, kind: z.literal('recovery_code_used'), codesLeft: z.int() }),
  z.strictObject({ ...mailBase, kind: z.literal('passkey_added') }),
  z.strictObject({ ...mailBase, kind: z.literal('passkey_removed') }),
  /** With passkeys left: two-step verification stays on. */
  z.strictObject({ ...mailBase, kind: z.literal('authenticator_removed') }),
  /** To the new address, with the link that makes it the account's; `presentEmail`: which account asks, for whoever reads it to know. */
  z.strictObject({
    ...mailBase,
    kind: z.literal('address_confirmation'),
    accountId: z.string(),
    changeId: z.string(),
    presentEmail: z.string(),
  }),
  /** To the old address, at once: with a link that stops the change, or takes it back. */
  z.strictObject({ ...mailBase, kind: z.literal('address_change_requested'), accountId: z.string() }),
  z.strictObject({ ...mailBase, kind: z.literal('address_changed'), accountId: z.string(), undoableUntil: instant }),
  /** The owner said "this wasn't me": every session is over, and a link to a new password comes along. */
  z.strictObject({ ...mailBase, kind: z.literal('account_secured') }),
  z.strictObject({ ...mailBase, kind: z.literal('factor_recovery_requested') }),
  z.strictObject({ ...mailBase, kind: z.literal('factor_recovery_approved'), effectiveAt: instant }),
  z.strictObject({ ...mailBase, kind: z.literal('account_disabled') }),
  z.strictObject({ ...mailBase, kind: z.literal('account_enabled') }),
  /** To whoever reported a vulnerability, at an address that nobody has confirmed: no word of the report is in them, and no token. */
  z.strictObject({ ...mailBase, kind: z.literal('report_received'), reportId: z.string() }),
  z.strictObject({ ...mailBase, kind: z.literal('report_answered'), reportId: z.string() }),
  /** To staff, without a word of the report. */
  z.strictObject({ ...mailBase, kind: z.literal('report_news'), reportId: z.string(), answerDueAt: instant }),
  z.strictObject({ ...mailBase, kind: z.literal('account_exported') }),
  /** With the link that stops it. */
  z.strictObject({
    ...mailBase,
    kind: z.literal('account_erasure_requested'),
    accountId: z.string(),
    erasureId: z.string(),
    erasesAt: instant,
  }),
  /** The last mail. */
  z.strictObject({ ...mailBase, kind: z.literal('account_erased') }),
  /** Somebody wants mails about the status page to go to this address: a link to say so. */
  z.strictObject({ ...mailBase, kind: z.literal('status_subscription'), components: z.array(z.enum(componentIds)) }),
]);
export type MailMessage = z.infer<typeof mailMessage>;
