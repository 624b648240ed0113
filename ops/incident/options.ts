/** What the commands about incidents are asked, from their options. */
import * as z from 'zod/mini';
import { componentIds } from '../../contract/components.ts';
import { componentStatuses, impacts } from '../../contract/incidents.ts';
import { readAuthor } from '../author.ts';
import { OperatorError } from '../command.ts';
import { helpOn, inSomebodysName, type Parsed, readArguments } from '../parse-options.ts';

export const help = `npm run ops -- incident list
npm run ops -- incident open --name TEXT --body TEXT --component ID=STATUS ... [--status STATUS] [--impact IMPACT] [--since INSTANT]
npm run ops -- incident update ID --body TEXT [--status STATUS] [--component ID=STATUS ...] [--impact IMPACT]
npm run ops -- incident resolve ID --body TEXT
npm run ops -- incident maintenance schedule --name TEXT --body TEXT --component ID ... --from INSTANT --until INSTANT
npm run ops -- incident maintenance update ID --body TEXT [--status STATUS] [--from INSTANT] [--until INSTANT]
npm run ops -- incident maintenance cancel ID [--body TEXT]

  --name, --body         in English, and with -it behind in Italian: --body-it TEXT. One language stands in for the other
  --component ID=STATUS  ${componentIds.join(', ')} = ${componentStatuses.slice(0, 4).join(', ')}
  --status STATUS        of incidents: investigating, identified, monitoring, resolved, postmortem;
                         of maintenance: in_progress, verifying, completed
  --impact IMPACT        ${impacts.join(', ')}; what follows from the components if absent
  --from, --until        instants in UTC, as in 2026-03-01T22:00:00Z
${helpOn(inSomebodysName, 25)}`;

const texts = { name: { type: 'string' }, 'name-it': { type: 'string' }, body: { type: 'string' }, 'body-it': { type: 'string' } } as const;
const options = {
  ...texts,
  component: { type: 'string', multiple: true },
  status: { type: 'string' },
  impact: { type: 'string' },
  since: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  ...inSomebodysName,
} as const;

type Name = keyof typeof options;
type Values = Parsed<typeof options>['values'];

export interface Options {
  readonly isLocal: boolean;
  readonly json: boolean;
  readonly author: string;
  readonly values: Values;
  /** Where the command asks for one. */
  readonly id: string;
}

const always = Object.keys(inSomebodysName);

/**
 * @param takes what this command knows beside what all of them do
 * @returns undefined when only help is asked for
 * @throws OperatorError naming what is wrong
 */
export function readOptions(parameters: readonly string[], command: string, takes: readonly Name[], needsId: boolean): Options | undefined {
  const { values, positionals } = readArguments(parameters, options, 'incident list', true);
  if (values.help) return undefined;
  const stray = (Object.keys(values) as Name[]).find((name) => !always.includes(name) && !takes.includes(name));
  if (stray !== undefined) throw new OperatorError(`incident ${command} takes no --${stray} (incident list --help tells the options).`);
  const [id = '', ...more] = positionals;
  if (needsId && (id === '' || more.length > 0))
    throw new OperatorError(`Say which one: incident ${command} ID, as incident list shows it.`);
  if (!needsId && positionals.length > 0) throw new OperatorError(`incident ${command} takes no ${JSON.stringify(positionals[0])}.`);
  return {
    isLocal: values.local ?? false,
    json: values.json ?? false,
    author: readAuthor(values.author),
    values,
    id,
  };
}

/** What was written, in the shape of the API; undefined where nothing was. */
export function writtenText(values: Values, name: 'name' | 'body'): { en?: string; it?: string } | undefined {
  const [en, it] = [values[name], values[`${name}-it`]];
  if (en === undefined && it === undefined) return undefined;
  return { ...(en !== undefined && { en }), ...(it !== undefined && { it }) };
}

export function affectedComponents(values: Values): { component: string; status: string }[] | undefined {
  return values.component?.map((text) => {
    const [component = '', status = ''] = text.split('=');
    return { component, status };
  });
}

/** Options by the field of the API that they fill, for the sentence about what is wrong. */
const optionOf: Readonly<Record<string, string>> = {
  components: 'component',
  scheduledFor: 'from',
  scheduledUntil: 'until',
  startedAt: 'since',
};

export function optionNamed(path: string): string {
  const [field = ''] = path.split('.');
  return `--${optionOf[field] ?? field}`;
}

/** What the API's own schema makes of it. @throws OperatorError naming the first option that it refuses */
export function accept<Schema extends z.core.$ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new OperatorError(`${optionNamed(path)} ${sentenceOf(issue)}.`);
}

function sentenceOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'is wrong';
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return 'is missing';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return 'must be an instant in UTC, as in 2026-03-01T22:00:00Z';
  return issue.message;
}
