/** The judges of `npm run verify`: each must pass what is right, and each must fail when its target is missed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promises } from '../../contract/promises.ts';
import { chooseSteps } from '../../verify/options.ts';
import {
  type CspEvaluatorOutput,
  judgeCspEvaluator,
  judgeNmap,
  judgeObservatory,
  judgeSslscan,
  judgeTestssl,
  type ObservatoryOutput,
  type TestsslFinding,
} from '../../verify/scan-judges.ts';
import { findWorse, renderReport, type ScanReport, type ScanResult, settleReport } from '../../verify/scan-report.ts';
import { judgeSlowClients } from '../../verify/slow-clients.ts';

describe('testssl', () => {
  const good: TestsslFinding[] = [
    ...['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1'].map((id) => ({ id, severity: 'OK', finding: 'not offered' })),
    { id: 'TLS1_2', severity: 'OK', finding: 'offered' },
    { id: 'TLS1_3', severity: 'OK', finding: 'offered with final' },
    { id: 'PFS', severity: 'OK', finding: 'offered' },
    ...['heartbleed', 'ROBOT', 'LUCKY13'].map((id) => ({ id, severity: 'OK', finding: 'not vulnerable' })),
    { id: 'cert_revocation', severity: 'HIGH', finding: 'Neither CRL nor OCSP URI provided' },
    { id: 'scanTime', severity: 'INFO', finding: '38' },
  ];
  const changed = (id: string, more: Partial<TestsslFinding>) => good.map((row) => (row.id === id ? { ...row, ...more } : row));

  it('[P06] [P08] passes TLS 1.2 and 1.3 alone, and keeps what is LOW or MEDIUM as remarks', () => {
    const result = judgeTestssl([...good, { id: 'BREACH', severity: 'MEDIUM', finding: 'potentially' }], '3.0.8');

    expect(result).toMatchObject({ tool: 'testssl', findings: ['MEDIUM BREACH: potentially'] });
  });

  it.each([
    ['a HIGH finding', changed('ROBOT', { severity: 'HIGH', finding: 'VULNERABLE' }), /HIGH ROBOT/],
    ['a CRITICAL one', changed('heartbleed', { severity: 'CRITICAL' }), /CRITICAL heartbleed/],
    ['another finding about the certificate', [...good, { id: 'cert_keySize', severity: 'HIGH', finding: '512' }], /cert_keySize/],
    ['TLS 1.1', changed('TLS1_1', { severity: 'LOW', finding: 'offered (deprecated)' }), /TLS1_1 offered/],
    ['no TLS 1.3', changed('TLS1_3', { finding: 'not offered' }), /not offered/],
    ['a scan that was cut off', changed('scanTime', { severity: 'WARN', finding: 'Scan interrupted' }), /interrupted/],
    ['a part that did not run', good.filter(({ id }) => id !== 'LUCKY13'), /did not look at LUCKY13/],
    ['nothing at all', [], /did not look at/],
  ])('fails on %s', (_, findings, message) => {
    expect(() => judgeTestssl(findings, '3.0.8')).toThrow(message);
  });
});

describe('nmap', () => {
  const protocol = (name: string) =>
    `<table key="${name}"><table key="ciphers"><table><elem key="strength">A</elem><elem key="name">TLS_X</elem></table></table></table>`;
  const output = (inside: string, least = 'A') =>
    `<nmaprun scanner="nmap" version="7.93"><script id="ssl-enum-ciphers" output="">${inside}<elem key="least strength">${least}</elem></script></nmaprun>`;
  const both = protocol('TLSv1.2') + protocol('TLSv1.3');

  it('[P06] passes TLS 1.2 and 1.3 with A', () => {
    expect(judgeNmap(output(both))).toMatchObject({ version: '7.93', findings: [] });
  });

  it.each([
    ['TLS 1.1', output(protocol('TLSv1.1') + both), /TLSv1.1/],
    ['no TLS 1.3', output(protocol('TLSv1.2')), /protocols are TLSv1.2$/],
    ['strength B', output(both, 'B'), /least strength is B/],
    ['a warning', output(`${both}<table key="warnings"><elem>64-bit block cipher 3DES</elem></table>`), /3DES/],
    ['a port without TLS', '<nmaprun version="7.93"></nmaprun>', /no TLS/],
  ])('fails on %s', (_, xml, message) => {
    expect(() => judgeNmap(xml)).toThrow(message);
  });
});

describe('sslscan', () => {
  const suite = (cipher: string, strength = 'strong') =>
    `<cipher status="accepted" sslversion="TLSv1.2" bits="128" cipher="${cipher}" strength="${strength}" />`;
  const output = (...lines: string[]) =>
    `<document title="SSLScan Results" version="2.0.7"><protocol type="tls" version="1.2" enabled="1" /><protocol type="tls" version="1.3" enabled="1" />${lines.join('')}</document>`;
  const good = suite('ECDHE-ECDSA-AES128-GCM-SHA256');

  it('[P06] passes strong suites alone', () => {
    expect(judgeSslscan(output(good))).toMatchObject({ version: '2.0.7', findings: [] });
  });

  it.each([
    ['an old protocol', output('<protocol type="tls" version="1.0" enabled="1" />', good), /tls 1.0/],
    ['a weak suite', output(good, suite('RC4-SHA', 'weak')), /RC4-SHA/],
    ['CBC, whatever it calls it', output(good, suite('ECDHE-CBC-SHA')), /CBC/],
    ['no suites', output(), /none listed/],
    ['compression', output(good, '<compression supported="1" />'), /compression/],
  ])('fails on %s', (_, xml, message) => {
    expect(() => judgeSslscan(xml)).toThrow(message);
  });
});

describe('HTTP Observatory', () => {
  const good: ObservatoryOutput = {
    version: '1.4.8',
    algorithm: 4,
    score: 130,
    grade: 'A+',
    tests: Array.from({ length: 10 }, (_, index) => ({ name: `test-${index}`, result: 'fine', pass: true, modifier: 0 })),
  };

  it('[P09] [P21] passes 130 points and A+', () => {
    expect(judgeObservatory(good)).toMatchObject({ score: 130 });
  });

  it.each([
    ['125 points', { ...good, score: 125 }, /125 points/],
    ['a failed test', { ...good, tests: good.tests.map((test, index) => ({ ...test, pass: index !== 3 })) }, /test-3/],
    ['tests that did not run', { ...good, tests: good.tests.slice(1) }, /9 tests/],
  ])('fails on %s', (_, output, message) => {
    expect(() => judgeObservatory(output)).toThrow(message);
  });
});

describe('csp_evaluator', () => {
  const finding = (severity: number, level: string) => ({ severity, level, directive: 'script-src', description: 'a remark' });
  const output = (...findings: ReturnType<typeof finding>[]): CspEvaluatorOutput => ({ version: '1.1.8', findings: { page: findings } });

  it('[P21] passes remarks about what may perhaps be a problem', () => {
    expect(judgeCspEvaluator(output(finding(50, 'MEDIUM_MAYBE')), ['page']).findings).toEqual(['MEDIUM_MAYBE script-src (page): a remark']);
  });

  it.each([
    ['high', output(finding(10, 'HIGH')), ['page'], /HIGH script-src/],
    ['medium', output(finding(30, 'MEDIUM')), ['page'], /MEDIUM/],
    ['a syntax error', output(finding(20, 'SYNTAX')), ['page'], /SYNTAX/],
    ['a severity that it does not know', output(finding(Number.NaN, 'NEW')), ['page'], /NEW/],
    ['a policy that was not judged', output(), ['page', 'refusal'], /did not judge refusal/],
  ])('fails on %s', (_, found, kinds, message) => {
    expect(() => judgeCspEvaluator(found, kinds)).toThrow(message);
  });
});

describe('slowhttptest', () => {
  const status = (answer: string, connected = 200) =>
    `\u001b[1mconnected:   \u001b[0m        ${connected}\nservice available:\u001b[0m   ${answer}\n`.replace(
      '\u001b[1mconnected',
      'connected',
    );
  const end = 'Exit status: Hit test time limit\n';
  const served = { statuses: Array.from({ length: 40 }, () => 200), slowestMilliseconds: 20 };

  it('passes a service that was there all the time, for its probes and for somebody else', () => {
    expect(judgeSlowClients(status('YES') + status('YES') + end, served)).toMatch(/^200 connections held/);
  });

  it.each([
    ['a moment without service', status('YES') + status('NO') + end, served, /unavailable/],
    ['an attack that never was', status('YES', 3) + status('YES', 3) + end, served, /no attack/],
    ['a run that broke off', status('YES') + status('YES'), served, /did not run to its end/],
    [
      'somebody else who was refused',
      status('YES') + status('YES') + end,
      { ...served, statuses: [...served.statuses, 503] },
      /1 failed \(503\)/,
    ],
    ['somebody else who hardly got to ask', status('YES') + status('YES') + end, { ...served, statuses: [200] }, /of 1 requests/],
  ])('fails on %s', (_, stdout, bystander, message) => {
    expect(() => judgeSlowClients(stdout, bystander)).toThrow(message);
  });
});

describe('reports', () => {
  const result: ScanResult = {
    tool: 'sometool',
    version: '1',
    target: 'no weakness',
    summary: 'fine',
    facts: {},
    findings: ['LOW a'],
    score: 10,
  };
  const folder = path.join(__dirname, '../../docs/reports');
  /** That of the game day is no scanner's, and has a test of its own. */
  const kept = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'game-day.json');

  it('a result is worse with a finding more or a lower score, and not with fewer', () => {
    expect(findWorse(result, { ...result, findings: ['LOW a', 'LOW b'] })).toEqual(['new: LOW b']);
    expect(findWorse(result, { ...result, score: 9 })).toEqual(['the score is 9, and was 10']);
    expect(findWorse(result, { ...result, findings: [], score: 11, version: '2' })).toEqual([]);
  });

  it('are written when asked for, and held against from then on', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'reports-'));
    try {
      expect(() => settleReport(result, directory, false)).toThrow(/no report is kept/);
      settleReport(result, directory, true, '2026-01-15');
      const before = readFileSync(path.join(directory, 'sometool.json'), 'utf8');

      expect(settleReport({ ...result, version: '2' }, directory, false)).toBe('fine');
      expect(() => settleReport({ ...result, findings: ['HIGH c'] }, directory, false)).toThrow(/worse than on 2026-01-15: new: HIGH c/);
      expect(readFileSync(path.join(directory, 'sometool.json'), 'utf8')).toBe(before);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each(kept)('%s says on its page what it says as JSON, and names no machine', (name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const report = JSON.parse(text) as ScanReport;

    expect(readFileSync(path.join(folder, name.replace('.json', '.md')), 'utf8')).toBe(renderReport(report));
    expect(report.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(text).not.toMatch(/\/tmp|127\.0\.0\.1:\d|localhost:\d/);
  });

  it('[P08] that promises name as evidence are there', () => {
    const named = promises.flatMap(({ evidence }) =>
      evidence.filter(({ kind }) => kind === 'report').map(({ name }) => path.basename(name)),
    );

    expect(named).toContain('testssl.json');
    expect(named.filter((name) => !kept.includes(name))).toEqual([]);
  });
});

describe('--only', () => {
  const step = (name: string, ...needs: string[]) => ({ name, needs, run: async () => '' });
  const steps = [step('tools'), step('system'), step('scan', 'tools', 'system'), step('rest', 'scan')];

  it('takes a step with all that it needs, in the order of the whole', () => {
    expect(chooseSteps(steps, ['scan']).map(({ name }) => name)).toEqual(['tools', 'system', 'scan']);
    expect(chooseSteps(steps, [])).toBe(steps);
  });

  it('refuses a name that fits none, and says which there are', () => {
    expect(() => chooseSteps(steps, ['scn'])).toThrow('--only scn names no step. There are: tools; system; scan; rest');
  });
});
