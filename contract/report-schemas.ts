/** Reports of vulnerabilities: what reporters send and are told, and what staff see and do. All text is text, whatever is in it. */
import * as z from 'zod/mini';
import { cvssExample, cvssVector } from './cvss-vector.ts';
import { vulnerabilityReports } from './policy/disclosure.ts';
import { reportStates, severities } from './report-states.ts';

const policy = vulnerabilityReports;
const instant = z.iso.datetime();

const toFollow = 'shorten it, and send the rest as a message to the report once you have its tracking token';

/** Of one line: no control characters at all. */
function line(most: number) {
  return z.string().check(
    z.refine((value) => value.trim().length > 0, 'must not be empty'),
    z.refine((value) => value.isWellFormed(), 'must be well-formed Unicode'),
    z.refine((value) => !/\p{Cc}/u.test(value), 'must be one line, without control characters'),
    z.refine((value) => atMost(value, most), `must have at most ${most} characters`),
  );
}

/** Of several lines. Control characters other than tabs and line ends could steer the terminal of whoever reads it. */
function text(most: number) {
  return z.string().check(
    z.refine((value) => value.trim().length > 0, 'must not be empty'),
    z.refine((value) => value.isWellFormed(), 'must be well-formed Unicode'),
    z.refine((value) => !/[^\P{Cc}\t\n\r]/u.test(value), 'must not contain control characters: write them as escapes, as in \\x1b'),
    z.refine((value) => atMost(value, most), `must have at most ${most} characters: ${toFollow}`),
  );
}

function atMost(value: string, most: number): boolean {
  return value.length <= 2 * most && [...value].length <= most;
}

/** For a client that may have to send the same again: a random value of its own, one a report or message. */
const idempotencyKey = z.string().check(z.regex(/^[\w-]{16,100}$/, 'must be 16 to 100 letters, digits, - or _, chosen at random'));

export const fileReportBody = z.strictObject({
  title: line(policy.titleCodePoints),
  asset: line(policy.assetCodePoints),
  steps: text(policy.stepsCodePoints),
  impact: text(policy.impactCodePoints),
  weakness: z.optional(z.string().check(z.regex(/^CWE-[1-9]\d{0,4}$/, 'must be the id of a weakness, as in CWE-79'))),
  cvss: z.optional(
    z.string().check(z.regex(cvssVector, `must be a vector of CVSS 4.0 with all base metrics in order, as in ${cvssExample}`)),
  ),
  /** Where we may write to; without it, the tracking token is the only way. */
  contact: z.optional(line(254)),
  pgpKey: z.optional(
    z.string().check(
      z.refine(
        (value) => atMost(value, policy.pgpKeyCodePoints),
        `must have at most ${policy.pgpKeyCodePoints} characters: send its fingerprint in the steps instead`,
      ),
      z.regex(
        /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n[\x20-\x7e\r\n]+-----END PGP PUBLIC KEY BLOCK-----\s*$/,
        'must be a public key in ASCII armor, from -----BEGIN PGP PUBLIC KEY BLOCK----- to its END line',
      ),
    ),
  ),
  /** Under which name to thank; without it, the report stays anonymous. */
  credit: z.optional(line(policy.creditCodePoints)),
  /** Whether the reporter would like it to be made public once it is mended. */
  disclosure: z.optional(z.boolean()),
  /** Of the mails about it. */
  locale: z.optional(z.enum(['en', 'it'])),
  idempotencyKey: z.optional(idempotencyKey),
});
export type FileReport = z.infer<typeof fileReportBody>;
export const filedReport = z.strictObject({ trackingToken: z.string() });

export const reportMessageBody = z.strictObject({ text: text(policy.messageCodePoints), idempotencyKey: z.optional(idempotencyKey) });
export type ReportMessage = z.infer<typeof reportMessageBody>;
export const addedMessage = z.strictObject({ id: z.string() });

const conversation = z.array(z.strictObject({ id: z.string(), at: instant, from: z.enum(['reporter', 'staff']), text: z.string() }));

/** As its reporter sees it: no note, no name of ours. */
export const followedReport = z.strictObject({
  /** To name it by; it opens nothing. */
  reference: z.string(),
  state: z.enum(reportStates),
  severity: z.nullable(z.enum(severities)),
  receivedAt: instant,
  updatedAt: instant,
  /** Until when we have promised a first answer and a decision; `null` once they were given. */
  answerDueAt: z.nullable(instant),
  decisionDueAt: z.nullable(instant),
  /** Oldest first. */
  messages: conversation,
});
export type FollowedReport = z.infer<typeof followedReport>;

/** What staff do to a report: all of it at once, or nothing. */
export const updateReportBody = z
  .strictObject({
    state: z.optional(z.enum(reportStates)),
    severity: z.optional(z.nullable(z.enum(severities))),
    /** Address of the member of staff who sees to it; `null`: nobody. */
    owner: z.optional(z.nullable(line(254))),
    /** The report that said it first: with the state `duplicate`, and only with it. */
    duplicateOf: z.optional(z.string().check(z.regex(/^[\w-]{22}$/, 'must be the id of a report'))),
    /** To the reporter. */
    answer: z.optional(text(policy.messageCodePoints)),
    /** For staff alone. */
    note: z.optional(text(policy.messageCodePoints)),
  })
  .check(z.refine((fields) => Object.values(fields).some((value) => value !== undefined), 'must change something, or say something'));
export type UpdateReport = z.infer<typeof updateReportBody>;

export const reportSummary = z.strictObject({
  id: z.string(),
  title: z.string(),
  state: z.enum(reportStates),
  severity: z.nullable(z.enum(severities)),
  owner: z.nullable(z.string()),
  duplicateOf: z.nullable(z.string()),
  receivedAt: instant,
  updatedAt: instant,
  answerDueAt: z.nullable(instant),
  decisionDueAt: z.nullable(instant),
});
export type ReportSummary = z.infer<typeof reportSummary>;
/** Open ones first, those of them whose clocks run out first; then those that were closed lately. */
export const reportList = z.strictObject({ reports: z.array(reportSummary), isComplete: z.boolean() });
export type ReportList = z.infer<typeof reportList>;

/** Public: names that reporters wished to be thanked by, the latest first. */
export const reportThanks = z.strictObject({ thanks: z.array(z.strictObject({ id: z.string(), name: z.string(), at: instant })) });
export type ReportThanks = z.infer<typeof reportThanks>;

const remark = z.strictObject({ id: z.string(), at: instant, author: z.string(), text: z.string() });
export const reportView = z.strictObject({
  ...reportSummary.def.shape,
  asset: z.string(),
  steps: z.string(),
  impact: z.string(),
  weakness: z.nullable(z.string()),
  /** What the reporter thinks of it, and what follows by the specification of CVSS 4.0. */
  cvss: z.nullable(z.strictObject({ vector: z.string(), score: z.number(), severity: z.enum(severities) })),
  contact: z.nullable(z.string()),
  pgpKey: z.nullable(z.string()),
  credit: z.nullable(z.string()),
  wantsDisclosure: z.boolean(),
  messages: z.array(
    z.strictObject({ id: z.string(), at: instant, from: z.enum(['reporter', 'staff']), author: z.nullable(z.string()), text: z.string() }),
  ),
  notes: z.array(remark),
  /** Where it may go from here. */
  nextStates: z.array(z.enum(reportStates)),
});
export type ReportView = z.infer<typeof reportView>;
