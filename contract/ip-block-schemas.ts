/** What staff say and see about blocked addresses. In a file of its own, so that `schemas.ts` stays readable. */
import * as z from 'zod/mini';

const instant = z.iso.datetime();
const reason = z.string().check(
  z.minLength(3, 'must say why, in 3 to 200 characters'),
  z.maxLength(200, 'must say why, in 3 to 200 characters'),
  z.regex(/^\P{Cc}*$/u, 'must not contain control characters'),
  z.refine<string>((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);

export const ipBlockBody = z.strictObject({
  /** An address or a CIDR block, of either family. */
  cidr: z.string().check(z.minLength(2, 'must be an address or a CIDR block'), z.maxLength(64, 'must be an address or a CIDR block')),
  reason,
  /** When it ends by itself; absent: after the policy's default. */
  until: z.optional(z.iso.datetime('must be an instant in UTC, as in 2026-12-24T18:00:00Z')),
});

/** Asked for, not yet in force: that takes some seconds. */
export const ipBlockAsked = z.strictObject({ cidr: z.string(), until: instant });

export const ipBlockList = z.strictObject({
  /** In force, those that end last first. */
  blocks: z.array(
    z.strictObject({
      cidr: z.string(),
      kind: z.enum(['block', 'unblock']),
      /** By hand, or by what the address did. */
      source: z.enum(['hand', 'automatic']),
      reason: z.string(),
      /** Account id of the member of staff, an operator's name, or `portiere`. */
      author: z.string(),
      at: instant,
      until: instant,
    }),
  ),
  /** False when there are more than are told. */
  isComplete: z.boolean(),
  /** What was done lately, the newest first. */
  history: z.array(
    z.strictObject({ id: z.string(), type: z.string(), cidr: z.string(), author: z.string(), reason: z.string(), at: instant }),
  ),
});
export type IpBlockList = z.infer<typeof ipBlockList>;
