import * as fc from 'fast-check';
import { objective } from '../../contract/slo.ts';
import { computeAvailability, computeErrorBudget, type MeasuredMinute } from '../../lambda/domain/slo/error-budget.ts';
import { judgeRequest } from '../../lambda/domain/slo/judge-request.ts';

describe('a request', () => {
  test.each([
    ['answered in time is good', 'sign-in', 200, 900, { slo: 'sign-in', isFailed: false, isSlow: false }],
    ['refused for what its caller did is good', 'sign-in', 401, 900, { slo: 'sign-in', isFailed: false, isSlow: false }],
    ['answered with 503 has failed', 'session.read', 503, 20, { slo: 'session-check', isFailed: true, isSlow: false }],
    ['answered late is slow', 'session.read', 200, 1001, { slo: 'session-check', isFailed: false, isSlow: true }],
    ['that failed late has failed once', 'sign-in', 500, 9000, { slo: 'sign-in', isFailed: true, isSlow: false }],
    ['of any other route counts for everything', 'sessions.list', 200, 5001, { isFailed: false, isSlow: true }],
    ['for no route of ours does not count', undefined, 404, 1, undefined],
    ['of a monitor that asks for our health does not count', 'health', 503, 1, undefined],
  ] as const)('[P01] %s', (_, routeId, status, milliseconds, verdict) => {
    expect(judgeRequest(routeId, status, milliseconds)).toEqual(verdict);
  });
});

/**
 * The log of a month, by its incidents: each minute has 200 requests, and all of them fail in those of an incident.
 * 1 September 2026 is a Tuesday; thirty days are 43,200 minutes, of which 43.2 may be bad.
 */
const start = Date.UTC(2026, 8, 1);
const end = start + 30 * 24 * 3600_000;
const at = (day: number, clock: string) => start + (day - 1) * 24 * 3600_000 + Date.parse(`1970-01-01T${clock}:00Z`);

function month(
  incidents: readonly { day: number; from: string; minutes: number; share?: number }[],
  quiet: readonly number[] = [],
): MeasuredMinute[] {
  const bad = new Map(
    incidents.flatMap(({ day, from, minutes, share = 1 }) =>
      Array.from({ length: minutes }, (_, index) => [at(day, from) + index * 60_000, share] as const),
    ),
  );
  const silent = new Set(quiet);
  return Array.from({ length: 43_200 }, (_, index) => start + index * 60_000)
    .filter((minute) => !silent.has(minute))
    .map((minute) => ({ at: minute, requests: 200, bad: 200 * (bad.get(minute) ?? 0) }));
}

describe('availability and error budget, against a log made by hand', () => {
  test('[P01] 43 bad minutes keep the promise of 99.9 %, with 12 seconds left', () => {
    const log = month([
      { day: 3, from: '09:14', minutes: 20 },
      { day: 17, from: '22:58', minutes: 23 },
    ]);

    expect(computeErrorBudget(log, end)).toEqual({
      goodMinutes: 43_157,
      badMinutes: 43,
      unknownMinutes: 0,
      share: 43_157 / 43_200,
      allowedMinutes: 43.2,
      leftMinutes: 0.2,
      leftShare: 0.00463,
      isKept: true,
    });
  });

  test('[P01] the 44th breaks it', () => {
    const log = month([
      { day: 3, from: '09:14', minutes: 20 },
      { day: 17, from: '22:58', minutes: 24 },
    ]);

    expect(computeErrorBudget(log, end)).toMatchObject({ badMinutes: 44, leftMinutes: -0.8, isKept: false });
    expect(computeAvailability(log, start, end).share).toBeLessThan(objective.share);
  });

  test('[P01] a day is told to the minute, whatever the hours around it were', () => {
    const log = month([{ day: 12, from: '23:50', minutes: 25 }]);

    expect(computeAvailability(log, at(12, '00:00'), at(13, '00:00'))).toMatchObject({ badMinutes: 10, goodMinutes: 1430 });
    expect(computeAvailability(log, at(13, '00:00'), at(14, '00:00'))).toMatchObject({ badMinutes: 15, goodMinutes: 1425 });
  });

  test('[P01] minutes in which nobody asked are unknown, and count neither way', () => {
    const quiet = Array.from({ length: 60 }, (_, index) => at(5, '03:00') + index * 60_000);

    expect(computeAvailability(month([], quiet), at(5, '00:00'), at(6, '00:00'))).toEqual({
      goodMinutes: 1380,
      badMinutes: 0,
      unknownMinutes: 60,
      share: 1,
    });
    expect(computeAvailability([], start, end).share).toBeUndefined();
  });

  test('[P01] a few failures in a busy minute are noise; more than one in twenty make it bad', () => {
    const of = (share: number) =>
      computeAvailability(month([{ day: 1, from: '00:00', minutes: 1, share }]), start, at(1, '00:01')).badMinutes;

    expect([of(0), of(0.04), of(0.05), of(0.055), of(1)]).toEqual([0, 0, 0, 1, 1]);
  });

  test('[P01] a minute that requests and canary both measured is bad when either says so, and counts once', () => {
    const minutes = [
      { at: start, requests: 500, bad: 0 },
      { at: start + 30_000, requests: 1, bad: 1 },
    ];

    expect(computeAvailability(minutes, start, start + 60_000)).toEqual({ goodMinutes: 0, badMinutes: 1, unknownMinutes: 0, share: 0 });
  });

  test('[P01] every minute of a window is good, bad or unknown, in whatever order the log is read', () => {
    const minute = fc.record({
      at: fc.integer({ min: 0, max: 200 }).map((index) => start + index * 60_000),
      requests: fc.nat(50),
      bad: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(minute), fc.integer({ min: 0, max: 200 }), (minutes, length) => {
        const until = start + length * 60_000;
        const { goodMinutes, badMinutes, unknownMinutes } = computeAvailability(minutes, start, until);
        expect(goodMinutes + badMinutes + unknownMinutes).toBe(length);
        expect(computeAvailability([...minutes].reverse(), start, until)).toMatchObject({ goodMinutes, badMinutes });
      }),
    );
  });
});
