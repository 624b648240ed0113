/**
 * The results of tests as they are kept between a run and the build of the security page: `.evidence/results.json`, written by the
 * reporter of `npm test` and by nothing else, never committed.
 *
 * A record says what happened to one version of the sources, file by file. It is sealed with a digest, so that a result that was
 * changed in it is noticed; whoever computes a new seal forges openly, which only the attestation of the delivery can rule out
 * (docs/decisions/0032).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';

const recordedFile = z.strictObject({
  /** Of `fingerprintSources`. */
  sources: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  commit: z.nullable(z.string().check(z.regex(/^[0-9a-f]{40}$/))),
  isCommitted: z.boolean(),
  /** Where others can see the run. */
  run: z.nullable(z.url({ protocol: /^https$/ })),
  at: z.iso.datetime(),
  passed: z.int().check(z.nonnegative()),
  failed: z.int().check(z.nonnegative()),
  /** Whether the file failed as a whole, before or between its tests. */
  isBroken: z.boolean(),
  /** Whether its browser tests were left out for want of one. */
  lacksBrowser: z.boolean(),
  /** Those that are evidence for a promise or a row of the ASVS table: the titles around each, and its own last. */
  tests: z.array(z.strictObject({ names: z.array(z.string()), isPassed: z.boolean() })),
});

const testRecord = z.strictObject({ version: z.literal(1), files: z.record(z.string(), recordedFile) });
const sealedRecord = z.strictObject({ record: testRecord, digest: z.string() });

export type RecordedFile = z.infer<typeof recordedFile>;
export type TestRecord = z.infer<typeof testRecord>;

export const emptyRecord: TestRecord = { version: 1, files: {} };

const digestOf = (record: TestRecord) => createHash('sha256').update(JSON.stringify(record)).digest('hex');

/** @returns an empty record where there is none, and the reason where one is there that can't be believed */
export function readRecord(file: string): { readonly record: TestRecord; readonly refused?: string } {
  if (!existsSync(file)) return { record: emptyRecord };
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { record: emptyRecord, refused: `${file} is not JSON: run npm test to record the results anew` };
  }
  const parsed = sealedRecord.safeParse(content);
  if (!parsed.success)
    return { record: emptyRecord, refused: `${file} is not a record of this version: run npm test to record the results anew` };
  const { record, digest } = parsed.data;
  if (digest !== digestOf(record)) {
    return {
      record: emptyRecord,
      refused: `${file} was changed after it was recorded, and counts for nothing: run npm test to record the results anew`,
    };
  }
  return { record };
}

/** Whole or not at all: a build may read it at this moment. */
export function writeRecord(file: string, record: TestRecord): void {
  const unfinished = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  // Parsed, so that the order of its keys, which the digest covers, is the one that a reader gets.
  writeFileSync(unfinished, JSON.stringify({ record, digest: digestOf(testRecord.parse(record)) }));
  renameSync(unfinished, file);
}

/** What a run has seen takes the place of what was known of the same files; others stay, with the sources that they are of. */
export function mergeRecord(
  known: TestRecord,
  seen: Readonly<Record<string, RecordedFile>>,
  exists: (file: string) => boolean,
): TestRecord {
  const files = Object.entries({ ...known.files, ...seen }).filter(([file]) => exists(file));
  return { version: 1, files: Object.fromEntries(files.sort(([one], [other]) => (one < other ? -1 : 1))) };
}
