/** Operators read, judge and answer reports of vulnerabilities on the command line, by the rules of staff's page. */
import { fileReport } from '../../lambda/domain/disclosure/file-report.ts';
import { followReport } from '../../lambda/domain/disclosure/follow-report.ts';
import { reportIdOf } from '../../lambda/domain/disclosure/tracking-token.ts';
import { readHolidays } from '../../ops/report/holidays.ts';
import { readOptions } from '../../ops/report/options.ts';
import { createListCommand, createShowCommand } from '../../ops/report/read.ts';
import { createAnswerCommand, createNoteCommand, createStateCommand } from '../../ops/report/write.ts';
import { call } from '../support/front-door.ts';
import { createReportWorld, report } from '../support/report-world.ts';

function createDesk() {
  const world = createReportWorld();
  const opened: unknown[] = [];
  const open = async (options: unknown) => {
    opened.push(options);
    return world.services;
  };
  const commands = {
    list: createListCommand(open),
    show: createShowCommand(open),
    state: createStateCommand(open),
    answer: createAnswerCommand(open),
    note: createNoteCommand(open),
  };
  return {
    ...world,
    opened,
    async file(more: Partial<typeof report> = {}) {
      const outcome = await fileReport(world.services, call(), { ...report, ...more });
      if (outcome.kind !== 'filed') throw new Error(outcome.kind);
      return { token: outcome.trackingToken, id: reportIdOf(outcome.trackingToken) };
    },
    async ops(name: keyof typeof commands, ...parameters: string[]) {
      const [answer, notes]: [string[], string[]] = [[], []];
      await commands[name].run(parameters, { print: (line) => answer.push(line), note: (line) => notes.push(line) });
      return { answer: answer.join('\n'), notes };
    },
    async follow(token: string) {
      const outcome = await followReport(world.services, token);
      if (outcome.kind !== 'found') throw new Error(outcome.kind);
      return outcome.report;
    },
  };
}

describe('report list', () => {
  it('[P29] shows what is due first at first, and says so when there is nothing', async () => {
    const desk = createDesk();
    const nothing = await desk.ops('list');
    const first = await desk.file();
    desk.advance(86_400);
    const second = await desk.file({ title: 'Another' });

    const { answer } = await desk.ops('list');

    expect(nothing.answer).toBe('there is nothing');
    expect(answer.split('\n').map((line) => line.slice(0, 22))).toEqual([first.id, second.id]);
    // Received on a Thursday: until the end of Friday, and of the next Thursday, in Rome.
    expect(answer).toContain('answer due 2026-01-16T23:00:00.000Z, decision due 2026-01-22T23:00:00.000Z');
  });

  it('[P29] gives machines one object', async () => {
    const desk = createDesk();
    const { id } = await desk.file();

    const { answer } = await desk.ops('list', '--json');

    expect(JSON.parse(answer)).toMatchObject({ isComplete: true, reports: [{ id, title: report.title, state: 'new' }] });
  });
});

describe('report show', () => {
  it('[P29] shows all of it, and writes down first that it was read, and by whom', async () => {
    const desk = createDesk();
    const { id } = await desk.file({ weakness: 'CWE-79', contact: 'eve@example.com' });

    const { answer } = await desk.ops('show', id, '--author', 'rosa');

    for (const part of [report.title, report.asset, report.impact, 'weakness: CWE-79', 'contact: eve@example.com']) {
      expect(answer).toContain(part);
    }
    expect(desk.events.items.map(({ subject, type, actor, target }) => [subject, type, actor, target])).toEqual([
      ['report', 'report.viewed', 'rosa', id],
    ]);
  });

  it('[P17] [P29] lets no text of a stranger turn the line around or steer the terminal', async () => {
    const desk = createDesk();
    const { id } = await desk.file({ title: 'An \u202egnp.exe', steps: '1. \u2066hidden\u2069\n2. done' });

    const { answer } = await desk.ops('show', id);

    expect(answer).toContain('An \\u202egnp.exe');
    expect(answer).toContain('    1. \\u2066hidden\\u2069\n    2. done');
  });

  it('[P29] of what is not there says what to do', async () => {
    await expect(createDesk().ops('show', 'nothing')).rejects.toThrow('There is no report "nothing": report list shows what there is.');
  });
});

describe('an id', () => {
  it('[P29] may begin as an option does, as one in 64 does', () => {
    const id = '-yN3q8Wm0Zr7Tt5Lk2Vb4Q';

    const shown = readOptions([id, '--json'], 'show', [], ['ID']);
    const duplicate = readOptions(['x', 'duplicate', '--duplicate-of', `-${id.slice(0, 21)}`], 'state', ['duplicate-of'], ['ID', 'STATE']);

    expect([shown?.words, shown?.json]).toEqual([[id], true]);
    expect(duplicate?.values['duplicate-of']).toBe(`-${id.slice(0, 21)}`);
  });
});

describe('report state, answer and note', () => {
  it('[P29] an answer reaches the reporter without a name, a note does not, and both are written down', async () => {
    const desk = createDesk();
    const { id, token } = await desk.file();

    const answered = await desk.ops('answer', id, '--text', 'We look at it.', '--author', 'rosa');
    await desk.ops('note', id, '--text', 'Smells of last week.', '--author', 'rosa');
    const followed = await desk.follow(token);

    expect(answered.notes).toEqual(['The reporter is not told by mail: --site would.']);
    expect(followed).toMatchObject({ answerDueAt: null, messages: [{ from: 'staff', text: 'We look at it.' }] });
    expect(JSON.stringify(followed)).not.toMatch(/rosa|Smells/);
    expect(desk.events.items.map(({ type, reason }) => [type, reason])).toEqual([
      ['report.updated', 'answered'],
      ['report.updated', 'note'],
    ]);
  });

  it('[P29] with --site the reporter is told by mail that there is news, and no word of it', async () => {
    const desk = createDesk();
    const { id } = await desk.file({ contact: 'eve@example.com' });
    desk.mailbox.length = 0;

    const { notes } = await desk.ops('answer', id, '--text', 'We look at it.', '--site', 'https://id.example.com');

    expect(notes).toEqual([]);
    expect(desk.mailbox).toHaveLength(1);
    expect(JSON.stringify(desk.mailbox)).not.toContain('We look at it.');
  });

  it('[P29] moves a report and judges it in one update', async () => {
    const desk = createDesk();
    const { id, token } = await desk.file();

    const { answer } = await desk.ops('state', id, 'accepted', '--severity', 'high', '--owner', 'rosa@example.com');

    expect(answer).toContain('accepted, high, rosa@example.com');
    expect(await desk.follow(token)).toMatchObject({ state: 'accepted', severity: 'high', decisionDueAt: null });
  });

  it.each([
    ['a state that there is not', ['state', 'ID', 'mended'], /^STATE must be one of new, /],
    ['a report that is closed without a word', ['state', 'ID', 'not_applicable'], /^--answer /],
    ['a severity that there is not', ['state', 'ID', 'accepted', '--severity', 'awful'], /^--severity must be one of /],
    ['a duplicate of nothing', ['state', 'ID', 'duplicate', '--answer', 'Said before.'], /^--duplicate-of /],
    ['an answer without words', ['answer', 'ID'], /^Say what by --text TEXT\.$/],
    ['an answer that would steer a terminal', ['answer', 'ID', '--text', 'a\u001b[2Jb'], /^--answer must not contain control characters/],
    ['an option of another command', ['note', 'ID', '--text', 'a', '--severity', 'high'], /^report note takes no --severity /],
    ['an option that there is not', ['list', '--everything'], /^Unknown option '--everything'/],
    ['no report', ['note', '--text', 'a'], /^Say report note ID /],
    ['a site that is none', ['answer', 'ID', '--text', 'a', '--site', 'http://id.example.com/'], /^--site must be the origin/],
  ] as const)('[P29] refuse %s in one sentence, and change nothing', async (_, [name, ...words], sentence) => {
    const desk = createDesk();
    const { id, token } = await desk.file();

    const refused = desk.ops(name, ...words.map((word) => (word === 'ID' ? id : word)));

    await expect(refused).rejects.toThrow(expect.objectContaining({ name: 'OperatorError', message: expect.stringMatching(sentence) }));
    expect(await desk.follow(token)).toMatchObject({ state: 'new', messages: [] });
  });
});

describe('the holidays that the clocks leave out', () => {
  it('[P29] are those of the configuration that is named', async () => {
    const desk = createDesk();

    await desk.ops('list', '--config', 'elsewhere.config.ts');

    expect(desk.opened).toEqual([expect.objectContaining({ config: 'elsewhere.config.ts' })]);
    expect(await readHolidays('local/portiere.config.ts')).toEqual([]);
  });

  it('are not guessed where the configuration is missing', async () => {
    await expect(readHolidays('nowhere.config.ts')).rejects.toThrow('name the one that is deployed by --config FILE');
  });
});
