/** `evidence list` and `evidence check`: the register of attestations, as the configuration has it (docs/security-page.md). */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { attestationPolicy } from '../../contract/attestations.ts';
import { ConfigurationError, parseConfig } from '../../lib/config.ts';
import { describeRegister, type RegisterEntry } from '../../lib/security-page/register.ts';
import { type Command, OperatorError } from '../command.ts';
import { common, readArguments } from '../parse-options.ts';

const help = (name: 'list' | 'check') => `npm run ops -- evidence ${name} [options]

${
  name === 'list'
    ? 'Lists the register of attestations: subject, promise, state, who signed, on which day, until which day.'
    : 'Ends with code 2 where something that a promise waits for is missing, has ended, or is written wrongly, and says what to do.'
}

  --config FILE         the configuration; portiere.config.ts if absent
  --json                for machines: one object
  --help                this`;

/** What to do about a state that is not good. */
const mends: Partial<Record<RegisterEntry['state'], string>> = {
  missing: 'have it signed, and put an entry into `evidence` of the configuration',
  lapsed: 'have it signed anew, put the new entry into `evidence` of the configuration, and deploy',
  ahead: 'it counts from its day on; until then its promise is open',
};

export const listCommand: Command = {
  async run(parameters, output) {
    const options = readOptions('list', parameters);
    if (options === undefined) return output.print(help('list'));
    const entries = describeRegister(await readRegister(options.config), new Date());
    if (options.json) return output.print(JSON.stringify({ entries }));
    for (const entry of entries) output.print(describe(entry));
  },
};

export const checkCommand: Command = {
  async run(parameters, output) {
    const options = readOptions('check', parameters);
    if (options === undefined) return output.print(help('check'));
    const entries = describeRegister(await readRegister(options.config), new Date());
    const faults = entries.filter(({ state }) => state === 'missing' || state === 'lapsed');
    const ending = entries.filter(({ state }) => state === 'ending');
    if (options.json) output.print(JSON.stringify({ good: faults.length === 0, faults, ending }));
    else for (const entry of [...faults, ...ending]) output.print(describe(entry));
    if (faults.length > 0) {
      const named = faults.map(
        ({ subject, state, promise }) => `${subject} ${state === 'missing' ? 'is missing' : 'has ended'} (${promise})`,
      );
      throw new OperatorError(`${named.join(', ')}: have it signed, and put an entry into evidence of ${options.config}.`);
    }
    if (!options.json) output.print(`Everything that must be signed is, for ${shortest(entries)} days more at least.`);
  },
};

const shortest = (entries: readonly RegisterEntry[]) =>
  Math.min(...entries.flatMap(({ state, daysLeft }) => (state === 'counts' || state === 'ending' ? [daysLeft ?? 0] : [])));

function describe({ subject, promise, state, says, attestedBy, attestedOn, expiresOn, daysLeft = 0 }: RegisterEntry): string {
  const words =
    state === 'ending'
      ? `ends in ${daysLeft} days: have it signed anew (a ticket rings from ${attestationPolicy.remindDays} days on)`
      : mends[state];
  const signed = attestedBy === undefined ? '' : `  ${attestedOn} to ${expiresOn}, by ${attestedBy}`;
  return `${subject.padEnd(22)} ${promise}  ${state.padEnd(8)}${signed}  ${says}${words === undefined ? '' : `\n  ${words}`}`;
}

const options = { config: { type: 'string', default: 'portiere.config.ts' }, ...common } as const;

function readOptions(name: 'list' | 'check', parameters: readonly string[]) {
  const { values } = readArguments(parameters, options, `evidence ${name}`);
  return values.help ? undefined : values;
}

/** @throws OperatorError where the configuration is missing, can't be loaded, or is refused */
async function readRegister(config: string) {
  const file = path.resolve(config);
  if (!existsSync(file)) throw new OperatorError(`There is no configuration ${config}: name it by --config FILE.`);
  const { default: input } = (await import(pathToFileURL(file).href).catch((error: Error) => {
    throw new OperatorError(`${config} can't be loaded: ${error.message}`);
  })) as { default?: unknown };
  try {
    return parseConfig(input, config).evidence;
  } catch (error) {
    if (error instanceof ConfigurationError) throw new OperatorError(error.message);
    throw error;
  }
}
