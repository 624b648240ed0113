/** What a command is, so that each lives in a folder of its own and main.ts only knows their names. */

export interface Command {
  /** @throws OperatorError for whatever the operator can put right; anything else is a fault of ours */
  run(parameters: readonly string[], output: Output): Promise<void>;
}

export interface Output {
  /** A line of the answer. */
  print(line: string): void;
  /** A line about the way there, apart from the answer. */
  note(line: string): void;
}

/** One sentence for the operator; the process ends with code 2. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

export interface Member {
  /** A line of the help. */
  readonly summary: string;
  /** Imported when it is called, so that no command waits for the libraries of another. */
  readonly load: () => Promise<Command>;
}

const helpWords = new Set(['--help', '-h', 'help']);

/**
 * A command of several: the first word says which. Options in front of that word are handed on.
 *
 * @param usage what comes before the word: `npm run ops -- waf`
 */
export function groupCommands(usage: string, members: Readonly<Record<string, Member>>): Command {
  return {
    async run(parameters, output) {
      const at = parameters.findIndex((parameter) => !parameter.startsWith('-'));
      const name = parameters[at];
      if (name === undefined ? parameters.some((parameter) => helpWords.has(parameter)) : helpWords.has(name)) {
        for (const line of describe(usage, members)) output.print(line);
        return;
      }
      const known = `the commands are ${Object.keys(members).join(', ')}`;
      if (name === undefined) throw new OperatorError(`Say which command: ${known} (--help tells more).`);
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) throw new OperatorError(`There is no command ${JSON.stringify(name)}: ${known}.`);
      const command = await member.load();
      await command.run([...parameters.slice(at + 1), ...parameters.slice(0, at)], output);
    },
  };
}

function describe(usage: string, members: Readonly<Record<string, Member>>): string[] {
  const width = Math.max(...Object.keys(members).map((name) => name.length));
  return [
    `${usage} COMMAND`,
    '',
    ...Object.entries(members).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '--help behind a command tells its options.',
  ];
}
