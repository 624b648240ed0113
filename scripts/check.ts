/**
 * `npm run check`: everything a change must pass, a line each. Runs them all before it fails, so that one run tells
 * the whole of it. `--no-tests` leaves the tests out, for whoever has just run them.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectDirectory } from './source.ts';

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
  /** What to run when it fails. */
  readonly mend?: string;
}

const { values: options } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
const assembly = await mkdtemp(path.join(tmpdir(), 'portiere-check-'));

const checks: readonly Check[] = [
  { name: 'format and lint (biome)', command: ['biome', 'check', '--colors=off', '--max-diagnostics=30', '.'], mend: 'npm run format' },
  { name: 'types (tsc)', command: ['tsc'] },
  ...(options['no-tests'] ? [] : [{ name: 'tests (jest)', command: ['jest'] } satisfies Check]),
  {
    name: 'synthesis with the rule packs AwsSolutions, Serverless and NIST 800-53 R5',
    command: ['node', 'bin/portiere.ts'],
    env: { CDK_OUTDIR: assembly },
  },
  { name: 'promises and their tests', command: ['node', 'scripts/promises.ts', '--check'], mend: 'node scripts/promises.ts' },
  // After the tests, of this command or just before it: they write down what this reads.
  {
    name: 'every test that is evidence for a promise passed on these sources',
    command: ['node', 'scripts/security-page.ts', '--check'],
    mend: 'npm test',
  },
  {
    name: 'generated documents up to date',
    command: ['node', 'scripts/generate-docs.ts', '--check'],
    mend: 'node scripts/generate-docs.ts',
  },
];

interface Outcome {
  readonly isGreen: boolean;
  readonly output: string;
}

async function runCheck(check: Check): Promise<Outcome> {
  const [program, ...parameters] = check.command;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const own = path.join(projectDirectory, 'node_modules/.bin');
  const child = spawn(program, parameters, {
    cwd: projectDirectory,
    env: { ...process.env, PATH: `${own}${path.delimiter}${process.env.PATH}`, ...check.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.on('error', (error) => resolve({ isGreen: false, output: error.message }));
  child.on('close', (code) => resolve({ isGreen: code === 0, output }));
  return await promise;
}

/** The end says most: summaries come last. */
function shorten(output: string): string {
  return output.length > 12_000 ? `…${output.slice(-12_000)}` : output;
}

const failed: { readonly check: Check; readonly output: string }[] = [];
for (const check of checks) {
  const start = performance.now();
  const { isGreen, output } = await runCheck(check);
  if (!isGreen) failed.push({ check, output });
  console.log(`${isGreen ? 'ok    ' : 'FAILED'} ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${check.name}`);
}
if (existsSync(assembly)) await rm(assembly, { recursive: true, force: true });

for (const { check, output } of failed) {
  console.log(`\n── ${check.name}: ${check.command.join(' ')}\n${shorten(output)}`);
  if (check.mend !== undefined) console.log(`To mend what can be mended by a command: ${check.mend}`);
}
console.log(failed.length === 0 ? '\nAll checks are green.' : `\n${failed.length} of ${checks.length} checks failed.`);
process.exitCode = failed.length === 0 ? 0 : 1;
