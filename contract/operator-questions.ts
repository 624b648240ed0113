/** What `npm run ops -- account` asks of functions, over Lambda Invoke: not reachable over HTTP, where events have another shape. */
import * as z from 'zod/mini';
import { maximumCodePoints, reasonText } from './text-checks.ts';

/** No account's id: the lists of who did what would take the operator for a member of staff. */
export const operatorName = z.string().check(
  z.minLength(1, 'must not be empty'),
  maximumCodePoints(200),
  z.refine((name) => !/^[\w-]{22}$/.test(name), 'must not have the form of an account id'),
);

/** Links in mails start with it, where the deployment has no domain of its own. */
export const siteOriginText = z.string().check(z.regex(/^https:\/\/[\w.-]+(?::\d{1,5})?$/, 'must be as in https://id.example.com'));

const about = {
  /** An address, or the id of an account. */
  account: z.string(),
  /** Who asks, and why: a ticket, a letter. */
  operator: operatorName,
  reason: reasonText,
  siteOrigin: z.optional(siteOriginText),
};

export const privacyQuestion = z.strictObject({ ask: z.enum(['export', 'erase', 'keep']), ...about });
export type PrivacyQuestion = z.infer<typeof privacyQuestion>;

export const staffQuestion = z.strictObject({ ask: z.enum(['find', 'unlock', 'disable', 'enable', 'end-sessions']), ...about });
export type StaffQuestion = z.infer<typeof staffQuestion>;
