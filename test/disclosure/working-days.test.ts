import { endOfWorkingDay } from '../../lambda/domain/disclosure/working-days.ts';

const rome = { timeZone: 'Europe/Rome', holidays: ['2026-12-25', '2026-04-06'] };
const end = (from: string, days: number) => new Date(endOfWorkingDay(Date.parse(from), days, rome)).toISOString();

describe('[P29] working days', () => {
  it.each([
    ['on a Thursday, one: the end of Friday', '2026-01-15T12:00:00Z', 1, '2026-01-16T23:00:00.000Z'],
    ['late on Friday, one: the end of Monday', '2026-01-16T22:59:59Z', 1, '2026-01-19T23:00:00.000Z'],
    ['a second later it is Saturday in Rome, which is the same', '2026-01-16T23:00:00Z', 1, '2026-01-19T23:00:00.000Z'],
    ['on a Sunday, one: the end of Monday', '2026-01-18T12:00:00Z', 1, '2026-01-19T23:00:00.000Z'],
    ['five from a Thursday: the Thursday after', '2026-01-15T12:00:00Z', 5, '2026-01-22T23:00:00.000Z'],
    ['before Christmas, which doesn’t count', '2026-12-24T09:00:00Z', 1, '2026-12-28T23:00:00.000Z'],
    ['over Easter Monday', '2026-04-03T09:00:00Z', 1, '2026-04-07T22:00:00.000Z'],
    ['into summer time: midnight is an hour earlier in UTC', '2026-03-27T12:00:00Z', 1, '2026-03-30T22:00:00.000Z'],
    ['out of summer time', '2026-10-23T12:00:00Z', 1, '2026-10-26T23:00:00.000Z'],
    ['at a moment with milliseconds', '2026-01-15T12:00:00.123Z', 1, '2026-01-16T23:00:00.000Z'],
  ])('%s', (_, from, days, expected) => {
    expect(end(from, days)).toBe(expected);
  });
});
