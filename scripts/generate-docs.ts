/**
 * Writes the pages that are made from the contract. `--check` writes nothing and fails when one is out of date.
 *
 * A page here has one source: to change it, change the source and run `node scripts/generate-docs.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlarmDefinition, type AlarmId, alarmName, alarms, type MetricAlarm, suffixesOf } from '../contract/alarms.ts';
import { runbookAnchor } from '../contract/paging.ts';
import { personalData } from '../contract/personal-data.ts';
import { securityPolicy } from '../contract/security-policy.ts';
import { type TableId, tables } from '../contract/tables.ts';

const root = join(import.meta.dirname, '..');

/** Every generated page, by its path from the top of the repository. */
const pages: Record<string, () => string> = {
  'docs/runbook.md': renderRunbook,
  'docs/privacy.md': renderPrivacy,
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
    'mail is `portiere-` and the name here, with a hyphen for the slash; where there is one for each function, objective,',
    'component, table, certificate or rate rule, that stands behind it.',
    '',
    '| alarm | severity | speaks when |',
    '|---|---|---|',
    ...entries.map(([id, definition]) => `| [${id}](#${anchor(id)}) | ${definition.severity} | ${condition(definition)} |`),
    '',
    ...entries.flatMap(([id, definition]) => renderEntry(id, definition)),
  ].join('\n');
}

/** The words stand in `docs/privacy.template.md`, the table in the contract. */
function renderPrivacy(): string {
  const rows = (Object.entries(personalData) as [TableId, (typeof personalData)[TableId]][]).flatMap(([id, row]) =>
    row === 'nobody'
      ? []
      : [
          `| \`${id}\` | ${row.holds} | ${row.kept} | ${row.why} | ${row.afterErasure} | ${row.exported === true ? 'yes' : `no: ${row.exported}`} |`,
        ],
  );
  const without = (Object.keys(tables) as TableId[]).filter((id) => personalData[id] === 'nobody').map((id) => `\`${id}\``);
  return readFileSync(join(root, 'docs/privacy.template.md'), 'utf8')
    .replace('{{graceDays}}', String(securityPolicy.privacy.graceSeconds / 86_400))
    .replace('{{without}}', without.join(', '))
    .replace(
      '{{table}}',
      ['| table | holds of a person | kept | why | after an erasure | in an export |', '|---|---|---|---|---|---|', ...rows].join('\n'),
    );
}

function renderEntry(id: string, definition: AlarmDefinition): string[] {
  const names = suffixesOf(definition).map((suffix) => alarmName(id as AlarmId, suffix));
  const kind = definition.burnRate ? undefined : definition.source.kind;
  const place =
    kind === 'edge' || kind === 'web-acl'
      ? ' It lives in us-east-1, where CloudFront keeps its metrics.'
      : kind === 'certificate'
        ? ' Only with a domain; those of `site` and `status` live in us-east-1, as their certificates do.'
        : '';
  return [
    `<a id="${runbookAnchor(id)}"></a>`,
    '',
    `## ${id}`,
    '',
    `${names.map((name) => `\`${name}\``).join(', ')} · ${severities[definition.severity]}`,
    '',
    `**Means.** ${definition.means}`,
    '',
    `**Look at.** ${definition.check}`,
    '',
    `**Do.** ${definition.act}`,
    '',
    `<sub>Speaks when ${condition(definition)}.${place}</sub>`,
    '',
  ];
}

function condition(definition: AlarmDefinition): string {
  if (definition.burnRate) {
    const { rate, longSeconds, shortSeconds, minimumRequests } = definition.burnRate;
    return `the error budget burns ${rate} times as fast as it may, over ${duration(longSeconds)} and over ${duration(shortSeconds)}, with ${minimumRequests} requests or more in the longer window`;
  }
  const { source, statistic, periodSeconds, evaluationPeriods, datapointsToAlarm, threshold, speaksWhen, missingData } = definition;
  const period = duration(periodSeconds);
  const periods = evaluationPeriods === 1 ? `one period of ${period}` : `${datapointsToAlarm} of ${evaluationPeriods} periods of ${period}`;
  const missing = missingData === 'breaching' ? ', or missing,' : '';
  return `${watched(source)} (${statistic}) is ${speaksWhen === 'under' ? 'under ' : ''}${threshold}${speaksWhen === 'under' ? '' : ' or more'}${missing} in ${periods}`;
}

function duration(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds >= 2 * 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function watched(source: MetricAlarm['source']): string {
  if (source.kind === 'table') {
    const summed = source.metric === 'SystemErrors' ? '`SystemErrors` of all operations' : '`ReadThrottleEvents` and `WriteThrottleEvents`';
    return `the sum of ${summed}`;
  }
  if (source.kind === 'concurrency') return `\`${source.metric}\` in per cent of the quota`;
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
