import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compilePathPattern } from '../../local/edge/distribution.ts';
import type { EdgeResponse, HeaderList } from '../../local/edge/wire.ts';
import { buildEdge } from './runtime-edge-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'web-'));
mkdirSync(join(folder, 'en'));
writeFileSync(join(folder, 'en/index.html'), `<!doctype html>${'<p>hello</p>'.repeat(200)}`);
writeFileSync(join(folder, 'en/gone.html'), 'gone');
writeFileSync(join(folder, 'app.js'), 'export {}');
writeFileSync(join(folder, 'raw.bin'), 'raw');
writeFileSync(join(tmpdir(), 'outside-of-web.txt'), 'secret');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const build = (config?: Record<string, unknown>) => buildEdge(folder, config);
const header = (response: EdgeResponse, name: string) => response.headers.filter(([key]) => key === name).map(([, value]) => value);

test.each([
  ['/v1/*', '/v1/sign-in', true],
  ['v1/*', '/v1/', true],
  ['/v1/*', '/V1/sign-in', false],
  ['/v1/*', '/x/v1/a', false],
  ['*.js', '/a/b.js', true],
  ['/a?c', '/abc', true],
  ['/a.c', '/abc', false],
])('the path pattern %s on %s', (pattern, path, matches) => {
  expect(compilePathPattern(pattern).test(path)).toBe(matches);
});

describe('pages', () => {
  test('come from the files of the bucket deployment, with pinned types and the headers of the policy', async () => {
    const { send } = build();

    const response = await send();

    expect(response.status).toBe(200);
    expect(response.body.toString()).toContain('<p>hello</p>');
    expect(header(response, 'content-type')).toEqual(['text/html']);
    expect(header(response, 'cache-control')).toEqual(['no-cache']);
    expect(header(response, 'strict-transport-security')).toEqual(['max-age=63072000; includeSubDomains; preload']);
    expect(header(response, 'permissions-policy')).toEqual(['camera=()']);
  });

  test('are compressed for viewers that take it', async () => {
    const { send } = build();

    const response = await send({
      headers: [
        ['host', 'localhost:8443'],
        ['accept-encoding', 'gzip;q=1, br;q=0'],
      ],
    });

    expect(header(response, 'content-encoding')).toEqual(['gzip']);
    expect(gunzipSync(response.body).toString()).toContain('<p>hello</p>');
  });

  test.each([
    '/../outside-of-web.txt',
    '/..%2foutside-of-web.txt',
    '/en/..%2f..%2foutside-of-web.txt',
    '/%2e%2e/outside-of-web.txt',
    '/en',
    '/en/',
    '/%00',
    '/%zz',
    '/raw.bin',
  ])('[P18] no file is served for %s', async (path) => {
    const { send } = build();

    const response = await send({ path });

    expect(response.status).toBe(403);
    expect(response.body.toString()).not.toContain('secret');
  });

  test('an unchanged page is not sent twice', async () => {
    const { send } = build();
    const [etag = ''] = header(await send(), 'etag');

    const response = await send({
      headers: [
        ['host', 'localhost:8443'],
        ['If-None-Match', etag],
      ],
    });

    expect(response.status).toBe(304);
  });

  test('errors are replaced by the page that the distribution names for them', async () => {
    const { send } = build({ CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/en/gone.html' }] });

    const response = await send({ path: '/nowhere' });

    expect([response.status, response.body.toString()]).toEqual([404, 'gone']);
  });

  test('a group of origins asks its second one, with what that needs, for what the first one lacks, and for nothing else', async () => {
    const group = {
      Id: 'group',
      FailoverCriteria: { StatusCodes: { Items: [403], Quantity: 1 } },
      Members: { Items: [{ OriginId: 'web' }, { OriginId: 'api' }], Quantity: 2 },
    };
    const behaviour = {
      TargetOriginId: 'group',
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    };
    const { send, asked } = build({ OriginGroups: { Items: [group], Quantity: 1 }, DefaultCacheBehavior: behaviour });

    const there = await send({ path: '/app.js' });
    const missing = await send({ path: '/nowhere.js' });

    expect([there.body.toString(), missing.body.toString()]).toEqual(['export {}', '{}']);
    expect(asked.map(({ path, headers }) => [path, headers.get('x-origin-secret')])).toEqual([['/nowhere.js', ['the secret']]]);
  });
});

describe('requests to the API', () => {
  const headers: HeaderList = [
    ['host', 'localhost:8443'],
    ['Accept', 'a'],
    ['accept', 'b'],
    ['X-Forwarded-For', '203.0.113.9'],
    ['CloudFront-Viewer-Address', '203.0.113.9:1'],
    ['x-origin-secret', 'guessed'],
    ['X-Viewer-Origin', 'https://evil.example'],
    ['X-Secret-Header', 'nobody asked for it'],
    ['cookie', 'session=1; tracking=2; session=3'],
  ];

  test('carry what the policies name, the address of the connection, and the secret of the origin', async () => {
    const { send, asked } = build();

    await send({ path: '/v1/session', query: 'page=2&other=1', headers });

    expect(asked[0]?.query).toBe('page=2');
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
      accept: ['a', 'b'],
      cookie: ['session=1; session=3'],
      'cloudfront-viewer-address': ['127.0.0.9:50123'],
      'user-agent': ['Amazon CloudFront'],
      'x-forwarded-for': ['203.0.113.9, 127.0.0.9'],
      'x-origin-secret': ['the secret'],
      'x-viewer-origin': ['https://localhost:8443'],
    });
  });

  test('[P07] are refused over plain HTTP, and pages are redirected', async () => {
    const { send } = build();

    const api = await send({ path: '/v1/session', isSecure: false });
    const page = await send({ path: '/register', query: 'lang=it', isSecure: false });

    expect(api.status).toBe(403);
    expect([page.status, header(page, 'location')]).toEqual([301, ['https://localhost:8443/register?lang=it']]);
    expect(header(page, 'strict-transport-security')).toEqual([]);
  });

  test.each([
    ['a method that the behaviour does not allow', { path: '/', method: 'POST' }, 403],
    ['an unknown host', { host: 'evil.example' }, 403],
    ['a GET with a body', { path: '/v1/session', hasBody: true }, 403],
  ])('%s never reaches an origin', async (_title, changes, status) => {
    const { send, asked } = build();

    const response = await send(changes);

    expect(response.status).toBe(status);
    expect(asked).toEqual([]);
    expect(header(response, 'x-frame-options')).toEqual(['DENY']);
  });

  test('a body that did not arrive whole is answered by the edge', async () => {
    const { send, asked } = build();

    const response = await send(
      { path: '/v1/sign-in', method: 'POST', hasBody: true },
      { status: 408, headers: [], body: Buffer.from('late') },
    );

    expect(response.status).toBe(408);
    expect(asked).toEqual([]);
  });

  test("the origin's own headers give way to the policy, and removed ones are gone", async () => {
    const { send } = build();

    const response = await send({ path: '/v1/missing' });

    expect(response.status).toBe(404);
    expect(header(response, 'x-frame-options')).toEqual(['DENY']);
    expect(header(response, 'server')).toEqual([]);
  });
});

describe('the function at the edge', () => {
  test('may answer by itself', async () => {
    const { send } = build();

    const response = await send({ path: '/teapot' });

    expect([response.status, response.body.toString(), header(response, 'x-from')]).toEqual([418, 'short', ['function']]);
  });

  test('that throws is a 503 of the edge', async () => {
    const { send } = build();

    const response = await send({ path: '/throws' });

    expect(response.status).toBe(503);
    expect(response.body.toString()).not.toContain('broken');
  });

  test('names of headers and cookies are data, whatever they are called', async () => {
    const { send, asked } = build();
    const headers: HeaderList = [
      ['host', 'localhost:8443'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['cookie', '__proto__=1; session=2'],
    ];

    const response = await send({ path: '/v1/session', query: '__proto__=1&page=2', headers });

    expect(response.status).toBe(200);
    expect(asked[0]?.headers.get('cookie')).toEqual(['session=2']);
  });
});

describe('the firewall', () => {
  test('a blocked address gets exactly what the rule says: the headers of its rule alone', async () => {
    const { send, asked, firewall } = build();

    const response = await send({ path: '/v1/session', address: '127.0.0.66' });

    expect([response.status, response.body.toString(), header(response, 'content-type')]).toEqual([
      403,
      '{"code":"blocked"}',
      ['application/json'],
    ]);
    expect(header(response, 'strict-transport-security')).toHaveLength(0);
    expect(asked).toEqual([]);
    expect(firewall.latest()[0]).toEqual({
      viewer: '127.0.0.66',
      rule: 'blocked-addresses',
      action: 'BLOCK',
      method: 'GET',
      path: '/v1/session',
      at: '2026-01-01T00:00:00.000Z',
    });
  });

  test('what a rule inserts overwrites what the viewer sent, and reaches the origin where a policy lists it', async () => {
    const { send, asked } = build();

    await send({
      path: '/v1/told',
      headers: [
        ['host', 'localhost:8443'],
        ['X-Amzn-Waf-Kind', 'mine'],
        ['x-amzn-waf-kind', 'mine too'],
      ],
    });

    expect(asked[0]?.headers.get('x-amzn-waf-kind')).toEqual(['told']);
    expect(asked[0]?.headers.has('x-amzn-waf-unlisted')).toBe(false);
  });

  test('each decision counts as CloudWatch counts it: under the metric of its rule', async () => {
    const { send, measured } = build();

    await send({ path: '/v1/session', address: '127.0.0.66' });
    await send({ path: '/v1/told' });

    expect(measured).toEqual(['acl BlockedRequests blocked', 'acl CountedRequests tell', 'acl AllowedRequests Default_Action']);
  });

  test("a viewer's X-Forwarded-For changes nothing", async () => {
    const { send } = build();

    const spoofed = await send({
      headers: [
        ['host', 'localhost:8443'],
        ['x-forwarded-for', '127.0.0.66'],
      ],
    });
    const hiding = await send({
      address: '127.0.0.66',
      headers: [
        ['host', 'localhost:8443'],
        ['x-forwarded-for', '127.0.0.1'],
      ],
    });

    expect([spoofed.status, hiding.status]).toEqual([200, 403]);
  });
});

test('a distribution that uses what the edge does not know is refused at start', () => {
  expect(() => build({ Origins: [{ Id: 'web', DomainName: 'example.com' }] })).toThrow(
    'the origin example.com is neither a bucket nor an API',
  );
});
