/** From counts to minutes, and from minutes to stored days. */
import { type ComponentId, componentIds } from '../../../contract/components.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { canaryMetrics, type SloDefinition, sliMetrics, slos } from '../../../contract/slo.ts';
import { dateOf, minuteOf } from './days.ts';
import { decideMinute, emptyDay, type MinuteState, readMinute, writeMinutes } from './minutes.ts';
import type { CountQuery, CountsByMinute, MinuteStore, StatusPorts, StoredDay } from './ports.ts';

const minuteMilliseconds = 60_000;
/** Two publications at once: whoever comes second reads again. */
const writeAttempts = 4;

/** Verdicts by the beginning of their minute, in milliseconds. */
export type Verdicts = ReadonlyMap<number, MinuteState>;

/** An objective of every request says nothing of one component. */
const objectives = (Object.entries(slos) as [string, SloDefinition][]).filter(([, { routes }]) => routes !== undefined);

/**
 * Asks for the counts of a stretch of time and decides each of its minutes.
 *
 * @param now minutes that are not over yet are left for later
 */
export async function measure({ counts }: Pick<StatusPorts, 'counts'>, from: number, now: number): Promise<Record<ComponentId, Verdicts>> {
  const until = now - (now % minuteMilliseconds);
  const queries: CountQuery[] = [];
  const ask = (metric: string, dimension: string, value: string) => queries.push({ metric, dimension, value }) - 1;
  const places = componentIds.map((id) => ({
    id,
    canary: [ask(canaryMetrics.runs, 'Component', id), ask(canaryMetrics.failed, 'Component', id)] as const,
    requests: objectives
      .filter(([, { component }]) => component === id)
      .map(
        ([slo]) => [ask(sliMetrics.requests, 'Slo', slo), ask(sliMetrics.failed, 'Slo', slo), ask(sliMetrics.slow, 'Slo', slo)] as const,
      ),
  }));
  const answers = await counts.read(queries, from, until);
  const at = (place: number, minute: number) => (answers[place] as CountsByMinute).get(minute) ?? 0;
  const minutes = Array.from({ length: Math.max(0, (until - from) / minuteMilliseconds) }, (_, index) => from + index * minuteMilliseconds);
  return Object.fromEntries(
    places.map(({ id, canary: [runs, failed], requests }) => [
      id,
      new Map(
        minutes.map((minute) => [
          minute,
          decideMinute({
            canary: { runs: at(runs, minute), failed: at(failed, minute) },
            requests: requests.map(([all, bad, slow]) => ({ requests: at(all, minute), failed: at(bad, minute), slow: at(slow, minute) })),
          }),
        ]),
      ),
    ]),
  ) as unknown as Record<ComponentId, Verdicts>;
}

/** Where to begin: far enough back for late data, and for what was missed since the last publication. */
export function measureFrom(now: number, lastMeasuredAt: number | undefined): number {
  const { lateMinutes, catchUpMinutes } = securityPolicy.status;
  const earliest = now - catchUpMinutes * minuteMilliseconds;
  const usual = now - lateMinutes * minuteMilliseconds;
  const wanted = Math.max(earliest, Math.min(usual, lastMeasuredAt ?? earliest));
  return wanted - (wanted % minuteMilliseconds);
}

/**
 * Puts verdicts into the stored days of one component. Only what they change is written.
 *
 * @returns every day since `firstDate`, as it stands then
 * @throws when the store fails, or others write all the time
 */
export async function recordVerdicts(
  store: MinuteStore,
  component: ComponentId,
  verdicts: Verdicts,
  firstDate: string,
): Promise<readonly StoredDay[]> {
  for (let attempt = 0; attempt < writeAttempts; attempt++) {
    const stored = await store.readSince(component, firstDate);
    const days = new Map(stored.map((day) => [day.date, day]));
    const changed = changeDays(days, verdicts);
    const written = await Promise.all(changed.map((day) => store.write(component, day)));
    if (written.every((success) => success)) {
      for (const day of changed) days.set(day.date, day);
      return [...days.values()].sort((left, right) => (left.date < right.date ? -1 : 1));
    }
  }
  throw new Error('the minutes are being written by too many publications at once');
}

function changeDays(days: ReadonlyMap<string, StoredDay>, verdicts: Verdicts): StoredDay[] {
  const byDate = new Map<string, Map<number, MinuteState>>();
  for (const [minute, state] of verdicts) {
    const date = dateOf(minute);
    byDate.set(date, (byDate.get(date) ?? new Map()).set(minuteOf(minute), state));
  }
  return [...byDate].flatMap(([date, minutes]) => {
    const known = days.get(date);
    const log = writeMinutes(known?.log ?? emptyDay, minutes);
    if (log === (known?.log ?? emptyDay)) return [];
    return [{ date, log, version: (known?.version ?? 0) + 1 }];
  });
}

/** The last minutes of a component, oldest first, as they are stored: with what came late, and what an earlier run saw. */
export function recentMinutes(days: readonly StoredDay[], verdicts: Verdicts, now: number): MinuteState[] {
  const { recent, settleMinutes } = securityPolicy.status;
  const logs = new Map(days.map(({ date, log }) => [date, log]));
  return Array.from({ length: recent.minutes + settleMinutes }, (_, index) => {
    const minute = now - (now % minuteMilliseconds) - (recent.minutes + settleMinutes - index) * minuteMilliseconds;
    const stored = readMinute(logs.get(dateOf(minute)) ?? emptyDay, minuteOf(minute));
    return stored === 'none' ? (verdicts.get(minute) ?? 'none') : stored;
  });
}
