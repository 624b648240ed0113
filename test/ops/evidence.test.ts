import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Attestation, AttestationSubject } from '../../contract/attestations.ts';
import { attestationSubjects } from '../../contract/attestations.ts';
import { OperatorError } from '../../ops/command.ts';
import { evidence } from '../../ops/evidence/command.ts';
import { minimalConfig } from '../infra/synthesize.ts';

const subjects = Object.keys(attestationSubjects) as AttestationSubject[];
const day = (fromNow: number) => new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10);
const signed = (subject: AttestationSubject, from: number, until: number): Attestation => ({
  subject,
  attestedBy: 'the head of IT',
  attestedOn: day(from),
  expiresOn: day(until),
  sha256: 'd'.repeat(64),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'portiere-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The command, over a configuration with this register. */
async function run(command: string, register: readonly object[], ...options: string[]) {
  // A name of its own each time: a module is loaded once.
  const module = path.join(folder, `${crypto.randomUUID()}.mjs`);
  writeFileSync(module, `export default ${JSON.stringify({ ...minimalConfig, evidence: register })};`);
  const lines: string[] = [];
  const output = { print: (line: string) => void lines.push(line), note: () => undefined };
  const failure = await evidence.run([command, '--config', module, ...options], output).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof OperatorError)) throw error;
      return error.message;
    },
  );
  return { text: lines.join('\n'), failure };
}

const complete = subjects.map((subject) => signed(subject, -10, 200));

describe('the register, for operators', () => {
  test('[P26] lists every subject with who signed, until when, and whether it counts', async () => {
    const { text } = await run('list', [
      signed('laptop-disks', -10, 200),
      signed('laptop-disks', -300, -10),
      signed('screen-locks', -300, 12),
    ]);

    expect(text).toMatch(/^laptop-disks +P26 {2}counts .* by the head of IT/m);
    expect(text).toMatch(/^laptop-disks +P26 {2}replaced/m);
    expect(text).toMatch(/^screen-locks +P26 {2}ending .*\n {2}ends in 12 days: have it signed anew/m);
    expect(text).toMatch(/^team-two-factor +P24 {2}missing/m);
  });

  test('[P10] [P24] [P25] [P26] [P28] passes where everything is signed and counts', async () => {
    const { text, failure } = await run('check', complete);

    expect([failure, text]).toEqual([undefined, 'Everything that must be signed is, for 200 days more at least.']);
  });

  test('[P26] fails where one has ended or was never signed, and says which and what to do', async () => {
    const [first, ...others] = complete;
    const lapsed = await run('check', [{ ...first, attestedOn: day(-300), expiresOn: day(-2) }, ...others]);
    const missing = await run('check', others);

    expect(lapsed.failure).toMatch(/^aws-attestations has ended \(P10\): have it signed, and put an entry into evidence of /);
    expect(missing.failure).toMatch(/^aws-attestations is missing \(P10\): have it signed/);
    expect(lapsed.text).toMatch(/^aws-attestations +P10 {2}lapsed/);
  });

  test('[P26] counts nothing that is dated ahead', async () => {
    const { failure } = await run('check', [signed('aws-attestations', 30, 200), ...complete.slice(1)]);

    expect(failure).toMatch(/^aws-attestations is missing/);
  });

  test('[P26] refuses an entry that is written wrongly, by its field, its value and the fix', async () => {
    const { failure } = await run('check', [{ ...complete[0], expiresOn: 'for ever' }]);

    expect(failure).toMatch(/evidence\[0\]\.expiresOn is "for ever": give a day as in/);
  });

  test('speaks to machines by one object, whose word agrees with the exit', async () => {
    const [good, bad] = [await run('check', complete, '--json'), await run('check', [], '--json')];

    expect([JSON.parse(good.text).good, good.failure]).toEqual([true, undefined]);
    expect(JSON.parse(bad.text).faults.map(({ subject }: Attestation) => subject)).toEqual(subjects);
    expect(bad.failure).toMatch(/is missing/);
    expect(JSON.parse((await run('list', complete, '--json')).text).entries).toHaveLength(subjects.length);
  });

  test.each([
    [['check', '--config', 'nowhere.ts'], /There is no configuration nowhere\.ts: name it by --config FILE/],
    [['check', '--until', 'x'], /Unknown option '--until' \(evidence check --help tells the options\)/],
    [['sign'], /There is no command "sign": the commands are list, check/],
  ])('refuses %j in one sentence', async (parameters, sentence) => {
    const output = { print: () => undefined, note: () => undefined };

    await expect(evidence.run(parameters, output)).rejects.toThrow(sentence);
  });
});
