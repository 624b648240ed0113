import { computeUptime, describePercent, fillDays, lastDays, missingMinutes } from '../../lambda/domain/status/days.ts';
import { countDay, decideMinute, emptyDay, type MinuteState, readMinute, writeMinutes } from '../../lambda/domain/status/minutes.ts';

const quiet = { canary: { runs: 0, failed: 0 }, requests: [] };
const counts = (requests: number, failed = 0, slow = 0) => ({ requests, failed, slow });

describe('A minute', () => {
  test.each([
    ['nothing reported is no data, and not up', quiet, 'none'],
    ['the canary came through', { ...quiet, canary: { runs: 1, failed: 0 } }, 'up'],
    ['the canary failed', { ...quiet, canary: { runs: 1, failed: 1 } }, 'down'],
    ['one of two canaries failed', { ...quiet, canary: { runs: 2, failed: 1 } }, 'degraded'],
    ['a handful of requests, none failed', { ...quiet, requests: [counts(3)] }, 'up'],
    ['a failure among a handful proves nothing', { ...quiet, requests: [counts(3, 1)] }, 'none'],
    ['half of the requests failed', { ...quiet, requests: [counts(100, 50)] }, 'down'],
    ['one in twenty failed', { ...quiet, requests: [counts(100, 5)] }, 'degraded'],
    ['one in a hundred failed', { ...quiet, requests: [counts(100, 1)] }, 'up'],
    ['half of the requests were slow', { ...quiet, requests: [counts(100, 0, 50)] }, 'degraded'],
    ['customers fail while the canary gets through', { canary: { runs: 1, failed: 0 }, requests: [counts(100, 90)] }, 'down'],
    ['the canary fails while customers get through', { canary: { runs: 1, failed: 1 }, requests: [counts(100)] }, 'degraded'],
    ['the canary fails and three requests are no excuse', { canary: { runs: 1, failed: 1 }, requests: [counts(3)] }, 'down'],
  ] as const)('[P04] in which %s: %o is %s', (_, given, expected) => {
    expect(decideMinute(given)).toBe(expected);
  });
});

describe('A day', () => {
  /** By hand: up from 00:00, down 09:30 to 09:42, degraded 09:42 to 09:50, no data 13:00 to 13:07, up to the end. */
  const log: [from: number, until: number, state: MinuteState][] = [
    [0, 570, 'up'],
    [570, 582, 'down'],
    [582, 590, 'degraded'],
    [590, 780, 'up'],
    [787, 1440, 'up'],
  ];
  const verdicts = new Map(
    log.flatMap(([from, until, state]) => Array.from({ length: until - from }, (_, index) => [from + index, state])),
  );

  test('[P04] comes to its figures by the minute, against a log made by hand', () => {
    const day = countDay('2026-11-27', writeMinutes(emptyDay, verdicts));

    expect(day).toEqual({ date: '2026-11-27', up: 570 + 190 + 653, degraded: 8, down: 12 });
    expect(missingMinutes(day, Date.parse('2026-11-28T12:00:00Z'))).toBe(7);
    // 12 of the 1,433 measured minutes.
    expect(computeUptime([day])).toEqual({ measured: 1433, down: 12, percent: (100 * 1421) / 1433 });
    expect(describePercent((100 * 1421) / 1433, 'en')).toBe('99.16 %');
  });

  test('[P04] thirty days at 99.9 % are 43 minutes down, and 44 are less', () => {
    const rest = Array.from({ length: 29 }, (_, index) => ({ date: `2026-11-${index}`, up: 1440, degraded: 0, down: 0 }));
    const withDown = (down: number) => computeUptime([...rest, { up: 1440 - down, degraded: 0, down }]).percent ?? 0;

    expect(withDown(43)).toBeGreaterThanOrEqual(99.9);
    expect(withDown(44)).toBeLessThan(99.9);
  });

  test('[P04] one minute in ninety days is not shown as 100 %', () => {
    const { percent } = computeUptime([{ up: 90 * 1440 - 1, degraded: 0, down: 1 }]);

    expect(describePercent(percent ?? 0, 'it')).toBe('99,99 %');
    expect(describePercent(100, 'en')).toBe('100 %');
  });

  test('late data correct what was known, in any order and as often as they come', () => {
    const known = writeMinutes(
      emptyDay,
      new Map([
        [5, 'up'],
        [6, 'up'],
      ]),
    );

    const corrected = writeMinutes(
      writeMinutes(known, new Map([[6, 'down']])),
      new Map([
        [6, 'down'],
        [7, 'degraded'],
      ]),
    );

    expect([4, 5, 6, 7].map((minute) => readMinute(corrected, minute))).toEqual(['none', 'up', 'down', 'degraded']);
  });

  test('no data take nothing back, and minutes of another day change nothing', () => {
    const known = writeMinutes(emptyDay, new Map([[5, 'down']]));

    expect(
      writeMinutes(
        known,
        new Map([
          [5, 'none'],
          [1440, 'up'],
          [-1, 'up'],
        ]),
      ),
    ).toBe(known);
    expect(writeMinutes('uu', new Map())).toHaveLength(1440);
  });

  test('ninety of them end with today, and those that nobody measured stand there empty', () => {
    const days = fillDays([{ date: '2026-11-27', up: 3, degraded: 0, down: 0 }], Date.parse('2026-11-28T00:00:30Z'));

    expect(days).toHaveLength(90);
    expect(days.at(-1)).toEqual({ date: '2026-11-28', up: 0, degraded: 0, down: 0 });
    expect(days.at(-2)?.up).toBe(3);
    expect(days[0]?.date).toBe(lastDays(Date.parse('2026-11-28T00:00:30Z'), 90)[0]);
    expect(computeUptime(days.slice(0, 88)).percent).toBeUndefined();
  });
});
