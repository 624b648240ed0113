/** The register of attestations, entry by entry: what counts, what has ended, and what nobody has signed. */
import { type Attestation, type AttestationSubject, attestationPolicy, attestationSubjects } from '../../contract/attestations.ts';

const dayMilliseconds = 86_400_000;

/**
 * `counts`, `ending`: within the days of the reminder. `lapsed`: has ended, and nothing newer counts. `ahead`: is dated on a day that
 * has not come. `replaced`: another one of the subject lasts longer. `missing`: nobody has signed.
 */
export type EntryState = 'counts' | 'ending' | 'lapsed' | 'ahead' | 'replaced' | 'missing';

export interface RegisterEntry {
  readonly subject: AttestationSubject;
  readonly promise: string;
  readonly says: string;
  readonly state: EntryState;
  readonly attestedBy?: string;
  readonly attestedOn?: string;
  readonly expiresOn?: string;
  /** Whole days that are left after today; under nought once it has ended. */
  readonly daysLeft?: number;
}

/** By subject, in the order of the contract; of one subject, what lasts longest first. */
export function describeRegister(register: readonly Attestation[], now: Date): RegisterEntry[] {
  return (Object.keys(attestationSubjects) as AttestationSubject[]).flatMap((subject) => {
    const common = { subject, ...attestationSubjects[subject] };
    const own = register.filter((each) => each.subject === subject).sort((one, other) => (one.expiresOn < other.expiresOn ? 1 : -1));
    // As the page judges it: zones differ by a day.
    const isAhead = ({ attestedOn }: Attestation) => Date.parse(attestedOn) - now.getTime() >= dayMilliseconds;
    const last = own.find((each) => !isAhead(each));
    const entries = own.map((each): RegisterEntry => {
      const { attestedBy, attestedOn, expiresOn } = each;
      const daysLeft = Math.floor((Date.parse(expiresOn) + dayMilliseconds - now.getTime()) / dayMilliseconds);
      const state = isAhead(each) ? 'ahead' : each === last ? stateBy(daysLeft) : 'replaced';
      return { ...common, state, attestedBy, attestedOn, expiresOn, daysLeft };
    });
    return last === undefined ? [{ ...common, state: 'missing' }, ...entries] : entries;
  });
}

function stateBy(daysLeft: number): EntryState {
  if (daysLeft < 0) return 'lapsed';
  return daysLeft <= attestationPolicy.remindDays ? 'ending' : 'counts';
}
