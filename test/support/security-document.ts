/** What a security page may say: one promise and one requirement failing, some open, the others kept and met. */
import { asvsRows } from '../../contract/asvs.ts';
import type { SecurityDocument } from '../../contract/evidence.ts';
import { promises } from '../../contract/promises.ts';
import { computeGoodUntil, judgePromises, type Known } from '../../lib/security-page/judge.ts';
import { judgeAsvs, summariseAsvs } from '../../lib/security-page/judge-asvs.ts';
import { TestFindings } from '../../lib/security-page/test-evidence.ts';
import type { RecordedFile, TestRecord } from '../../lib/security-page/test-record.ts';

export const sources = 'a'.repeat(64);
export const commit = 'b'.repeat(40);
/** A Saturday noon. */
export const now = new Date('2026-11-28T12:00:00.000Z');

/** A file of tests that all passed, an hour ago, on these sources. */
export function recordedFile(
  tests: readonly (readonly [title: string, isPassed?: boolean])[],
  more: Partial<RecordedFile> = {},
): RecordedFile {
  const failed = tests.filter(([, isPassed = true]) => !isPassed).length;
  return {
    sources,
    commit,
    isCommitted: true,
    run: null,
    at: '2026-11-28T11:00:00.000Z',
    passed: tests.length - failed,
    failed,
    isBroken: false,
    lacksBrowser: false,
    tests: tests.map(([title, isPassed = true]) => ({ names: ['the front door', title], isPassed })),
    ...more,
  };
}

export const recordOf = (files: Readonly<Record<string, RecordedFile>>): TestRecord => ({ version: 1, files: { ...files } });

const report = {
  tool: 'testssl',
  version: '3.0.8',
  date: '2026-11-27',
  scanned: 'the edge',
  target: 'nothing HIGH',
  summary: 'TLS 1.2 and 1.3 only',
  facts: { 'forward secrecy': 'offered' },
  findings: ['a remark with <b>markup</b>'],
};

/** Some of each state: a browser looks at every element, for a long time. */
const sampleRows = asvsRows.filter(({ id }) =>
  ['V1.2.1', 'V3.3.1', 'V3.4.1', 'V4.2.1', 'V6.2.1', 'V6.2.8', 'V6.2.12', 'V6.3.1', 'V12.1.1', 'V16.3.1'].includes(id),
);

/** Every test that these rows name has run and passed, but for the one about cookies. */
function recordOfNamedTests(): Record<string, RecordedFile> {
  const titles = new Map<string, Set<string>>();
  for (const [file, title] of sampleRows.flatMap((row) => (row.state === 'open' ? [] : row.tests))) {
    titles.set(file, (titles.get(file) ?? new Set()).add(title));
  }
  return Object.fromEntries(
    [...titles].map(([file, own]) => [file, recordedFile([...own].map((title) => [title, !title.startsWith('both cookies')] as const))]),
  );
}

export function sampleSecurityDocument(): SecurityDocument {
  const file = 'test/domain/everything.test.ts';
  const tested = promises.filter(({ evidence }) => evidence.some(({ kind }) => kind === 'test')).map(({ id }) => id);
  const titles = new Map(tested.map((id) => [id, [{ file, title: `[${id}] holds, whatever <script>alert(1)</script> says` }]]));
  const record = recordOf({
    [file]: recordedFile([...titles].map(([id, [test]]) => [test?.title ?? '', id !== 'P05'] as const)),
    'test/attacks/guessing.test.ts': recordedFile([['an attack']]),
    ...recordOfNamedTests(),
  });
  const reports = ['testssl', 'nmap', 'sslscan', 'mdn-http-observatory', 'csp_evaluator'].map((tool) => ({ ...report, tool }));
  const known: Known = {
    titles,
    findings: new TestFindings(record, { sources, now }),
    suites: { 'test/attacks': ['test/attacks/guessing.test.ts'] },
    reports,
    register: [
      { subject: 'laptop-disks', attestedBy: 'the head of IT', attestedOn: '2026-11-01', expiresOn: '2027-04-30', sha256: 'd'.repeat(64) },
    ],
    switchedOn: new Set(),
    now,
  };
  const shown = judgePromises(promises, known);
  const requirements = judgeAsvs(sampleRows, known, { passwordProfile: 'page', secondFactor: { requiredFor: 'staff' } });
  const count = (status: string) => shown.filter((promise) => promise.status === status).length;
  return {
    version: 1,
    tested: { sources, commit, isCommitted: true, run: null },
    goodUntil: computeGoodUntil(shown),
    counts: { kept: count('kept'), failing: count('failing'), open: count('open') },
    promises: shown,
    reports,
    asvs: summariseAsvs(requirements),
    accreditation: {
      readOn: '2026-11-27',
      programmes: [
        { name: 'C5', documented: 1 },
        { name: 'ENS High', documented: 0 },
      ],
      services: [
        { name: 'AWS Key Management Service', documented: ['C5'], source: 'https://docs.aws.amazon.com/kms.html' },
        { name: 'Amazon SQS', documented: [], source: null },
      ],
    },
  };
}
