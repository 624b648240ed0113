import type { AsvsRow } from '../../contract/asvs.ts';
import type { ShownReport } from '../../contract/evidence.ts';
import { computeGoodUntil, type Known } from '../../lib/security-page/judge.ts';
import { type AsvsChoices, judgeAsvs, summariseAsvs } from '../../lib/security-page/judge-asvs.ts';
import { TestFindings } from '../../lib/security-page/test-evidence.ts';
import type { RecordedFile } from '../../lib/security-page/test-record.ts';
import { now, recordedFile, recordOf, sources } from '../support/security-document.ts';

const file = 'test/domain/door.test.ts';
const wording = { it: 'La porta resta chiusa.', en: 'The door stays shut.' };
const met = { id: 'V6.2.1', state: 'met', ...wording, promise: 'P11', tests: [[file, 'is shut']] } as const satisfies AsvsRow;
const deviating = {
  ...met,
  state: 'deviates',
  why: wording,
  remedy: { setting: 'passwordProfile', values: ['standard', 'strict'] },
} as const satisfies AsvsRow;
const defaults: AsvsChoices = { passwordProfile: 'page', secondFactor: { requiredFor: 'staff' } };

interface Case {
  readonly files?: Readonly<Record<string, RecordedFile>>;
  readonly choices?: AsvsChoices;
  readonly reports?: readonly ShownReport[];
  readonly at?: Date;
}

function judge(row: AsvsRow, { files = { [file]: recordedFile([['is shut']]) }, choices = defaults, reports = [], at = now }: Case = {}) {
  const known: Known = {
    titles: new Map(),
    findings: new TestFindings(recordOf(files), { sources, now: at }),
    suites: {},
    reports,
    register: [],
    switchedOn: new Set(),
    now: at,
  };
  const [shown] = judgeAsvs([row], known, choices);
  if (shown === undefined) throw new Error('nothing was judged');
  return shown;
}

const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('a requirement', () => {
  test('is met when we say so and what shows it passed on these sources', () => {
    expect(judge(met)).toMatchObject({ id: 'V6.2.1', level: 1, status: 'met', reasons: [], deviation: null, promise: 'P11' });
  });

  test.each([
    ['never ran', {}, daysLater(0), 'open', ['not_run']],
    ['failed', { [file]: recordedFile([['is shut', false]]) }, daysLater(0), 'failing', []],
    ['ran on other sources', { [file]: recordedFile([['is shut']], { sources: 'c'.repeat(64) }) }, daysLater(0), 'open', ['out_of_date']],
    ['ran a fortnight ago', { [file]: recordedFile([['is shut']]) }, daysLater(14), 'open', ['out_of_date']],
    [
      'ran under its title in another file',
      { 'test/domain/other.test.ts': recordedFile([['is shut']]) },
      daysLater(0),
      'open',
      ['not_run'],
    ],
  ] as const)('is not met by our word alone: its test %s', (_, files, at, status, reasons) => {
    expect(judge(met, { files, at })).toMatchObject({ status, reasons });
  });

  test('is not met while a report that it names is missing', () => {
    const row = { ...met, more: [{ kind: 'report', name: 'docs/reports/testssl.json' }] } as const;

    expect(judge(row)).toMatchObject({ status: 'open', reasons: ['not_run'] });
  });

  test('deviates as long as the configuration has not chosen what removes it, and then is judged as any other', () => {
    const strict = { ...defaults, passwordProfile: 'strict' };

    const [before, after, unproven] = [
      judge(deviating),
      judge(deviating, { choices: strict }),
      judge(deviating, { choices: strict, files: {} }),
    ];

    expect([before.status, before.deviation]).toEqual(['deviates', { why: wording, remedy: deviating.remedy }]);
    expect([after.status, after.deviation]).toEqual(['met', null]);
    expect(unproven.status).toBe('open');
  });

  test('deviates for good where no setting removes it, however green its tests', () => {
    const forGood = { ...deviating, remedy: null };

    const chosen = { passwordProfile: 'strict', secondFactor: { requiredFor: 'everyone' } };

    expect(judge(forGood, { choices: chosen }).status).toBe('deviates');
  });

  test('whose deviation goes further than we say is failing', () => {
    expect(judge(deviating, { files: { [file]: recordedFile([['is shut', false]]) } }).status).toBe('failing');
  });

  test('that we leave open has no evidence, and no state but that', () => {
    const open = { id: 'V6.2.12', state: 'open', ...wording } as const;

    expect(judge(open)).toMatchObject({ level: 2, status: 'open', evidence: [], reasons: [] });
  });

  test('that the standard does not have is a fault, not a row', () => {
    expect(() => judge({ ...met, id: 'V6.2.99' })).toThrow('V6.2.99 is no requirement of the standard');
  });
});

describe('the table', () => {
  test('counts what it shows, and takes part in the day until which the page is good', () => {
    const [one, other] = [judge(met), judge(deviating)];

    expect(summariseAsvs([one, other])).toMatchObject({
      version: '5.0.0',
      published: 345,
      counts: { met: 1, deviates: 1, open: 0, failing: 0 },
    });
    expect(computeGoodUntil([one, other])).toBe('2026-12-12T11:00:00.000Z');
    expect(computeGoodUntil([other])).toBeNull();
  });
});
