import type { Attestation } from '../../contract/attestations.ts';
import { describeRegister } from './register.ts';

/** @returns a sentence for each subject whose last attestation has ended, or is about to */
export function remindOfAttestations(register: readonly Attestation[], now: Date): string[] {
  return describeRegister(register, now).flatMap(({ subject, state, expiresOn, daysLeft }) => {
    if (state === 'lapsed') return [`evidence: ${subject} ended on ${expiresOn}: its promise is open until somebody signs anew`];
    return state === 'ending' ? [`evidence: ${subject} ends on ${expiresOn}, in ${daysLeft} days: have it signed anew`] : [];
  });
}
