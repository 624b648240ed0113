import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple my paper clip';

jest.setTimeout(120_000);
let system: System;

beforeAll(async () => {
  system = await System.start();
});

afterAll(() => system.remove());

describe('the whole story, from outside', () => {
  it('registers, verifies by the mailed link, signs in, sees and ends sessions, changes the password, signs out', async () => {
    const email = freshEmail();
    const anna = new Viewer(system, freshAddress());

    const registered = await anna.send('POST /v1/accounts', { body: { email, password: PASSWORD, locale: 'it' } });
    expect([registered.status, registered.json]).toEqual([202, { status: 'accepted' }]);
    expect((await anna.signIn(email, PASSWORD)).json.code).toBe('invalid_credentials');
    const token = await system.awaitToken(email, '/verify');
    expect((await anna.send('POST /v1/accounts/verify', { body: { token } })).status).toBe(204);
    expect((await anna.send('POST /v1/accounts/verify', { body: { token } })).json.code).toBe('invalid_token');

    const signedIn = await anna.signIn(email, PASSWORD);
    expect(signedIn.json).toMatchObject({
      status: 'signed_in',
      account: { email, locale: 'it', isStaff: false, secondFactor: { enabled: false } },
      session: { current: true, address: anna.address },
      csrfToken: expect.any(String),
    });
    expect(signedIn.json).not.toHaveProperty('token');

    const phone = new Viewer(system, freshAddress());
    await phone.signIn(email, PASSWORD);
    const listed = await anna.send('GET /v1/sessions');
    expect(listed.json.sessions).toHaveLength(2);
    const other = listed.json.sessions.find((session: { current: boolean }) => !session.current);
    expect((await anna.send(`DELETE /v1/sessions/${other.id}`)).status).toBe(204);
    expect((await phone.send('GET /v1/session')).json.code).toBe('unauthenticated');

    const before = anna.cookies.get('__Host-session');
    expect((await anna.send('POST /v1/session/step-up', { body: { password: PASSWORD } })).status).toBe(204);
    expect(anna.cookies.get('__Host-session')).not.toBe(before);
    await anna.send('GET /v1/session');

    const changed = await anna.send('PUT /v1/account/password', { body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } });
    expect(changed.status).toBe(204);
    await anna.send('GET /v1/session');
    expect((await phone.signIn(email, PASSWORD)).json.code).toBe('invalid_credentials');

    const history = await anna.send('GET /v1/account/events');
    const types = history.json.events.map((event: { type: string }) => event.type);
    expect(types.slice(0, 3)).toEqual(['sign_in.failed', 'password.changed', 'session.stepped_up']);
    expect(types.at(-1)).toBe('account.verified');

    const out = await anna.send('POST /v1/sign-out');
    expect([out.status, out.headers['clear-site-data']]).toEqual([204, '"cache", "storage"']);
    expect((await anna.send('GET /v1/session')).status).toBe(401);
  });

  it('resets a forgotten password by mail: ends sessions, never signs in, the same answer for strangers', async () => {
    const email = freshEmail();
    const anna = new Viewer(system, freshAddress());
    await anna.register(email, PASSWORD);
    await anna.signIn(email, PASSWORD);

    const known = await anna.send('POST /v1/password-reset', { body: { email } });
    const unknown = await anna.send('POST /v1/password-reset', { body: { email: freshEmail('nobody') } });
    expect([known.status, known.json]).toEqual([unknown.status, unknown.json]);
    const token = await system.awaitToken(email, '/reset');
    const reset = await new Viewer(system, freshAddress()).send('POST /v1/password-reset/confirm', {
      body: { token, newPassword: NEW_PASSWORD },
    });

    expect([reset.status, reset.text]).toEqual([204, '']);
    expect(reset.headers['set-cookie']?.some((cookie) => cookie.startsWith('__Host-session'))).toBe(false);
    expect((await anna.send('GET /v1/session')).status).toBe(401);
    expect((await anna.signIn(email, PASSWORD)).json.code).toBe('invalid_credentials');
    expect((await anna.signIn(email, NEW_PASSWORD)).json.status).toBe('signed_in');
    const mails = await system.awaitMail(email, 3);
    expect(mails[0]?.html).toContain('</');
  });

  it('works for a native app by bearer token: no cookie, no CSRF token', async () => {
    const email = freshEmail();
    const app = new Viewer(system, freshAddress());
    await app.register(email, PASSWORD);

    const signedIn = await app.signIn(email, PASSWORD, { delivery: 'bearer' });
    const headers = { authorization: `Bearer ${signedIn.json.token}` };
    app.cookies.clear();
    app.csrfToken = undefined;

    expect((await app.send('GET /v1/session', { headers })).json.account.email).toBe(email);
    const changed = await app.send('PUT /v1/account/password', { headers, body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD } });
    const renewed = { authorization: `Bearer ${changed.headers['x-session-token']}` };
    expect((await app.send('GET /v1/session', { headers })).status).toBe(401);
    expect((await app.send('GET /v1/session', { headers: renewed })).status).toBe(200);
    expect((await app.send('POST /v1/sign-out', { headers: renewed })).status).toBe(204);
  });

  it('[P27] gives staff short sessions', async () => {
    const staff = new Viewer(system, freshAddress());
    await staff.register('staff@example.com', PASSWORD);

    const { json } = await staff.signIn('staff@example.com', PASSWORD);

    expect(json.account.isStaff).toBe(true);
    expect(Date.parse(json.session.expiresAt) - Date.parse(json.session.createdAt)).toBe(30 * 60 * 1000);
  });

  it('[P11] refuses common passwords, short ones, the address and the product, and says why', async () => {
    const anna = new Viewer(system, freshAddress());
    const email = freshEmail('francesca');
    const register = (password: string) => anna.send('POST /v1/accounts', { body: { email, password } });

    const answers = [];
    for (const password of ['12345', 'password1', 'Qwertyuiop', email, email.split('@')[0] ?? '', 'Portiere!'])
      answers.push(await register(password));

    expect(answers.map(({ status, json }) => [status, json.code])).toEqual(answers.map(() => [422, 'weak_password']));
    expect(answers.map(({ json }) => json.errors[0].path)).toEqual(answers.map(() => 'password'));
  });

  it('takes a password of 256 characters, and tells two of 73 bytes apart', async () => {
    const anna = new Viewer(system, freshAddress());
    const email = freshEmail();
    const long = 'è'.repeat(256);
    await anna.register(email, long);

    expect((await anna.signIn(email, long)).json.status).toBe('signed_in');
    expect((await anna.signIn(email, `${'è'.repeat(255)}e`)).json.code).toBe('invalid_credentials');
  });

  it('describes itself by OpenAPI 3.1, every route of it', async () => {
    const { json } = await new Viewer(system, freshAddress()).send('GET /v1/openapi.json');

    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths)).toEqual(expect.arrayContaining(['/v1/sign-in', '/v1/sessions/{id}', '/v1/account/password']));
    expect(json.paths['/v1/sign-in'].post.responses['429'].content).toHaveProperty('application/problem+json');
  });
});
