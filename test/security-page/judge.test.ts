import type { Attestation } from '../../contract/attestations.ts';
import type { ShownPromise, ShownReport } from '../../contract/evidence.ts';
import type { SecurityPromise } from '../../contract/promise.ts';
import { computeGoodUntil, judgePromises } from '../../lib/security-page/judge.ts';
import { TestFindings } from '../../lib/security-page/test-evidence.ts';
import { emptyRecord, type RecordedFile } from '../../lib/security-page/test-record.ts';
import { now, recordedFile, recordOf, sources } from '../support/security-document.ts';

const file = 'test/domain/door.test.ts';
const wording = { it: 'La porta resta chiusa.', en: 'The door stays shut.' };
const row: SecurityPromise = {
  id: 'P13',
  section: 'measures',
  ...wording,
  how: wording,
  keptMeans: 'It is shut.',
  evidence: [{ kind: 'test', name: 'the door' }],
};
const report: ShownReport = {
  tool: 'testssl',
  version: '3',
  date: '2026-11-20',
  scanned: 'the edge',
  target: 'nothing',
  summary: 'nothing found',
  facts: {},
  findings: [],
};

interface Case {
  readonly titledIn?: string;
  readonly titles?: readonly string[];
  readonly files?: Readonly<Record<string, RecordedFile>>;
  readonly more?: Partial<SecurityPromise>;
  readonly reports?: readonly ShownReport[];
  readonly suites?: Readonly<Record<string, readonly string[]>>;
  readonly register?: readonly Attestation[];
  readonly switchedOn?: readonly string[];
  readonly at?: Date;
}

function judge({
  titledIn = file,
  titles = ['[P13] is shut'],
  files = {},
  more = {},
  reports = [],
  suites = {},
  register = [],
  switchedOn = [],
  at = now,
}: Case): ShownPromise {
  const [shown] = judgePromises([{ ...row, ...more }], {
    titles: new Map([['P13', titles.map((title) => ({ file: titledIn, title }))]]),
    findings: new TestFindings(recordOf(files), { sources, now: at }),
    suites,
    reports,
    register,
    switchedOn: new Set(switchedOn),
    now: at,
  });
  if (shown === undefined) throw new Error('nothing was judged');
  return shown;
}

const results = ({ evidence }: ShownPromise) => evidence.map(({ result }) => result);
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('a promise', () => {
  test('[P23] is kept when every test of it passed on these sources, and says when and how often', () => {
    const passed = recordedFile([['[P13] is shut']]);

    const shown = judge({ files: { [file]: passed } });

    expect(shown).toMatchObject({ status: 'kept', reasons: [] });
    expect(shown.evidence).toEqual([
      { kind: 'test', name: 'the front door: is shut', result: 'passed', at: '2026-11-28T11:00:00.000Z', source: file },
    ]);
  });

  test('is open where no test has run here: nothing is green before it was seen', () => {
    const shown = judge({ files: emptyRecord.files });

    expect([shown.status, shown.reasons, results(shown)]).toEqual(['open', ['not_run'], ['unknown']]);
  });

  test('is failing when one of its tests failed, however many passed', () => {
    const mixed = recordedFile([['[P13] is shut'], ['[P13] is locked', false]]);

    const shown = judge({ titles: ['[P13] is shut', '[P13] is locked'], files: { [file]: mixed } });

    expect([shown.status, results(shown)]).toEqual(['failing', ['passed', 'failed']]);
  });

  test('is failing when the file of its tests broke', () => {
    const shown = judge({ files: { [file]: recordedFile([], { isBroken: true }) } });

    expect([shown.status, results(shown)]).toEqual(['failing', ['failed']]);
  });

  test('is open when one of its tests is missing from the record', () => {
    const shown = judge({ titles: ['[P13] is shut', '[P13] is locked'], files: { [file]: recordedFile([['[P13] is shut']]) } });

    expect([shown.status, shown.reasons]).toEqual(['open', ['not_run']]);
  });

  test('is open when its results are of other sources, be they good or bad', () => {
    const other = { sources: 'c'.repeat(64) };

    const passed = judge({ files: { [file]: recordedFile([['[P13] is shut']], other) } });
    const failed = judge({ files: { [file]: recordedFile([['[P13] is shut', false]], other) } });

    expect([passed.status, passed.reasons, results(passed)]).toEqual(['open', ['out_of_date'], ['stale']]);
    expect([failed.status, results(failed)]).toEqual(['open', ['stale']]);
  });

  test('is open when its results are a fortnight old, or from a day that has not come', () => {
    const files = { [file]: recordedFile([['[P13] is shut']]) };

    const ages = [13, 14, -2].map((days) => judge({ files, at: daysLater(days) }).status);

    expect(ages).toEqual(['kept', 'open', 'open']);
  });

  test('is open while a part of it is not built, whatever its tests say', () => {
    const shown = judge({ files: { [file]: recordedFile([['[P13] is shut']]) }, more: { notYet: wording } });

    expect([shown.status, shown.reasons]).toEqual(['open', ['not_built']]);
  });

  test('is open without evidence', () => {
    const shown = judge({ more: { evidence: [] } });

    expect([shown.status, shown.reasons, shown.evidence]).toEqual(['open', ['no_evidence'], []]);
  });

  test('takes all inputs of a title together: one that failed fails it', () => {
    const title = '[P13] is shut to %s at $hour (100 %)';
    const filled = (one: boolean) => ({
      [file]: recordedFile([['[P13] is shut to a thief at noon (100 %)'], ['[P13] is shut to a (regular) friend* at noon (100 %)', one]]),
    });

    const [passed, failed] = [true, false].map((one) => judge({ titles: [title], files: filled(one) }));

    expect(passed?.evidence).toEqual([
      expect.objectContaining({ name: 'the front door: is shut to %s at $hour (100 %)', result: 'passed', cases: 2 }),
    ]);
    expect(failed?.status).toBe('failing');
  });

  test('finds tests of a contract where they ran, and those of a group by the title of the group', () => {
    const elsewhere = recordedFile([], { tests: [{ names: ['every store', '[P13] the lock', 'holds'], isPassed: true }] });

    const files = { 'test/adapters/stores.test.ts': elsewhere };
    const shown = judge({ titledIn: 'test/adapters/lock-contract.ts', titles: ['[P13] the lock'], files });

    expect([shown.status, shown.evidence[0]?.name]).toEqual(['kept', 'every store: the lock: holds']);
  });
});

describe('reports and suites', () => {
  const byReport = { evidence: [{ kind: 'report', name: 'docs/reports/testssl.json' }] } as const;
  const bySuite = { evidence: [{ kind: 'suite', name: 'test/attacks' }] } as const;
  const suites = { 'test/attacks': ['test/attacks/one.test.ts', 'test/attacks/two.test.ts'] };
  const attack = (isPassed = true, more = {}) => recordedFile([['an attack', isPassed]], more);

  test('a report counts while it is fresh, and never from a day that has not come', () => {
    const statuses = ['2026-11-20', '2026-10-01', '2027-01-01'].map(
      (date) => judge({ more: byReport, reports: [{ ...report, date }] }).status,
    );

    expect(statuses).toEqual(['kept', 'open', 'open']);
  });

  test('a report that is not there leaves its promise open', () => {
    expect(judge({ more: byReport })).toMatchObject({ status: 'open', reasons: ['not_run'] });
  });

  test('[P23] the attack suite counts as a whole: every file, every test, on these sources', () => {
    const [one, two] = suites['test/attacks'] as [string, string];
    const outcomes = [
      { [one]: attack(), [two]: attack() },
      { [one]: attack(), [two]: attack(false) },
      { [one]: attack() },
      { [one]: attack(), [two]: attack(true, { sources: 'c'.repeat(64) }) },
      { [one]: attack(), [two]: attack(true, { lacksBrowser: true }) },
      {},
    ].map((files) => judge({ more: bySuite, suites, files }).evidence[0]?.result);

    expect(outcomes).toEqual(['passed', 'failed', 'unknown', 'stale', 'unknown', 'unknown']);
  });
});

describe('what a person signed for', () => {
  const bySignature = { evidence: [{ kind: 'attestation', name: 'laptop-disks' }] } as const;
  const signed = {
    subject: 'laptop-disks',
    attestedBy: 'the head of IT',
    attestedOn: '2026-11-01',
    expiresOn: '2026-11-28',
    sha256: 'd'.repeat(64),
  } as const;
  const statusOf = (register: readonly Attestation[], at = now) => {
    const { status, reasons } = judge({ more: bySignature, register, at });
    return [status, ...reasons];
  };

  test('[P26] counts to the end of its last day, and is shown with who signed and until when', () => {
    expect(statusOf([signed])).toEqual(['kept']);
    expect(statusOf([signed], new Date('2026-11-28T23:59:59Z'))).toEqual(['kept']);
    expect(statusOf([signed], new Date('2026-11-29T00:00:00Z'))).toEqual(['open', 'expired']);
    expect(judge({ more: bySignature, register: [signed] }).evidence[0]).toMatchObject({
      at: '2026-11-01',
      source: 'the head of IT',
      expiresAt: '2026-11-29T00:00:00.000Z',
    });
  });

  test('[P25] [P26] leaves its promise open where nobody has signed, or signed for something else, or only on a day to come', () => {
    expect(statusOf([])).toEqual(['open', 'not_attested']);
    expect(statusOf([{ ...signed, subject: 'password-managers' }])).toEqual(['open', 'not_attested']);
    expect(statusOf([{ ...signed, attestedOn: '2026-12-24', expiresOn: '2027-06-01' }])).toEqual(['open', 'not_attested']);
  });

  test('[P26] is what was signed last, beside older ones that have ended', () => {
    expect(
      statusOf([
        { ...signed, expiresOn: '2026-11-10' },
        { ...signed, attestedOn: '2026-11-11', expiresOn: '2027-05-01' },
      ]),
    ).toEqual(['kept']);
  });
});

describe('what a deployment must switch on', () => {
  const files = { [file]: recordedFile([['[P13] is shut']]) };
  const more = { evidence: [...row.evidence, { kind: 'setting', name: 'guardrails' }] } as const;

  test('[P24] [P26] is never green where the configuration leaves it off, however green its tests', () => {
    const shown = judge({ files, more });

    expect([shown.status, shown.reasons, shown.evidence.at(-1)]).toEqual([
      'open',
      ['switched_off'],
      { kind: 'setting', name: 'guardrails', result: 'off', at: null },
    ]);
    expect(judge({ files, more, switchedOn: ['another'] }).status).toBe('open');
  });

  test('[P24] counts where the configuration has it, as of this synthesis, and ends with nothing of its own', () => {
    const shown = judge({ files, more, switchedOn: ['guardrails'] });

    expect([shown.status, shown.evidence.at(-1)?.at]).toEqual(['kept', now.toISOString()]);
    expect(computeGoodUntil([shown])).toBe('2026-12-12T11:00:00.000Z');
  });
});

describe('the day until which a page is good', () => {
  test('is that of the first result that grows too old, among promises that are kept', () => {
    const tested = judge({ files: { [file]: recordedFile([['[P13] is shut']]) } });
    const scanned = judge({
      more: { evidence: [{ kind: 'report', name: 'docs/reports/testssl.json' }] },
      reports: [{ ...report, date: '2026-10-25' }],
    });
    const open = judge({});

    expect(computeGoodUntil([tested, open])).toBe('2026-12-12T11:00:00.000Z');
    expect(computeGoodUntil([tested, scanned, open])).toBe('2026-12-09T00:00:00.000Z');
    expect(computeGoodUntil([open])).toBeNull();
  });
});
