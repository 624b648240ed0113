import type { Context } from 'aws-lambda';
import { problems } from '../../contract/problems.ts';
import { type Route, type RouteId, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Settings } from '../../contract/settings.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { computeCsrfToken, mintSession, serialiseToken } from '../../lambda/domain/sessions.ts';
import type { HttpAnswer, HttpCall, PipelineServices } from '../../lambda/http/call.ts';
import { createPipeline } from '../../lambda/http/pipeline.ts';
import { answer } from '../../lambda/http/responses.ts';
import { createFrontDoor } from '../support/front-door.ts';
import { type EventOptions, httpEvent, ORIGIN_SECRET, SITE } from '../support/http-event.ts';

const settings: Settings = {
  productName: 'Acme Desk',
  siteOrigin: SITE,
  allowedOrigins: ['https://app.example.com'],
  passwordProfile: 'page',
  bcryptCost: 10,
  staff: ['staff@example.com'],
  sender: 'no-reply@example.com',
};

function createApi(overrides: Partial<PipelineServices> = {}) {
  const door = createFrontDoor();
  const seen: HttpCall[] = [];
  const logged: string[] = [];
  const counted: string[] = [];
  const services: PipelineServices = {
    settings,
    clock: door.services.clock,
    accounts: door.services.accounts,
    isStaff: () => false,
    isOriginSecret: async (presented) => presented === ORIGIN_SECRET,
    telemetry: { log: (...line) => void logged.push(JSON.stringify(line)), count: (metric) => void counted.push(metric) },
    ...overrides,
  };
  const handlers = Object.fromEntries(
    Object.keys(routes).map((id) => [
      id,
      async (call: HttpCall) => {
        seen.push(call);
        return answer(call, 200, { reached: id });
      },
    ]),
  ) as Record<RouteId, (call: HttpCall) => Promise<HttpAnswer>>;
  const pipeline = createPipeline(handlers, () => services);
  return {
    door,
    seen,
    logged,
    counted,
    handlers,
    async send(request: string, options: EventOptions = {}) {
      const response = (await pipeline(httpEvent(request, options), { awsRequestId: 'lambda-1' } as Context)) as HttpAnswer;
      return { ...response, json: response.body === undefined ? undefined : JSON.parse(response.body) };
    },
    async session() {
      await door.createAccount('anna@example.com', 'correct horse battery');
      const account = [...door.stores.accounts.items.values()].at(-1);
      if (!account) throw new Error('no account');
      const { token, stored } = mintSession(door.services.random, account.accountId, { address: '', userAgent: '' }, door.now());
      await door.services.accounts.addSession(account.accountId, 1, token.sessionId, stored);
      return {
        cookie: `__Host-session=${serialiseToken(token)}`,
        bearer: serialiseToken(token),
        csrf: computeCsrfToken(token.secret),
        stored,
        account,
      };
    },
  };
}

const signInBody = { email: 'anna@example.com', password: 'secret password' };

describe('every answer', () => {
  it.each(['GET /v1/health', 'GET /v1/session', 'POST /v1/nowhere'])(
    '[P09] [P18] [P21] to %s carries the security headers',
    async (request) => {
      const api = createApi();

      const { headers } = await api.send(request);

      expect(headers).toMatchObject(securityPolicy.headers);
      expect(headers).toMatchObject({ 'X-Request-Id': 'request-1' });
      expect(String(headers?.['Content-Type'])).toMatch(/^application\/(problem\+)?json/);
    },
  );

  it('is not to be stored, public documents excepted', async () => {
    const api = createApi();

    expect((await api.send('GET /v1/health')).headers).toMatchObject({ 'Cache-Control': 'no-store' });
    expect((await api.send('GET /v1/openapi.json')).headers).toMatchObject({ 'Cache-Control': 'public, max-age=300' });
  });
});

describe('the way around the edge', () => {
  it.each([
    ['no secret', ''],
    ['a wrong secret', 'wrong'],
  ])('is closed to %s, whatever else is right', async (_, secret) => {
    const api = createApi();

    const response = await api.send('GET /v1/health', { headers: { 'x-origin-secret': secret } });

    expect([response.statusCode, response.json.code]).toEqual([403, 'forbidden']);
    expect(api.counted).toEqual(['Origin/Bypassed']);
    expect(api.seen).toHaveLength(0);
  });

  it('the viewer is who CloudFront says, not who X-Forwarded-For says', async () => {
    const api = createApi();

    await api.send('GET /v1/health', { headers: { 'x-forwarded-for': '192.0.2.66', 'cloudfront-viewer-address': '2001:db8::7:52100' } });

    expect(api.seen[0]?.viewer.address).toBe('2001:db8::7');
  });

  it('with a configured domain, no header moves the origin of links in mails', async () => {
    const api = createApi();

    await api.send('GET /v1/health', { headers: { 'x-viewer-origin': 'https://evil.example', host: 'evil.example' } });

    expect(api.seen[0]?.siteOrigin).toBe(SITE);
  });

  it('without a domain and without the edge’s word for it, nothing is served', async () => {
    const { siteOrigin, ...withoutDomain } = settings;
    const api = createApi({ settings: withoutDomain });

    const missing = await api.send('GET /v1/health');
    const hostile = await api.send('GET /v1/health', { headers: { 'x-viewer-origin': 'https://evil.example/path' } });

    expect([missing.statusCode, hostile.statusCode]).toEqual([503, 503]);
  });
});

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

  it('a cookie that opens nothing is taken back', async () => {
    const api = createApi();

    const response = await api.send('GET /v1/session', { cookies: ['__Host-session=stale'] });

    expect(response.cookies).toEqual(['__Host-session=; Max-Age=0; Secure; HttpOnly; SameSite=Lax; Path=/']);
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

describe('bodies', () => {
  it.each([
    ['malformed JSON', { rawBody: '{"email":' }, 400, 'invalid_request'],
    [
      'bytes that are not UTF-8',
      { rawBody: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true },
      400,
      'invalid_request',
    ],
    ['an array', { body: [] }, 400, 'invalid_request'],
    ['null', { rawBody: 'null' }, 400, 'invalid_request'],
    ['nothing', {}, 400, 'invalid_request'],
    ['a missing field', { body: { email: 'anna@example.com' } }, 400, 'invalid_request'],
    ['a wrong type', { body: { ...signInBody, password: 12345678 } }, 400, 'invalid_request'],
    ['an object for a string', { body: { ...signInBody, email: { $ne: '' } } }, 400, 'invalid_request'],
    ['an unknown field', { body: { ...signInBody, admin: true } }, 400, 'invalid_request'],
    ['__proto__', { rawBody: '{"email":"anna@example.com","password":"x","__proto__":{"admin":true}}' }, 400, 'invalid_request'],
    ['an empty password', { body: { ...signInBody, password: '' } }, 400, 'invalid_request'],
    ['a password of 257 characters', { body: { ...signInBody, password: 'a'.repeat(257) } }, 400, 'invalid_request'],
    ['NUL in a password', { body: { ...signInBody, password: 'secret\u0000' } }, 400, 'invalid_request'],
    ['a lone surrogate in a password', { rawBody: '{"email":"anna@example.com","password":"abcdef\\ud800"}' }, 400, 'invalid_request'],
    ['a lone surrogate in the address', { rawBody: '{"email":"a\\ud800@example.com","password":"abcdef"}' }, 400, 'invalid_request'],
    ['no address', { body: { ...signInBody, email: 'anna' } }, 400, 'invalid_request'],
    ['an address of a thousand characters', { body: { ...signInBody, email: `${'a'.repeat(1000)}@example.com` } }, 400, 'invalid_request'],
    ['another delivery', { body: { ...signInBody, delivery: 'pigeon' } }, 400, 'invalid_request'],
    ['more than 16 KiB', { body: { ...signInBody, password: 'a'.repeat(17_000) } }, 413, 'payload_too_large'],
    ['a form', { rawBody: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported_media_type'],
    ['text/plain JSON', { body: signInBody, headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [
      'another charset',
      { body: signInBody, headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'unsupported_media_type',
    ],
    ['two content types', { body: signInBody, headers: { 'content-type': 'application/json, text/plain' } }, 415, 'unsupported_media_type'],
  ])('of %s get the problem that names it', async (_, options, status, code) => {
    const api = createApi();

    const response = await api.send('POST /v1/sign-in', options);

    expect([response.statusCode, response.json.code]).toEqual([status, code]);
    expect(response.json).toMatchObject({ type: `/problems/${code}`, status, requestId: 'request-1', title: expect.any(String) });
    expect(api.seen).toHaveLength(0);
  });

  it('errors name the field and what to do', async () => {
    const api = createApi();

    const { json } = await api.send('POST /v1/sign-in', { body: { email: 'anna', extra: 1 } });

    expect(json.errors).toEqual(
      expect.arrayContaining([
        { path: 'email', message: 'must be an e-mail address' },
        { path: 'password', message: 'must be a string' },
        { path: 'extra', message: 'is not a field of this request' },
      ]),
    );
  });

  it.each([
    ['a charset', 'application/json; charset=UTF-8'],
    ['capitals', 'Application/JSON'],
  ])('with %s in the content type are taken', async (_, type) => {
    const api = createApi();

    expect((await api.send('POST /v1/sign-in', { body: signInBody, headers: { 'content-type': type } })).statusCode).toBe(200);
  });
});

describe('what no route takes', () => {
  it.each([
    ['GET /', 404, 'not_found'],
    ['GET /v1/nothing', 404, 'not_found'],
    ['GET /v1/sign-in', 405, 'method_not_allowed'],
    ['PATCH /v1/account/password', 405, 'method_not_allowed'],
    ['POST /v1/sessions/abc', 405, 'method_not_allowed'],
  ])('%s is %i', async (request, status, code) => {
    const api = createApi();

    const response = await api.send(request, { routeKey: '$default' });

    expect([response.statusCode, response.json.code]).toEqual([status, code]);
    if (status === 405) expect(response.headers).toHaveProperty('Allow');
  });
});

describe('faults', () => {
  it('of a service we depend on are 503 with a time to come back', async () => {
    const api = createApi();
    api.handlers['sign-in'] = () => Promise.reject(new Unavailable('store', { cause: new Error('secret detail') }));

    const response = await api.send('POST /v1/sign-in', { body: signInBody });

    expect([response.statusCode, response.json.code, response.headers?.['Retry-After']]).toEqual([503, 'unavailable', '5']);
    expect(response.body).not.toContain('secret detail');
  });

  it('of ours are opaque to the caller', async () => {
    const api = createApi();
    api.handlers['sign-in'] = () => Promise.reject(new TypeError('cannot read secrets of undefined'));

    const response = await api.send('POST /v1/sign-in', { body: signInBody });

    expect([response.statusCode, response.json.code]).toEqual([500, 'internal']);
    expect(response.body).not.toMatch(/secrets|TypeError|at .*\.ts/);
    expect(response.headers).toMatchObject(securityPolicy.headers);
  });
});

describe('problem codes', () => {
  it('have the status that the contract gives them', () => {
    expect(Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status]))).toEqual({
      invalid_request: 400,
      invalid_token: 400,
      unauthenticated: 401,
      invalid_credentials: 401,
      invalid_code: 401,
      challenge_expired: 401,
      origin_not_allowed: 403,
      csrf_token_invalid: 403,
      step_up_required: 403,
      forbidden: 403,
      blocked: 403,
      not_found: 404,
      method_not_allowed: 405,
      conflict: 409,
      payload_too_large: 413,
      unsupported_media_type: 415,
      weak_password: 422,
      account_locked: 429,
      rate_limited: 429,
      internal: 500,
      unavailable: 503,
    });
  });
});
