import { createNoise, type Notice, type SimulatedMinute, simulate } from '../support/simulated-days.ts';

jest.setTimeout(600_000);

const day = 24 * 60;
/** A working day's curve: hardly anybody at night, most before lunch. */
const traffic = (minute: number, scale = 1): SimulatedMinute['requests'] => {
  const hour = (minute / 60) % 24;
  const curve = 0.05 + Math.max(0, Math.sin(((hour - 5) / 16) * Math.PI)) ** 2;
  const signIn = Math.round(12 * scale * curve);
  const sessionCheck = Math.round(400 * scale * curve);
  return { 'sign-in': signIn, 'session-check': sessionCheck, everything: Math.round(1.3 * (signIn + sessionCheck)) };
};
const pages = (notices: readonly Notice[]) => notices.filter(({ isPage, state }) => isPage && state === 'ALARM').map(({ alarm }) => alarm);
const noon = 12 * 60;
const first = (notices: readonly Notice[], minute: number, name: RegExp) =>
  notices.find((notice) => notice.state === 'ALARM' && notice.minute >= minute && name.test(notice.alarm));

test('[P03] no page and no ticket in 24 hours of a normal day: now and then a failure, a slow minute, a crash', async () => {
  const noise = createNoise(20_261_128);

  const notices = await simulate(day, (minute) => {
    const chance = noise();
    return {
      requests: traffic(minute),
      // Of a day's 300,000 requests some 100 fail: a third of what may.
      ...(chance < 0.03 ? { failing: 0.006 } : chance < 0.06 ? { slow: 0.004 } : chance < 0.0605 ? { crashing: 0.003 } : {}),
      canary: [],
    };
  });

  expect(notices.filter(({ state }) => state === 'ALARM')).toEqual([]);
});

test('[P03] when everything fails, the phone rings within two minutes, and again when it is over', async () => {
  const notices = await simulate(2 * 60, (minute) => ({
    requests: traffic(noon + minute),
    canary: [],
    ...(minute >= 70 && minute < 80 ? { failing: 1 } : {}),
  }));

  const page = first(notices, 70, /^portiere-Slo-FastBurn-everything$/);
  // Fails from the first second of minute 70: at the end of minute 71 two minutes have passed.
  expect(page?.minute).toBeLessThanOrEqual(71);
  expect(pages(notices)).toEqual(
    expect.arrayContaining(['portiere-Slo-FastBurn-sign-in', 'portiere-Slo-FastBurn-session-check', 'portiere-Api-Errors']),
  );
  expect(notices.filter(({ alarm, state }) => alarm === page?.alarm && state === 'OK').map(({ minute }) => minute <= 86)).toEqual([true]);
});

test('[P03] functions that crash, and so count nothing themselves, are counted all the same', async () => {
  const notices = await simulate(2 * 60, (minute) => ({
    requests: traffic(noon + minute),
    canary: [],
    ...(minute >= 70 ? { crashing: 1 } : {}),
  }));

  for (const slo of ['sign-in', 'session-check', 'everything']) {
    expect(first(notices, 70, new RegExp(`^portiere-Slo-FastBurn-${slo}$`))?.minute).toBeLessThanOrEqual(71);
  }
});

test('[P03] one failure among few requests at night wakes nobody', async () => {
  const notices = await simulate(4 * 60, (minute) => ({
    requests: traffic(minute, 0.1),
    canary: [],
    ...(minute % 100 === 50 ? { failing: 0.2 } : {}),
  }));

  expect(pages(notices)).toEqual([]);
});

test('[P03] what burns slowly becomes a ticket, and no page', async () => {
  const notices = await simulate(day, (minute) => ({
    requests: traffic(minute, 20),
    canary: [],
    ...(minute > 6 * 60 ? { slow: 0.004 } : {}),
  }));

  expect(pages(notices)).toEqual([]);
  expect(first(notices, 6 * 60, /^portiere-Slo-SlowBurn-everything$/)).toMatchObject({ isPage: false });
});
