import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type Route, routes } from '../../contract/routes.ts';
import { staffOf } from '../support/portiere.config.ts';
import { expectHeadersOfFirewall, expectHeadersOverPlainHttp, expectSecurityHeaders } from '../support/security-headers.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple my paper clip';

jest.setTimeout(600_000);
let system: System;

beforeAll(async () => {
  system = await System.shared();
});

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
    await staff.register(staffOf.story, PASSWORD);

    const { json } = await staff.signIn(staffOf.story, PASSWORD);

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

  it('[P22] has security.txt on the site and on its status page from the start, good for months, and leads to the form', async () => {
    const { now } = await system.readConsole<{ now: string }>('/api/clock');
    const read = (origin: string) => new Viewer(system, freshAddress(), origin).send('GET /.well-known/security.txt');

    const answers = await Promise.all([read(system.edge), read(system.status)]);

    for (const { status, headers, text } of answers) {
      const daysLeft = (Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? '') - Date.parse(now)) / 86_400_000;
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(text).toContain(`Contact: ${system.edge}/report\n`);
      expect(text).toContain(`Canonical: ${system.edge}/.well-known/security.txt\nCanonical: ${system.status}/.well-known/security.txt\n`);
      expect(daysLeft > 120 && daysLeft < 180).toBe(true);
    }
    expect(answers[0]?.text).toBe(answers[1]?.text);
  });

  it('[P22] [P29] takes a report from a stranger, lets its token alone follow it, and says what is wrong with others', async () => {
    const stranger = new Viewer(system, freshAddress());
    const hostile = '<img src=x onerror=alert(1)>';
    const body = { title: hostile, asset: '/v1/session', steps: `1. ${hostile}`, impact: 'All of it' };
    const file = (changes: object, headers = {}) => stranger.send('POST /v1/reports', { body: { ...body, ...changes }, headers });

    const filed = await file({});
    const token = filed.json.trackingToken;
    const added = await stranger.send(`POST /v1/reports/${token}/messages`, { body: { text: hostile } });
    const followed = await stranger.send(`GET /v1/reports/${token}`);
    const forged = await stranger.send(`GET /v1/reports/${'A'.repeat(43)}`);
    const refused = [
      await file({ title: '' }),
      await file({ weakness: 'XSS' }),
      await file({ steps: 'x'.repeat(10_001) }),
      await file({ cc: 'x' }),
    ];
    const others = [await file({ steps: 'x'.repeat(17_000) }), await file({}, { origin: 'https://evil.example' })];

    expect([filed.status, added.status]).toEqual([202, 202]);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect([followed.status, followed.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(followed.json).toMatchObject({ state: 'new', severity: null, messages: [{ from: 'reporter', text: hostile }] });
    expect(Date.parse(followed.json.answerDueAt)).toBeGreaterThan(Date.parse(followed.json.receivedAt));
    expect([forged.status, forged.json.code]).toEqual([404, 'not_found']);
    expect(refused.map(({ status, json }) => [status, json.code, json.errors[0].path])).toEqual(
      ['title', 'weakness', 'steps', 'cc'].map((path) => [400, 'invalid_request', path]),
    );
    expect(others.map(({ status, json }) => [status, json.code])).toEqual([
      [413, 'payload_too_large'],
      [403, 'origin_not_allowed'],
    ]);
  });

  it('[P18] answers for what is missing in words of its own, not in those of a bucket', async () => {
    const { status, json } = await new Viewer(system, freshAddress()).send('GET /assets/missing.js');

    expect([status, json.code]).toEqual([404, 'not_found']);
  });

  it('describes itself by OpenAPI 3.1, every route of it', async () => {
    const { json } = await new Viewer(system, freshAddress()).send('GET /v1/openapi.json');

    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths)).toEqual(expect.arrayContaining(['/v1/sign-in', '/v1/sessions/{id}', '/v1/account/password']));
    expect(json.paths['/v1/sign-in'].post.responses['429'].content).toHaveProperty('application/problem+json');
  });
});

describe('every response, from outside', () => {
  const paths = [...new Set(Object.values<Route>(routes).map(({ path }) => path.replaceAll(/\{\w+\}/g, 'x')))];

  it.each(Object.entries<Route>(routes))('[P09] [P18] [P21] of the route %s carries the security headers', async (_, { method, path }) => {
    const viewer = new Viewer(system, freshAddress());

    const answer = await viewer.send(`${method} ${path.replaceAll(/\{\w+\}/g, 'x')}`, method === 'GET' ? {} : { body: {} });

    expect(answer.status).toBeLessThan(500);
    expectSecurityHeaders(answer.headers);
    expect(answer.headers['x-request-id']).toBeTruthy();
  });

  it('[P09] [P18] [P21] to a method that a route does not take, and to a preflight of nobody’s, does too', async () => {
    const viewer = new Viewer(system, freshAddress());

    for (const path of paths) {
      for (const method of ['PATCH', 'OPTIONS']) {
        const answer = await viewer.send(`${method} ${path}`);
        expect([path, answer.status]).toEqual([path, 405]);
        expectSecurityHeaders(answer.headers);
      }
    }
  });

  it('[P09] [P18] [P21] of the pages in both languages, and whatever they refer to, does too', async () => {
    const viewer = new Viewer(system, freshAddress());
    const pages = [
      '/',
      '/register',
      '/verify',
      '/reset',
      '/account',
      '/admin',
      '/disavow',
      '/undo',
      '/confirm-email',
      '/security',
      '/security-reports',
      '/security.json',
      '/nothing/here',
    ];
    const queue = [...pages.flatMap((page) => [page, `${page}?lang=it`]), '/robots.txt', '/.well-known/change-password', '/favicon.ico'];
    const types = new Set<string>();

    for (const target of queue) {
      const answer = await viewer.send(`GET ${target}`);
      expectSecurityHeaders(answer.headers);
      types.add(String(answer.headers['content-type']).split(';')[0] ?? '');
      for (const [found] of answer.text.matchAll(/(?<=(?:src|href)=")\/[^"#]*|(?<=url\("?)\/[^")]*/g)) {
        if (!queue.includes(found)) queue.push(found);
      }
    }

    expect(queue.length).toBeGreaterThan(30);
    expect([...types]).toEqual(
      expect.arrayContaining(['text/html', 'text/css', 'text/javascript', 'image/svg+xml', 'font/woff2', 'text/plain']),
    );
  });

  it.each([
    ['a method that pages do not take', 'POST /', {}, 403],
    ['a traversal', 'GET /assets/..%2f..%2fpackage.json', {}, 404],
    ['a path of broken percent signs', 'GET /%zz%', {}, 404],
    ['another host', 'GET /', { headers: { host: 'evil.example' } }, 403],
    ['a GET with a body', 'GET /v1/health', { rawBody: '{}', headers: { 'content-type': 'application/json' } }, 403],
    ['a missing route', 'GET /v1/nothing', {}, 404],
    ['half of a body', 'POST /v1/sign-in', { rawBody: '{"email":' }, 400],
  ])('[P09] [P18] [P21] to %s does too', async (_, target, options, status) => {
    const answer = await new Viewer(system, freshAddress()).send(target, options);

    expect(answer.status).toBe(status);
    expectSecurityHeaders(answer.headers);
  });

  it.each([
    ['an address that is too long', `GET /${'a'.repeat(5000)}`, {}, 403],
    ['a body that is too large', 'POST /v1/sign-in', { rawBody: JSON.stringify({ email: 'a'.repeat(20_000) }) }, 413],
  ])('[P09] [P18] [P21] of the firewall to %s does too, by its rule alone', async (_, target, options, status) => {
    const answer = await new Viewer(system, freshAddress()).send(target, options);

    expect([answer.status, answer.json.status]).toEqual([status, status]);
    expectHeadersOfFirewall(answer.headers);
  });

  it('[P09] [P16] [P21] of the firewall when it limits is a problem document, with them too', async () => {
    const flood = new Viewer(system, freshAddress());
    for (let request = 0; request < 100; request++) await flood.send('POST /v1/password-reset', { body: {} });

    const answer = await flood.send('POST /v1/password-reset', { body: {} });

    expect([answer.status, answer.json.code]).toEqual([429, 'rate_limited']);
    expectHeadersOfFirewall(answer.headers);
  });

  it.each(['/', '/account', '/v1/session', '/assets/nothing.js'])(
    '[P07] [P21] to %s over plain HTTP carries all but HSTS',
    async (path) => {
      const answer = await fetch(`${system.plain}${path}`, { redirect: 'manual' });

      expect([301, 403]).toContain(answer.status);
      expectHeadersOverPlainHttp(Object.fromEntries(answer.headers));
    },
  );

  const sent = 'POST /v1/sign-in HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n';
  const smuggled = 'GET /v1/health HTTP/1.1\r\nHost: HOST\r\n\r\n';
  it.each([
    ['two lengths', `${sent}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${smuggled}`, 400],
    ['a length and chunks', `${sent}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`, 400],
    ['an encoding nobody knows', `${sent}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`, 400],
    ['an encoding behind a tab', `${sent}Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n${smuggled}`, 400],
    ['a chunk that is longer than it says', `${sent}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n${smuggled}`, 400],
    ['a name with a space behind', `${sent}Content-Length : 5\r\n\r\n12345${smuggled}`, 400],
    ['a folded line', `${sent}X-Folded: a\r\n b\r\n\r\n${smuggled}`, 400],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: HOST\r\n${`X-Filler: ${'a'.repeat(1000)}\r\n`.repeat(40)}`, 431],
    [
      'too many headers',
      `GET / HTTP/1.1\r\nHost: HOST\r\n${Array.from({ length: 150 }, (_, index) => `X-${index}: a\r\n`).join('')}\r\n`,
      431,
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['another protocol', 'EHLO evil.example\r\n\r\n', 400],
  ])('[P09] [P21] to %s is one refusal with the headers, and the end of the connection', async (_, bytes, status) => {
    const text = await sendRaw(bytes.replaceAll('HOST', new URL(system.edge).host));

    const [head = ''] = text.split('\r\n\r\n');
    const lines = head.split('\r\n').slice(1);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`]);
    expectSecurityHeaders(
      Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)])),
    );
  });

  /** @returns all that comes back until the other end closes the connection */
  function sendRaw(bytes: string): Promise<string> {
    const { port } = new URL(system.edge);
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', servername: 'localhost', ca: system.certificateAuthority, ALPNProtocols: ['http/1.1'] };
      const socket = connectTls({ ...options, port: Number(port), localAddress: freshAddress() } as ConnectionOptions, () =>
        socket.write(bytes),
      );
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    });
  }
});
