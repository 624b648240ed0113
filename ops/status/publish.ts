/**
 * `status publish`: for when nothing else publishes. Of ours it needs the bucket of the page; incidents are read if the store answers,
 * and left as they were published last if it doesn't.
 */
import { randomBytes } from 'node:crypto';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type StatusSnapshot, statusSnapshot } from '../../contract/status.ts';
import { DynamoIncidentReader } from '../../lambda/adapters/dynamo-incident-store.ts';
import { restated, state, withHandwritten } from '../../lambda/domain/status/by-hand.ts';
import { writeChanged } from '../../lambda/domain/status/publish.ts';
import { askConsole, openAccess } from '../access.ts';
import { type Command, OperatorError, type Output } from '../command.ts';
import { openStatusFiles } from './files.ts';
import { help, readStatusOptions, type StatusOptions } from './options.ts';
import { print } from './show.ts';

const attempts = 5;
const eventsRead = 100;
const historyMilliseconds = securityPolicy.status.historyDays * 24 * 3600 * 1000;

export const publishCommand: Command = {
  async run(parameters, output) {
    const options = readStatusOptions(parameters);
    if (options === undefined) return output.print(help);
    const files = await openStatusFiles(options.isLocal);
    for (let tries = 0; tries < attempts; tries++) {
      const { snapshot: last, version } = await files.readSnapshot();
      if (last === undefined) {
        throw new OperatorError(
          'Nothing has been published yet, so that this does not know the page: the function does the first publication.',
        );
      }
      const now = await presentOf(options.isLocal);
      const next = say(await refresh(last, options, now, output), options, now);
      if (await writeChanged(files, next, version, new Map())) {
        if (options.json) output.print(JSON.stringify(next));
        else print(next, output);
        return;
      }
    }
    throw new OperatorError('Somebody else publishes all the time: try again in a minute.');
  },
};

/** Incidents as they are stored now, if they can be read. */
async function refresh(last: StatusSnapshot, { isLocal }: StatusOptions, now: number, output: Output): Promise<StatusSnapshot> {
  try {
    const access = await openAccess(isLocal);
    const reader = new DynamoIncidentReader(access.documents, await access.table('PortiereData', 'IncidentsTable'));
    const since = now - historyMilliseconds;
    const [incidents, maintenances] = await Promise.all([
      reader.readIncidents(since, eventsRead),
      reader.readMaintenances(since, eventsRead),
    ]);
    return { ...last, incidents: withHandwritten(incidents, last, now), maintenances };
  } catch (error) {
    const reason = error instanceof OperatorError ? error.message : 'the store does not answer';
    output.note(`incidents stay as they were published last: ${reason}`);
    return last;
  }
}

/** @throws OperatorError when the text can't be shown, or there is no such incident */
function say(snapshot: StatusSnapshot, { said }: StatusOptions, now: number): StatusSnapshot {
  const next =
    said === undefined ? restated(snapshot, new Date(now).toISOString()) : state(snapshot, said, now, randomBytes(6).toString('hex'));
  if (next === undefined)
    throw new OperatorError(`There is no open incident ${said?.incidentId} that was opened by this command (status show names them).`);
  const checked = statusSnapshot.safeParse(next);
  if (!checked.success) throw new OperatorError(`This can't be published: ${checked.error.issues[0]?.message ?? 'it is malformed'}.`);
  return checked.data;
}

/** The local system's clock may be ahead of this machine's: drills move it. */
async function presentOf(isLocal: boolean): Promise<number> {
  if (!isLocal) return Date.now();
  return Date.parse((await askConsole<{ now: string }>('/api/clock')).now);
}
