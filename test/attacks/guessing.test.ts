import { securityPolicy } from '../../contract/security-policy.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

async function newAccount(): Promise<{ email: string; owner: Viewer }> {
  const email = freshEmail();
  const owner = new Viewer(system, freshAddress());
  await owner.register(email, PASSWORD);
  return { email, owner };
}

describe('an attacker who guesses', () => {
  it('[P13] gets five verdicts for a thousand parallel guesses from many addresses, and no fault', async () => {
    const { email } = await newAccount();
    const attackers = Array.from({ length: 20 }, () => new Viewer(system, freshAddress()));

    const answers = await Promise.all(
      attackers.flatMap((attacker, a) => Array.from({ length: 50 }, (_, g) => attacker.signIn(email, `guess ${a} ${g}`))),
    );

    const statuses = answers.map(({ status, json }) => `${status} ${json.code}`);
    expect(statuses.filter((status) => status === '401 invalid_credentials').length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status.startsWith('5'))).toEqual([]);
    // `rate_limited`: the attempts before it were under way for longer than a request waits for them (`contentionWaitSeconds`), as on a
    // machine that is busy. No verdict, so it must cost the attacker as much as the lock does: it says how long, and the lock stands.
    const refusals = ['401 invalid_credentials', '429 account_locked', '429 rate_limited'];
    expect(statuses.filter((status) => !refusals.includes(status))).toEqual([]);
    for (const { headers } of answers.filter(({ status }) => status === 429)) expect(headers['retry-after']).toMatch(/^\d+$/);
    const afterwards = await new Viewer(system, freshAddress()).signIn(email, PASSWORD);
    expect(`${afterwards.status} ${afterwards.json.code}`).toBe('429 account_locked');
  });

  it('[P13] in sequence gets five, and the owner is told by mail', async () => {
    const { email } = await newAccount();
    const attacker = new Viewer(system, freshAddress());

    const codes = [];
    for (let guess = 0; guess < 7; guess++) codes.push((await attacker.signIn(email, `guess ${guess}`)).json.code);

    expect(codes).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked', 'account_locked']);
    const mails = await system.awaitMail(email, 2);
    expect(mails).toHaveLength(2);
  });

  it('[P13] keeps the owner out neither on a known device nor after a reset', async () => {
    const { email, owner } = await newAccount();
    const attacker = new Viewer(system, freshAddress());
    for (let guess = 0; guess < 6; guess++) await attacker.signIn(email, `guess ${guess}`);

    const asStranger = await new Viewer(system, freshAddress()).signIn(email, PASSWORD);
    const fromKnownDevice = await owner.signIn(email, PASSWORD);

    expect(asStranger.json.code).toBe('account_locked');
    expect(fromKnownDevice.json.status).toBe('signed_in');
  });

  it('[P13] waits as long as the lock says, by the clock', async () => {
    const { email } = await newAccount();
    const attacker = new Viewer(system, freshAddress());
    for (let guess = 0; guess < 5; guess++) await attacker.signIn(email, `guess ${guess}`);

    const locked = await attacker.signIn(email, PASSWORD);
    await system.advance(61);
    const after = await attacker.signIn(email, PASSWORD);

    expect([locked.status, locked.json.code]).toEqual([429, 'account_locked']);
    expect(locked.json.retryAfter).toBeGreaterThan(50);
    expect(locked.json.retryAfter).toBeLessThanOrEqual(60);
    expect(after.json.status).toBe('signed_in');
  });

  it('[P13] is refused nothing that is his: sixteen parallel right passwords all open', async () => {
    const { email, owner } = await newAccount();
    owner.cookies.clear();

    const answers = await Promise.all(Array.from({ length: 16 }, () => owner.signIn(email, PASSWORD)));

    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200));
  });

  it('[P13] learns nothing from an unknown address: same status, body and headers at every step', async () => {
    const { email } = await newAccount();
    const shape = async (address: string) => {
      const attacker = new Viewer(system, freshAddress());
      const steps = [];
      for (let guess = 0; guess < 7; guess++) {
        const { status, headers, json } = await attacker.signIn(address, `guess ${guess}`);
        const { requestId, retryAfter, ...body } = json;
        const { date, 'x-request-id': _, 'retry-after': __, ...others } = headers;
        steps.push({ status, body, headers: others, hasRetryAfter: retryAfter !== undefined });
      }
      return steps;
    };

    expect(await shape(email)).toEqual(await shape(freshEmail('nobody')));
  });

  it('[P16] is limited by address at the edge, whatever X-Forwarded-For says', async () => {
    const attacker = new Viewer(system, freshAddress());
    const bystander = new Viewer(system, freshAddress());

    const statuses = [];
    for (let guess = 0; guess < 105; guess++) {
      const { status } = await attacker.send('POST /v1/password-reset', {
        body: {},
        headers: { 'x-forwarded-for': `192.0.2.${guess}`, forwarded: `for=192.0.2.${guess}` },
      });
      statuses.push(status);
    }
    const other = await bystander.send('POST /v1/password-reset', { body: {} });

    expect(statuses.slice(0, 100)).toEqual(Array(100).fill(400));
    expect(statuses.slice(100).every((status) => status === 429 || status === 403)).toBe(true);
    expect(other.status).toBe(400);
  });

  it('[P16] is limited exactly behind the edge as well: of two hundred so many are looked at, and forged addresses change nothing', async () => {
    const { limit, windowSeconds } = securityPolicy.budgets.registrations;
    const address = freshAddress();
    let sent = 0;
    const attempt = (viewer: Viewer) => {
      sent += 1;
      const forged = `192.0.2.${sent % 250}`;
      return viewer.send('POST /v1/accounts', {
        // Too short a password, which is refused where it is looked at.
        body: { email: freshEmail(), password: 'x' },
        headers: { 'x-forwarded-for': forged, 'cloudfront-viewer-address': `${forged}:443`, forwarded: `for=${forged}` },
      });
    };
    await system.advance(windowSeconds);

    // Ten connections at once, from one address.
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const viewer = new Viewer(system, address);
        const own = [];
        for (let round = 0; round < 20; round++) own.push(await attempt(viewer));
        return own;
      }),
    );
    const bystander = await attempt(new Viewer(system, freshAddress()));

    const behind = answers.flat().filter(({ headers }) => headers['x-request-id'] !== undefined);
    const refused = behind.filter(({ status }) => status === 429);
    expect(behind.filter(({ status }) => status === 422)).toHaveLength(limit);
    expect(refused.length).toBe(behind.length - limit);
    expect(refused.length).toBeGreaterThan(0);
    for (const { json, headers } of refused) expect([json.code, Number(headers['retry-after'])]).toEqual(['rate_limited', json.retryAfter]);
    expect(bystander.status).toBe(422);
  });

  it('[P16] escapes the limit by no spelling of the path', async () => {
    const attacker = new Viewer(system, freshAddress());
    for (let guess = 0; guess < 100; guess++) await attacker.send('POST /v1/password-reset', { body: { email: 'x' } });

    const spellings = [
      '/v1/sign%2Din',
      '/v1//sign-in',
      '/V1/SIGN-IN',
      '/v1/./sign-in',
      '/v1/x/../sign-in',
      '/%76%31/sign-in',
      '/v1/sign-in/',
      '/v1/sign-in?x=1',
    ];
    const statuses = [];
    for (const spelling of spellings)
      statuses.push((await attacker.send(`POST ${spelling}`, { body: { email: 'a@example.com', password: 'x' } })).status);

    expect(statuses.filter((status) => status === 401 || status === 200)).toEqual([]);
  });
});

describe('mail', () => {
  it('reaches one address three times an hour, whoever asks', async () => {
    const { email } = await newAccount();
    const attacker = new Viewer(system, freshAddress());

    for (let round = 0; round < 10; round++) await attacker.send('POST /v1/password-reset', { body: { email } });
    await system.until(
      async () => ((await system.readConsole<{ visible: number }[]>('/api/mail?to=')).length >= 0 ? true : undefined),
      'the console',
    );
    await system.awaitMail(email, 3);
    const later = new Viewer(system, freshAddress());
    const other = freshEmail();
    await later.register(other, PASSWORD);

    expect(await system.mails(email)).toHaveLength(3);
  });
});
