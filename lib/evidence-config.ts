/** The part of the configuration that is the register of attestations. */
import * as z from 'zod';
import { type Attestation, type AttestationSubject, attestationPolicy, attestationSubjects } from '../contract/attestations.ts';

const dayMilliseconds = 86_400_000;
const subjects = Object.keys(attestationSubjects) as [AttestationSubject, ...AttestationSubject[]];
const subjectFix = `give one of ${subjects.join(', ')}`;
const byFix = 'give who signed, a name or a role, 2 to 80 characters; it is shown on the public page';
const dayFix = 'give a day as in 2026-11-28';
const linkFix = 'give an https address of the signed document, or leave it out';
const hashFix = 'give the SHA-256 of the signed document, 64 hexadecimal digits, or leave it out';
const proofFix = 'give the link or the sha256 of what was signed, or both';
const endFix = `give a day after attestedOn, at most ${attestationPolicy.longestDays} days later`;
const known = 'subject, attestedBy, attestedOn, expiresOn, link, sha256';

const attestation = z
  .strictObject(
    {
      subject: z.enum(subjects, subjectFix),
      attestedBy: z.string({ error: byFix }).trim().min(2, byFix).max(80, byFix),
      attestedOn: z.iso.date(dayFix),
      expiresOn: z.iso.date(dayFix),
      link: z.optional(z.url({ protocol: /^https$/, error: linkFix })),
      sha256: z.optional(z.string({ error: hashFix }).regex(/^[0-9a-f]{64}$/, hashFix)),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `remove it or correct its spelling; known here: ${known}` : `give an object of ${known}`,
    },
  )
  .refine(({ link, sha256 }) => link !== undefined || sha256 !== undefined, { error: proofFix })
  .refine(
    ({ attestedOn, expiresOn }) => {
      const days = (Date.parse(expiresOn) - Date.parse(attestedOn)) / dayMilliseconds;
      return days > 0 && days <= attestationPolicy.longestDays;
    },
    { path: ['expiresOn'], error: endFix },
  );

export const evidenceSchema = z.array(attestation, 'give a list of attestations, or leave it out');

export function evidenceOf(register: z.infer<typeof evidenceSchema>): readonly Attestation[] {
  return register.map(({ link, sha256, ...rest }) => ({
    ...rest,
    ...(link === undefined ? {} : { link }),
    ...(sha256 === undefined ? {} : { sha256 }),
  }));
}
