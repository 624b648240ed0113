/**
 * Every limit, lifetime, rate, origin rule and header value of Portiere: the one place. A part that would make it too long lies in `policy/`.
 *
 * Units stand in the names: `Seconds`, `Bytes`, `CodePoints`, `Bits`. What a deployment may choose
 * (see `settings.ts`) can only pick among values that this file allows.
 */
import { auditTrail } from './policy/audit-trail.ts';
import { budgets, originSecret } from './policy/behind-the-edge.ts';
import { cspReports } from './policy/csp-reports.ts';
import { privacy } from './policy/privacy.ts';
import { statusSubscriptions } from './policy/subscriptions.ts';
import { DAY, HOUR, MINUTE } from './policy/units.ts';
import { statusPolicy } from './status-policy.ts';

export const securityPolicy = {
  passwords: {
    /** Minimum length in code points by profile: the security page's promise, NIST SP 800-63B-4 with a second factor, and without one. */
    profiles: { page: 6, standard: 8, strict: 15 },
    defaultProfile: 'page',
    /** ASVS 5.0 6.2.9 asks for at least 64. */
    maximumCodePoints: 256,
    /** How many of the most common passwords are refused (NIST SP 800-63B-4 3.1.1.2, ASVS 5.0 6.2.4). */
    commonPasswordsRefused: 100_000,
    bcryptCost: 12,
    /** The lowest cost that a deployment's settings may name (local system and benchmarks). */
    bcryptCostFloor: 10,
    bcryptCostCeiling: 15,
  },

  lockout: {
    /** Wrong passwords in a row before the first lock. */
    threshold: 5,
    firstLockSeconds: 60,
    maximumLockSeconds: 60 * MINUTE,
    /** A row of failures is forgotten this long after its last one. */
    forgetAfterSeconds: DAY,
    /** Verdicts on guesses per account and window for strangers, successes in between or not. */
    verdictsPerWindow: 40,
    windowSeconds: DAY,
    /** A reservation that brought no verdict counts as a wrong guess after this time. */
    reservationLeaseSeconds: 20,
    /** How long a request waits for a reservation that parallel requests hold, before it is refused. */
    contentionWaitSeconds: 8,
  },

  sessions: {
    idleSeconds: 7 * DAY,
    absoluteSeconds: 30 * DAY,
    staffIdleSeconds: 30 * MINUTE,
    staffAbsoluteSeconds: 12 * HOUR,
    /** `lastSeenAt` is written at most this often, so that a session check is one read. */
    touchIntervalSeconds: 5 * MINUTE,
    staffTouchIntervalSeconds: 1 * MINUTE,
    stepUpSeconds: 5 * MINUTE,
    /** Sessions an account may hold; the one seen longest ago gives way. */
    maximumPerAccount: 20,
    secretBits: 256,
  },

  secondFactor: {
    /** RFC 6238, as Google Authenticator and Authy have it: SHA-1, 6 digits, 30 s, one step either way. */
    totp: { digits: 6, stepSeconds: 30, driftSteps: 1, secretBytes: 20 },
    /** How long a code must be confirmed within after its secret was shown. */
    enrolmentSeconds: 10 * MINUTE,
    challengeSeconds: 5 * MINUTE,
    /** Wrong codes that spend a challenge. */
    challengeFailures: 5,
    /** Open challenges an account may hold; the oldest gives way. */
    challengesPerAccount: 5,
    recoveryCodes: 10,
    recoveryCodeBits: 80,
    /** The owner is told when this many codes, or fewer, are left. */
    fewRecoveryCodes: 3,
    /** How long people have to enrol once a second factor is asked of them; a deployment may choose less or more, up to the ceiling. */
    graceDays: 14,
    graceDaysCeiling: 90,
  },

  /** WebAuthn level 3. User verification is always asked for: a passkey is then two factors in one (NIST SP 800-63B-4 3.1.7). */
  passkeys: {
    perAccount: 10,
    nameCodePoints: 60,
    /** A challenge of ours that is older is refused. */
    ceremonySeconds: 5 * MINUTE,
    /** COSE: ES256, EdDSA, RS256. */
    algorithms: [-7, -8, -257],
    /** An RSA key of 4096 bits takes some 530: what is longer is none of ours, and would weigh on every read of the account. */
    publicKeyBytes: 1024,
    /** WebAuthn level 3, 4.: at most 1023. */
    credentialIdBytes: 1023,
    /** Ceremonies that an account may answer while one challenge lives; each is remembered until then. */
    ceremoniesPerChallengeLife: 60,
  },

  devices: {
    lifetimeSeconds: 365 * DAY,
    /** How long a remembered device skips the second step. */
    rememberedSeconds: 30 * DAY,
    rememberedPerAccount: 10,
  },

  /** Where a person has signed in from before, as a keyed hash of a coarse prefix: enough to notice a new place, and no more. */
  networks: { ipv4PrefixBits: 16, ipv6PrefixBits: 32, keptSeconds: 90 * DAY, perAccount: 20 },

  addressChange: {
    /** Requests of one account in a day: each mails an address that may be a stranger's. */
    requestsPerDay: 5,
    /** The old address may take the account back this long, and nobody else may register it. */
    undoSeconds: 7 * DAY,
  },

  /** Two staff members let a person in who has lost every second factor; nothing happens before the wait is over. */
  factorRecovery: { waitSeconds: 3 * DAY, expirySeconds: 14 * DAY },

  tokens: {
    bits: 256,
    verificationSeconds: 24 * HOUR,
    passwordResetSeconds: 30 * MINUTE,
    addressChangeSeconds: 30 * MINUTE,
    /** "This wasn't me", in every security mail. */
    disavowSeconds: 7 * DAY,
  },

  mail: {
    perRecipient: 3,
    perRecipientWindowSeconds: HOUR,
    /** Of these, mails that a registration causes: strangers who register an address must leave room for its owner's reset. */
    verificationsPerRecipient: 2,
    /** A security notice over the limit waits in the queue at most this long between two tries (SQS: 12 h at most). */
    deferSeconds: 15 * MINUTE,
    maximumReceives: 100,
  },

  retention: {
    eventSeconds: 400 * DAY,
    /** Events about addresses without an account: anybody can cause them. */
    addressEventSeconds: 30 * DAY,
    accessLogDays: 90,
    functionLogDays: 90,
  },

  requests: {
    bodyBytes: 16 * 1024,
    emailCodePoints: 254,
    /** Anything longer than this in a header of ours is not worth parsing. */
    headerBytes: 4096,
    /** All cookies of a request. Other sites of the same domain may leave theirs with us: room for them, and no more. */
    cookieBytes: 6 * 1024,
  },

  /** Per viewer address, at the edge (WAF rate rules). */
  edgeRates: {
    windowSeconds: 5 * MINUTE,
    everything: 2000,
    credentials: 100,
    /** Path prefixes counted against `credentials`: all that runs bcrypt, writes without a session, or sends a mail to a stranger. */
    credentialPrefixes: [
      '/v1/sign-in',
      '/v1/accounts',
      '/v1/password-reset',
      '/v1/reports',
      '/v1/session/step-up',
      '/v1/account/password',
      '/v1/account/email',
      '/v1/account/disavow',
      '/v1/account/keep',
      '/v1/status/subscribe',
      '/v1/status/subscription/confirm',
      '/v1/status/subscription/manage',
    ],
    /**
     * What a kind of route takes over a longer window: twice the figure above is what an address could keep up, and nobody needs
     * that for one thing. None is under what five minutes allow, so a burst of people behind one address meets the figure above first.
     */
    apart: {
      'sign-in': { prefix: '/v1/sign-in', windowSeconds: 10 * MINUTE, limit: 180 },
      /** Two requests a person: the registration, and the link. */
      registration: { prefix: '/v1/accounts', windowSeconds: 10 * MINUTE, limit: 150 },
      reset: { prefix: '/v1/password-reset', windowSeconds: 10 * MINUTE, limit: 120 },
      reports: { prefix: '/v1/reports', windowSeconds: 10 * MINUTE, limit: 120 },
    },
    /** Requests that change something (neither GET, HEAD nor OPTIONS) from one address to one path. */
    onePath: 300,
    /** Requests to `credentialPrefixes` from an address that AWS lists as hiding whoever is behind it (Tor, proxies). */
    anonymousCredentials: 50,
  },

  auditTrail,
  budgets,

  cspReports,

  /** The IP sets of the web ACL, which the function `blocklist` alone writes (P15). */
  blocklist: {
    /** WAF's quota for one set, of one family. */
    addressesPerSet: 10_000,
    /** WAF's quota: one UpdateIPSet a second. */
    updateIntervalMilliseconds: 1000,
    /** How often a run starts over when somebody else has written a set meanwhile. */
    updateAttempts: 4,
    runEverySeconds: 5 * MINUTE,
    /** Nothing wider is ever taken, from no source: neither a slip of the hand nor a poisoned feed may shut out a continent. */
    widestPrefixBits: { ipv4: 8, ipv6: 16 },
    feeds: {
      /** Spamhaus asks for an hour between two downloads at least; attempts that fail count too. */
      fetchEverySeconds: HOUR,
      timeoutSeconds: 4,
      maximumBytes: 4 * 1024 * 1024,
      /** After aggregation. The copy must fit into one item of the store. */
      maximumBlocks: 15_000,
      /** A copy with less than this share of the last good one's blocks is not believed. */
      smallestShare: 0.5,
      /** Nor is one that covers more than this share of the public addresses of a family. */
      largestShareOfInternet: 0.05,
      /** Nor one with more than this share of lines that say nothing. */
      largestShareOfUnreadable: 0.1,
    },
    byHand: { defaultSeconds: DAY, maximumSeconds: 365 * DAY },
    /** A message that is dated further ahead is refused: no unblock could end what it asks for. */
    clockSkewSeconds: 5 * MINUTE,
    /** What an address must do within the window to be blocked by itself, and for how long. A whole office may share one address. */
    automatic: {
      windowSeconds: HOUR,
      /** Accounts with a wrong password each. */
      sprayedAccounts: 100,
      /** Accounts that its guesses have locked. */
      lockedAccounts: 40,
      /**
       * A trap is sprung by one request, which may have been anybody's in a large office: hence minutes. A scanner is stopped in the
       * middle all the same, and springs the next one when it comes back.
       */
      seconds: { sprayed_passwords: HOUR, locked_accounts: HOUR, honeypot: 10 * MINUTE },
      /** One customer has at least this much of IPv6 (RFC 6177). */
      ipv6PrefixBits: 64,
    },
    maximumReceives: 10,
  },

  /** What customers are told of incidents and maintenance (P04, P05). */
  incidents: {
    nameCodePoints: 120,
    bodyCodePoints: 2000,
    /** Of one incident. The last ones are kept for alarms and the clock, so that nobody can write it so full that it never ends. */
    updates: 100,
    updatesByPeople: 80,
    /** What people may make of one incident: an item of the store holds 400 KB. */
    bytesByPeople: 250_000,
    /** Nothing stays open longer, and no maintenance is announced earlier: whoever reads need look no further back. */
    longestOpenSeconds: 90 * DAY,
    longestMaintenanceSeconds: 7 * DAY,
    /** Open ones that a reader is given, the newest first; whoever has more has other worries. */
    shownAtOnce: 50,
    /** How long staff find what is over in their list. */
    listedSeconds: 30 * DAY,
    /** What other parts suffer this soon after an alarm opened an incident is told in it: one outage, one notice. */
    joinSeconds: 10 * MINUTE,
    /** All its alarms must have been quiet this long before an incident that nobody has written to ends by itself. */
    quietSeconds: 15 * MINUTE,
    /** An alarm's own time may be ahead of ours by this much. */
    clockSkewSeconds: 5 * MINUTE,
    /** A message of an alarm that rang longer ago opens nothing. */
    staleAlarmSeconds: DAY,
    runEverySeconds: MINUTE,
    maximumReceives: 10,
    /** How often a write starts over when somebody else has written meanwhile. */
    writeAttempts: 8,
    noticesCacheSeconds: 30,
    /** How long before it begins apps announce a maintenance. */
    noticeAheadSeconds: 2 * DAY,
  },

  /**
   * Paths that nobody visits and scanners ask for first. CloudFront's patterns: `*` is any run of characters, case counts. Nothing
   * of the sort is on this site, nor is it asked for by a browser of its own accord (as `/favicon.ico` or `/.well-known/` are).
   */
  honeypot: {
    /** Named in robots.txt, and linked nowhere: only whoever reads what is forbidden in order to do it finds it. */
    forbidden: '/internal-archive/*',
    scanned: [
      '/.env*',
      '/.git/*',
      '/.aws/*',
      '/.ssh/*',
      '/.svn/*',
      '/wp-login.php',
      '/wp-admin/*',
      '/xmlrpc.php',
      '/phpmyadmin/*',
      '/phpinfo.php',
      '/cgi-bin/*',
      '/actuator/*',
      '/server-status',
      '/vendor/phpunit/*',
      '/boaform/*',
      '/solr/*',
    ],
    /** An instance of the function tells of the same address once in this time: a flood of requests is no flood of messages. */
    toldEverySeconds: MINUTE,
  },

  /** The status page (P04). */
  status: statusPolicy,
  statusSubscriptions,
  privacy,

  /**
   * Stage throttles of the HTTP API, for the whole deployment at once: high enough that thirty addresses which each keep
   * under the edge's limits can't shut everybody out, within what a new account allows (10,000 a second).
   */
  apiThrottle: { ratePerSecond: 5000, burst: 5000 },

  functionTimeoutSeconds: 15,

  /** A customer of our own, who signs in every minute through the public address (P01). */
  canary: {
    runEverySeconds: MINUTE,
    /** Two tries of four requests each, and the pause between them, fit into the function's time. */
    requestTimeoutSeconds: 4,
    retryAfterMilliseconds: 3000,
    functionTimeoutSeconds: 40,
    /** A mail of the set-up that is not there by then is asked for again. */
    registerAgainSeconds: 15 * MINUTE,
    renewDeviceSeconds: 90 * DAY,
    maximumReceives: 5,
  },

  /** What the opt-in guardrails ask of the people of the AWS account itself (P24, P26). */
  guardrails: {
    /** CIS AWS Foundations 1.8 and 1.9. No age limit: NIST SP 800-63B-4 3.1.1.2 advises against. */
    password: { minimumLength: 14, remembered: 24 },
    accessKeyDays: 90,
    unusedCredentialDays: 45,
    /** How long CloudTrail's files can't be deleted by anybody, and when they end. */
    trail: { lockedDays: 365, keptDays: 731 },
    /** Findings of Security Hub at or over this wake somebody. GuardDuty counts from 1 to 10; 7 is its "high". */
    pagingSeverities: ['HIGH', 'CRITICAL'],
    guardDutyPagingSeverity: 7,
  },

  cors: { maxAgeSeconds: 2 * HOUR },

  originSecret,

  cookies: { session: '__Host-session', device: '__Host-device' },

  /** Sent on every response of every origin, errors and edge refusals included (P09, P17, P18, P21). */
  headers: {
    'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      'upgrade-insecure-requests',
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      // Both: browsers that know `report-to` ignore the other one.
      'report-to csp',
      'report-uri /v1/csp-reports',
    ].join('; '),
    'Reporting-Endpoints': 'csp="/v1/csp-reports"',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy':
      'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  },

  /** Header names between our own parts. The edge sets them; a viewer's own are overwritten. */
  edgeHeaders: {
    originSecret: 'x-origin-secret',
    viewerOrigin: 'x-viewer-origin',
    /** Set by CloudFront itself, `address:port`. */
    viewerAddress: 'cloudfront-viewer-address',
    /**
     * Set by the web ACL (the prefix is WAF's) for addresses that AWS lists: `anonymous` or `hosting`. What a viewer sends under this
     * name is overwritten with `forged`.
     */
    addressKind: 'x-amzn-waf-address-kind',
  },
} as const;

export type SecurityPolicy = typeof securityPolicy;
export type PasswordProfile = keyof SecurityPolicy['passwords']['profiles'];
