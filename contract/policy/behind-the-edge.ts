/** The part of the security policy about what stands between the edge and the functions. */
import { reportBudgets } from './report-budgets.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

/**
 * Exact, behind the edge: places in a fixed window of the clock, one conditional write each. For an address none is over what the
 * edge's rules let through of one on paper (180 sign-ins, 150 requests about registrations, 120 about resets in ten minutes, two of
 * each a person): who keeps to those meets none of these, and what those let through by mistake ends here.
 */
export const budgets = {
  /** Sign-ins from devices that the account doesn't know: an office whose browsers have signed in before spends nothing. */
  guesses: { per: 'address', limit: 180, windowSeconds: 10 * MINUTE },
  registrations: { per: 'address', limit: 75, windowSeconds: 10 * MINUTE },
  resets: { per: 'address', limit: 60, windowSeconds: 10 * MINUTE },
  /** Whatever redeems a token from a mail. */
  links: { per: 'address', limit: 150, windowSeconds: 10 * MINUTE },
  /** Each may mail an address that is somebody else's. */
  subscriptions: { per: 'address', limit: 30, windowSeconds: 10 * MINUTE },
  /** A sign-in page asks for them when it opens. */
  'passkey-options': { per: 'address', limit: 180, windowSeconds: 10 * MINUTE },
  /** One is good for `sessions.stepUpSeconds`. */
  /** Reads all that there is of one account. */
  exports: { per: 'account', limit: 10, windowSeconds: 60 * MINUTE },
  'step-ups': { per: 'account', limit: 20, windowSeconds: 10 * MINUTE },
  ...reportBudgets,
} as const;

/** The value by which the edge proves itself to the API, and how it changes without a door that shuts (decisions/0014). */
export const originSecret = {
  /** 381 bits of 62 kinds of characters, legal in an HTTP header. */
  characters: 64,
  /** A value is this old when the next one is made. */
  rotateEverySeconds: 30 * DAY,
  runEverySeconds: 5 * MINUTE,
  /** How long a function believes the copy that it has read. */
  freshSeconds: 5 * MINUTE,
  /** A value that didn't match makes a function read anew, this often at most: a flood of forgeries is no flood of calls. */
  rereadSeconds: 10,
  /** How old the next value is before the edge sends it: longer than any function believes an older copy. */
  learnSeconds: 10 * MINUTE,
  /** How long the value before stays valid once the edge has stopped sending it. */
  overlapSeconds: HOUR,
  /** A next value that is not current by then is a rotation that has failed. */
  stalledSeconds: 6 * HOUR,
  proofTimeoutSeconds: 5,
} as const;
