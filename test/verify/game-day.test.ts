/** How a game day is judged: on timelines that must fail, and on the report that is kept. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  expectCanary,
  expectComponent,
  expectIncident,
  expectMailbox,
  expectPhone,
  expectRecovery,
  limits,
} from '../../verify/game-day/expectations.ts';
import { findChangedExpectations, type GameDayReport, misses, recordMoments, renderGameDay } from '../../verify/game-day/report.ts';
import { readAsClient } from '../../verify/game-day/statuspage-client.ts';
import { type Observation, Timeline } from '../../verify/game-day/timeline.ts';

const noon = Date.UTC(2026, 0, 15, 12);
const at = (seconds: number) => new Date(noon + seconds * 1000).toISOString();
const calm: Observation = {
  now: noon,
  alarms: [
    { name: 'portiere-Api-Errors', state: 'OK', changedAt: at(-60) },
    { name: 'portiere-Slo-FastBurn-everything-5min', state: 'OK', changedAt: at(-60) },
  ],
  pages: [],
  summary: {
    components: [{ id: 'sessions', status: 'operational' }],
    incidents: [{ id: 'old', name: 'Mail: errors', status: 'monitoring', updated_at: at(-600) }],
  },
};
const page = (seconds: number, message: string, protocol = 'sms') => ({
  at: at(seconds),
  protocol,
  subject: protocol === 'sms' ? '' : message,
  message,
});

/** An outage as it should go. @param delay seconds by which the phone is late */
function outage(delay = 0): Timeline {
  const timeline = new Timeline(calm);
  timeline.observe({
    now: noon + 90_000,
    alarms: calm.alarms.map((alarm) => ({ ...alarm, state: 'ALARM', changedAt: at(80) })),
    pages: [page(82 + delay, 'PAGE Api/Errors since 12:01 UTC.\nDo: ...'), page(81 + delay, 'ALARM: "portiere-Api-Errors"', 'email')],
    summary: {
      components: [{ id: 'sessions', status: 'partial_outage' }],
      incidents: [
        { id: 'new', name: 'Sessions and API: errors', status: 'investigating', updated_at: at(83) },
        { id: 'old', name: 'Mail: errors', status: 'resolved', updated_at: at(85) },
      ],
    },
  });
  return timeline;
}

describe('A timeline', () => {
  it('tells each thing once, when it happened, and nothing of what stood so before or was no news to anybody', () => {
    const timeline = outage();
    timeline.observe({ ...calm, now: noon + 300_000, alarms: calm.alarms.map((alarm) => ({ ...alarm, changedAt: at(290) })) });

    expect(recordMoments(timeline.moments, timeline.began).map(({ seconds, kind, what }) => `${seconds} ${kind} ${what}`)).toEqual([
      '80 alarm portiere-Api-Errors: ALARM',
      '81 mailbox ALARM: "portiere-Api-Errors"',
      '82 phone PAGE Api/Errors since 12:01 UTC.',
      '83 incident Sessions and API: errors: investigating',
      '90 component sessions: partial_outage',
      '290 alarm portiere-Api-Errors: OK',
      '300 component sessions: operational',
    ]);
  });
});

describe('An expectation', () => {
  it('[P03] of the phone is met in time, and missed when it rings late, for something else, or not at all', () => {
    const verdicts = [outage(), outage(limits.phoneSeconds), new Timeline(calm)].map(
      (timeline) => expectPhone(timeline, /Api\/Errors/).isMet,
    );

    expect(verdicts).toEqual([true, false, false]);
    expect(expectPhone(outage(), /Kms\/Denied/)).toMatchObject({ isMet: false, seen: 'not seen' });
    expect(expectMailbox(outage()).isMet).toBe(true);
    expect(expectMailbox(new Timeline(calm)).isMet).toBe(false);
  });

  it('[P03] of the canary counts from its own failure, and is missed without one', () => {
    const timeline = new Timeline(calm);
    timeline.observe({ ...calm, pages: [page(70, 'PAGE Canary/Failing sign-in since 12:01 UTC.')] });

    const verdicts = [noon + 11_000, noon + 10_000, undefined].map((failedAt) => expectCanary(timeline, failedAt).isMet);

    expect(verdicts).toEqual([true, false, false]);
  });

  it('[P04] of the status page and of the incident is missed when they say nothing, or too late', () => {
    const none = new Timeline(calm);

    expect([expectComponent(outage(), 'sessions', 90).isMet, expectComponent(outage(), 'sessions', 89).isMet]).toEqual([true, false]);
    expect(expectComponent(none, 'sessions', 900).isMet).toBe(false);
    expect(expectIncident(outage(), /Sessions/, 'investigating').isMet).toBe(true);
    expect([expectIncident(outage(), /Sessions/, 'resolved').isMet, expectIncident(outage(), /Mail/, 'resolved').isMet]).toEqual([
      false,
      false,
    ]);
  });

  it('[P03] of the recovery is missed while an alarm rings, a component suffers, or the phone was not told', () => {
    const timeline = outage();
    const early = expectRecovery(timeline, ['portiere-Api-Errors']);
    timeline.observe({ ...calm, now: noon + 400_000, pages: [page(380, 'OVER Api/Errors at 12:06 UTC.')] });

    expect(early).toMatchObject({
      isMet: false,
      seen: 'portiere-Api-Errors rings, the phone was not told of an end, sessions is not operational',
    });
    expect(expectRecovery(timeline, []).isMet).toBe(true);
  });
});

describe('A client of Statuspage', () => {
  const page = { id: 'portiere', name: 'Portiere', url: 'https://status.example.com', time_zone: 'Etc/UTC', updated_at: at(0) };
  const answer = (documents: Record<string, unknown>, headers: Record<string, string> = { 'access-control-allow-origin': '*' }) => ({
    askStatus: async (target: string) => ({
      status: target in documents ? 200 : 404,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      text: JSON.stringify(documents[target] ?? null),
    }),
  });

  it('[P04] names what it can not read: a document that is missing, one of another shape, one that no script may read', async () => {
    const status = { indicator: 'none', description: 'All Systems Operational' };
    const { faults } = await readAsClient(
      answer({ '/api/v2/status.json': { page, status }, '/api/v2/components.json': { page, components: [{ id: 7 }] } }),
    );
    const closed = await readAsClient(answer({ '/api/v2/status.json': { page, status } }, {}));

    expect(faults).toContainEqual(expect.stringMatching(/^api\/v2\/components\.json: components\.0\.id /));
    expect(faults).toContainEqual('api/v2/summary.json answered 404 as application/json; charset=utf-8');
    expect(faults.filter((fault) => fault.startsWith('api/v2/status.json'))).toEqual([]);
    expect(closed.faults).toContainEqual('api/v2/status.json can not be read by a script of another site');
  });
});

describe('The report', () => {
  const folder = path.join(__dirname, '../../docs/reports');
  const kept = JSON.parse(readFileSync(path.join(folder, 'game-day.json'), 'utf8')) as GameDayReport;

  it('[P03] [P04] that is kept says on its page what it says as JSON, misses nothing, and names no machine', () => {
    expect(readFileSync(path.join(folder, 'game-day.md'), 'utf8')).toBe(renderGameDay(kept));
    expect(misses(kept)).toEqual([]);
    expect(kept.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(JSON.stringify(kept)).not.toMatch(/\/tmp|127\.0\.0\.1:\d|localhost:\d/);
    expect(kept.drills.map(({ name }) => name)).toEqual([
      'The store is down',
      'KMS denies our keys',
      'Mail fails',
      'A function crashes',
      'A flood',
      'Everything of ours is down',
      'All day',
    ]);
  });

  it('names a miss by drill and expectation, and an expectation that came or went', () => {
    const verdict = { name: 'the phone rings', isMet: false, seen: 'not seen' };
    const drill = { name: 'A drill', fault: 'x', timeline: [], verdicts: [verdict] };

    expect(misses({ drills: [drill] })).toEqual(['A drill: the phone rings (not seen)']);
    expect(findChangedExpectations({ date: '2026-01-15', drills: [drill] }, { drills: [{ ...drill, verdicts: [] }] })).toEqual([
      'gone: A drill: the phone rings',
    ]);
    expect(findChangedExpectations({ date: '2026-01-15', drills: [] }, { drills: [drill] })).toEqual(['new: A drill: the phone rings']);
    expect(renderGameDay({ date: '2026-01-15', drills: [drill] })).toContain('| the phone rings | not seen | **missed** |');
  });
});
