/**
 * What one deployment chooses, as the functions receive it: JSON in the environment variable
 * `PORTIERE_SETTINGS`, written at synth and checked again when a function starts.
 */
import * as z from 'zod/mini';
import { securityPolicy } from './security-policy.ts';

const { passwords, secondFactor } = securityPolicy;

export const settingsVariable = 'PORTIERE_SETTINGS';
/** The public address, `https://host`, for the function that visits it. */
export const siteOriginVariable = 'SITE_ORIGIN';

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
  /** CIDR blocks from which staff may use the admin functions; absent: from anywhere. */
  staffNetworks: z.optional(z.array(z.string())),
  /** Who must have a second factor, and from when on (NIST SP 800-63B-4 section 2, ASVS 5.0 6.3.3). */
  secondFactor: z.strictObject({
    requiredFor: z.enum(['nobody', 'staff', 'everyone']),
    /** From this instant on, or from the account's creation if that is later, the grace period runs. */
    since: z.iso.datetime(),
    graceDays: z.int().check(z.gte(0), z.lte(secondFactor.graceDaysCeiling)),
    /** Whether people may let a browser skip the second step for a while. Never staff. */
    rememberDevices: z.boolean(),
    /** Staff's second factor must be a passkey. */
    staffPasskeys: z.boolean(),
  }),
  /** From-address of every mail. */
  sender: z.string(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Where the status page is, as the function that publishes it receives it: JSON in this variable. */
export const statusVariable = 'PORTIERE_STATUS';

export const statusPlaceSchema = z.strictObject({
  bucket: z.string(),
  /** Of the bucket. */
  region: z.string(),
  /** `https://host[:port]` of the page. */
  url: z.string(),
  /** The same of the site that it is about. */
  siteOrigin: z.string(),
});
export type StatusPlace = z.infer<typeof statusPlaceSchema>;

/** The addresses alone, for the function that mails subscribers: JSON in this variable. */
export const statusPageVariable = 'PORTIERE_STATUS_PAGE';
export const statusPageSchema = z.strictObject({ url: z.string(), siteOrigin: z.string() });

/** The environment variable that carries a resource's name, ARN or URL: `TABLE_ACCOUNTS`, `KEY_PEPPER`, `SECRET_ORIGIN`, `QUEUE_MAIL`. */
export function resourceVariable(
  kind: 'table' | 'key' | 'secret' | 'queue' | 'function' | 'ip_set' | 'distribution' | 'bucket',
  id: string,
): string {
  return `${kind}_${id}`.toUpperCase().replaceAll('-', '_');
}

/** Of the key that signs checkpoints of the audit trail: operators find its public half by it. */
export const auditKeyAlias = 'alias/portiere-audit';
