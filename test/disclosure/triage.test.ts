/** What staff do with reports, and the clocks that run meanwhile. */
import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import type { UpdateReport } from '../../contract/report-schemas.ts';
import { nextStates, type ReportState, reportStates } from '../../contract/report-states.ts';
import { eraseClosedReports } from '../../lambda/domain/disclosure/erase-reports.ts';
import { fileReport } from '../../lambda/domain/disclosure/file-report.ts';
import { addMessage, followReport, listThanks } from '../../lambda/domain/disclosure/follow-report.ts';
import { runOnSchedule } from '../../lambda/domain/disclosure/run.ts';
import { reportIdOf } from '../../lambda/domain/disclosure/tracking-token.ts';
import { findReport, type Handler, updateReport } from '../../lambda/domain/disclosure/triage.ts';
import { listReports, viewReport } from '../../lambda/domain/disclosure/view.ts';
import { call } from '../support/front-door.ts';
import { createReportWorld, report } from '../support/report-world.ts';

const rosa: Handler = {
  actor: 'account-of-rosa',
  name: 'rosa@example.com',
  address: '198.51.100.4',
  userAgent: 'Firefox',
  requestId: 'request-2',
  siteOrigin: 'https://id.example.com',
  session: { accountId: 'account-of-rosa', sessionId: 'session-1' },
};

async function createDesk() {
  const world = createReportWorld();
  const file = async (more: Partial<typeof report> = {}) => {
    const outcome = await fileReport(world.services, call(), { ...report, ...more });
    if (outcome.kind !== 'filed') throw new Error(outcome.kind);
    return { token: outcome.trackingToken, id: reportIdOf(outcome.trackingToken) };
  };
  return {
    ...world,
    file,
    update: (id: string, input: UpdateReport) => updateReport(world.services, rosa, id, input),
    async view(id: string) {
      const found = await findReport(world.services.store, id);
      if (found === undefined) throw new Error('there is no such report');
      return await viewReport(world.services, found);
    },
    async follow(token: string) {
      const outcome = await followReport(world.services, token);
      if (outcome.kind !== 'found') throw new Error(outcome.kind);
      return outcome.report;
    },
    end: () => eraseClosedReports({ clock: world.services.clock, reports: world.store }),
    async run() {
      world.metrics.length = 0;
      await runOnSchedule(world.services);
      return Object.fromEntries(world.metrics.map((line) => line.split(' ') as [string, string]));
    },
  };
}

describe('what staff read', () => {
  it('[P29] is all that the reporter sent, word for word, with the score of the vector', async () => {
    const desk = await createDesk();
    const cvss = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
    const { id } = await desk.file({ cvss, weakness: 'CWE-79', contact: 'eve@example.com', credit: 'Eve', disclosure: true });

    expect(await desk.view(id)).toMatchObject({
      ...report,
      weakness: 'CWE-79',
      cvss: { vector: cvss, score: 9.3, severity: 'critical' },
      contact: 'eve@example.com',
      credit: 'Eve',
      wantsDisclosure: true,
      messages: [],
      notes: [],
    });
  });

  it('[P29] lists what is open by what is due first, and what was closed lately behind it', async () => {
    const desk = await createDesk();
    const first = await desk.file({ title: 'First' });
    const closed = await desk.file({ title: 'Closed' });
    desk.advance(86_400);
    await desk.file({ title: 'Second' });
    await desk.update(first.id, { answer: 'Thank you' });
    await desk.update(closed.id, { state: 'spam' });

    const { reports, isComplete } = await listReports(desk.services);

    expect([reports.map(({ title }) => title), isComplete]).toEqual([['Second', 'First', 'Closed'], true]);
  });
});

describe('an answer', () => {
  it('[P22] [P29] reaches the reporter under no name, stops the first clock, and is told by a mail without a word of it', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file({ contact: 'eve@example.com' });
    desk.mailbox.length = 0;

    const outcome = await desk.update(id, {
      state: 'triaged',
      answer: 'We could follow it. <b>Thank you</b>',
      note: 'Same cause as last week',
    });

    const seen = await desk.follow(token);
    expect(outcome.kind).toBe('updated');
    expect(seen).toMatchObject({
      state: 'triaged',
      answerDueAt: null,
      messages: [{ from: 'staff', text: 'We could follow it. <b>Thank you</b>' }],
    });
    expect(JSON.stringify(seen)).not.toMatch(/rosa|Same cause/);
    expect(desk.mailbox).toMatchObject([{ kind: 'report_answered', email: 'eve@example.com', address: '', userAgent: '' }]);
    expect(JSON.stringify(desk.mailbox)).not.toMatch(/follow it|search page/);
    expect((await desk.view(id)).notes).toMatchObject([{ author: 'rosa@example.com', text: 'Same cause as last week' }]);
  });

  it('[P29] a note is for staff alone: no mail, no message, no clock stopped', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file({ contact: 'eve@example.com' });
    desk.mailbox.length = 0;

    await desk.update(id, { note: 'Looks real' });

    expect(desk.mailbox).toEqual([]);
    expect(await desk.follow(token)).toMatchObject({ messages: [], answerDueAt: expect.any(String) });
  });

  it('[P27] is written down before it is given, under the report and under whoever gave it, without a word of its text', async () => {
    const desk = await createDesk();
    const { id } = await desk.file();

    await desk.update(id, { state: 'accepted', severity: 'high', owner: 'ada@example.com', answer: 'Confirmed' });

    expect(desk.events.items.map(({ subject, type, target, reason }) => [subject, type, target, reason])).toEqual([
      ['report', 'report.updated', id, 'new to accepted, severity high, owner ada@example.com, answered'],
      ['account-of-rosa', 'staff.acted', id, 'new to accepted, severity high, owner ada@example.com, answered'],
    ]);
  });

  it('[P27] that can’t be written down is not given', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file();
    jest.spyOn(desk.events, 'append').mockRejectedValue(new Error('the store fails'));

    await expect(desk.update(id, { answer: 'Confirmed' })).rejects.toThrow();

    expect((await desk.follow(token)).messages).toEqual([]);
  });
});

describe('the states', () => {
  it('[P22] lead from every open one to an end, and from none to itself', () => {
    for (const state of reportStates) expect(nextStates[state]).not.toContain(state);
    for (const state of ['new', 'needs_more_information', 'triaged', 'accepted'] as const)
      expect(nextStates[state].length).toBeGreaterThan(2);
  });

  it.each<[string, ReportState[], UpdateReport, object]>([
    [
      'a jump to the end',
      [],
      { state: 'resolved', answer: 'Done' },
      { kind: 'conflict', detail: expect.stringContaining('it may become') },
    ],
    [
      'an end without a word',
      [],
      { state: 'not_applicable' },
      { errors: [{ path: 'answer', message: expect.stringContaining('must tell the reporter why') }] },
    ],
    ['a question without a question', [], { state: 'needs_more_information' }, { errors: [{ path: 'answer' }] }],
    ['a duplicate of nothing', [], { state: 'duplicate', answer: 'Known' }, { errors: [{ path: 'duplicateOf' }] }],
    [
      'a duplicate of what there is not',
      [],
      { state: 'duplicate', answer: 'Known', duplicateOf: 'A'.repeat(22) },
      { errors: [{ path: 'duplicateOf' }] },
    ],
    ['an original of what is none', ['accepted'], { duplicateOf: 'A'.repeat(22) }, { errors: [{ path: 'duplicateOf' }] }],
    ['an owner who is not staff', [], { owner: 'eve@example.com' }, { errors: [{ path: 'owner' }] }],
    ['anything after it was made public', ['accepted', 'resolved', 'disclosed'], { state: 'accepted' }, { kind: 'conflict' }],
  ])('[P22] refuse %s, and say what there is instead', async (_, way, input, refusal) => {
    const desk = await createDesk();
    const { id } = await desk.file();
    for (const state of way) await desk.update(id, { state, answer: 'So it goes on' });

    expect(await desk.update(id, input)).toMatchObject(refusal);
  });

  it('[P22] name the report that said it first, never the duplicate of a duplicate', async () => {
    const desk = await createDesk();
    const [first, second, third] = [await desk.file({ title: '1' }), await desk.file({ title: '2' }), await desk.file({ title: '3' })];

    await desk.update(second.id, { state: 'duplicate', duplicateOf: first.id, answer: 'Known' });
    const chain = await desk.update(third.id, { state: 'duplicate', duplicateOf: second.id, answer: 'Known' });
    const self = await desk.update(third.id, { state: 'duplicate', duplicateOf: third.id, answer: 'Known' });

    expect((await desk.view(second.id)).duplicateOf).toBe(first.id);
    expect(chain).toMatchObject({ errors: [{ path: 'duplicateOf', message: expect.stringContaining(first.id) }] });
    expect(self).toMatchObject({ errors: [{ path: 'duplicateOf', message: 'must be another report than this one' }] });
  });

  it('[P29] of two members of staff at once both changes hold, and a word of the reporter in between as well', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file();
    const replace = desk.store.replace.bind(desk.store);
    jest.spyOn(desk.store, 'replace').mockImplementationOnce(async (next) => {
      await addMessage(desk.services, token, { text: 'Also this' });
      await updateReport(desk.services, { ...rosa, name: 'ada@example.com' }, id, { owner: 'ada@example.com' });
      return await replace(next);
    });

    const outcome = await desk.update(id, { severity: 'high' });

    expect(outcome.kind).toBe('updated');
    expect(await desk.view(id)).toMatchObject({ severity: 'high', owner: 'ada@example.com', messages: [{ text: 'Also this' }] });
    expect((await desk.store.read(id))?.untoldSince).toBeDefined();
  });
});

describe('thanks', () => {
  it('[P22] are public under the name that the reporter wished, once the report is resolved and not before, to nobody else', async () => {
    const desk = await createDesk();
    const [named, anonymous, dismissed] = [
      await desk.file({ title: '1', credit: '<b>Eve</b>' }),
      await desk.file({ title: '2' }),
      await desk.file({ title: '3', credit: 'Mallory' }),
    ];
    for (const { id } of [named, anonymous]) await desk.update(id, { state: 'accepted' });
    const before = await listThanks(desk.services);

    for (const { id } of [named, anonymous]) await desk.update(id, { state: 'resolved', answer: 'It is mended' });
    await desk.update(dismissed.id, { state: 'not_applicable', answer: 'It is meant to be so' });

    expect(before).toEqual({ thanks: [] });
    expect(await listThanks(desk.services)).toEqual({ thanks: [{ id: named.id, name: '<b>Eve</b>', at: '2026-01-15T12:00:00.000Z' }] });
  });
});

describe('the clocks', () => {
  it('[P29] staff are told of each report once, and of what its reporter says later', async () => {
    const desk = await createDesk();
    const { token } = await desk.file();

    const [first, second] = [await desk.run(), await desk.run()];
    await addMessage(desk.services, token, { text: 'One more thing' });
    const third = await desk.run();

    expect([first['Reports/News'], second['Reports/News'], third['Reports/News']]).toEqual(['1', undefined, '1']);
  });

  it('[P29] what staff could not be told of goes on waiting, is told again, and its waiting is counted', async () => {
    const desk = await createDesk();
    await desk.file();
    const replace = jest.spyOn(desk.store, 'replace').mockRejectedValueOnce(new Error('the store fails'));

    await expect(desk.run()).rejects.toThrow();
    desk.advance(35 * 60);
    const later = await desk.run();

    expect(later).toMatchObject({ 'Reports/News': '1', 'Reports/Untold': '35' });
    expect(replace).toHaveBeenCalledTimes(2);
  });

  it('[P29] remind on the afternoon of the last day, and stop with the answer and with the decision', async () => {
    const desk = await createDesk();
    // Thursday noon: an answer is due by the end of Friday in Rome, a decision by the end of Thursday after.
    const { id } = await desk.file();
    const due = async () => {
      const { 'Reports/AnswerDue': answer, 'Reports/DecisionDue': decision } = await desk.run();
      return [answer, decision];
    };

    const thursday = await due();
    desk.advance(27 * 3600 + 1);
    const fridayAfternoon = await due();
    await desk.update(id, { state: 'triaged', answer: 'We look at it' });
    const answered = await due();
    desk.advance(6 * 86_400);
    const late = await due();
    await desk.update(id, { state: 'accepted' });
    const decided = await due();

    expect([thursday, fridayAfternoon, answered, late, decided]).toEqual([
      ['0', '0'],
      ['1', '0'],
      ['0', '0'],
      ['0', '1'],
      ['0', '0'],
    ]);
  });
});

describe('the end of a report', () => {
  const kept = vulnerabilityReports.keptClosedSeconds;

  it('[P29] comes two years after the last word once it is closed, takes all that was said, and leaves the thanks', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file({ credit: 'Eve', contact: 'eve@example.com' });
    await addMessage(desk.services, token, { text: 'One more thing' });
    await desk.update(id, { state: 'accepted', note: 'Mine' });
    await desk.update(id, { state: 'resolved', answer: 'It is mended' });
    const open = await desk.file();

    desk.advance(kept - 1);
    await desk.end();
    const before = await followReport(desk.services, token);
    desk.advance(1);
    await desk.end();

    const { reports, texts, messages, notes } = desk.store;
    expect(before.kind).toBe('found');
    expect(await followReport(desk.services, token)).toEqual({ kind: 'not_found' });
    expect([...reports.keys()]).toEqual([open.id]);
    expect([texts.has(id), messages.has(id), notes.has(id)]).toEqual([false, false, false]);
    expect((await listThanks(desk.services)).thanks).toMatchObject([{ name: 'Eve' }]);
  });

  it('[P29] does not come over a word that arrives at the same instant', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file();
    await desk.update(id, { state: 'not_applicable', answer: 'It is meant to be so' });
    desk.advance(kept);
    const begin = desk.store.beginErasing.bind(desk.store);
    jest.spyOn(desk.store, 'beginErasing').mockImplementationOnce(async (...report) => {
      await addMessage(desk.services, token, { text: 'Look again' });
      return await begin(...report);
    });

    await desk.end();

    expect(await desk.view(id)).toMatchObject({ messages: [{ from: 'staff' }, { text: 'Look again' }] });
  });

  it('[P29] is gone on with when it was cut short, and until then nobody sees the report or adds to it', async () => {
    const desk = await createDesk();
    const { id, token } = await desk.file();
    await desk.update(id, { state: 'not_applicable', answer: 'It is meant to be so' });
    desk.advance(kept);
    jest.spyOn(desk.store, 'erase').mockRejectedValueOnce(new Error('the store fails'));

    await expect(desk.end()).rejects.toThrow('the store fails');
    const meanwhile = [await followReport(desk.services, token), await addMessage(desk.services, token, { text: 'Look again' })];
    const listed = await listReports(desk.services);
    await desk.end();

    expect(meanwhile.map(({ kind }) => kind)).toEqual(['not_found', 'not_found']);
    expect(listed.reports).toEqual([]);
    expect(desk.store.reports.has(id)).toBe(false);
  });
});
