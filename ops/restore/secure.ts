/** `restore secure`: before a copy of the accounts is used, everything in it ends that must not live twice. */
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '../../lambda/adapters/document-client.ts';
import { openAccess } from '../access.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { readSecureOptions, secureHelp } from './options.ts';
import { type AccountReplays, countReplays, endReplays, isUndone } from './replays.ts';
import { scan } from './scan.ts';

export const secureCommand: Command = {
  async run(parameters, output) {
    const options = readSecureOptions(parameters);
    if (options === undefined) return output.print(secureHelp);
    const access = await openAccess(options.isLocal);
    const inUse = await Promise.all(['AccountsTable', 'TokensTable'].map((id) => access.table('PortiereData', id).catch(() => undefined)));
    const named = [options.accounts, options.tokens].find((name) => name !== undefined && inUse.includes(name));
    if (named !== undefined && !options.isInUse) {
      throw new OperatorError(
        `${named} is the table in use: this would sign everybody out. Name the copy, or add --in-use if the copy has taken its place.`,
      );
    }
    const events = await access.table('PortiereData', 'EventsTable').catch(() => undefined);
    const report = await secure(access.documents, { ...options, ...(events === undefined ? {} : { events }) }, Date.now());
    if (options.json) output.print(JSON.stringify(report));
    else describe(report, options.isApplied, output);
  },
};

export interface SecureRequest {
  /** Names of copies. */
  readonly accounts?: string;
  readonly tokens?: string;
  /** Of the table in use, which no copy replaces: what happened since stands there. */
  readonly events?: string;
  /** The moment of the copy, milliseconds. */
  readonly since?: number;
  /** Otherwise only counted. */
  readonly isApplied: boolean;
}

export interface SecureReport extends AccountReplays {
  readonly accounts: number;
  readonly links: number;
  /** Accounts about which something was decided since the copy, with what. */
  readonly undone: Readonly<Record<string, readonly string[]>>;
}

export async function secure(client: DynamoDBDocumentClient, request: SecureRequest, now: number): Promise<SecureReport> {
  const totals = { accounts: 0, links: 0, sessions: 0, challenges: 0, rememberedDevices: 0, recoveryCodes: 0, underWay: 0 };
  if (request.accounts !== undefined) {
    for await (const account of scan(client, request.accounts)) {
      totals.accounts += 1;
      for (const [what, count] of Object.entries(countReplays(account))) totals[what as keyof AccountReplays] += count;
      if (!request.isApplied) continue;
      const Key = { accountId: account.accountId };
      await client.send(new UpdateCommand({ TableName: request.accounts, Key, ...endReplays(account, now) }));
    }
  }
  if (request.tokens !== undefined) {
    for await (const { tokenHash } of scan(client, request.tokens)) {
      totals.links += 1;
      if (request.isApplied) await client.send(new DeleteCommand({ TableName: request.tokens, Key: { tokenHash } }));
    }
  }
  const undone: Record<string, string[]> = {};
  if (request.events !== undefined && request.since !== undefined) {
    for await (const event of scan(client, request.events)) {
      if (!isUndone(event, request.since)) continue;
      const subject = String(event.subject);
      undone[subject] = [...(undone[subject] ?? []), String(event.type)];
    }
  }
  return { ...totals, undone };
}

function describe(report: SecureReport, isApplied: boolean, output: Output): void {
  const { accounts, links, sessions, challenges, rememberedDevices, recoveryCodes, underWay, undone } = report;
  const verb = isApplied ? 'ended' : 'would end';
  output.print(
    `${accounts} accounts: ${verb} ${sessions} sessions, ${challenges} half-finished sign-ins, ${rememberedDevices} remembered browsers,`,
  );
  output.print(
    `${recoveryCodes} recovery codes and ${underWay} changes under way; ${links} links ${isApplied ? 'deleted' : 'would be deleted'}`,
  );
  for (const [account, types] of Object.entries(undone)) output.print(`decide again about ${account}: ${types.join(', ')}`);
  if (!isApplied) output.print('nothing was written: add --apply');
}
