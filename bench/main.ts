/**
 * `npm run bench`: how fast, how big, how even. Prints a table and writes `bench-results/latest.json`.
 *
 * Both sides of every comparison are taken in the same run: trust the ratios, not the milliseconds. A row that misses its target
 * says so and changes nothing else; a case that can't run ends the benchmark with code 1.
 *
 *   --only ID[,ID]   some cases; may be given more than once
 *   --quick          fewer samples, for a first look
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureAudit } from './cases/audit.ts';
import { measureBlocklist } from './cases/blocklist.ts';
import { measureBundles } from './cases/bundles.ts';
import { measureEnumeration } from './cases/enumeration.ts';
import { measureGuesses } from './cases/guesses.ts';
import { measureSecondStep } from './cases/second-step.ts';
import { measureSessionCheck } from './cases/session-check.ts';
import { measureSignInAlone, measureSignInTogether } from './cases/sign-in.ts';
import { measureWaf } from './cases/waf.ts';
import { type CaseResult, formatTable, meetsTarget, type Row } from './result.ts';
import { type SystemUnderTest, startSystem } from './system.ts';

interface Options {
  readonly quick: boolean;
}
type Case =
  | { readonly needsSystem: false; run(options: Options): Promise<Row[]> }
  | { readonly needsSystem: true; run(system: SystemUnderTest, options: Options): Promise<Row[]> };

const cases: Readonly<Record<string, Case>> = {
  bundles: { needsSystem: false, run: measureBundles },
  blocklist: { needsSystem: false, run: measureBlocklist },
  audit: { needsSystem: false, run: measureAudit },
  waf: { needsSystem: false, run: measureWaf },
  'sign-in-1': { needsSystem: true, run: measureSignInAlone },
  'sign-in-16': { needsSystem: true, run: measureSignInTogether },
  'second-step': { needsSystem: true, run: measureSecondStep },
  'session-check': { needsSystem: true, run: measureSessionCheck },
  enumeration: { needsSystem: true, run: measureEnumeration },
  guesses: { needsSystem: true, run: measureGuesses },
};

const directory = path.join(import.meta.dirname, '../bench-results');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean', default: false } } });
  const chosen = values.only?.flatMap((ids) => ids.split(',')) ?? Object.keys(cases);
  const unknown = chosen.filter((id) => !(id in cases));
  if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}: choose among ${Object.keys(cases).join(', ')}`);

  const results: CaseResult[] = [];
  const failures: string[] = [];
  let system: SystemUnderTest | undefined;
  try {
    for (const id of chosen) {
      const started = performance.now();
      process.stderr.write(`${id} ...\n`);
      try {
        results.push({ id, rows: await runCase(id), seconds: (performance.now() - started) / 1000 });
      } catch (error) {
        failures.push(`${id} could not run: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await system?.stop();
  }

  async function runCase(id: string): Promise<Row[]> {
    const chosenCase = cases[id] as Case;
    if (!chosenCase.needsSystem) return chosenCase.run(values);
    system ??= await startSystem();
    return chosenCase.run(system, values);
  }

  report(results, failures, values.quick);
  if (failures.length > 0) process.exitCode = 1;
}

function report(results: readonly CaseResult[], failures: readonly string[], quick: boolean): void {
  const machine = { node: process.version, processor: cpus()[0]?.model, cores: availableParallelism() };
  const rows = results.flatMap(({ id, rows }) => rows.map((row) => ({ case: id, ...row, met: meetsTarget(row) })));
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    path.join(directory, 'latest.json'),
    `${JSON.stringify({ at: new Date().toISOString(), quick, machine, rows, failures }, null, 2)}\n`,
  );

  process.stdout.write(`${formatTable(results)}\n`);
  const missed = rows.filter(({ met }) => met === false).length;
  process.stdout.write(
    `\n${rows.filter(({ met }) => met !== undefined).length} targets, ${missed} missed; bench-results/latest.json has the figures\n`,
  );
  for (const failure of failures) process.stderr.write(`${failure}\n`);
}

await main();
