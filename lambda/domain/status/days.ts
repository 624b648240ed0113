/** UTC days and what their measured minutes come to. Pure. */
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { DayFigures } from '../../../contract/status.ts';
import { minutesOfDay } from './minutes.ts';

const minuteMilliseconds = 60_000;
const dayMilliseconds = minutesOfDay * minuteMilliseconds;

/** `2026-11-28` @param milliseconds since the epoch */
export function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Minute of its UTC day, from 0. */
export function minuteOf(milliseconds: number): number {
  return Math.floor((milliseconds % dayMilliseconds) / minuteMilliseconds);
}

/** The last `count` days up to the one of `now`, oldest first. */
export function lastDays(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => dateOf(now - (count - 1 - index) * dayMilliseconds));
}

/** Days of the page: one for each date, whether or not anything was measured on it. */
export function fillDays(days: readonly DayFigures[], now: number): DayFigures[] {
  const known = new Map(days.map((day) => [day.date, day]));
  return lastDays(now, securityPolicy.status.historyDays).map((date) => known.get(date) ?? { date, up: 0, degraded: 0, down: 0 });
}

export interface Uptime {
  readonly measured: number;
  readonly down: number;
  /** Per cent of the measured minutes that were not down; undefined where nothing was measured. */
  readonly percent: number | undefined;
}

export function computeUptime(days: readonly Pick<DayFigures, 'up' | 'degraded' | 'down'>[]): Uptime {
  const down = days.reduce((sum, day) => sum + day.down, 0);
  const measured = days.reduce((sum, day) => sum + day.up + day.degraded + day.down, 0);
  return { measured, down, percent: measured === 0 ? undefined : (100 * (measured - down)) / measured };
}

/** Minutes of a day that should have been measured by now and were not. */
export function missingMinutes(day: DayFigures, now: number): number {
  const start = Date.parse(`${day.date}T00:00:00Z`);
  const settled = now - securityPolicy.status.settleMinutes * minuteMilliseconds;
  const elapsed = Math.min(minutesOfDay, Math.max(0, Math.floor((settled - start) / minuteMilliseconds)));
  return Math.max(0, elapsed - day.up - day.degraded - day.down);
}

/** Two decimals, never rounded up: one minute in ninety days is not 100 %. */
export function describePercent(percent: number, language: 'en' | 'it'): string {
  const text = (Math.floor(percent * 100 + 1e-9) / 100).toFixed(2);
  const short = text === '100.00' ? '100' : text;
  return `${language === 'it' ? short.replace('.', ',') : short} %`;
}
