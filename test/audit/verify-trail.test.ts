/** What an attacker would do to an exported trail, and what the verifier says to it. */
import { type Block, hashHeader, makeBlock } from '../../lambda/domain/audit/block.ts';
import { makeCheckpoint } from '../../lambda/domain/audit/checkpoint.ts';
import { commit } from '../../lambda/domain/audit/commitment.ts';
import type { TrailLine, TrailStart } from '../../lambda/domain/audit/export-format.ts';
import { createTrailVerifier, readTrailStart } from '../../lambda/domain/audit/verify-trail.ts';
import { type AuditWorld, createAuditWorld, createKeyPair, MINUTE, signCheckpoint } from '../support/audit-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a forger changes any JSON.
type Json = any;
type Keys = ReturnType<typeof createKeyPair>;

let world: AuditWorld;
let lines: string[];

/** An hour of two writers; blocks of three entries each minute, five checkpoints. */
beforeAll(async () => {
  world = createAuditWorld();
  for (let run = 0; run < 61; run++) {
    world.write({ reason: `reason ${run}` });
    world.write({ writer: '00000000000000bb', subject: `address:${run}` });
    world.write({
      writer: '00000000000000bb',
      type: 'staff.acted',
      act: 'account.disabled',
      target: 'B'.repeat(22),
      actor: 'C'.repeat(22),
    });
    await world.seal();
    world.advance(MINUTE);
  }
  lines = await world.export();
}, 600_000);

function verify(file: readonly string[], { keys = [world.keys.publicKey], atLeast }: { keys?: Uint8Array[]; atLeast?: Json } = {}) {
  const [first = '', ...rest] = file;
  const start = readTrailStart(JSON.parse(first));
  if (start === undefined) throw new Error('no start');
  const verifier = createTrailVerifier(start, keys, atLeast);
  for (const line of rest) {
    const finding = verifier.take(JSON.parse(line));
    if (finding) return { kind: 'broken' as const, finding };
  }
  return verifier.end();
}

/** The file, with what a forger does to its documents. */
function forged(change: (documents: Json[]) => unknown): string[] {
  const documents = lines.map((line) => JSON.parse(line));
  change(documents);
  return documents.map((document) => JSON.stringify(document));
}

const blockAt = (documents: Json[], number: number) => documents.find((one) => one.block?.number === number);
const finding = (file: readonly string[], how: Parameters<typeof verify>[1] = {}) => {
  const verdict = verify(file, how);
  return verdict.kind === 'broken' ? verdict.finding : undefined;
};

/** Makes everything from a block on anew, as somebody can who may write the table but not sign. */
function rechain(documents: Json[], from: number, keys?: Keys): Json[] {
  let before: Block['header'] | undefined = blockAt(documents, from - 1)?.block;
  let signed: Json = documents
    .filter((one) => one.checkpoint && one.format === undefined && one.checkpoint.block < from)
    .at(-1)?.checkpoint;
  for (const document of documents.slice(1)) {
    if (document.block && document.block.number >= from) {
      document.block = makeBlock(before, document.entries, document.block.sealedAt, document.block.through).header;
      before = document.block;
    } else if (document.checkpoint && document.checkpoint.block >= from) {
      const made = makeCheckpoint(signed, before as Block['header'], document.checkpoint.at);
      document.checkpoint = keys ? signCheckpoint(made, keys) : { ...document.checkpoint, ...made };
      signed = document.checkpoint;
    }
  }
  documents[0].checkpoint = signed;
  return documents;
}

describe('an exported trail', () => {
  it('[P27] holds as it is, and says how much it proves and until when', () => {
    const verdict = verify(lines);

    expect(verdict).toMatchObject({
      kind: 'holds',
      report: { firstBlock: 1, lastBlock: 61, entries: 183, events: 183, missingCount: 0, expired: 0, checkpoints: 5, gaps: [] },
    });
  });

  it('[P27] one byte of one event changed is noticed, by the sequence number of the event', () => {
    const changes: [string, (event: Json) => void][] = [
      ['reason', (event) => (event.reason = 'reason 8')],
      ['address', (event) => (event.address = '192.0.2.2')],
      ['type', (event) => (event.type = 'sign_in.failed')],
      ['at', (event) => event.at++],
      ['salt', (event) => (event.salt = event.salt.replace(/.$/, event.salt.endsWith('0') ? '1' : '0'))],
      ['a field more', (event) => (event.target = 'x')],
      ['a field less', (event) => delete event.requestId],
      ['normalised otherwise', (event) => (event.userAgent = `${event.userAgent}\u200b`)],
    ];

    for (const [name, change] of changes) {
      const file = forged((documents) => change(blockAt(documents, 10).entries[0].event));

      expect([name, finding(file)]).toEqual([
        name,
        expect.objectContaining({ sequence: 28, block: 10, problem: expect.stringContaining('not what it was') }),
      ]);
    }
  });

  it('[P27] an event that is changed together with its hash is noticed by its block', () => {
    const file = forged((documents) => {
      const entry = blockAt(documents, 10).entries[1];
      entry.event.address = '198.51.100.7';
      entry.digest = commit(entry.event, entry.event);
    });

    expect(finding(file)).toMatchObject({ sequence: 28, block: 10, problem: expect.stringContaining('changed, moved or exchanged') });
  });

  it('[P27] events out of order, dropped, doubled or put in are noticed', () => {
    const changes: [string, number, (entries: Json[], documents: Json[]) => void][] = [
      ['exchanged', 28, (entries) => entries.reverse()],
      ['dropped', 28, (entries) => entries.pop()],
      ['doubled', 28, (entries) => entries.push(entries[0])],
      ['one put in the place of another', 28, (entries) => (entries[0] = entries[1])],
      ['moved to the next block', 28, (entries, documents) => blockAt(documents, 11).entries.unshift(entries.pop())],
    ];

    for (const [name, sequence, change] of changes) {
      const file = forged((documents) => change(blockAt(documents, 10).entries, documents));

      expect([name, finding(file)?.sequence, finding(file)?.block]).toEqual([name, sequence, 10]);
    }
  });

  it('[P27] blocks out of order, dropped, doubled, renumbered or rooted anew are noticed', () => {
    const at = (documents: Json[], number: number) => documents.indexOf(blockAt(documents, number));
    const changes: [string, (documents: Json[]) => unknown][] = [
      ['dropped', (documents) => documents.splice(at(documents, 10), 1)],
      ['doubled', (documents) => documents.splice(at(documents, 10), 0, blockAt(documents, 9))],
      ['exchanged', (documents) => documents.splice(at(documents, 10), 2, blockAt(documents, 11), blockAt(documents, 10))],
      [
        'dropped, and the next one renumbered',
        (documents) => {
          documents.splice(at(documents, 10), 1);
          blockAt(documents, 11).block.number = 10;
        },
      ],
      ['a sequence number twice', (documents) => (blockAt(documents, 10).block.first = 25)],
    ];

    for (const [name, change] of changes) {
      const file = forged(change);

      expect([name, finding(file)]).toEqual([name, expect.objectContaining({ sequence: 28, block: 10 })]);
    }
  });

  it('[P27] a block that is rewritten with all behind it fails at the next signed head', () => {
    const file = forged((documents) => {
      blockAt(documents, 10).entries.pop();
      rechain(documents, 10);
    });

    expect(finding(file)).toMatchObject({ block: 16, problem: expect.stringContaining('signature') });
  });

  it('[P27] a trail that is rewritten and signed by another key is not believed, whatever key the file names', () => {
    const theirs = createKeyPair();
    const file = forged((documents) => {
      blockAt(documents, 1).entries.pop();
      rechain(documents, 1, theirs);
    });

    expect(verify(file, { keys: [theirs.publicKey] }).kind).toBe('holds');
    expect(finding(file)).toMatchObject({ block: 1, problem: expect.stringContaining('a key that you don’t trust'.replace('’', "'")) });
  });

  it('[P27] a checkpoint with another time, block or count, or of another kind of document, is not what was signed', () => {
    for (const [field, value] of Object.entries({ at: 1, number: 7, entries: 4, previous: '0'.repeat(64) })) {
      const file = forged((documents) => {
        documents.find((one) => one.format === undefined && one.checkpoint?.block === 16).checkpoint[field] = value;
      });

      expect([field, finding(file)?.problem]).toEqual([field, expect.stringContaining('signature')]);
    }
  });

  it('[P27] a file that was cut is noticed, wherever the cut is, and a line that was cut too', () => {
    for (const length of [1, 2, 20, lines.length - 2, lines.length - 1]) {
      expect(finding(lines.slice(0, length))?.problem).toMatch(/should go on to block 61|last checkpoint is missing/);
    }
    expect(finding(forged((documents) => documents.splice(-1, 1, {})))?.problem).toContain('neither a block nor a checkpoint');
  });

  it('[P27] a file whose end was left out, with an older genuine checkpoint in its first line, holds for itself, and not against a newer checkpoint', () => {
    const newest = JSON.parse(lines[0] as string).checkpoint;
    const file = forged((documents) => {
      const last = documents.findIndex((one) => one.format === undefined && one.checkpoint?.block === 31);
      documents.length = last + 1;
      documents[0].checkpoint = documents[last].checkpoint;
    });

    expect(verify(file)).toMatchObject({ kind: 'holds', report: { lastBlock: 31 } });
    expect(finding(file, { atLeast: newest })?.problem).toContain('older, or the end was left out');
    expect(verify(lines, { atLeast: JSON.parse(file[0] as string).checkpoint }).kind).toBe('holds');
  });

  it('[P27] two trails that were both signed are told apart by a checkpoint from elsewhere', () => {
    const file = forged((documents) => {
      blockAt(documents, 40).entries.pop();
      rechain(documents, 40, world.keys);
    });
    const mine = JSON.parse(lines[0] as string).checkpoint;

    expect(verify(file).kind).toBe('holds');
    expect(finding(file, { atLeast: mine })?.problem).toContain('there are two trails');
  });

  it('events that are erased leave a trail that holds, and are counted', () => {
    const file = forged((documents) => {
      for (const number of [1, 2]) for (const entry of blockAt(documents, number).entries) delete entry.event;
    });

    const verdict = verify(file);

    expect(verdict).toMatchObject({ kind: 'holds', report: { entries: 183, missingCount: 6, missing: [1, 2, 3, 4, 5, 6] } });
  });

  it('part of a trail holds from its first block on, chained to the one before', async () => {
    const file = await world.export(30);
    const withoutBefore = file.map((line, index) => (index === 0 ? JSON.stringify({ ...JSON.parse(line), before: null }) : line));

    expect(verify(file)).toMatchObject({ kind: 'holds', report: { firstBlock: 30, lastBlock: 61 } });
    expect(finding(withoutBefore)?.problem).toContain('block 1 should follow');
  });

  it('an event that was removed before it was sealed is told as a gap', async () => {
    const other = createAuditWorld();
    other.write();
    other.stored.delete(other.write());
    other.write();
    for (let run = 0; run < 20; run++) {
      await other.seal();
      other.advance(MINUTE);
    }

    const [first = '', ...rest] = await other.export();
    const verifier = createTrailVerifier(JSON.parse(first) as TrailStart, [other.keys.publicKey]);
    for (const line of rest) expect(verifier.take(JSON.parse(line) as TrailLine)).toBeUndefined();

    expect(verifier.end()).toMatchObject({ kind: 'holds', report: { gaps: [{ from: 2, until: 2 }] } });
  });

  it.each([
    [null],
    [[]],
    [{ block: null, entries: [] }],
    [{ block: {}, entries: null }],
    [{ block: { number: 1 }, entries: [null] }],
    [{ checkpoint: null }],
    [{ checkpoint: { block: 1, key: {}, signature: 4 } }],
  ])('a hostile line is refused, and nothing falls over: %j', (line) => {
    const verifier = createTrailVerifier(JSON.parse(lines[0] as string) as TrailStart, [world.keys.publicKey]);

    expect(verifier.take(line as Json)).toMatchObject({ problem: expect.any(String), act: expect.any(String) });
  });

  it('hashes of headers differ in every field', () => {
    const header = JSON.parse(lines[1] as string).block;
    const others = Object.keys(header).map((field) =>
      hashHeader({ ...header, [field]: typeof header[field] === 'number' ? header[field] + 1 : 'e'.repeat(64) }),
    );

    expect(new Set([hashHeader(header), ...others]).size).toBe(8);
  });
});
