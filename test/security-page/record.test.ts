import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fingerprintSources } from '../../lib/security-page/sources.ts';
import { emptyRecord, mergeRecord, readRecord, writeRecord } from '../../lib/security-page/test-record.ts';
import { recordedFile, recordOf } from '../support/security-document.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'portiere-record-'));
  file = path.join(folder, '.evidence/results.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A project with nothing in it but what the hash looks for. */
function layProject(): void {
  for (const name of ['.github', 'bin', 'client', 'contract', 'lambda', 'lib', 'local', 'ops', 'scripts', 'test', 'verify', 'waf', 'web']) {
    mkdirSync(path.join(folder, name, 'part'), { recursive: true });
    writeFileSync(path.join(folder, name, 'part', 'file.ts'), name);
  }
  for (const name of ['cdk.json', 'jest.config.mjs', 'package-lock.json', 'package.json', 'tsconfig.json'])
    writeFileSync(path.join(folder, name), name);
}

describe('a record of results', () => {
  const record = recordOf({ 'test/a.test.ts': recordedFile([['[P13] holds', false]]) });

  test('is read as it was written', () => {
    writeRecord(file, record);

    expect(readRecord(file)).toEqual({ record });
  });

  test('that is not there is empty', () => {
    expect(readRecord(file)).toEqual({ record: emptyRecord });
  });

  test('[P23] whose results were changed by hand counts for nothing, and says so', () => {
    writeRecord(file, record);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"isPassed":false', '"isPassed":true'));

    const { record: believed, refused } = readRecord(file);

    expect(believed).toEqual(emptyRecord);
    expect(refused).toMatch(/was changed after it was recorded.*run npm test/);
  });

  test.each([
    ['no JSON', 'green', /is not JSON/],
    ['of another form', '{"record":{"version":2,"files":{}},"digest":""}', /is not a record of this version/],
  ])('that is %s is refused with a sentence', (_, content, sentence) => {
    mkdirSync(path.dirname(file));
    writeFileSync(file, content);

    const { record: believed, refused } = readRecord(file);

    expect(believed).toEqual(emptyRecord);
    expect(refused).toMatch(sentence);
  });

  test('takes what a run has seen, keeps what other files said, and forgets files that are gone', () => {
    const [old, seen] = [recordedFile([['[P13] holds']]), recordedFile([['[P13] holds', false]])];
    const known = recordOf({ 'test/a.test.ts': old, 'test/b.test.ts': old, 'test/gone.test.ts': old });

    const merged = mergeRecord(known, { 'test/a.test.ts': seen }, (name) => name !== 'test/gone.test.ts');

    expect(merged).toEqual(recordOf({ 'test/a.test.ts': seen, 'test/b.test.ts': old }));
  });
});

describe('the hash of the sources', () => {
  test('[P23] changes with every byte of the product, the tests and the dependencies, and with nothing else', () => {
    layProject();
    const before = fingerprintSources(folder);
    const change = (name: string) => {
      layProject();
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), 'changed');
      return fingerprintSources(folder);
    };

    const outside = ['docs/page.md', 'verify/node_modules/x.js', 'portiere.config.ts', '.evidence/results.json'].map(change);
    const inside = ['lambda/part/file.ts', 'test/part/new.test.ts', 'package-lock.json', '.github/part/file.ts'].map(change);

    expect(outside).toEqual([before, before, before, before]);
    expect(new Set([before, ...inside]).size).toBe(5);
  });
});

describe('the reporter of npm test', () => {
  const reporter = path.join(__dirname, '../support/evidence-reporter.mjs');

  /** In a process of its own, as jest loads it: by Node, without our transform. */
  function report(config: object, during = ''): string {
    const program = `
      import { appendFileSync } from 'node:fs';
      const { default: Reporter } = await import(${JSON.stringify(reporter)});
      const rootDir = ${JSON.stringify(folder)};
      const reporter = new Reporter({ rootDir, ...${JSON.stringify(config)} }, { file: ${JSON.stringify(file)} });
      reporter.onRunStart();
      ${during}
      const perfStats = { end: Date.parse('2026-11-28T11:00:00.000Z') };
      const test = (title, status) => ({ ancestorTitles: ['the door'], title, status });
      reporter.onRunComplete(new Set(), { testResults: [
        { testFilePath: rootDir + '/test/part/file.ts', perfStats, numPassingTests: 2, numFailingTests: 1,
          testResults: [test('[P13] is shut', 'passed'), test('[P13] is locked', 'failed'), test('[P14] is skipped', 'pending'), test('is green', 'passed')] },
        { testFilePath: rootDir + '/test/http/bodies.test.ts', perfStats, numPassingTests: 2, numFailingTests: 0,
          testResults: [test('of nothing get the problem that names it', 'passed'), test('is named by nothing', 'passed')] },
        { testFilePath: rootDir + '/bin/part/file.ts', perfStats, numPassingTests: 0, numFailingTests: 0, testExecError: { message: 'no' }, testResults: [] },
      ] });`;
    return execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  beforeEach(() => {
    for (const name of [
      '.github',
      'bin',
      'client',
      'contract',
      'lambda',
      'lib',
      'local',
      'ops',
      'scripts',
      'test',
      'verify',
      'waf',
      'web',
    ]) {
      mkdirSync(path.join(folder, name, 'part'), { recursive: true });
      writeFileSync(path.join(folder, name, 'part/file.ts'), name);
    }
    mkdirSync(path.join(folder, 'test/http'));
    writeFileSync(path.join(folder, 'test/http/bodies.test.ts'), 'a test that a row of the ASVS table names');
    for (const name of ['cdk.json', 'jest.config.mjs', 'package-lock.json', 'package.json', 'tsconfig.json'])
      writeFileSync(path.join(folder, name), name);
  });

  test('[P23] writes down which tests of a promise passed and failed, of which sources, and which files broke', () => {
    report({});

    const { files } = readRecord(file).record;

    expect(files['test/part/file.ts']).toMatchObject({
      sources: fingerprintSources(folder),
      commit: null,
      at: '2026-11-28T11:00:00.000Z',
      passed: 2,
      failed: 1,
      isBroken: false,
      tests: [
        { names: ['the door', '[P13] is shut'], isPassed: true },
        { names: ['the door', '[P13] is locked'], isPassed: false },
      ],
    });
    expect(files['bin/part/file.ts']).toMatchObject({ isBroken: true, tests: [] });
  });

  test('writes down the tests that a row of the ASVS table names, though they carry no promise', () => {
    report({});

    expect(readRecord(file).record.files['test/http/bodies.test.ts']?.tests).toEqual([
      { names: ['the door', 'of nothing get the problem that names it'], isPassed: true },
    ]);
  });

  test('writes nothing of chosen titles, which say nothing of the rest of their file', () => {
    report({ testNamePattern: 'shut' });

    expect(readRecord(file).record).toEqual(emptyRecord);
  });

  test('writes nothing when the sources changed meanwhile: nobody knows what was tested', () => {
    report({}, "appendFileSync(rootDir + '/lambda/part/file.ts', 'x');");

    expect(readRecord(file).record).toEqual(emptyRecord);
  });
});
