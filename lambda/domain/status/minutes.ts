/** What one minute of one component was, and the day that it stands in. Pure: the same data give the same minute, however late they come. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { DayFigures } from '../../../contract/status.ts';

const { minute: limits } = securityPolicy.status;

export type MinuteState = 'up' | 'degraded' | 'down' | 'none';

/** Counts of one minute; a metric that reported nothing counts nothing. */
export interface MinuteCounts {
  readonly canary: { readonly runs: number; readonly failed: number };
  /** By service level objective of the component. */
  readonly requests: readonly { readonly requests: number; readonly failed: number; readonly slow: number }[];
}

/**
 * The canary asks as a customer would, and real requests say what customers got. They are worth the same, but for one case: where
 * the canary fails and enough real requests don't, something is broken, and most people don't notice.
 */
export function decideMinute({ canary, requests }: MinuteCounts): MinuteState {
  const byCanary = judgeCanary(canary);
  const byRequests = worst(requests.map(judgeRequests));
  if (byCanary === 'down' && byRequests === 'up' && requests.some(({ requests: count }) => count >= limits.leastRequests))
    return 'degraded';
  return worst([byCanary, byRequests]);
}

function judgeCanary({ runs, failed }: MinuteCounts['canary']): MinuteState {
  if (runs <= 0) return 'none';
  if (failed >= runs) return 'down';
  return failed > 0 ? 'degraded' : 'up';
}

/** A handful of requests without a failure shows that somebody was served; a failure among a handful shows nothing. */
function judgeRequests({ requests, failed, slow }: MinuteCounts['requests'][number]): MinuteState {
  if (requests < limits.leastRequests) return requests > 0 && failed === 0 ? 'up' : 'none';
  if (failed >= limits.downShare * requests) return 'down';
  return failed >= limits.degradedShare * requests || slow >= limits.slowShare * requests ? 'degraded' : 'up';
}

const ranks: Readonly<Record<MinuteState, number>> = { none: 0, up: 1, degraded: 2, down: 3 };

function worst(states: readonly MinuteState[]): MinuteState {
  return states.reduce<MinuteState>((found, state) => (ranks[state] > ranks[found] ? state : found), 'none');
}

/** A UTC day as it is stored: a letter a minute. */
export type DayLog = string;

const letters: Readonly<Record<MinuteState, string>> = { up: 'u', degraded: 'd', down: 'x', none: '-' };
const states = new Map(Object.entries(letters).map(([state, letter]) => [letter, state as MinuteState]));
export const minutesOfDay = 1440;
export const emptyDay: DayLog = letters.none.repeat(minutesOfDay);

/** @param minute of the day, from 0 */
export function readMinute(log: DayLog, minute: number): MinuteState {
  return states.get(log[minute] ?? '') ?? 'none';
}

/**
 * Puts verdicts into a day. What came later replaces what was known, but knowing nothing replaces nothing: data may come late,
 * and are not asked for any more after a while.
 */
export function writeMinutes(log: DayLog, verdicts: ReadonlyMap<number, MinuteState>): DayLog {
  const minutes = [...log.padEnd(minutesOfDay, letters.none).slice(0, minutesOfDay)];
  for (const [minute, state] of verdicts) {
    if (state !== 'none' && minute >= 0 && minute < minutesOfDay) minutes[minute] = letters[state];
  }
  return minutes.join('');
}

export function countDay(date: string, log: DayLog): DayFigures {
  const count = (state: MinuteState) => log.split(letters[state]).length - 1;
  return { date, up: count('up'), degraded: count('degraded'), down: count('down') };
}
