/** What a deployment chose about reports of vulnerabilities, as functions receive it: JSON in these variables, written at synth. */
import * as z from 'zod/mini';

export const disclosureVariable = 'PORTIERE_DISCLOSURE';
export const disclosureSettings = z.strictObject({
  /** IANA name: where working days begin and end. */
  timeZone: z.string(),
  /** Days of the week on which nobody works are Saturday and Sunday; these are the others, as `2026-12-25`. */
  holidays: z.array(z.iso.date()),
  /** For whoever finds the form shut. */
  email: z.optional(z.string()),
  /** Where each report is sent to as well, by https. */
  handOverUrl: z.optional(z.string()),
  /** Members of staff who hear of new reports by mail; absent: all of them. */
  notify: z.optional(z.array(z.string())),
});
export type DisclosureSettings = z.infer<typeof disclosureSettings>;

export const securityTxtVariable = 'PORTIERE_SECURITY_TXT';
export const securityTxtPlaces = z.strictObject({
  /** `https://host[:port]` of the site. */
  siteOrigin: z.string(),
  /** Every host that shows it, with the bucket behind it. */
  hosts: z.array(z.strictObject({ origin: z.string(), bucket: z.string(), region: z.string() })),
  email: z.optional(z.string()),
  /** Where our public key is: `https:`, `openpgp4fpr:` or `dns:`. */
  encryption: z.optional(z.string()),
});
export type SecurityTxtPlaces = z.infer<typeof securityTxtPlaces>;

/** On the queue `handover`: which report, and no word of it. */
export const handoverMessage = z.strictObject({ reportId: z.string() });
export type HandoverMessage = z.infer<typeof handoverMessage>;
