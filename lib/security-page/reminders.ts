import { type Attestation, type AttestationSubject, attestationPolicy } from '../../contract/attestations.ts';

const dayMilliseconds = 86_400_000;

/** @returns a sentence for each subject whose last attestation has ended, or is about to */
export function remindOfAttestations(register: readonly Attestation[], now: Date): string[] {
  const ends = new Map<AttestationSubject, string>();
  for (const { subject, expiresOn } of register) {
    if (expiresOn > (ends.get(subject) ?? '')) ends.set(subject, expiresOn);
  }
  return [...ends].flatMap(([subject, expiresOn]) => {
    const left = Math.floor((Date.parse(expiresOn) + dayMilliseconds - now.getTime()) / dayMilliseconds);
    if (left > attestationPolicy.remindDays) return [];
    if (left < 0) return [`evidence: ${subject} ended on ${expiresOn}: its promise is open until somebody signs anew`];
    return [`evidence: ${subject} ends on ${expiresOn}, in ${left} days: have it signed anew`];
  });
}
