/**
 * What one deployment chooses, as the functions receive it: JSON in the environment variable
 * `PORTIERE_SETTINGS`, written at synth and checked again when a function starts.
 */
import * as z from 'zod/mini';
import { securityPolicy } from './security-policy.ts';

const { passwords } = securityPolicy;

export const settingsVariable = 'PORTIERE_SETTINGS';

export const settingsSchema = z.strictObject({
  /** Shown in mails and refused as a password. */
  productName: z.string().check(z.minLength(1), z.maxLength(60)),
  /** `https://host[:port]` of the site; absent without a domain: the edge then tells its own (see `edgeHeaders.viewerOrigin`). */
  siteOrigin: z.optional(z.string()),
  /** Further origins that may call the API. */
  allowedOrigins: z.array(z.string()),
  passwordProfile: z.enum(['page', 'standard', 'strict']),
  bcryptCost: z.int().check(z.gte(passwords.bcryptCostFloor), z.lte(passwords.bcryptCostCeiling)),
  /** Normalised addresses whose sessions are short and who may use the admin functions (P27). */
  staff: z.array(z.string()),
  /** From-address of every mail. */
  sender: z.string(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** The environment variable that carries a resource's name, ARN or URL: `TABLE_ACCOUNTS`, `KEY_PEPPER`, `SECRET_ORIGIN`, `QUEUE_MAIL`. */
export function resourceVariable(kind: 'table' | 'key' | 'secret' | 'queue' | 'function', id: string): string {
  return `${kind}_${id}`.toUpperCase().replaceAll('-', '_');
}
