/** What a watcher reads of `/security.json`: when what it stands on ends. */
import * as z from 'zod/mini';

export const evidenceEnds = z.object({
  goodUntil: z.nullable(z.iso.datetime()),
  promises: z.array(
    z.object({
      id: z.string(),
      evidence: z.array(z.object({ kind: z.string(), name: z.string(), expiresAt: z.optional(z.iso.datetime()) })),
    }),
  ),
});
