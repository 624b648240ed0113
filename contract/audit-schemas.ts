/** What people and staff see of the audit trail. In a file of its own, so that `schemas.ts` stays readable. */
import * as z from 'zod/mini';

const instant = z.iso.datetime();
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A public key, as whoever verifies takes it. */
export const auditKey = z.strictObject({
  /** SHA-256 of its SubjectPublicKeyInfo, in hex. */
  fingerprint: hash,
  /** PEM. */
  publicKey: z.string(),
});

const blockHeader = z.strictObject({
  number: z.int(),
  first: z.int(),
  count: z.int(),
  sealedAt: z.int(),
  through: z.int(),
  root: hash,
  previous: hash,
});
const checkpoint = z.strictObject({
  number: z.int(),
  block: z.int(),
  entries: z.int(),
  head: hash,
  at: z.int(),
  previous: z.string(),
  key: hash,
  signature: z.string(),
});

/** One person's history with its proof: docs/audit.md says what the hashes are of. */
export const exportedHistory = z.strictObject({
  format: z.literal('portiere-audit-history-1'),
  accountId: z.string(),
  exportedAt: instant,
  /** Newest first. */
  events: z.array(
    z.strictObject({
      event: z.strictObject({
        subject: z.string(),
        type: z.string(),
        at: z.int(),
        address: z.string(),
        userAgent: z.string(),
        sessionId: z.optional(z.string()),
        eventId: z.string(),
        salt: z.string(),
      }),
      privateHash: hash,
      /** Null while the event is not sealed and signed yet: that takes a quarter of an hour. */
      proof: z.nullable(z.strictObject({ block: z.int(), sequence: z.int(), keptUntil: z.int(), path: z.array(hash) })),
    }),
  ),
  /** False when there are older events than these. */
  isComplete: z.boolean(),
  blocks: z.array(blockHeader),
  checkpoints: z.array(checkpoint),
});

const filter = z.string().check(
  z.minLength(1, 'must not be empty'),
  z.maxLength(200, 'must have at most 200 characters'),
  z.regex(/^\P{Cc}*$/u, 'must not contain control characters'),
  z.refine<string>((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);
const eventId = z.string().check(z.regex(/^\d{14}-[0-9a-f]{16}-\d{6,12}$/, 'must be what the last answer gave'));

export const findActsBody = z.strictObject({
  /** Account id of a member of staff, or an operator's name. */
  actor: z.optional(filter),
  /** As in `account.disabled`. */
  act: z.optional(filter),
  /** The account, incident or network that it was done to. */
  target: z.optional(filter),
  /** What the last answer gave: older ones. */
  before: z.optional(eventId),
});

export const actList = z.strictObject({
  acts: z.array(
    z.strictObject({
      id: z.string(),
      at: instant,
      actor: z.string(),
      act: z.string(),
      target: z.string(),
      reason: z.string(),
      /** Where from; empty for operators. */
      address: z.string(),
    }),
  ),
  /** Ask with it for older ones; null when there are none. */
  before: z.nullable(z.string()),
});
