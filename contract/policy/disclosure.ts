/** The part of the security policy about vulnerabilities that others report to us (P22, P29). */
import { DAY, HOUR, MINUTE } from './units.ts';

const vulnerabilityReports = {
  titleCodePoints: 150,
  assetCodePoints: 300,
  stepsCodePoints: 10_000,
  impactCodePoints: 4000,
  messageCodePoints: 10_000,
  pgpKeyCodePoints: 10_000,
  creditCodePoints: 80,
  /** 256 bits: whoever has the token is the reporter, and there is nothing to guess. */
  trackingTokenBits: 256,
  /** The clocks: until the end of that many working days after the day on which the report came. */
  answerWorkingDays: 1,
  decisionWorkingDays: 5,
  timeZone: 'Europe/Rome',
  /** Of one report, by its reporter. */
  messages: 100,
  /** Acknowledgements to one address, whoever asks for them: nobody has confirmed it. */
  acknowledgementsPerAddress: 3,
  acknowledgementsWindowSeconds: DAY,
  /** What a caller hears to wait for when there is no place left for anybody. */
  overloadRetrySeconds: HOUR,
} as const;

/** RFC 9116. Its section 2.5.5 recommends less than a year. */
const securityTxt = {
  path: '.well-known/security.txt',
  /** How far ahead `Expires` is when the file is written. */
  lifetimeDays: 150,
  /** With less than this left, it is written anew: a publisher that fails for a month is still far from the end. */
  renewAtDays: 120,
  runEverySeconds: 15 * MINUTE,
  cacheSeconds: 15 * MINUTE,
  requestTimeoutSeconds: 4,
  functionTimeoutSeconds: 30,
} as const;

export const disclosurePolicy = { vulnerabilityReports, securityTxt };

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
