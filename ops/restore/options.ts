/** What `restore check` and `restore secure` are asked, from their options. */
import { type TableId, tables } from '../../contract/tables.ts';
import { OperatorError } from '../command.ts';
import { common, helpOn, onDeployment, readArguments } from '../parse-options.ts';

export const secureHelp = `npm run ops -- restore secure --accounts COPY --tokens COPY [--since INSTANT] [--apply]

Ends in copies of these tables what must not live twice, before they are used: sessions, sign-ins half way, remembered browsers,
recovery codes, links of mails, changes under way. Without --apply it only counts.

  --accounts COPY   name of the table that the accounts were restored to
  --tokens COPY     the same of the tokens
  --since INSTANT   the moment of the copy, e.g. 2026-11-28T02:00:00Z: names the accounts about which something was decided since,
                    out of the events, which no copy replaces
  --apply           writes
  --in-use          the copy has taken the place of the table in use
${helpOn(onDeployment, 20)}

docs/restore.md says the rest.`;

export const checkHelp = `npm run ops -- restore check --table ID --restored NAME

Says what DynamoDB did not bring back with a restored table (recovery, protection, expiry, tags, key), and the commands that
mend it.

  --table ID        ${Object.keys(tables).join(', ')}
  --restored NAME   the table that it was restored to
${helpOn(common, 20)}`;

export interface SecureOptions {
  readonly accounts?: string;
  readonly tokens?: string;
  readonly since?: number;
  readonly isApplied: boolean;
  readonly isInUse: boolean;
  readonly isLocal: boolean;
  readonly json: boolean;
}

export interface CheckOptions {
  readonly table: TableId;
  readonly restored: string;
  readonly json: boolean;
}

const secureOptions = {
  accounts: { type: 'string' },
  tokens: { type: 'string' },
  since: { type: 'string' },
  apply: { type: 'boolean' },
  'in-use': { type: 'boolean' },
  ...onDeployment,
} as const;
const checkOptions = { table: { type: 'string' }, restored: { type: 'string' }, ...common } as const;

/** @returns undefined when only help is asked for @throws OperatorError naming the option that is wrong */
export function readSecureOptions(parameters: readonly string[]): SecureOptions | undefined {
  const { values } = readArguments(parameters, secureOptions, 'restore secure');
  const { accounts, tokens, since, help, apply = false, local = false, json = false } = values;
  if (help) return undefined;
  if (accounts === undefined && tokens === undefined)
    throw new OperatorError('Name the copies: --accounts and --tokens (restore secure --help tells the options).');
  const moment = since === undefined ? undefined : Date.parse(since);
  if (moment !== undefined && !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(since ?? '')) {
    throw new OperatorError(`--since is ${JSON.stringify(since)}: give an instant with its offset, as in 2026-11-28T02:00:00Z.`);
  }
  return {
    ...(accounts === undefined ? {} : { accounts }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(moment === undefined ? {} : { since: moment }),
    isApplied: apply,
    isInUse: values['in-use'] ?? false,
    isLocal: local,
    json,
  };
}

/** @returns undefined when only help is asked for @throws OperatorError naming the option that is wrong */
export function readCheckOptions(parameters: readonly string[]): CheckOptions | undefined {
  const { values } = readArguments(parameters, checkOptions, 'restore check');
  const { table, restored, help, json = false } = values;
  if (help) return undefined;
  if (table === undefined || !Object.hasOwn(tables, table))
    throw new OperatorError(`--table is ${JSON.stringify(table)}: the tables are ${Object.keys(tables).join(', ')}.`);
  if (restored === undefined) throw new OperatorError('Say by --restored what the table was restored to.');
  return { table: table as TableId, restored, json };
}
