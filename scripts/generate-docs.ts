/**
 * Writes the pages that are made from the contract. `--check` writes nothing and fails when one is out of date.
 *
 * A page here has one source: to change it, change the source and run `node scripts/generate-docs.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlarmDefinition, alarms } from '../contract/alarms.ts';
import { privileges } from '../contract/privileges.ts';
import { rateRuleIds } from '../contract/web-acl.ts';

const root = join(import.meta.dirname, '..');

/** Every generated page, by its path from the top of the repository. */
const pages: Record<string, () => string> = {
  'docs/runbook.md': renderRunbook,
};

const severities: Record<AlarmDefinition['severity'], string> = {
  page: 'page: wakes whoever is on call',
  ticket: 'ticket: for the next working day',
};

function renderRunbook(): string {
  const entries = Object.entries(alarms) as [string, AlarmDefinition][];
  return [
    '<!-- Generated from contract/alarms/ by scripts/generate-docs.ts: change it there. -->',
    '# Runbook',
    '',
    'An entry for each alarm: what it means, what to look at first, what to do. The name of an alarm in CloudWatch, on the phone and in the',
    'mail is `portiere-` and the name here, with a hyphen for the slash; alarms on functions end with the function,',
    'those on rate rules with the rule.',
    '',
    '| alarm | severity | speaks when |',
    '|---|---|---|',
    ...entries.map(([id, definition]) => `| [${id}](#${anchor(id)}) | ${definition.severity} | ${condition(definition)} |`),
    '',
    ...entries.flatMap(([id, definition]) => renderEntry(id, definition)),
  ].join('\n');
}

function renderEntry(id: string, definition: AlarmDefinition): string[] {
  const suffixes = suffixesOf(definition);
  const names = suffixes.length > 0 ? suffixes.map((suffix) => `${id}/${suffix}`) : [id];
  return [
    `## ${id}`,
    '',
    `${names.map((name) => `\`portiere-${name.replaceAll('/', '-')}\``).join(', ')} · ${severities[definition.severity]}`,
    '',
    `**Means.** ${definition.means}`,
    '',
    `**Look at.** ${definition.check}`,
    '',
    `**Do.** ${definition.act}`,
    '',
    `<sub>Speaks when ${condition(definition)}.${['edge', 'web-acl'].includes(definition.source.kind) ? ' It lives in us-east-1, where CloudFront keeps its metrics.' : ''}</sub>`,
    '',
  ];
}

/** Where there is one alarm for each of several things. */
function suffixesOf({ source }: AlarmDefinition): string[] {
  if (source.kind === 'function' && source.only === undefined) return Object.keys(privileges);
  return source.kind === 'web-acl' && source.rules === 'rates' ? [...rateRuleIds] : [];
}

function condition(definition: AlarmDefinition): string {
  const { source, statistic, periodSeconds, evaluationPeriods, datapointsToAlarm, threshold } = definition;
  const period = periodSeconds % 60 === 0 ? `${periodSeconds / 60} min` : `${periodSeconds} s`;
  const periods = evaluationPeriods === 1 ? `one period of ${period}` : `${datapointsToAlarm} of ${evaluationPeriods} periods of ${period}`;
  return `${watched(source)} (${statistic}) is ${threshold} or more in ${periods}`;
}

function watched(source: AlarmDefinition['source']): string {
  return source.kind === 'queue' ? `\`${source.metric}\` of the queue \`${source.queue}\`` : `\`${source.metric}\``;
}

/** As GitHub makes them of headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

const outdated = Object.entries(pages).filter(([path, render]) => read(path) !== render());
if (process.argv.includes('--check')) {
  for (const [path] of outdated) {
    console.error(`${path} is out of date: run node scripts/generate-docs.ts`);
  }
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  for (const [path, render] of outdated) {
    writeFileSync(join(root, path), render());
    console.log(`wrote ${path}`);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
