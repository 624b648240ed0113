/**
 * How long verifying an export of the audit trail takes, offline and on one core: a million events with their text, their hashes, blocks,
 * chain and signed checkpoints. Lines are verified as they are made, so that the file need not lie anywhere: parsing counts, the disk doesn't.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type Block, type BlockHeader, makeBlock } from '../../lambda/domain/audit/block.ts';
import { checkpointText, fingerprintOf, makeCheckpoint, type SignedCheckpoint } from '../../lambda/domain/audit/checkpoint.ts';
import { commit } from '../../lambda/domain/audit/commitment.ts';
import { formatEventId } from '../../lambda/domain/audit/event-id.ts';
import { type ProvableEvent, type TrailEntry, type TrailLine, trailFormat } from '../../lambda/domain/audit/export-format.ts';
import { createTrailVerifier } from '../../lambda/domain/audit/verify-trail.ts';
import type { Row } from '../result.ts';

const eventsPerBlock = 1000;
/** A quarter of an hour of a block a minute. */
const blocksPerCheckpoint = 15;
const start = Date.UTC(2026, 0, 15);

export async function measureAudit({ quick }: { quick: boolean }): Promise<Row[]> {
  const blocks = quick ? 100 : 1000;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const signed = (before: SignedCheckpoint | undefined, head: BlockHeader): SignedCheckpoint => {
    const checkpoint = makeCheckpoint(before, head, head.sealedAt);
    const signature = sign('sha256', Buffer.from(checkpointText(checkpoint)), privateKey).toString('base64');
    return { ...checkpoint, key: fingerprintOf(key), signature };
  };

  // What the first line promises is known only when the last one has been made: the chain is made twice, from the same events.
  let promised: SignedCheckpoint | undefined;
  for (const { checkpoint } of makeLines(blocks, signed)) promised = checkpoint ?? promised;
  if (promised === undefined) throw new Error('nothing was signed');

  const begun = { format: trailFormat, exportedAt: new Date(start).toISOString(), before: null, checkpoint: promised } as const;
  const verifier = createTrailVerifier(begun, [key]);
  let verifying = 0;
  let hashing = 0;
  let bytes = 0;
  const take = (line: string) => {
    const started = processorSeconds();
    const finding = verifier.take(JSON.parse(line) as TrailLine);
    verifying += processorSeconds() - started;
    if (finding) throw new Error(`the trail does not hold: ${finding.problem}`);
    const floor = processorSeconds();
    createHash('sha256').update(line).digest();
    hashing += processorSeconds() - floor;
    bytes += line.length;
  };
  for (const { block, entries, checkpoint } of makeLines(blocks, signed)) {
    take(JSON.stringify({ block: block.header, entries }));
    // A signature is another one each time: those that the first line promises are made from the first run's.
    if (checkpoint) take(JSON.stringify({ checkpoint }));
  }
  const verdict = verifier.end();
  if (verdict.kind === 'broken') throw new Error(`the trail does not hold: ${verdict.finding.problem}`);
  const { events } = verdict.report as { events: number };
  const perMillion = (verifying / events) * 1_000_000;
  return [
    {
      name: 'audit, verifying 1,000,000 events offline on one core',
      value: perMillion,
      unit: 's',
      target: { atMost: 60 },
      note: `${events.toLocaleString('en')} events, ${(bytes / 1e6).toFixed(0)} MB of export`,
    },
    { name: 'audit, over one SHA-256 of the same bytes', value: verifying / hashing, unit: 'x', note: 'the least that any proof costs' },
  ];
}

/** Of this process: what else the machine does is not what verifying costs. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function* makeLines(
  blocks: number,
  signed: (before: SignedCheckpoint | undefined, head: BlockHeader) => SignedCheckpoint,
): Generator<{ readonly block: Block; readonly entries: readonly TrailEntry[]; readonly checkpoint: SignedCheckpoint | undefined }> {
  let before: BlockHeader | undefined;
  let last: SignedCheckpoint | undefined;
  for (let number = 1; number <= blocks; number++) {
    const entries = Array.from({ length: eventsPerBlock }, (_, index) => makeEntry((number - 1) * eventsPerBlock + index));
    const at = start + number * 60_000;
    const block = makeBlock(before, entries, at, at);
    before = block.header;
    const isSigned = number % blocksPerCheckpoint === 0 || number === blocks;
    if (isSigned) last = signed(last, block.header);
    yield { block, entries, checkpoint: isSigned ? last : undefined };
  }
}

function makeEntry(index: number): TrailEntry {
  const at = start + index * 60;
  const eventId = formatEventId({ at, writer: '00112233445566aa', number: index + 1 });
  const salt = index.toString(16).padStart(32, 'a');
  const event: ProvableEvent = {
    subject: `Account${String(index % 5000).padStart(15, '0')}`,
    type: index % 7 === 0 ? 'sign_in.failed' : 'sign_in.succeeded',
    at,
    address: `203.0.113.${index % 256}`,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    requestId: `request-${index}`,
    sessionId: `Session${String(index).padStart(15, '0')}`,
    ...(index % 7 === 0 ? { reason: 'wrong_password' } : {}),
    eventId,
    salt,
    privateSalt: salt.replaceAll('a', 'b'),
  };
  return { eventId, digest: commit(event, event), keptUntil: Math.ceil(at / 1000) + 34_560_000, event };
}
