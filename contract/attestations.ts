/**
 * What no test and no rule of AWS can see, and a person therefore signs for: by subject, the promise that it is evidence of and
 * what the signature says.
 */
export const attestationSubjects = {
  'aws-attestations': {
    promise: 'P10',
    says: 'the list of services in scope that AWS publishes names every service of the table below under every attestation of this promise',
  },
  'team-two-factor': { promise: 'P24', says: 'everybody on the team uses unique passwords and a second factor for every service' },
  'password-managers': { promise: 'P25', says: 'everybody on the team was given a password manager and asked to use it' },
  'laptop-disks': { promise: 'P26', says: 'the disk of every laptop is encrypted' },
  'screen-locks': { promise: 'P26', says: 'the screen of every laptop locks by itself' },
  'repository-protection': { promise: 'P28', says: 'scripts/repository-protection.ts found every requirement met' },
} as const;

export type AttestationSubject = keyof typeof attestationSubjects;

export interface Attestation {
  readonly subject: AttestationSubject;
  /** Shown on the public page: a role serves as well as a name. */
  readonly attestedBy: string;
  /** Days, as in 2026-11-28. */
  readonly attestedOn: string;
  /** The last day on which it counts. */
  readonly expiresOn: string;
  /** Where the document is, for whoever may read it. Not shown. */
  readonly link?: string;
  /** SHA-256 of the document, in hexadecimal. */
  readonly sha256?: string;
}

export const attestationPolicy = {
  /** Laptops and people change: nobody can sign for longer. */
  longestDays: 366,
  /** Who deploys is reminded from here on. */
  remindDays: 30,
} as const;
