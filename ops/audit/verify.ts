/** `audit verify`: proves an export of the trail, or a person's exported history. Asks nobody: no network, no credentials. */
import { createPublicKey } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { Checkpoint } from '../../lambda/domain/audit/checkpoint.ts';
import type { TrailLine } from '../../lambda/domain/audit/export-format.ts';
import type { Finding, TrustedKeys } from '../../lambda/domain/audit/verdict.ts';
import { type HistoryReport, readHistory, verifyHistory } from '../../lambda/domain/audit/verify-history.ts';
import { createTrailVerifier, readTrailStart, type TrailReport, type TrailVerdict } from '../../lambda/domain/audit/verify-trail.ts';
import { type Command, OperatorError } from '../command.ts';
import { help, readOptions } from './options.ts';

export const verifyCommand: Command = {
  async run(parameters, output) {
    const options = readOptions(parameters, 'verify', ['FILE', 'key', 'checkpoint']);
    if (options === undefined) return output.print(help);
    const { file, values, json } = options;
    if (file === undefined) throw new OperatorError('Say which file: audit verify FILE --key KEY.');
    if (typeof values.key !== 'string') {
      throw new OperatorError(
        'Say which key you trust by --key FILE: audit key prints it, and a key from the file itself would prove nothing.',
      );
    }
    const keys = await readKeys(values.key);
    const atLeast = typeof values.checkpoint === 'string' ? await readCheckpoint(values.checkpoint) : undefined;
    const verdict = await verifyFile(file, keys, atLeast);
    if (verdict.kind === 'broken') {
      if (json) output.print(JSON.stringify({ holds: false, ...verdict.finding }));
      throw new OperatorError(describeFinding(file, verdict.finding));
    }
    if (json) return output.print(JSON.stringify({ holds: true, ...verdict.report }));
    for (const line of describeReport(verdict.report)) output.print(line);
  },
};

type Verdict =
  | { readonly kind: 'holds'; readonly report: TrailReport | HistoryReport }
  | { readonly kind: 'broken'; readonly finding: Finding };

async function verifyFile(file: string, keys: TrustedKeys, atLeast: Checkpoint | undefined): Promise<Verdict> {
  const handle = await openFile(file);
  try {
    const lines = handle.readLines()[Symbol.asyncIterator]();
    const first = parseLine((await lines.next()).value);
    const start = readTrailStart(first);
    if (start !== undefined) return await verifyLines(createTrailVerifier(start, keys, atLeast), lines);
    const history = readHistory(first);
    if (history === undefined)
      throw new OperatorError(
        `${file} is neither an export of the trail nor an exported history: audit export and the account page write them.`,
      );
    return verifyHistory(history, keys);
  } finally {
    await handle.close();
  }
}

async function verifyLines(verifier: ReturnType<typeof createTrailVerifier>, lines: AsyncIterator<string>): Promise<TrailVerdict> {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value === '') continue;
    const finding = verifier.take((parseLine(line.value) ?? {}) as TrailLine);
    if (finding) return { kind: 'broken', finding, line: verifier.line() };
  }
  return verifier.end();
}

function parseLine(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch {
    throw new OperatorError(`${file} can't be read.`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new OperatorError(`${file} can't be read.`);
  }
}

/** One key or several, as after a change of the key. */
async function readKeys(file: string): Promise<TrustedKeys> {
  const blocks = (await readText(file)).match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? [];
  try {
    const keys = blocks.map((pem) => new Uint8Array(createPublicKey(pem).export({ format: 'der', type: 'spki' })));
    if (keys.length > 0) return keys;
  } catch {
    // Said below.
  }
  throw new OperatorError(`${file} has no public key in PEM: audit key prints one.`);
}

async function readCheckpoint(file: string): Promise<Checkpoint> {
  const checkpoint = parseLine(await readText(file)) as Checkpoint | undefined;
  if (Number.isSafeInteger(checkpoint?.block) && typeof checkpoint?.head === 'string') return checkpoint;
  throw new OperatorError(`${file} is no checkpoint: audit checkpoint prints one, and the archive bucket has all of them.`);
}

function describeFinding(file: string, { sequence, block, problem, act }: Finding): string {
  return `${file} does not hold from entry ${sequence} on (block ${block}): ${problem}. ${act}`;
}

function describeReport(report: TrailReport | HistoryReport): string[] {
  if (report.kind === 'history') {
    const { events, unproven, accountId, provenUntil, isComplete } = report;
    return [
      `it holds: ${events - unproven} events of the account ${accountId} are as they were sealed, signed at ${provenUntil} at the latest`,
      ...(unproven > 0 ? [`${unproven} events were too young for a proof: export again in a quarter of an hour`] : []),
      ...(isComplete ? [] : ['there are older events than the file has']),
    ];
  }
  const { firstBlock, lastBlock, entries, events, expired, missingCount, missing, checkpoints, provenUntil, gaps } = report;
  return [
    `it holds: blocks ${firstBlock} to ${lastBlock} with ${entries} entries and ${checkpoints} checkpoints are as they were signed at ${provenUntil}; about later it says nothing`,
    `${events} events are as they were sealed, ${expired} are no longer kept`,
    ...(missingCount > 0
      ? [
          `${missingCount} events are gone before their time, erased or removed: entries ${missing.join(', ')}${missingCount > missing.length ? ' and more' : ''}`,
        ]
      : []),
    ...gaps.map(
      ({ writer, from, until, eventId }) =>
        `writer ${writer} wrote no ${from === until ? `event ${from}` : `events ${from} to ${until}`} before ${eventId}: removed before it was sealed, or its write was ended`,
    ),
  ];
}
