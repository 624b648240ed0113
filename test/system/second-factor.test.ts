import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

interface Enrolled {
  readonly email: string;
  readonly anna: Viewer;
  readonly secret: string;
  readonly recoveryCodes: string[];
}

async function enrol(): Promise<Enrolled> {
  const email = freshEmail('second');
  const anna = new Viewer(system, freshAddress());
  await anna.register(email, PASSWORD);
  await anna.signIn(email, PASSWORD);
  await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } });
  await anna.send('GET /v1/session');
  const enrolment = await anna.send('POST /v1/account/totp');
  expect(enrolment.status).toBe(201);
  const confirmed = await anna.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(enrolment.json.secret) } });
  expect(confirmed.status).toBe(200);
  return { email, anna, secret: enrolment.json.secret, recoveryCodes: confirmed.json.recoveryCodes };
}

describe('two-step verification, from outside', () => {
  it('[P14] is turned on by step-up, secret and first code, asks for a code at sign-in, and is turned off by a code', async () => {
    const email = freshEmail('second');
    const anna = new Viewer(system, freshAddress());
    await anna.register(email, PASSWORD);
    await anna.signIn(email, PASSWORD);

    expect((await anna.send('POST /v1/account/totp')).json.code).toBe('step_up_required');
    expect((await anna.send('POST /v1/session/step-up', { body: { password: 'wrong' } })).json.code).toBe('invalid_credentials');
    expect((await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } })).status).toBe(204);
    await anna.send('GET /v1/session');
    const enrolment = await anna.send('POST /v1/account/totp');
    const { secret, uri } = enrolment.json;
    expect(uri).toContain(`secret=${secret}`);
    expect((await anna.send('POST /v1/account/totp/confirm', { body: { code: '000000' } })).json.code).toBe('invalid_code');
    const confirmed = await anna.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(secret) } });
    expect(new Set(confirmed.json.recoveryCodes).size).toBe(10);
    expect((await anna.send('GET /v1/account')).json.secondFactor).toMatchObject({
      enabled: true,
      methods: ['totp', 'recovery_code'],
      recoveryCodesLeft: 10,
    });

    const phone = new Viewer(system, freshAddress());
    const challenged = await phone.signIn(email, PASSWORD);
    expect(challenged.json).toMatchObject({ status: 'second_factor_required', methods: ['totp', 'recovery_code'] });
    expect(phone.cookies.has('__Host-session')).toBe(false);
    const code = await system.nextCode(secret);
    const body = { challengeId: challenged.json.challengeId, method: 'totp', code };
    const signedIn = await phone.send('POST /v1/sign-in/second-factor', { body });
    expect(signedIn.json).toMatchObject({ status: 'signed_in', account: { email } });
    expect((await phone.send('GET /v1/session')).status).toBe(200);
    expect((await phone.send('POST /v1/sign-in/second-factor', { body })).json.code).toBe('challenge_expired');

    expect(
      (await anna.send('PUT /v1/account/password', { body: { currentPassword: PASSWORD, newPassword: 'another phrase' } })).status,
    ).toBe(204);
    await anna.send('GET /v1/session');
    await anna.send('POST /v1/session/step-up', { body: { password: 'another phrase', code: await system.nextCode(secret) } });
    await anna.send('GET /v1/session');
    expect((await anna.send('DELETE /v1/account/totp', { body: { code: await system.nextCode(secret) } })).status).toBe(204);
    expect((await phone.signIn(email, 'another phrase')).json.status).toBe('signed_in');
  });

  it('[P14] the same code from fifty clients at the same instant is accepted once', async () => {
    const { email, secret } = await enrol();
    const clients = Array.from({ length: 5 }, () => new Viewer(system, freshAddress()));
    const challenges = await Promise.all(clients.map(async (client) => (await client.signIn(email, PASSWORD)).json.challengeId));
    const code = await system.nextCode(secret);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        clients[index % 5]?.send('POST /v1/sign-in/second-factor', { body: { challengeId: challenges[index % 5], method: 'totp', code } }),
      ),
    );

    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => (answer?.status ?? 500) >= 500)).toHaveLength(0);
  });

  it('[P14] a recovery code opens once', async () => {
    const { email, recoveryCodes } = await enrol();
    const use = async () => {
      const client = new Viewer(system, freshAddress());
      const { challengeId } = (await client.signIn(email, PASSWORD)).json;
      return client.send('POST /v1/sign-in/second-factor', { body: { challengeId, method: 'recovery_code', code: recoveryCodes[0] } });
    };

    const [first, second] = [await use(), await use()];

    expect([first.json.status, second.json.code]).toEqual(['signed_in', 'invalid_code']);
    expect(first.json.account.secondFactor.recoveryCodesLeft).toBe(9);
  });

  it.each([
    '',
    '12345',
    '1234567',
    'abcdef',
    '１２３４５６',
    '\u0000',
    '123456\n123456',
    '💥💥💥💥💥💥',
    'A'.repeat(41),
    123456,
    null,
    ['123456'],
  ])('a code of the shape %j is a 4xx problem', async (code) => {
    const { email } = await shared();
    const client = new Viewer(system, freshAddress());
    const { challengeId } = (await client.signIn(email, PASSWORD)).json;

    const answer = await client.send('POST /v1/sign-in/second-factor', { body: { challengeId: challengeId ?? 'x', method: 'totp', code } });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('[P14] with KMS failing nothing opens: 503, and the code still counts after it', async () => {
    const { email, secret } = await enrol();
    const client = new Viewer(system, freshAddress());
    const { challengeId } = (await client.signIn(email, PASSWORD)).json;
    const body = { challengeId, method: 'totp', code: await system.nextCode(secret) };
    await system.tellConsole('POST', '/api/faults', { service: 'kms', mode: 'error', rate: 1, seconds: 60 });

    const failing = await client.send('POST /v1/sign-in/second-factor', { body });
    await system.tellConsole('DELETE', '/api/faults');
    const mended = await client.send('POST /v1/sign-in/second-factor', { body });

    expect([failing.status, failing.json.code, mended.json.status]).toEqual([503, 'unavailable', 'signed_in']);
  });

  it('[P14] works for a native app by bearer tokens alone', async () => {
    const { email, secret } = await enrol();
    const app = new Viewer(system, freshAddress());
    const challenged = await app.signIn(email, PASSWORD, { delivery: 'bearer' });
    app.cookies.clear();

    const body = { challengeId: challenged.json.challengeId, method: 'totp', code: await system.nextCode(secret) };
    const signedIn = await app.send('POST /v1/sign-in/second-factor', { body });
    app.cookies.clear();
    const who = await app.send('GET /v1/session', { headers: { authorization: `Bearer ${signedIn.json.token}` } });

    expect(who.json.account.email).toBe(email);
  });

  it('no role was denied anything it needs', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });

  let once: Promise<Enrolled> | undefined;
  function shared(): Promise<Enrolled> {
    once ??= enrol();
    return once;
  }
});
