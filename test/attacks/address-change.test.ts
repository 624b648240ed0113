import { type Answer, freshAddress, freshEmail, type MailPage, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const [HOUR, DAY] = [3600, 86_400];

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

function viewer(): Viewer {
  return new Viewer(system, freshAddress());
}

/** Of the tests to come. */
const owners: { readonly email: string; readonly anna: Viewer }[] = [];

/** Many at once, for afterwards an hour must pass: what registering has taken of a mailbox's three mails an hour. */
async function registerOwners(count: number): Promise<void> {
  const registered = Array.from({ length: count }, async () => {
    const email = freshEmail('owner');
    const anna = viewer();
    await anna.register(email, PASSWORD);
    await anna.signIn(email, PASSWORD);
    return { email, anna };
  });
  owners.push(...(await Promise.all(registered)));
  await system.advance(HOUR);
}

async function owner(): Promise<{ readonly email: string; readonly anna: Viewer }> {
  if (owners.length === 0) await registerOwners(12);
  const [next] = owners.splice(0, 1);
  if (next === undefined) throw new Error('nobody has registered');
  // However long ago that was.
  await next.anna.signIn(next.email, PASSWORD);
  return next;
}

async function ask(anna: Viewer, newEmail: string): Promise<Answer> {
  await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } });
  await anna.send('GET /v1/session');
  return anna.send('POST /v1/account/email', { body: { newEmail } });
}

/** @returns the tokens of all links to this page, the newest mail's first, once there are so many */
async function tokens(to: string, page: MailPage, count = 1): Promise<string[]> {
  return system.until(async () => {
    const found = (await system.mails(to)).flatMap(({ text }) => new RegExp(`${page}#token=([\\w-]+)`).exec(text)?.[1] ?? []);
    return found.length >= count ? found : undefined;
  }, `${count} mails to ${to} with a link to ${page}`);
}

async function token(to: string, page: MailPage): Promise<string> {
  const [newest = ''] = await tokens(to, page);
  return newest;
}

const confirm = (link: string): Promise<Answer> => viewer().send('POST /v1/account/email/confirm', { body: { token: link } });
const undo = (link: string): Promise<Answer> => viewer().send('POST /v1/account/email/undo', { body: { token: link } });
const outcome = ({ status, json }: Answer) => json?.code ?? json?.status ?? status;

async function move(anna: Viewer, newEmail: string): Promise<void> {
  await ask(anna, newEmail);
  expect((await confirm(await token(newEmail, '/confirm-email'))).status).toBe(204);
}

/** Calls at the same instant, by viewers who each keep under the edge's limits. */
function together(count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => send(index)));
}

describe('an attack on a change of address', () => {
  it('[P13] [P14] two accounts race for one address, fifty clicks at once: one gets it, once, and both keep an address', async () => {
    const [one, two] = [await owner(), await owner()];
    const wanted = freshEmail('wanted');
    await Promise.all([ask(one.anna, wanted), ask(two.anna, wanted)]);
    const links = await tokens(wanted, '/confirm-email', 2);

    const answers = await together(50, (index) => confirm(links[index % 2] ?? ''));

    const outcomes = answers.map(outcome);
    expect(outcomes.filter((kind) => kind === 204)).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set([204, 'invalid_token']));
    const emails = await Promise.all([one, two].map(async ({ anna }) => (await anna.send('GET /v1/account')).json.email));
    expect(emails.filter((email) => email === wanted)).toHaveLength(1);
    for (const email of emails) expect(outcome(await viewer().signIn(email, PASSWORD))).toBe('signed_in');
    const loser = emails[0] === wanted ? two : one;
    expect(emails).toContain(loser.email);
  });

  it('[P13] a registration races a change: one of them gets the address, and the other is told nothing', async () => {
    const { email, anna } = await owner();
    const wanted = freshEmail('wanted');
    await ask(anna, wanted);
    await viewer().send('POST /v1/accounts', { body: { email: wanted, password: 'another phrase' } });
    const [change, registration] = [await token(wanted, '/confirm-email'), await token(wanted, '/verify')];

    const answers = await together(20, (index) =>
      index % 2 ? confirm(change) : viewer().send('POST /v1/accounts/verify', { body: { token: registration } }),
    );

    expect(answers.map(outcome).filter((kind) => kind === 204)).toHaveLength(1);
    const opened = await Promise.all(
      [
        [wanted, PASSWORD],
        [wanted, 'another phrase'],
        [email, PASSWORD],
      ].map(async ([address = '', password = '']) => outcome(await viewer().signIn(address, password))),
    );
    const changeWon = (await anna.send('GET /v1/account')).json.email === wanted;
    expect(opened).toEqual(
      changeWon ? ['signed_in', 'invalid_credentials', 'invalid_credentials'] : ['invalid_credentials', 'signed_in', 'signed_in'],
    );
  });

  it('[P14] a reset link that was mailed to the old address resets nothing after the change', async () => {
    const { email, anna } = await owner();
    const wanted = freshEmail('wanted');
    await viewer().send('POST /v1/password-reset', { body: { email } });
    const link = await token(email, '/reset');
    await move(anna, wanted);

    const answer = await viewer().send('POST /v1/password-reset/confirm', { body: { token: link, newPassword: 'mallory was here' } });

    expect(outcome(answer)).toBe('invalid_token');
    expect(outcome(await viewer().signIn(wanted, PASSWORD))).toBe('signed_in');
  });

  it('[P14] a thief moves the account from B to C with undo links of B in hand: the owner gets it back, the thief does not', async () => {
    const { email, anna } = await owner();
    const thief = viewer();
    await thief.signIn(email, PASSWORD);
    const [b, c] = [freshEmail('b'), freshEmail('c')];
    await move(thief, b);
    await move(thief, c);
    const mine = await tokens(b, '/undo', 1);
    const [owners = ''] = await tokens(email, '/undo', 1);
    await system.advance(HOUR);

    expect(outcome(await undo(owners))).toBe(204);

    expect((await Promise.all(mine.map(undo))).map(outcome)).toEqual(['invalid_token']);
    for (const session of [anna, thief]) expect((await session.send('GET /v1/session')).status).toBe(401);
    const resetToken = await token(email, '/reset');
    const reset = await viewer().send('POST /v1/password-reset/confirm', {
      body: { token: resetToken, newPassword: 'a phrase of my own' },
    });
    expect(reset.status).toBe(204);
    const opened = await Promise.all([email, b, c].map(async (address) => outcome(await viewer().signIn(address, 'a phrase of my own'))));
    expect(opened).toEqual(['signed_in', 'invalid_credentials', 'invalid_credentials']);
  });

  it('[P14] fifty undos of one link at once: one is redeemed, the account is back, and no fault', async () => {
    const { email, anna } = await owner();
    await move(anna, freshEmail('wanted'));
    const [link = ''] = await tokens(email, '/undo', 1);

    const outcomes = (await together(50, () => undo(link))).map(outcome);

    expect(outcomes.filter((kind) => kind === 204)).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set([204, 'invalid_token']));
    expect((await system.mails(email)).filter(({ subject }) => /is secured/.test(subject)).length).toBeLessThanOrEqual(1);
  });

  it('[P14] an undo races the thief\u2019s next move: the owner has the account in the end', async () => {
    const { email } = await owner();
    const thief = viewer();
    await thief.signIn(email, PASSWORD);
    const [b, c] = [freshEmail('b'), freshEmail('c')];
    await move(thief, b);
    const [owners = ''] = await tokens(email, '/undo', 1);
    await system.advance(HOUR);
    await ask(thief, c);
    const next = await token(c, '/confirm-email');

    const answers = await together(20, (index) => (index % 2 ? undo(owners) : confirm(next)));

    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const opened = await Promise.all([email, b, c].map(async (address) => outcome(await viewer().signIn(address, PASSWORD))));
    expect(opened).toEqual(['invalid_credentials', 'invalid_credentials', 'invalid_credentials']);
    const reset = await viewer().send('POST /v1/password-reset/confirm', {
      body: { token: await token(email, '/reset'), newPassword: 'a phrase of my own' },
    });
    expect(reset.status).toBe(204);
    expect(outcome(await viewer().signIn(email, 'a phrase of my own'))).toBe('signed_in');
  });

  it('[P14] "this wasn\'t me" twice, and fifty times at once, counts once', async () => {
    const { email, anna } = await owner();
    await viewer().signIn(email, PASSWORD);
    const link = await token(email, '/disavow');
    const disavow = () => viewer().send('POST /v1/account/disavow', { body: { token: link } });

    const outcomes = (await together(50, disavow)).map(outcome);

    expect(outcomes.filter((kind) => kind === 204)).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set([204, 'invalid_token']));
    expect(outcome(await disavow())).toBe('invalid_token');
    expect((await anna.send('GET /v1/session')).status).toBe(401);
  });

  it('with the function of passwords failing nothing moves, and the same link moves the account after it', async () => {
    const { email, anna } = await owner();
    const wanted = freshEmail('wanted');
    await ask(anna, wanted);
    const link = await token(wanted, '/confirm-email');
    await system.tellConsole('POST', '/api/faults', { service: 'function:password', mode: 'error', rate: 1, seconds: 600 });

    const failing = await confirm(link);
    await system.tellConsole('DELETE', '/api/faults');

    expect([failing.status, failing.json.code, failing.headers['retry-after']]).toEqual([503, 'unavailable', '5']);
    expect((await anna.send('GET /v1/account')).json.email).toBe(email);
    expect((await confirm(link)).status).toBe(204);
    expect(outcome(await viewer().signIn(wanted, PASSWORD))).toBe('signed_in');
  });

  it('[P14] a sixth request of a day is refused, and mails nobody', async () => {
    const { anna } = await owner();
    const wanted = Array.from({ length: 6 }, () => freshEmail('many'));

    const outcomes = [];
    for (const email of wanted) outcomes.push(await ask(anna, email));

    expect(outcomes.map(outcome)).toEqual([...Array(5).fill('accepted'), 'rate_limited']);
    expect(Number(outcomes[5]?.headers['retry-after'])).toBeGreaterThan(0);
  });

  // The clock moves by a week: the last one of this file.
  it('[P14] an undo after seven days changes nothing, and the address is free again', async () => {
    const { email, anna } = await owner();
    const wanted = freshEmail('wanted');
    await move(anna, wanted);
    const [link = ''] = await tokens(email, '/undo', 1);
    await system.advance(HOUR);
    const early = viewer();
    await early.send('POST /v1/accounts', { body: { email, password: 'another phrase' } });
    const told = await system.until(
      async () => (await system.mails(email)).find(({ subject }) => /free/.test(subject)),
      'a mail that says that the address is not free',
    );
    expect(told.text).not.toContain('#token=');
    await system.advance(7 * DAY);

    expect(outcome(await undo(link))).toBe('invalid_token');

    expect(outcome(await viewer().signIn(wanted, PASSWORD))).toBe('signed_in');
    await viewer().register(email, 'another phrase');
    expect(outcome(await viewer().signIn(email, 'another phrase'))).toBe('signed_in');
  });

  it('no role was denied anything it needs', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
