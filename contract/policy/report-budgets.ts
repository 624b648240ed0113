/** The part of the security policy about how many reports of vulnerabilities are taken (P16, P29). */
import { DAY, HOUR, MINUTE } from './units.ts';

/**
 * Behind the edge, as in behind-the-edge.ts. Somebody who floods us from one address or one network must leave room for everybody
 * else, so each of these is wider than the one before.
 */
export const reportBudgets = {
  reports: { per: 'address', limit: 10, windowSeconds: HOUR },
  'reports-of-network': { per: 'network', limit: 40, windowSeconds: HOUR },
  /** Of everybody together: an item each, and somebody who reads it. */
  'reports-of-everyone': { per: 'everyone', limit: 2000, windowSeconds: DAY },
  'report-follow-ups': { per: 'address', limit: 120, windowSeconds: 10 * MINUTE },
  'report-messages': { per: 'address', limit: 30, windowSeconds: HOUR },
} as const;
/** Prefixes that one owner of a network typically holds. */
export const reportingNetwork = { ipv4PrefixBits: 24, ipv6PrefixBits: 48 } as const;
