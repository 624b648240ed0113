/**
 * One publication: what people said, what was measured, put together and written.
 *
 * In an outage some of it can't be had. What can't be read stays as it was published last, the rest is new; only when nothing at all
 * can be read nothing is written, and the page grows old before everybody's eyes, as it should.
 */
import { type ComponentId, componentIds } from '../../../contract/components.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { StatusSnapshot } from '../../../contract/status.ts';
import { withHandwritten } from './by-hand.ts';
import { decideComponentStatus } from './component-status.ts';
import { dateOf, lastDays } from './days.ts';
import { measure, measureFrom, recentMinutes, recordVerdicts, type Verdicts } from './measure.ts';
import { countDay } from './minutes.ts';
import type { StatusFiles, StatusPorts, StoredDay } from './ports.ts';
import { renderFiles } from './render.ts';

/** Nobody reads more, and the page stays light. */
const eventsShown = 100;
const dayMilliseconds = 24 * 3600 * 1000;

/** What an earlier publication of this process wrote, to leave alone what is the same. Forgotten when somebody else has published since. */
export interface Memory {
  at?: string;
  readonly bodies: Map<string, string>;
}

/** A person and the clock may publish at once: whoever comes second begins again, with what the first has written. */
const attempts = 4;

/** @throws when nothing could be read, or the page could not be written */
export async function publish(ports: StatusPorts, memory: Memory): Promise<StatusSnapshot> {
  for (let tries = 0; tries < attempts; tries++) {
    const { snapshot: previous, version } = await ports.files.readSnapshot();
    const now = ports.clock.now();
    const [said, measured] = await Promise.all([
      attempt(ports, 'incidents', () => readSaid(ports, now)),
      attempt(ports, 'minutes', () => readMinutes(ports, previous, now)),
    ]);
    if (said === undefined && measured === undefined) throw new Error('neither incidents nor minutes could be read');
    const snapshot = compose(ports, previous, said, measured, now);
    if (memory.at === undefined || memory.at !== previous?.at) memory.bodies.clear();
    if (await writeChanged(ports.files, snapshot, version, memory.bodies)) {
      memory.at = snapshot.at;
      ports.journal.count('Status/Published');
      return snapshot;
    }
  }
  throw new Error('the status page is being published by too many at once');
}

interface Said {
  readonly incidents: StatusSnapshot['incidents'];
  readonly maintenances: StatusSnapshot['maintenances'];
}

interface Measured {
  readonly days: readonly StoredDay[];
  readonly verdicts: Verdicts;
}

async function readSaid({ incidents }: StatusPorts, now: number): Promise<Said> {
  const since = now - securityPolicy.status.historyDays * dayMilliseconds;
  const [told, planned] = await Promise.all([incidents.readIncidents(since, eventsShown), incidents.readMaintenances(since, eventsShown)]);
  return { incidents: [...told], maintenances: [...planned] };
}

/** Minutes that can't be stored are shown all the same: an outage of the store is an outage. */
async function readMinutes(ports: StatusPorts, previous: StatusSnapshot | undefined, now: number): Promise<Record<ComponentId, Measured>> {
  const verdicts = await measure(ports, measureFrom(now, previous && Date.parse(previous.at)), now);
  const isRecent = previous !== undefined && now - Date.parse(previous.at) < dayMilliseconds;
  const first = isRecent ? dateOf(now - dayMilliseconds) : (lastDays(now, securityPolicy.status.historyDays)[0] as string);
  const entries = await Promise.all(
    componentIds.map(async (id) => {
      const days = await attempt(ports, 'store', () => recordVerdicts(ports.minutes, id, verdicts[id], first));
      return [id, { verdicts: verdicts[id], days: days ?? [] }] as const;
    }),
  );
  return Object.fromEntries(entries) as Record<ComponentId, Measured>;
}

function compose(
  { place, productName }: StatusPorts,
  previous: StatusSnapshot | undefined,
  said: Said | undefined,
  measured: Record<ComponentId, Measured> | undefined,
  now: number,
): StatusSnapshot {
  const incidents = said === undefined ? (previous?.incidents ?? []) : withHandwritten(said.incidents, previous, now);
  const maintenances = said?.maintenances ?? previous?.maintenances ?? [];
  const oldest = lastDays(now, securityPolicy.status.historyDays)[0] as string;
  const at = new Date(now).toISOString();
  return {
    at,
    page: { id: 'portiere', name: productName, url: place.url, siteOrigin: place.siteOrigin },
    components: componentIds.map((id) => {
      const before = previous?.components.find((component) => component.id === id);
      const { days = [], verdicts = new Map() } = measured?.[id] ?? {};
      const fresh = new Map(days.map(({ date, log }) => [date, countDay(date, log)]));
      const kept = (before?.days ?? []).filter(({ date }) => !fresh.has(date));
      const status = decideComponentStatus(id, incidents, maintenances, recentMinutes(days, verdicts, now));
      return {
        id,
        status,
        since: before?.status === status ? before.since : at,
        days: [...kept, ...fresh.values()].filter(({ date }) => date >= oldest).sort((left, right) => (left.date < right.date ? -1 : 1)),
      };
    }),
    incidents,
    maintenances,
  };
}

/**
 * All at once; the document that the next publication starts from comes last, so that a torn one is made whole by the next.
 *
 * @param known bodies by key that need not be written again
 * @returns false when somebody else has published meanwhile
 */
export async function writeChanged(
  files: StatusFiles,
  snapshot: StatusSnapshot,
  version: string | undefined,
  known: Map<string, string>,
): Promise<boolean> {
  const changed = renderFiles(snapshot).filter(({ key, body }) => known.get(key) !== body);
  await Promise.all(
    changed.map(async (file) => {
      if (file.key !== 'snapshot.json') await files.write(file);
      known.set(file.key, file.body);
    }),
  );
  const document = changed.find(({ key }) => key === 'snapshot.json');
  return document === undefined || (await files.writeSnapshot(document, version));
}

async function attempt<T>({ journal }: StatusPorts, part: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    journal.note('ERROR', 'status.part_missing', { part, reason: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
