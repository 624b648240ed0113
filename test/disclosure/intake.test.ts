/** Filing and following reports: nothing lost, nothing told to others, and a door that a flood doesn't shut. */

import { vulnerabilityReports } from '../../contract/policy/disclosure.ts';
import { fileReportBody } from '../../contract/report-schemas.ts';
import type { MailMessage } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { fileReport } from '../../lambda/domain/disclosure/file-report.ts';
import { addMessage, followReport } from '../../lambda/domain/disclosure/follow-report.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { call } from '../support/front-door.ts';
import { createReportWorld, report } from '../support/report-world.ts';

type World = ReturnType<typeof createReportWorld>;

const from = (address: string) => call({ viewer: { address, userAgent: '' } });

async function file(world: World, more: Partial<typeof report> = {}, address = '203.0.113.7'): Promise<string> {
  const outcome = await fileReport(world.services, from(address), { ...report, ...more });
  if (outcome.kind !== 'filed') throw new Error(outcome.kind);
  return outcome.trackingToken;
}

async function follow(world: World, token: string) {
  const outcome = await followReport(world.services, token);
  if (outcome.kind !== 'found') throw new Error(outcome.kind);
  return outcome.report;
}

describe('a report', () => {
  it('[P29] is there once its reporter holds a token, and tells until when we have promised what', async () => {
    const world = createReportWorld();

    const token = await file(world);

    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await follow(world, token)).toEqual({
      reference: expect.stringMatching(/^[\w-]{22}$/),
      state: 'new',
      severity: null,
      receivedAt: '2026-01-15T12:00:00.000Z',
      updatedAt: '2026-01-15T12:00:00.000Z',
      answerDueAt: '2026-01-16T23:00:00.000Z',
      decisionDueAt: '2026-01-22T23:00:00.000Z',
      messages: [],
    });
  });

  it('[P29] lies in the store sealed, under nothing that opens it: neither a word of it nor the token', async () => {
    const world = createReportWorld();

    const token = await file(world, { contact: 'rosa@example.com', credit: 'Rosa' });
    await addMessage(world.services, token, { text: 'One more thing' });

    const stored = Buffer.from(
      JSON.stringify([...world.store.reports, ...world.store.texts, ...world.store.messages], (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ),
    ).toString();
    for (const secret of [token, 'search page', 'alert(1)', 'rosa@example.com', 'Rosa', 'One more thing'])
      expect(stored).not.toContain(secret);
  });

  it('[P29] is sealed by a function that never opens it: of KMS it asks to open the conversation alone', async () => {
    const world = createReportWorld();

    const token = await file(world);
    await addMessage(world.services, token, { text: 'More' });
    await follow(world, token);

    expect(new Set(world.kms.calls)).toEqual(new Set(['Encrypt report', 'Encrypt conversation', 'Decrypt conversation']));
  });

  it('[P29] sent again with the same key is the same report, token and mail, and with other words another one', async () => {
    const world = createReportWorld();
    const idempotencyKey = 'a-random-value-of-the-client';

    const tokens = await Promise.all([1, 2, 3].map(() => file(world, { idempotencyKey, contact: 'rosa@example.com' })));
    const other = await file(world, { idempotencyKey, title: 'Another finding' });

    expect(new Set(tokens).size).toBe(1);
    expect(tokens).not.toContain(other);
    expect([world.store.reports.size, world.mailbox.length]).toEqual([2, 1]);
  });

  it('[P29] whose store failed half-way is whole once it is sent again', async () => {
    const world = createReportWorld();
    const create = world.store.create.bind(world.store);
    jest.spyOn(world.store, 'create').mockRejectedValueOnce(new Unavailable('store')).mockImplementation(create);
    const more = { idempotencyKey: 'a-random-value-of-the-client' };

    await expect(file(world, more)).rejects.toThrow(Unavailable);
    const token = await file(world, more);

    const [stored] = [...world.store.reports.values()];
    const text = world.store.texts.get(stored?.reportId ?? '');
    const key = await world.services.vault.open(stored?.reportId ?? '', 'report', text?.key ?? new Uint8Array());
    expect(JSON.parse(key.open('text', text?.sealed ?? new Uint8Array()))).toEqual(report);
    expect((await follow(world, token)).state).toBe('new');
  });

  it('[P29] is taken though no acknowledgement can be sent', async () => {
    const world = createReportWorld();
    const services = { ...world.services, mail: { send: () => Promise.reject(new Unavailable('queue')) } };

    const outcome = await fileReport(services, call(), { ...report, contact: 'rosa@example.com' });

    expect([outcome.kind, world.notes]).toEqual(['filed', ['report.not_acknowledged']]);
  });
});

describe('the acknowledgement', () => {
  it('[P22] [P29] goes out at once, without a word of the report, without the token, and without where it came from', async () => {
    const world = createReportWorld();

    const token = await file(world, { contact: ' Rosa@Example.com ', locale: 'it' });

    const [mail] = world.mailbox;
    expect(mail).toMatchObject({ kind: 'report_received', email: 'rosa@example.com', locale: 'it', address: '', userAgent: '' });
    expect(JSON.stringify(mail)).not.toContain(token);
    expect(JSON.stringify(mail)).not.toMatch(/search page|alert/);
  });

  it('[P22] bombs no mailbox: a hundred reports that name one address send it three', async () => {
    const world = createReportWorld();

    for (let each = 0; each < 100; each++) await file(world, { title: `${each}`, contact: 'victim@example.com' }, `198.51.${each}.1`);

    expect([world.store.reports.size, world.mailbox.length]).toEqual([100, vulnerabilityReports.acknowledgementsPerAddress]);
  });

  it('is not sent to what is no address, and the reporter hears of it before anything is stored', async () => {
    const world = createReportWorld();

    const outcome = await fileReport(world.services, call(), { ...report, contact: 'x<victim@example.com>' });

    expect(outcome).toEqual({ kind: 'invalid_email', path: 'contact', message: expect.stringContaining('or left out') });
    expect(world.store.reports.size).toBe(0);
  });
});

describe('the mail to staff', () => {
  const notified = ['ada@example.com', 'rosa@example.com'];

  it('[P29] goes to each at once, with the reference and until when an answer is promised, and no word of the report', async () => {
    const world = createReportWorld();

    const outcome = await fileReport({ ...world.services, notified }, call(), { ...report, contact: 'eve@example.com' });

    const mails = world.mailbox.filter(({ kind }) => kind === 'report_news');
    const reportId = [...world.store.reports.keys()][0];
    // A Thursday: until the end of Friday in Rome.
    const expected = {
      reportId,
      answerDueAt: '2026-01-16T23:00:00.000Z',
      siteOrigin: 'https://id.example.com',
      address: '',
      userAgent: '',
    };
    expect(mails).toEqual(notified.map((email) => expect.objectContaining({ ...expected, email })));
    expect(new Set(mails.map(({ id }) => id)).size).toBe(2);
    expect(JSON.stringify(mails)).not.toMatch(/search|alert|session|eve@/);
    expect(outcome.kind === 'filed' && JSON.stringify(mails).includes(outcome.trackingToken)).toBe(false);
  });

  it('[P29] that fails leaves the report taken, its reporter acknowledged, and the others told', async () => {
    const world = createReportWorld();
    const send = async (message: MailMessage) => {
      if (message.email === 'ada@example.com') throw new Unavailable('queue');
      world.mailbox.push(message);
    };

    const outcome = await fileReport({ ...world.services, notified, mail: { send } }, call(), { ...report, contact: 'eve@example.com' });

    expect([outcome.kind, world.notes]).toEqual(['filed', ['report.staff_not_told']]);
    expect(world.mailbox.map(({ kind, email }) => `${kind} ${email}`).sort()).toEqual([
      'report_news rosa@example.com',
      'report_received eve@example.com',
    ]);
  });

  it('is sent once for a report that is sent twice', async () => {
    const world = createReportWorld();
    const twice = { ...report, idempotencyKey: 'a-key-that-is-long-enough-for-anybody' };

    for (let time = 0; time < 2; time++) await fileReport({ ...world.services, notified }, call(), twice);

    expect(world.mailbox).toHaveLength(2);
  });
});

describe('a flood', () => {
  it('[P29] from one network ends there, while somebody else still gets through', async () => {
    const world = createReportWorld();
    const { limit } = securityPolicy.budgets['reports-of-network'];

    const flood = [];
    for (let each = 0; each < limit + 60; each++) {
      flood.push(await fileReport(world.services, from(`203.0.113.${each}`), { ...report, title: `${each}` }));
    }
    const real = await fileReport(world.services, from('198.51.100.20'), report);

    expect(flood.filter(({ kind }) => kind === 'filed')).toHaveLength(limit);
    expect(flood.at(-1)).toEqual({ kind: 'rate_limited', retryAfterSeconds: 3600 });
    expect(real.kind).toBe('filed');
  });

  it('[P29] from everywhere is refused with a time to come back, rings, and loses nothing that was taken', async () => {
    const world = createReportWorld();
    const { limit } = securityPolicy.budgets['reports-of-everyone'];
    const address = (each: number) => `100.${64 + (each >> 8)}.${each & 255}.1`;
    for (let each = 0; each < limit; each++) await world.services.budgets.spend('reports-of-everyone', { address: address(each) });
    const before = world.store.reports.size;

    const outcome = await fileReport(world.services, from('198.51.100.20'), report);

    expect(outcome).toEqual({ kind: 'overloaded', retryAfterSeconds: vulnerabilityReports.overloadRetrySeconds });
    expect([world.metrics, world.store.reports.size]).toEqual([['Reports/Overloaded 1'], before]);
  });
});

describe('the tracking token', () => {
  it.each(['', 'forged', 'A'.repeat(43), '../../etc/passwd', '%00', "' OR 1=1 --", 'x'.repeat(4000)])(
    '[P29] when forged (%.20s) finds nothing, by the same single reading as a right one',
    async (forged) => {
      const world = createReportWorld();
      await file(world);
      const read = jest.spyOn(world.store, 'read');

      expect(await followReport(world.services, forged)).toEqual({ kind: 'not_found' });
      expect(await addMessage(world.services, forged, { text: 'Hello' })).toEqual({ kind: 'not_found' });
      expect(read).toHaveBeenCalledTimes(2);
    },
  );

  it('[P29] opens its own report and no other: the reference of a report, which is no secret, opens none', async () => {
    const world = createReportWorld();
    const [one, other] = [await file(world), await file(world, { title: 'Another' })];

    const { reference } = await follow(world, one);

    expect((await follow(world, other)).reference).not.toBe(reference);
    expect(await followReport(world.services, reference)).toEqual({ kind: 'not_found' });
  });
});

describe('messages of the reporter', () => {
  it('[P29] stand in their order, are marked for staff, and sent twice with a key count as one', async () => {
    const world = createReportWorld();
    const token = await file(world);
    const idempotencyKey = 'a-random-value-of-the-client';

    await addMessage(world.services, token, { text: 'First' });
    world.advance(60);
    await addMessage(world.services, token, { text: 'Second', idempotencyKey });
    await addMessage(world.services, token, { text: 'Second', idempotencyKey });

    expect((await follow(world, token)).messages.map(({ from: author, text }) => [author, text])).toEqual([
      ['reporter', 'First'],
      ['reporter', 'Second'],
    ]);
    expect([...world.store.reports.values()][0]?.untoldSince).toBe(Date.UTC(2026, 0, 15, 12));
  });

  it('[P29] end at a number that nobody needs, with what to do then', async () => {
    const world = createReportWorld();
    const token = await file(world);
    const { messages } = vulnerabilityReports;

    const outcomes = await Promise.all(
      Array.from({ length: messages + 5 }, (_, each) => addMessage(world.services, token, { text: `${each}` })),
    );

    expect(outcomes.filter(({ kind }) => kind === 'added')).toHaveLength(messages);
    expect(outcomes.at(-1)).toEqual({ kind: 'conflict', detail: expect.stringContaining('file another report') });
  });

  it('[P29] that somebody moved to another place in the store don’t open there', async () => {
    const world = createReportWorld();
    const token = await file(world);
    await addMessage(world.services, token, { text: 'Mine' });
    const [reportId, [message]] = [...world.store.messages][0] as [string, [never]];

    world.store.messages.set(reportId, [{ ...(message as object), from: 'staff' } as never]);

    await expect(follow(world, token)).rejects.toThrow();
  });
});

describe('what a reporter may send', () => {
  const complaints = (body: object) => {
    const result = fileReportBody.safeParse({ ...report, ...body });
    return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['a template', `{{7*7}} ${'$'}{7*7} #{7*7} <%= 7*7 %>`],
    ['a lookup', `${'$'}{jndi:ldap://127.0.0.1/a}`],
    ['a formula', '=HYPERLINK("https://example.com","x")'],
    ['an injection', "'; DROP TABLE reports; --"],
    ['marks that turn the direction', 'abc\u202Egnp.exe'],
    ['a null in words', '\\u0000 \\x1b[2J'],
  ])('[P29] is %s, word for word: a report is about such things', (_, steps) => {
    expect(complaints({ steps })).toEqual([]);
  });

  it.each([
    ['an escape sequence of terminals', { steps: '\u001b[2J\u001b]0;owned\u0007' }, /^steps: must not contain control characters/],
    ['NUL', { impact: 'a\u0000b' }, /^impact: must not contain control characters/],
    ['a line end in the title', { title: 'a\r\nBcc: victim@example.com' }, /^title: must be one line/],
    ['half a surrogate pair', { steps: '\ud83d' }, /^steps: must be well-formed/],
    [
      'a giant text',
      { steps: 'a'.repeat(10_001) },
      /^steps: must have at most 10000 characters: shorten it, and send the rest as a message/,
    ],
    ['nothing but spaces', { title: '   ' }, /^title: must not be empty/],
    ['a vector of CVSS 3.1', { cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }, /^cvss: must be a vector of CVSS 4.0/],
    ['a vector with more behind it', { cvss: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N/<b>' }, /^cvss: /],
    ['a weakness by name', { weakness: 'XSS' }, /^weakness: must be the id of a weakness, as in CWE-79/],
    [
      'a private key',
      { pgpKey: '-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----' },
      /^pgpKey: must be a public key/,
    ],
  ])('[P29] is not %s, and the refusal says what to do', (_, body, complaint) => {
    expect(complaints(body)).toEqual([expect.stringMatching(complaint)]);
  });

  it.each([
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H',
    'CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:A/CR:H/MSI:S/S:P/AU:Y/R:I/V:C/RE:H/U:Red',
  ])('[P29] is a vector of CVSS 4.0: %s', (cvss) => {
    expect(complaints({ cvss })).toEqual([]);
  });
});
