/** How commands read their options, and what all of them take. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { OperatorError } from './command.ts';

/** Of every command. */
export const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
/** Of those about a deployment, which may be the local one. */
export const onDeployment = { local: { type: 'boolean' }, ...common } as const;
/** Of those that do something in somebody's name. */
export const inSomebodysName = { author: { type: 'string' }, ...onDeployment } as const;

const sentences = {
  author: ['--author NAME', 'who does it; the name of your account on this machine if absent'],
  local: ['--local', 'on the local system, found by CONSOLE_PORT'],
  json: ['--json', 'for machines: one object'],
  help: ['--help', 'this'],
} as const;

/**
 * The lines of a help about these options.
 *
 * @param column where their explanations begin
 */
export function helpOn(options: typeof common, column: number): string {
  const named = Object.entries(sentences).filter(([name]) => name in options);
  return named.map(([, [option, sentence]]) => `  ${option.padEnd(column - 2)}${sentence}`).join('\n');
}

export type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * `parseArgs` for operators. Ids are base64url, so that one in 64 begins as an option does: they may stand anywhere.
 *
 * @param command as people write it, whose `--help` tells the options: `audit list`
 * @param takesPositionals whether words that are no options mean something
 * @throws OperatorError saying what is wrong
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  parameters: readonly string[],
  options: Options,
  command: string,
  takesPositionals = false,
): Parsed<Options> {
  const args = parameters.map((argument) => (idBehindDash.test(argument) ? mark + argument : argument));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: takesPositionals });
    return { values: unmarked(values), positionals: unmarked(positionals) } as Parsed<Options>;
  } catch (error) {
    // Node's message says what is wrong in its first sentence, and how to quote in the others.
    const [sentence = ''] = (error as Error).message.replaceAll(mark, '').split(/\.\s|\n/);
    throw new OperatorError(`${sentence.replace(/\.$/, '')} (${command} --help tells the options).`);
  }
}

/** 22 characters, which no option has. */
const idBehindDash = /^-[\w-]{21}$/;
/** No argument of a process can hold it. */
const mark = '\0';

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? value.slice(mark.length) : value;
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unmarked(one)]));
}
