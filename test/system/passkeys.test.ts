import { SoftwareAuthenticator } from '../support/authenticator.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

interface Owner {
  readonly email: string;
  readonly anna: Viewer;
  readonly authenticator: SoftwareAuthenticator;
  readonly passkeyId: string;
  readonly recoveryCodes: string[];
}

/** A registered person with a passkey on a security key that counts. */
async function owner(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256'): Promise<Owner> {
  const email = freshEmail('passkey');
  const anna = new Viewer(system, freshAddress());
  await anna.register(email, PASSWORD);
  await anna.signIn(email, PASSWORD);
  expect((await anna.send('POST /v1/account/passkeys/options')).json.code).toBe('step_up_required');
  expect((await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } })).status).toBe(204);
  await anna.send('GET /v1/session');
  const authenticator = new SoftwareAuthenticator(system.edge, { algorithm, counts: true });
  const { options } = (await anna.send('POST /v1/account/passkeys/options')).json;
  const added = await anna.send('POST /v1/account/passkeys', { body: { name: 'Security key', credential: authenticator.create(options) } });
  expect(added.status).toBe(201);
  return { email, anna, authenticator, passkeyId: added.json.passkey.id, recoveryCodes: added.json.recoveryCodes };
}

async function signInAlone(viewer: Viewer, authenticator: SoftwareAuthenticator, more: Record<string, unknown> = {}) {
  const { options } = (await viewer.send('POST /v1/sign-in/passkey/options', { body: {} })).json;
  return viewer.send('POST /v1/sign-in/passkey', { body: { credential: authenticator.get(options), ...more } });
}

describe('passkeys, from outside', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('[P14] sign in alone, answer the second step and step up, by %s', async (algorithm) => {
    const { email, anna, authenticator, recoveryCodes } = await owner(algorithm);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect((await anna.send('GET /v1/account')).json.secondFactor).toMatchObject({ enabled: true, methods: ['passkey', 'recovery_code'] });

    const phone = new Viewer(system, freshAddress());
    const alone = await signInAlone(phone, authenticator);
    expect(alone.json).toMatchObject({ status: 'signed_in', account: { email } });
    expect((await phone.send('GET /v1/session')).status).toBe(200);

    const desk = new Viewer(system, freshAddress());
    const { challengeId, methods } = (await desk.signIn(email, PASSWORD)).json;
    expect(methods).toEqual(['passkey', 'recovery_code']);
    const { options } = (await desk.send('POST /v1/sign-in/passkey/options', { body: { challengeId } })).json;
    expect(options.allowCredentials).toHaveLength(1);
    const second = await desk.send('POST /v1/sign-in/passkey', { body: { challengeId, credential: authenticator.get(options) } });
    expect(second.json).toMatchObject({ status: 'signed_in', account: { email } });

    expect((await desk.send('POST /v1/account/recovery-codes')).json.code).toBe('step_up_required');
    const stepUp = (await desk.send('POST /v1/session/step-up/passkey/options')).json.options;
    const before = desk.cookies.get('__Host-session');
    expect((await desk.send('POST /v1/session/step-up/passkey', { body: { credential: authenticator.get(stepUp) } })).status).toBe(204);
    expect(desk.cookies.get('__Host-session')).not.toBe(before);
    await desk.send('GET /v1/session');
    expect((await desk.send('POST /v1/account/recovery-codes')).json.recoveryCodes).toHaveLength(10);
  });

  it('[P14] an assertion from fifty clients at the same instant opens one session, and none afterwards', async () => {
    const { authenticator } = await owner();
    const clients = Array.from({ length: 5 }, () => new Viewer(system, freshAddress()));
    const { options } = (await clients[0]?.send('POST /v1/sign-in/passkey/options', { body: {} }))?.json ?? {};
    const body = { credential: authenticator.get(options) };

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => clients[index % 5]?.send('POST /v1/sign-in/passkey', { body })),
    );
    const late = await clients[0]?.send('POST /v1/sign-in/passkey', { body });

    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => (answer?.status ?? 500) >= 500)).toHaveLength(0);
    expect(late?.json.code).toBe('challenge_expired');
  });

  it('[P14] a passkey is listed, removed after a step-up, and two-step verification goes off with the last; each is in the history and mailed', async () => {
    const { email, anna, authenticator, passkeyId } = await owner();
    expect((await anna.send('GET /v1/account/passkeys')).json.passkeys).toMatchObject([
      { id: passkeyId, name: 'Security key', lastUsedAt: null },
    ]);

    expect((await anna.send(`DELETE /v1/account/passkeys/${'A'.repeat(22)}`)).json.code).toBe('not_found');
    expect((await anna.send(`DELETE /v1/account/passkeys/${passkeyId}`)).status).toBe(204);
    const gone = await signInAlone(new Viewer(system, freshAddress()), authenticator);
    const password = await new Viewer(system, freshAddress()).signIn(email, PASSWORD);
    const { events } = (await anna.send('GET /v1/account/events')).json;
    const mails = await system.awaitMail(email, 3);

    expect([gone.json.code, password.json.status]).toEqual(['invalid_credentials', 'signed_in']);
    expect(events.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['passkey.added', 'second_factor.enabled', 'passkey.removed', 'second_factor.disabled']),
    );
    expect(mails.length).toBeGreaterThanOrEqual(3);
  });

  it('[P14] a challenge for one thing is none for another, nor from another browser, and is over after five minutes', async () => {
    const { email, anna, authenticator } = await owner();
    const signIn = (await anna.send('POST /v1/sign-in/passkey/options', { body: {} })).json.options;
    const stepUp = (await anna.send('POST /v1/session/step-up/passkey/options')).json.options;
    const desk = new Viewer(system, freshAddress());
    const { challengeId } = (await desk.signIn(email, PASSWORD)).json;
    const stranger = new Viewer(system, freshAddress());

    const codes = [
      (await stranger.send('POST /v1/sign-in/passkey/options', { body: { challengeId } })).json.code,
      (await anna.send('POST /v1/session/step-up/passkey', { body: { credential: authenticator.get(signIn) } })).json.code,
      (await stranger.send('POST /v1/sign-in/passkey', { body: { credential: authenticator.get(stepUp) } })).json.code,
      (await desk.send('POST /v1/sign-in/passkey', { body: { challengeId, credential: authenticator.get(signIn) } })).json.code,
    ];
    await system.advance(300);
    codes.push((await stranger.send('POST /v1/sign-in/passkey', { body: { credential: authenticator.get(signIn) } })).json.code);

    expect(codes).toEqual(Array(5).fill('challenge_expired'));
  });

  it('[P14] bodies of every wrong shape are refused, and none is a fault', async () => {
    const { anna, authenticator } = await owner();
    const { options } = (await anna.send('POST /v1/sign-in/passkey/options', { body: {} })).json;
    const good = authenticator.get(options);
    const bodies = [
      {},
      { credential: null },
      { credential: [] },
      { credential: { ...good, response: {} } },
      { credential: { ...good, type: 'password' } },
      { credential: { ...good, id: '' } },
      { credential: { ...good, response: { ...good.response, clientDataJSON: '%%%' } } },
      { credential: { ...good, response: { ...good.response, signature: 'A'.repeat(9000) } } },
      { credential: good, challengeId: 'x' },
      { credential: { ...good, response: { ...good.response, authenticatorData: 'AAAA' } } },
      { credential: { ...good, response: { ...good.response, clientDataJSON: Buffer.from('[]').toString('base64url') } } },
      { credential: { ...good, rawId: 'AAAA' } },
    ];

    const statuses = await Promise.all(bodies.map(async (body) => (await anna.send('POST /v1/sign-in/passkey', { body })).status));

    expect(statuses).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 401, 401, 401, 401]);
  });

  it('opens a bearer session for a native app that asks for one', async () => {
    const { authenticator } = await owner();
    const app = new Viewer(system, freshAddress());

    const { token } = (await signInAlone(app, authenticator, { delivery: 'bearer' })).json;
    const session = await new Viewer(system, freshAddress()).send('GET /v1/session', { headers: { authorization: `Bearer ${token}` } });

    expect(app.cookies.has('__Host-session')).toBe(false);
    expect(session.status).toBe(200);
  });

  it('with the store failing nothing opens: 503, and the assertion still counts after it', async () => {
    const { authenticator } = await owner();
    const phone = new Viewer(system, freshAddress());
    const { options } = (await phone.send('POST /v1/sign-in/passkey/options', { body: {} })).json;
    const body = { credential: authenticator.get(options) };

    await system.tellConsole('POST', '/api/faults', { service: 'dynamodb', mode: 'error', rate: 1, seconds: 60 });
    const during = await phone.send('POST /v1/sign-in/passkey', { body });
    await system.tellConsole('DELETE', '/api/faults');
    const after = await phone.send('POST /v1/sign-in/passkey', { body });

    expect([during.status, after.status]).toEqual([503, 200]);
  });

  it('no role was denied anything it needs', async () => {
    expect(await system.readConsole('/api/denials')).toEqual([]);
  });
});
