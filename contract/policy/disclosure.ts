/**
 * The part of the security policy about vulnerabilities that others report to us (P22, P29). Imported from here by whoever needs it: the
 * pages carry all of `securityPolicy`, and need none of this to sign somebody in.
 */
import { DAY, HOUR, MINUTE } from './units.ts';

export const vulnerabilityReports = {
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
  /** Staff are reminded this long before a clock runs out: on the afternoon of its last day. */
  remindSeconds: 8 * HOUR,
  runEverySeconds: 5 * MINUTE,
  /** How long staff find what is closed in their list. */
  listedSeconds: 30 * DAY,
  listed: 200,
  /**
   * What is closed and was not touched for so long is erased: long enough to show what was reported and what became of it, to the
   * reporter who publishes late and to whoever asks after an incident.
   */
  keptClosedSeconds: 730 * DAY,
  /** Reports that one run erases. */
  erasedPerRun: 10,
  /** Whom we thank. */
  thanked: 500,
  thanksCacheSeconds: 5 * MINUTE,
  handOver: { timeoutSeconds: 8, maximumReceives: 20 },
  /** How often a write starts over when somebody else has written meanwhile. */
  writeAttempts: 8,
  /** Of one report, by its reporter. */
  messages: 100,
  /** Acknowledgements to one address, whoever asks for them: nobody has confirmed it. */
  acknowledgementsPerAddress: 3,
  acknowledgementsWindowSeconds: DAY,
  /** To one member of staff within the window of mails to one address; what comes meanwhile is told by one more when it is over. */
  staffMailsPerRecipient: 1,
  /** What a caller hears to wait for when there is no place left for anybody. */
  overloadRetrySeconds: HOUR,
} as const;

/** RFC 9116. Its section 2.5.5 recommends less than a year. */
export const securityTxt = {
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

/** What the watcher of the security page takes of `/security.json`: every test that is evidence has its name in it. */
export const evidenceWatch = { requestTimeoutSeconds: 8, longestCharacters: 4 * 1024 * 1024 } as const;
