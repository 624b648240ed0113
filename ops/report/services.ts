/** Operators read and write where the function does, by the same rules and with their own right to the key: it works while that is down. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { normaliseEmail } from '../../contract/email-address.ts';
import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import { scoreCvss } from '../../lambda/adapters/cvss-score.ts';
import { DynamoEventLog } from '../../lambda/adapters/dynamo-event-log.ts';
import { DynamoTriageStore } from '../../lambda/adapters/dynamo-triage-store.ts';
import { KmsReportVault } from '../../lambda/adapters/kms-report-vault.ts';
import { SqsMailQueue } from '../../lambda/adapters/sqs-mail-queue.ts';
import type { UpdateRefusal } from '../../lambda/domain/disclosure/decide-update.ts';
import type { Handler, TriageServices } from '../../lambda/domain/disclosure/triage.ts';
import { openAccess } from '../access.ts';
import { OperatorError } from '../command.ts';
import { localClockAhead } from '../incident/services.ts';
import { readHolidays } from './holidays.ts';
import { type Options, optionNamed } from './options.ts';

export type OpenServices = (options: Pick<Options, 'isLocal' | 'site' | 'config'>) => Promise<TriageServices>;

export const openServices: OpenServices = async ({ isLocal, site, config }) => {
  const holidays = await readHolidays(config ?? (isLocal ? 'local/portiere.config.ts' : 'portiere.config.ts'));
  const access = await openAccess(isLocal);
  const ahead = isLocal ? await localClockAhead() : 0;
  const queue = site === undefined ? undefined : await access.queue('PortiereApi', 'MailQueue');
  return {
    clock: { now: () => Date.now() + ahead, pause: (milliseconds) => pause(milliseconds) },
    random: { bytes: (length) => randomBytes(length) },
    store: new DynamoTriageStore(access.documents, await access.table('PortiereData', 'VulnerabilityReportsTable')),
    vault: new KmsReportVault(undefined, access.kms),
    events: new DynamoEventLog(access.documents, await access.table('PortiereData', 'EventsTable')),
    mail: queue === undefined ? { send: async () => undefined } : new SqsMailQueue(queue, access.sqs),
    // Operators have the account's own rights: whom they name is theirs to know.
    isStaff: (email) => normaliseEmail(email) === email,
    calendar: { timeZone: vulnerabilityReports.timeZone, holidays },
    scoreCvss,
  };
};

export function handlerOf({ author, site }: Pick<Options, 'author' | 'site'>): Handler {
  const requestId = randomUUID();
  return { actor: author, name: author, address: '', userAgent: '', requestId, ...(site !== undefined && { siteOrigin: site }) };
}

export function refusalError(refusal: UpdateRefusal, id: string): OperatorError {
  if (refusal.kind === 'not_found') return new OperatorError(`There is no report ${JSON.stringify(id)}: report list shows what there is.`);
  if (refusal.kind === 'conflict') return new OperatorError(`${refusal.detail}.`);
  const [error] = refusal.errors;
  return new OperatorError(`${optionNamed(error?.path ?? '')} ${error?.message}.`);
}
