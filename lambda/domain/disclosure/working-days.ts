/**
 * Working days, for the clocks of reports. The rule: N working days from an instant are over when the Nth working day after the day
 * of that instant is over, at midnight in the calendar's time zone. What comes on Friday evening and is due in one working day is
 * due until the end of Monday.
 */
import type { DisclosureSettings } from '../../../contract/disclosure.ts';

export type Calendar = Pick<DisclosureSettings, 'timeZone' | 'holidays'>;

const DAY = 86_400_000;

/** @returns milliseconds since the epoch */
export function endOfWorkingDay(from: number, days: number, calendar: Calendar): number {
  let day = localDay(from, calendar.timeZone);
  for (let left = days; left > 0; ) {
    day += DAY;
    if (isWorkingDay(day, calendar)) left -= 1;
  }
  return startOfDay(day + DAY, calendar.timeZone);
}

/** @param day midnight of the date in UTC, which stands for the date here */
function isWorkingDay(day: number, { holidays }: Calendar): boolean {
  const date = new Date(day);
  return date.getUTCDay() !== 0 && date.getUTCDay() !== 6 && !holidays.includes(date.toISOString().slice(0, 10));
}

function localDay(instant: number, timeZone: string): number {
  return Math.floor(localClock(instant, timeZone) / DAY) * DAY;
}

/** Looked for twice: the offset of the first guess is that of another day where summer time begins or ends in between. */
function startOfDay(day: number, timeZone: string): number {
  const guess = day - offset(day, timeZone);
  return day - offset(guess, timeZone);
}

function offset(instant: number, timeZone: string): number {
  return localClock(instant, timeZone) - Math.floor(instant / 1000) * 1000;
}

/** What clocks there show, as if it were UTC. */
function localClock(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const [year, month, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map((type) =>
    Number(parts.find((part) => part.type === type)?.value),
  ) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
