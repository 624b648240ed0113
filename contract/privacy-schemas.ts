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
