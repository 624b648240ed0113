/** The part of the configuration that says how vulnerabilities are reported: what security.txt names, and who keeps the clocks. */
import * as z from 'zod';
import type { DisclosureSettings } from '../contract/disclosure.ts';
import { normaliseEmail } from '../contract/email-address.ts';
import { vulnerabilityReports } from '../contract/policy/disclosure.ts';

export interface DisclosureConfigInput {
  /** A mailbox that people read, beside the form: `Contact` of security.txt, and the way out when the form is overrun. */
  readonly email?: string;
  /** Where your OpenPGP key is: an https address, `openpgp4fpr:` and its fingerprint, or `dns:` (RFC 9116, 2.5.4). */
  readonly encryption?: string;
  /** Where each report is sent to as well, signed: the webhook of Intigriti or of another platform, or your own. */
  readonly handOverUrl?: string;
  /** Days beside Saturday and Sunday on which nobody works, as `2026-12-25`: the clocks of reports leave them out. */
  readonly holidays?: readonly string[];
  /** Which members of staff hear of new reports by mail; default: all of them. Alarms reach whoever is on call in any case. */
  readonly notify?: readonly string[];
}

export interface DisclosureConfig {
  readonly email?: string;
  readonly encryption?: string;
  readonly handOverUrl?: string;
  readonly holidays: readonly string[];
  readonly notify?: readonly string[];
}

const emailFix = 'give an address that people read, as in security@example.com, or leave it out';
const encryptionFix =
  'give where your OpenPGP key is, as in https://example.com/pgp-key.txt or openpgp4fpr:5F2DE5521C63A801AB59CCB603D49DE44B29100F, or leave it out';
const handOverFix =
  'give the https address of a webhook, without user and password in it, as in https://hooks.example.com/reports, or leave it out';
const holidaysFix = 'give a list of days, as in 2026-12-25, each once, or leave it out';
const notifyFix = 'give addresses of staff, each once, [] for nobody, or leave it out for all of them';
const holidayFix = 'give a day that there is, as in 2026-12-25';

export const disclosureSchema = z.strictObject(
  {
    email: z.optional(z.string({ error: emailFix }).pipe(z.email(emailFix))),
    encryption: z.optional(
      z
        .string({ error: encryptionFix })
        .max(500, encryptionFix)
        .refine((value) => isKeyAddress(value), encryptionFix),
    ),
    handOverUrl: z.optional(
      z
        .string({ error: handOverFix })
        .max(500, handOverFix)
        .refine((value) => isWebhook(value), handOverFix),
    ),
    holidays: z.optional(z.array(z.iso.date(holidayFix), holidaysFix).refine((days) => new Set(days).size === days.length, holidaysFix)),
    notify: z.optional(z.array(z.string(notifyFix), notifyFix).transform(normaliseAll)),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'remove it or correct its spelling; known here: email, encryption, handOverUrl, holidays, notify'
        : 'give an object, or leave it out',
  },
);

/** It becomes a line of a file: what has a line end, a space or no encryption in it would be another one. */
function isKeyAddress(value: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(value)) return false;
  if (/^openpgp4fpr:[0-9a-f]{40,64}$/i.test(value)) return true;
  if (value.startsWith('dns:')) return /^dns:[\w.-]+(\?[\w=;&.-]*)?$/.test(value);
  return URL.canParse(value) && new URL(value).protocol === 'https:';
}

function isWebhook(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hash } = new URL(value);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
}

/** In one spelling, as the list of staff. */
function normaliseAll(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map((address) => normaliseEmail(address) ?? address))];
}

/** @returns the first address that is none of staff's */
export function findStranger({ notify }: z.infer<typeof disclosureSchema>, staff: readonly string[]): string | undefined {
  return notify?.find((address) => !staff.includes(address));
}

export function disclosureOf({ email, encryption, handOverUrl, holidays, notify }: z.infer<typeof disclosureSchema>): DisclosureConfig {
  return {
    ...(email && { email }),
    ...(encryption && { encryption }),
    ...(handOverUrl && { handOverUrl }),
    ...(notify && { notify }),
    holidays: holidays ?? [],
  };
}

/** What the functions are told of it. */
export function disclosureSettingsOf({ email, handOverUrl, holidays, notify }: DisclosureConfig): DisclosureSettings {
  return {
    timeZone: vulnerabilityReports.timeZone,
    holidays: [...holidays],
    ...(email && { email }),
    ...(handOverUrl && { handOverUrl }),
    ...(notify && { notify: [...notify] }),
  };
}
