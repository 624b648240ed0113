/** `parseArgs` for commands that take ids: those are base64url, so that one in 64 begins as an option does. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** 22 characters, which no option has. */
const idBehindDash = /^-[\w-]{21}$/;
/** No argument of a process can hold it. */
const mark = '\0';

export function parseOptions<Config extends ParseArgsConfig & { readonly args: readonly string[] }>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const args = config.args.map((argument) => (idBehindDash.test(argument) ? mark + argument : argument));
  const { values, positionals } = parseArgs({ ...config, args });
  return { values: unmarked(values), positionals: unmarked(positionals) } as ReturnType<typeof parseArgs<Config>>;
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? value.slice(mark.length) : value;
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unmarked(one)]));
}
