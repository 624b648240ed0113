import { type Route, routes } from '../../contract/routes.ts';
import { computeCsrfToken, mintSession } from '../../lambda/domain/sessions.ts';
import { deviceCookie, sessionCookie } from '../../lambda/http/cookies.ts';
import { createApi, signInBody } from '../support/api.ts';
import { httpEvent, SITE } from '../support/http-event.ts';

describe('origins', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['our name under http', { origin: 'http://id.example.com' }],
    ['a longer name that begins with ours', { origin: 'https://id.example.com.evil.example' }],
    ['our name with a port', { origin: 'https://id.example.com:8443' }],
    ['two origins', { origin: `${SITE}, https://evil.example` }],
  ])('[P19] a request that changes something from %s is refused', async (_, headers) => {
    const api = createApi();

    const response = await api.send('POST /v1/sign-in', { body: signInBody, headers });

    expect([response.statusCode, response.json.code]).toEqual([403, 'origin_not_allowed']);
    expect(api.seen).toHaveLength(0);
  });

  it.each([
    ['our own', { origin: SITE }],
    ['a configured one', { origin: 'https://app.example.com' }],
  ])('[P19] from %s it is taken', async (_, headers) => {
    const api = createApi();

    expect((await api.send('POST /v1/sign-in', { body: signInBody, headers })).statusCode).toBe(200);
  });

  it.each([
    ['both headers missing', {}, 403],
    ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }, 403],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a bearer token that sign-in has no use for', { authorization: 'Bearer x' }, 403],
  ])('[P19] without Origin, %s', async (_, headers, status) => {
    const api = createApi();
    const event = httpEvent('POST /v1/sign-in', { body: signInBody });
    const { origin, ...others } = event.headers;

    const response = await api.send('POST /v1/sign-in', {
      body: signInBody,
      headers: { ...(others as Record<string, string>), ...headers, origin: undefined as unknown as string },
    });

    expect(response.statusCode).toBe(status);
  });

  it('[P19] only configured origins get CORS headers and a preflight', async () => {
    const api = createApi();

    const allowed = await api.send('OPTIONS /v1/sign-in', { routeKey: '$default', headers: { origin: 'https://app.example.com' } });
    const foreign = await api.send('OPTIONS /v1/sign-in', { routeKey: '$default', headers: { origin: 'https://evil.example' } });

    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      'Access-Control-Allow-Origin': 'https://app.example.com',
      'Access-Control-Allow-Methods': 'POST',
    });
    expect(foreign.statusCode).toBe(405);
    expect(foreign.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });
});

describe('sessions and CSRF', () => {
  it('a session opens by cookie and by bearer token', async () => {
    const api = createApi();
    const { cookie, bearer } = await api.session();

    const byCookie = await api.send('GET /v1/session', { cookies: [cookie] });
    const byBearer = await api.send('GET /v1/session', { headers: { authorization: `Bearer ${bearer}` } });

    expect([byCookie.statusCode, byBearer.statusCode]).toEqual([200, 200]);
  });

  it.each([
    ['nothing', () => ({})],
    ['an empty cookie', () => ({ cookies: ['__Host-session='] })],
    ['a forged cookie', (cookie: string) => ({ cookies: [`${cookie.slice(0, -2)}xx`] })],
    ['the right cookie twice', (cookie: string) => ({ cookies: [cookie, cookie] })],
    ['the right cookie behind a planted one', (cookie: string) => ({ cookies: ['__Host-session=planted', cookie] })],
    ['the cookie without its prefix', (cookie: string) => ({ cookies: [cookie.replace('__Host-', '')] })],
    ['two bearer tokens', (cookie: string) => ({ headers: { authorization: `Bearer ${cookie.slice(15)},Bearer x` } })],
    [
      'basic credentials, though the cookie is right',
      (cookie: string) => ({ cookies: [cookie], headers: { authorization: 'Basic YTpi' } }),
    ],
    [
      'a wrong bearer token, though the cookie is right',
      (cookie: string) => ({ cookies: [cookie], headers: { authorization: 'Bearer x.y' } }),
    ],
    ['a token of prototype names', () => ({ headers: { authorization: `Bearer ${'__proto__'.padEnd(44, '_')}.${'a'.repeat(43)}` } })],
  ])('%s opens nothing', async (_, options) => {
    const api = createApi();
    const { cookie } = await api.session();

    const response = await api.send('GET /v1/session', options(cookie));

    expect([response.statusCode, response.json.code]).toEqual([401, 'unauthenticated']);
    expect(response.headers).toHaveProperty('WWW-Authenticate');
  });

  it('a cookie that opens nothing is left alone: its successor may be on the way', async () => {
    const api = createApi();

    const response = await api.send('GET /v1/session', { cookies: ['__Host-session=stale'] });

    expect([response.statusCode, response.cookies]).toEqual([401, undefined]);
  });

  it.each([
    ['no token', () => ({})],
    ['a wrong token', () => ({ 'x-csrf-token': 'wrong' })],
    ['the session token itself', (session: { bearer: string }) => ({ 'x-csrf-token': session.bearer })],
  ])('[P20] a cookie request that changes something with %s is refused', async (_, headers) => {
    const api = createApi();
    const session = await api.session();

    const response = await api.send('POST /v1/sign-out', { cookies: [session.cookie], headers: headers(session) });

    expect([response.statusCode, response.json.code]).toEqual([403, 'csrf_token_invalid']);
  });

  it("[P20] another session's CSRF token doesn't serve", async () => {
    const api = createApi();
    const mine = await api.session();
    const { token } = mintSession(api.door.services.random, mine.account.accountId, { address: '', userAgent: '' }, 0);

    const response = await api.send('POST /v1/sign-out', {
      cookies: [mine.cookie],
      headers: { 'x-csrf-token': computeCsrfToken(token.secret) },
    });

    expect(response.statusCode).toBe(403);
  });

  it('[P20] with the token it passes; a bearer request needs none', async () => {
    const api = createApi();
    const session = await api.session();

    const byCookie = await api.send('POST /v1/sign-out', { cookies: [session.cookie], headers: { 'x-csrf-token': session.csrf } });
    const byBearer = await api.send('POST /v1/sign-out', { headers: { authorization: `Bearer ${session.bearer}` } });

    expect([byCookie.statusCode, byBearer.statusCode]).toEqual([200, 200]);
  });

  it('[P20] every route that changes something with a session asks for the CSRF token', async () => {
    const api = createApi();
    const { cookie } = await api.session();
    const unsafe = Object.values<Route>(routes).filter(({ method, auth }) => method !== 'GET' && auth === 'session');

    const codes = await Promise.all(
      unsafe.map(async ({ method, path }) => (await api.send(`${method} ${path}`, { cookies: [cookie], body: {} })).json.code),
    );

    expect(unsafe.length).toBeGreaterThanOrEqual(5);
    expect(codes).toEqual(unsafe.map(() => 'csrf_token_invalid'));
  });

  it('both cookies are for our host alone, over TLS, out of reach of scripts, and small', () => {
    const longest = 'x'.repeat(200);

    for (const cookie of [sessionCookie(longest), deviceCookie(longest)]) {
      const [pair = '', ...attributes] = cookie.split('; ');
      expect(pair).toMatch(/^__Host-(session|device)=x+$/);
      expect(attributes.sort()).toEqual(['HttpOnly', expect.stringMatching(/^Max-Age=\d+$/), 'Path=/', 'SameSite=Lax', 'Secure']);
      expect(cookie.length).toBeLessThan(4096);
    }
  });

  it('are ended only after a confirmation by whoever has two-step verification', async () => {
    const api = createApi();
    const { bearer, account } = await api.session();
    const headers = { authorization: `Bearer ${bearer}` };
    const end = async () => [
      (await api.send('DELETE /v1/sessions', { headers })).statusCode,
      (await api.send('DELETE /v1/sessions/{id}', { headers })).statusCode,
    ];

    const without = await end();
    const { items } = api.door.stores.accounts;
    items.set(account.accountId, { ...items.get(account.accountId), secondFactor: { confirmedAt: 0 } } as never);

    expect([without, await end()]).toEqual([
      [200, 200],
      [403, 403],
    ]);
  });

  it('is noted as seen after five minutes, not at every request', async () => {
    const api = createApi();
    const { cookie, stored, account } = await api.session();
    const seen = () =>
      Object.values(api.door.stores.accounts.items.get(account.accountId)?.sessions ?? {}).map(({ lastSeenAt }) => lastSeenAt);

    api.door.advance(299);
    await api.send('GET /v1/session', { cookies: [cookie] });
    const early = seen();
    api.door.advance(1);
    await api.send('GET /v1/session', { cookies: [cookie] });

    expect(early).toEqual([stored.createdAt]);
    expect(seen()).toEqual([stored.createdAt + 300_000]);
  });
});
