/** The part of the security policy about what a person may ask of their own data. */
import { DAY, MINUTE } from './units.ts';

export const privacy = {
  /**
   * Between asking that an account be erased and its erasure: as long as an address that was moved can take its account back. Nobody
   * can sign in meanwhile, and the mailed link stops it: a thief who is in must not be able to end an account for good.
   */
  graceSeconds: 7 * DAY,
  runEverySeconds: 5 * MINUTE,
  /** A request whose account does not say so by then died before it was decided. */
  undecidedSeconds: MINUTE,
  /** An event that is younger may not be sealed in the audit trail yet: taken away, it would look like a hole that somebody made. */
  sealedSeconds: 30 * MINUTE,
  /** Events in one export, the newest first: an answer of a function holds 6 MB. */
  exportedEvents: 10_000,
  /** Erasures that one run goes through. */
  perRun: 20,
} as const;
