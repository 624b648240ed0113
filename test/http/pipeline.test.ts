import { canaryUserAgent } from '../../contract/canary.ts';
import { problems } from '../../contract/problems.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { createApi, settings, signInBody } from '../support/api.ts';
import { httpEvent, SITE } from '../support/http-event.ts';

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

  it('[P16] is told by the address of the connection, whatever its headers say, and reaches nothing but the guard', async () => {
    const read = jest.fn();
    const api = createApi({ accounts: new Proxy({} as never, { get: () => read }) });
    const forged = { 'x-forwarded-for': '192.0.2.66', 'cloudfront-viewer-address': '192.0.2.67:1', forwarded: 'for=192.0.2.68' };

    for (let hit = 0; hit < 200; hit++) await api.send('POST /v1/sign-in', { headers: { ...forged, 'x-origin-secret': `guess ${hit}` } });

    expect(api.counted).toEqual(Array(200).fill('Origin/Bypassed'));
    expect(new Set(api.logged)).toEqual(
      new Set([
        JSON.stringify(['WARN', 'origin.bypassed', { requestId: 'request-1', peer: httpEvent('GET /').requestContext.http.sourceIp }]),
      ]),
    );
    expect([api.seen, read.mock.calls]).toEqual([[], []]);
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
      enrolment_required: 403,
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

describe('what counts for the service level objectives', () => {
  it('[P01] every request for a route of ours is counted once, by what it was answered with', async () => {
    const api = createApi();
    api.handlers['sign-in'] = async () => {
      throw new Unavailable('store');
    };

    await api.send('POST /v1/sign-in', { body: signInBody });
    await api.send('GET /v1/session');
    await api.send('GET /v1/openapi.json');

    expect(api.judged).toEqual([
      { slo: 'sign-in', isFailed: true, isSlow: false },
      { slo: 'session-check', isFailed: false, isSlow: false },
      { isFailed: false, isSlow: false },
    ]);
  });

  it('[P01] nothing else is: not our canary, not a monitor, not what no route takes, not who passes by the edge', async () => {
    const api = createApi();

    await api.send('GET /v1/session', { headers: { 'user-agent': canaryUserAgent } });
    await api.send('GET /v1/health');
    await api.send('GET /v1/nowhere');
    await api.send('GET /v1/session', { headers: { 'x-origin-secret': 'wrong' } });

    expect(api.judged).toEqual([]);
  });
});
