/** What the commands about reports are asked, from their options. */
import * as z from 'zod/mini';
import { type UpdateReport, updateReportBody } from '../../contract/report-schemas.ts';
import { reportStates, severities } from '../../contract/report-states.ts';
import { readAuthor } from '../author.ts';
import { OperatorError } from '../command.ts';
import { helpOn, inSomebodysName, type Parsed, readArguments } from '../parse-options.ts';

export const help = `npm run ops -- report list
npm run ops -- report show ID
npm run ops -- report state ID STATE [--answer TEXT] [--duplicate-of ID] [--severity SEVERITY] [--owner ADDRESS]
npm run ops -- report answer ID --text TEXT
npm run ops -- report note ID --text TEXT

  STATE                  ${reportStates.join(', ')}
  --severity SEVERITY    ${severities.join(', ')}
  --owner ADDRESS        of the member of staff who sees to it
  --answer, --text TEXT  plain text; the reporter reads the answer with the tracking token
  --site ORIGIN          as in https://id.example.com: tells the reporter by mail that there is news; without it, nobody does
  --config FILE          the configuration that is deployed, whose holidays the clocks leave out; portiere.config.ts if absent
${helpOn(inSomebodysName, 25)}`;

const options = {
  text: { type: 'string' },
  answer: { type: 'string' },
  severity: { type: 'string' },
  owner: { type: 'string' },
  'duplicate-of': { type: 'string' },
  site: { type: 'string' },
  config: { type: 'string' },
  ...inSomebodysName,
} as const;

type Name = keyof typeof options;

export interface Options {
  readonly isLocal: boolean;
  readonly json: boolean;
  readonly author: string;
  readonly site: string | undefined;
  readonly config: string | undefined;
  readonly values: Parsed<typeof options>['values'];
  /** The words behind the command, as many as it takes. */
  readonly words: readonly string[];
}

const always = ['config', ...Object.keys(inSomebodysName)];

/**
 * @param takes what this command knows beside what all of them do
 * @param words what must stand behind it, by name
 * @returns undefined when only help is asked for
 * @throws OperatorError naming what is wrong
 */
export function readOptions(
  parameters: readonly string[],
  command: string,
  takes: readonly Name[],
  words: readonly string[],
): Options | undefined {
  const { values, positionals } = readArguments(parameters, options, 'report list', true);
  if (values.help) return undefined;
  const stray = (Object.keys(values) as Name[]).find((name) => !always.includes(name) && !takes.includes(name));
  if (stray !== undefined) throw new OperatorError(`report ${command} takes no --${stray} (report list --help tells the options).`);
  if (positionals.length !== words.length) {
    throw new OperatorError(`Say report ${[command, ...words].join(' ')} (report list --help tells the options).`);
  }
  const { site } = values;
  if (site !== undefined && !(URL.canParse(site) && new URL(site).origin === site && site.startsWith('https://'))) {
    throw new OperatorError('--site must be the origin of the site, as in https://id.example.com.');
  }
  return {
    isLocal: values.local ?? false,
    json: values.json ?? false,
    author: readAuthor(values.author),
    site,
    config: values.config,
    values,
    words: positionals,
  };
}

const optionOf: Readonly<Record<string, string>> = { duplicateOf: '--duplicate-of', state: 'STATE' };

export function optionNamed(path: string): string {
  return optionOf[path] ?? `--${path}`;
}

/** What the API's own schema makes of it. @throws OperatorError naming the first option that it refuses */
export function accept(input: Readonly<Record<string, unknown>>): UpdateReport {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = z.safeParse(updateReportBody, given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const what = issue?.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue?.message;
  throw new OperatorError(`${optionNamed(issue?.path.join('.') ?? '')} ${what}.`);
}
