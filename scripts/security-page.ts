/**
 * How the promises stand, on the terminal: `node scripts/security-page.ts`. `--check` fails unless every test that is evidence for a
 * promise has run on these very sources and passed. Reports and statements of people may be missing or old: then the page says so.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { ShownEvidence } from '../contract/evidence.ts';
import { parseConfig } from '../lib/config.ts';
import { gatherSecurityDocument } from '../lib/security-page/document.ts';
import { collectTitledTests } from './promises.ts';
import { projectDirectory } from './source.ts';

const shownFaults = 20;

const { document, findings, refused } = gatherSecurityDocument(collectTitledTests(), await readChoices());

for (const { id, status, reasons, text } of document.promises) {
  console.log(`${id}  ${status.padEnd(7)}  ${text.en}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`);
}
console.log('');
for (const { id, level, status, reasons, text } of document.asvs.requirements) {
  console.log(`${id.padEnd(8)}  ${level}  ${status.padEnd(8)}  ${text.en}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`);
}
const { kept, open, failing } = document.counts;
const { counts: asvs, published, version } = document.asvs;
console.log(`\n${kept} kept, ${open} open, ${failing} failing; good until ${document.goodUntil ?? 'nothing is recorded'}`);

console.log(
  `ASVS ${version}: ${asvs.met} met, ${asvs.deviates} deviate, ${asvs.open} open, ${asvs.failing} failing; nothing is said about ${published - document.asvs.requirements.length} of ${published}`,
);

if (process.argv.includes('--check')) {
  const faults = [...document.promises, ...document.asvs.requirements].flatMap(({ id, evidence }) =>
    evidence.filter(isTestThatDidNotPass).map((each) => `${id}: ${describe(each)}`),
  );
  if (refused !== undefined) console.error(refused);
  for (const fault of faults.slice(0, shownFaults)) console.error(fault);
  if (faults.length > shownFaults) console.error(`and ${faults.length - shownFaults} more`);
  if (faults.length > 0) {
    console.error('Every test that is evidence must pass on these sources: run npm test, and change nothing until this check.');
    process.exitCode = 1;
  }
}

/** Of the configuration that `--config FILE` names, or else of the one at the top of the repository. */
async function readChoices() {
  const { values } = parseArgs({ options: { config: { type: 'string', default: 'portiere.config.ts' }, check: { type: 'boolean' } } });
  const { default: input } = (await import(pathToFileURL(path.resolve(projectDirectory, values.config)).href)) as { default?: unknown };
  return parseConfig(input, values.config);
}

function isTestThatDidNotPass({ kind, result, source }: ShownEvidence): boolean {
  if (kind === 'report' || kind === 'attestation' || kind === 'setting' || result === 'passed') return false;
  // Where there is no Chromium the browser tests say so and don't run; with REQUIRE_BROWSER=1 that has failed already.
  return !(result === 'unknown' && source !== undefined && findings.lacksBrowser(source));
}

function describe({ result, name, source }: ShownEvidence): string {
  return `${result}: ${name} (${source})`;
}
