/**
 * Writes down what the tests said, for the security page: `.evidence/results.json`. A run of chosen titles is left out, as it says
 * nothing about the rest of a file; a run during which the sources changed is too, as nobody knows what it tested.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { asvsRows } from '../../contract/asvs.ts';
import { recordFile as defaultFile } from '../../lib/security-page/document.ts';
import { fingerprintSources } from '../../lib/security-page/sources.ts';
import { runsItself, standsFor } from '../../lib/security-page/test-evidence.ts';
import { mergeRecord, readRecord, writeRecord } from '../../lib/security-page/test-record.ts';

/** What rows of the ASVS table name, whether or not it carries a promise. */
const named = asvsRows.flatMap((row) => (row.state === 'open' ? [] : row.tests));

/** @returns whether a test of this file, under these titles, is evidence for something */
function evidenceOf(file) {
  const titles = [...new Set(named.filter(([of]) => of === file || !runsItself(of)).map(([, title]) => title))];
  return (names) => names.some((name) => /\[P\d+\]/.test(name)) || titles.some((title) => standsFor(title, names));
}

export default class EvidenceReporter {
  #root;
  #isFiltered;
  #file;
  #sources;

  constructor({ rootDir, testNamePattern }, { file = defaultFile } = {}) {
    this.#root = rootDir;
    this.#isFiltered = Boolean(testNamePattern);
    this.#file = file;
  }

  onRunStart() {
    if (!this.#isFiltered) this.#sources = fingerprintSources(this.#root);
  }

  onRunComplete(_contexts, { testResults }) {
    if (this.#isFiltered || testResults.length === 0) return;
    if (fingerprintSources(this.#root) !== this.#sources) {
      process.stderr.write('The sources changed while the tests ran: their results are not recorded for the security page.\n');
      return;
    }
    const common = { sources: this.#sources, ...describeCommit(this.#root), run: addressOfRun(process.env) };
    const seen = Object.fromEntries(
      testResults.map((result) => {
        const file = path.relative(this.#root, result.testFilePath).split(path.sep).join('/');
        return [file, { ...common, ...describe(result, evidenceOf(file)) }];
      }),
    );
    const { record } = readRecord(this.#file);
    writeRecord(
      this.#file,
      mergeRecord(record, seen, (file) => existsSync(path.join(this.#root, file))),
    );
  }
}

function describe({ testResults, testExecError, perfStats, numPassingTests, numFailingTests }, isEvidence) {
  return {
    at: new Date(perfStats.end || Date.now()).toISOString(),
    passed: numPassingTests,
    failed: numFailingTests,
    isBroken: testExecError !== undefined && testExecError !== null,
    lacksBrowser: testResults.some(({ title }) => title.startsWith('NOT RUN: no Chromium')),
    tests: testResults
      .map(({ ancestorTitles, title, status }) => ({ names: [...ancestorTitles, title], status }))
      .filter(({ names, status }) => ['passed', 'failed'].includes(status) && isEvidence(names))
      .map(({ names, status }) => ({ names, isPassed: status === 'passed' })),
  };
}

/** Where there is no git, or no repository, nothing is known of a commit: the hash of the sources says what was tested. */
function describeCommit(root) {
  try {
    const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const commit = git('rev-parse', 'HEAD');
    return { commit, isCommitted: git('status', '--porcelain') === '' };
  } catch {
    return { commit: null, isCommitted: false };
  }
}

function addressOfRun({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }) {
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
    ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
    : null;
}
