/** What is handed out of a person's data, and what operators ask for on their behalf. */
import * as z from 'zod/mini';
import { componentIds } from './components.ts';
import { locale } from './inputs.ts';

const instant = z.iso.datetime();
const place = { address: z.string(), userAgent: z.string() };

export const accountExport = z.strictObject({
  exportedAt: instant,
  account: z.strictObject({
    id: z.string(),
    email: z.string(),
    locale,
    status: z.enum(['active', 'disabled']),
    createdAt: instant,
    signIns: z.int(),
    /** An address that waits for its link, and those that may take the account back. */
    pendingEmail: z.nullable(z.strictObject({ email: z.string(), expiresAt: instant })),
    previousEmails: z.array(z.strictObject({ email: z.string(), until: instant })),
    erasureDueAt: z.nullable(instant),
  }),
  sessions: z.array(z.strictObject({ id: z.string(), createdAt: instant, lastSeenAt: instant, ...place })),
  secondFactor: z.strictObject({
    authenticator: z.boolean(),
    recoveryCodesLeft: z.int(),
    passkeys: z.array(
      z.strictObject({
        name: z.string(),
        createdAt: instant,
        lastUsedAt: z.nullable(instant),
        transports: z.array(z.string()),
        synced: z.boolean(),
        credentialId: z.string(),
        publicKey: z.string(),
      }),
    ),
    /** Staff were asked to help with a lost one. */
    recovery: z.nullable(z.strictObject({ requestedAt: instant, reason: z.string(), effectiveAt: z.nullable(instant) })),
  }),
  rememberedDevices: z.array(z.strictObject({ rememberedAt: instant, expiresAt: instant, ...place })),
  /** Coarse networks that were signed in from are kept as keyed hashes: when, and not where. */
  knownNetworks: z.array(z.strictObject({ notedAt: instant })),
  /** Newest first. */
  history: z.array(
    z.strictObject({
      at: instant,
      type: z.string(),
      ...place,
      reason: z.nullable(z.string()),
      sessionId: z.nullable(z.string()),
      byStaff: z.boolean(),
    }),
  ),
  /** Events older than those are left out: more than an answer holds. */
  historyIsComplete: z.boolean(),
  statusSubscriptions: z.array(
    z.strictObject({ email: z.string(), locale, components: z.array(z.enum(componentIds)), confirmedAt: instant }),
  ),
  /** What is kept and not handed out, with the reason. */
  leftOut: z.array(z.strictObject({ what: z.string(), why: z.string() })),
});
export type AccountExport = z.infer<typeof accountExport>;

export const erasureAnswer = z.strictObject({ status: z.literal('to_be_erased'), erasesAt: instant });

/** What `npm run ops -- account` asks the function `privacy`, over Lambda Invoke: not reachable over HTTP, where events have another shape. */
export const privacyQuestion = z.strictObject({
  ask: z.enum(['export', 'erase', 'keep']),
  /** An address, or the id of an account. */
  account: z.string(),
  /** Who asks, and why: a ticket, a letter. */
  operator: z.string(),
  reason: z.string(),
  /** Links in mails start with it, where the deployment has no domain of its own. */
  siteOrigin: z.optional(z.string().check(z.regex(/^https:\/\/[\w.-]+(?::\d{1,5})?$/, 'must be as in https://id.example.com'))),
});
export type PrivacyQuestion = z.infer<typeof privacyQuestion>;
