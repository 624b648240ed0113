/** What `ip block`, `ip unblock` and `ip list` are asked, from their options. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { type AddressBlock, parseAddressBlock } from '../../lambda/domain/blocklist/address-block.ts';
import { readAuthor } from '../author.ts';
import { OperatorError } from '../command.ts';
import { helpOn, inSomebodysName, readArguments } from '../parse-options.ts';

export interface ListOptions {
  readonly isLocal: boolean;
  readonly json: boolean;
}

export interface ChangeOptions extends ListOptions {
  readonly block: AddressBlock;
  readonly seconds: number;
  readonly reason: string;
  readonly author: string;
}

const { byHand, widestPrefixBits } = securityPolicy.blocklist;

export const help = `npm run ops -- ip block CIDR --reason TEXT [--for TIME]
npm run ops -- ip unblock CIDR --reason TEXT [--for TIME]
npm run ops -- ip list

block      refuses these addresses at the edge until the time is over
unblock    ends blocks by hand on them for good, and takes them off every list until the time is over
list       what is blocked by hand and by itself, and how old the copies of the feeds are

  --for TIME      30m, 12h, 7d; ${byHand.defaultSeconds / 3600}h if absent, ${byHand.maximumSeconds / 86_400}d at most
  --reason TEXT   why: it is kept with the block, and in the events of ip-block
${helpOn(inSomebodysName, 18)}`;

const options = {
  for: { type: 'string' },
  reason: { type: 'string' },
  ...inSomebodysName,
} as const;

/** @returns undefined when only help is asked for @throws OperatorError naming the option that is wrong */
export function readListOptions(parameters: readonly string[]): ListOptions | undefined {
  const { values, positionals } = readArguments(parameters, options, 'ip', true);
  if (values.help) return undefined;
  if (positionals.length > 0) throw new OperatorError(`ip list takes no ${JSON.stringify(positionals[0])}.`);
  return { isLocal: values.local ?? false, json: values.json ?? false };
}

/** @returns undefined when only help is asked for @throws OperatorError naming the option that is wrong */
export function readChangeOptions(parameters: readonly string[], kind: 'block' | 'unblock'): ChangeOptions | undefined {
  const { values, positionals } = readArguments(parameters, options, 'ip', true);
  if (values.help) return undefined;
  const [text, ...more] = positionals;
  if (text === undefined || more.length > 0) throw new OperatorError(`Say one address or CIDR block, as in ip ${kind} 203.0.113.0/24.`);
  const block = parseAddressBlock(text);
  if (block === undefined) throw new OperatorError(`${JSON.stringify(text)} is neither an address nor a CIDR block.`);
  if (kind === 'block' && block.prefixBits < widestPrefixBits[block.family]) {
    throw new OperatorError(`${block.cidr} is wider than /${widestPrefixBits[block.family]}: block the networks in it that matter.`);
  }
  const reason = values.reason?.trim() ?? '';
  if (reason === '' || reason.length > 200) throw new OperatorError('Say why, in 1 to 200 characters: --reason "scanner".');
  return {
    block,
    seconds: readSeconds(values.for),
    reason,
    author: readAuthor(values.author),
    isLocal: values.local ?? false,
    json: values.json ?? false,
  };
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

function readSeconds(text: string | undefined): number {
  if (text === undefined) return byHand.defaultSeconds;
  const [, count = '0', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (seconds > 0 && seconds <= byHand.maximumSeconds) return seconds;
  throw new OperatorError(`--for ${JSON.stringify(text)} is no time up to ${byHand.maximumSeconds / 86_400}d: write it as 30m, 12h or 7d.`);
}
