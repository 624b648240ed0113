/** What the commands of `audit` are asked, from their options. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { OperatorError } from '../command.ts';
import { helpOn, onDeployment, readArguments } from '../parse-options.ts';

const { listedEvents, listedMonths } = securityPolicy.auditTrail;

export const help = `npm run ops -- audit list [--actor ID] [--target ID] [--act TYPE] [--limit N]
npm run ops -- audit tail
npm run ops -- audit export [--out FILE] [--from-block N]
npm run ops -- audit verify FILE --key FILE [--checkpoint FILE]
npm run ops -- audit key
npm run ops -- audit checkpoint

list         what staff and operators did, newest first
tail         how far the trail is sealed and signed
export       the trail with its events, up to the last checkpoint, a JSON document a line
verify       proves an export, or the history that a person has exported, offline: it asks nobody
key          the public key of checkpoints, from KMS
checkpoint   the last signed checkpoint: keep it somewhere else, and no later export can leave out what it covers

  --actor ID         only what this person did: an account id, or an operator's name
  --target ID        only what was done to this account, incident or network
  --act TYPE         only this, as in account.disabled
  --limit N          ${listedEvents} if absent; ${listedMonths} months back at most
  --out FILE         standard output if absent
  --from-block N     1 if absent: the whole trail
  --key FILE         public keys that you trust, in PEM, as \`audit key\` prints them
  --checkpoint FILE  a checkpoint from earlier or elsewhere, as in the archive bucket: the file must reach it
${helpOn(onDeployment, 21)}`;

const options = {
  actor: { type: 'string' },
  target: { type: 'string' },
  act: { type: 'string' },
  limit: { type: 'string' },
  out: { type: 'string' },
  'from-block': { type: 'string' },
  key: { type: 'string' },
  checkpoint: { type: 'string' },
  ...onDeployment,
} as const;

type OptionName = keyof typeof options;

export interface AuditOptions {
  readonly isLocal: boolean;
  readonly json: boolean;
  /** What was said of the options that the command takes. */
  readonly values: Partial<Record<OptionName, string | boolean>>;
  readonly file: string | undefined;
}

/**
 * @param takes names of options beside `local`, `json` and `help`; `FILE` for a file
 * @returns undefined when only help is asked for
 * @throws OperatorError naming the option that is wrong
 */
export function readOptions(
  parameters: readonly string[],
  command: string,
  takes: readonly (OptionName | 'FILE')[],
): AuditOptions | undefined {
  const { values, positionals } = readArguments(parameters, options, 'audit', true);
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  const stray = takes.includes('FILE') ? more[0] : file;
  if (stray !== undefined)
    throw new OperatorError(`audit ${command} can't do anything with ${JSON.stringify(stray)} (audit --help tells the options).`);
  const common: readonly string[] = ['local', 'json', 'help'];
  const unknown = Object.keys(values).find((name) => !common.includes(name) && !takes.includes(name as OptionName));
  if (unknown !== undefined) throw new OperatorError(`audit ${command} takes no --${unknown} (audit --help tells the options).`);
  return { isLocal: values.local ?? false, json: values.json ?? false, values, file };
}

/** @throws OperatorError when it is no whole number from 1 to `most` */
export function readNumber(text: string | boolean | undefined, name: string, most: number, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(String(text)) && number >= 1 && number <= most) return number;
  throw new OperatorError(`--${name} ${JSON.stringify(text)} is no number from 1 to ${most}.`);
}
