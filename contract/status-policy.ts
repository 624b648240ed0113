/** Limits of the status page (P04): the part `status` of the security policy. */

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

export const statusPolicy = {
  publishEverySeconds: MINUTE,
  /** How long a copy of the page or its data may be kept: what an outage says must not be late. */
  cacheSeconds: 30,
  /** Older than this the page warns that nobody has written to it lately. */
  staleSeconds: 5 * MINUTE,
  historyDays: 90,
  /** Data of a minute may come this late and still correct it; minutes younger than `settleMinutes` are not missed yet. */
  lateMinutes: 15,
  settleMinutes: 3,
  /** After a gap of ours, minutes are asked for again as far back as this. */
  catchUpMinutes: DAY / 60,
  /** What the requests of a minute make of it: with fewer than `leastRequests` failures prove nothing. */
  minute: { leastRequests: 10, downShare: 0.5, degradedShare: 0.05, slowShare: 0.5 },
  /** A component's own figures speak for it when this many of its last measured minutes were bad. */
  recent: { minutes: 5, bad: 3 },
} as const;
