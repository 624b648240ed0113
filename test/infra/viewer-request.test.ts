import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parseSync } from '@swc/core';
import { securityPolicy } from '../../contract/security-policy.ts';
import { viewerRequestCode } from '../../lib/constructs/viewer-request.ts';
import { emptyBundles } from './synthesize.ts';

const { webDirectory } = emptyBundles();
const code = viewerRequestCode(webDirectory);

interface Request {
  uri: string;
  method: string;
  querystring: Record<string, { value: string }>;
  headers: Record<string, { value: string }>;
}
interface Response {
  statusCode: number;
  headers: Record<string, { value: string }>;
  body?: { encoding: string; data: string };
}

function run(
  uri: string,
  options: { language?: string; lang?: string; headers?: Record<string, { value: string }> } = {},
): Request & Response {
  const request: Request = {
    uri,
    method: 'GET',
    querystring: options.lang === undefined ? {} : { lang: { value: options.lang } },
    headers: { ...options.headers, ...(options.language === undefined ? {} : { 'accept-language': { value: options.language } }) },
  };
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request', distributionDomainName: 'd111111abcdef8.cloudfront.net' },
    viewer: { ip: '192.0.2.1' },
    request,
  };
  // Into its own realm and back by JSON, as at the edge.
  return JSON.parse(runInNewContext(`${code}\nJSON.stringify(handler(${JSON.stringify(event)}))`)) as Request & Response;
}

describe('the function at the edge', () => {
  test.each([
    ['/', {}, '/en/index.html'],
    ['/register', {}, '/en/register.html'],
    ['/register', { language: 'it-IT,it;q=0.9,en;q=0.8' }, '/it/register.html'],
    ['/register', { language: 'en;q=0.5, it;q=0.7' }, '/it/register.html'],
    ['/register', { language: 'fr, de;q=0.9' }, '/en/register.html'],
    ['/register', { language: 'it;q=0' }, '/en/register.html'],
    ['/register', { language: 'it;q=nonsense' }, '/en/register.html'],
    ['/register', { language: 'en', lang: 'it' }, '/it/register.html'],
    ['/register', { language: 'it', lang: '../secret' }, '/it/register.html'],
    ['/register', { lang: '__proto__' }, '/en/register.html'],
    ['/disavow', {}, '/en/disavow.html'],
    ['/undo', { language: 'it' }, '/it/undo.html'],
    ['/confirm-email', { lang: 'it' }, '/it/confirm-email.html'],
    ['/admin', {}, '/en/admin.html'],
  ])('sends %s with %j to %s', (uri, options, expected) => {
    expect(run(uri, options).uri).toBe(expected);
  });

  test.each(['/v1/session', '/v1/anything', '/assets/app.js', '/favicon.ico'])('leaves %s as it is', (uri) => {
    expect(run(uri).uri).toBe(uri);
  });

  test('[P19] tells the API the site’s address, and a viewer who says otherwise is overwritten', () => {
    const { headers } = run('/v1/sign-in', { headers: { 'x-viewer-origin': { value: 'https://evil.example' } } });

    expect(headers['x-viewer-origin']).toEqual({ value: 'https://d111111abcdef8.cloudfront.net' });
  });

  test('[P25] redirects change-password to the account page', () => {
    const { statusCode, headers } = run('/.well-known/change-password');

    expect([statusCode, headers.location?.value]).toEqual([302, '/account']);
  });

  test.each([
    '/nothing',
    '/register.html',
    '/en/register.html',
    '/../v1',
    '/constructor',
    '/not-found',
    '/.git/config',
    '/v1',
    '/register/',
  ])('has no page at %s, and says so in the viewer’s language', (uri) => {
    const { statusCode, headers, body } = run(uri, { language: 'it' });

    expect(statusCode).toBe(404);
    expect(headers['content-language']).toEqual({ value: 'it' });
    expect(body?.data).toContain('not-found it');
  });

  test.each(['/nothing', '/.well-known/change-password'])('[P09] brings the security headers along with its own answer to %s', (uri) => {
    const { headers } = run(uri);

    for (const [name, value] of Object.entries(securityPolicy.headers)) {
      expect(headers[name.toLowerCase()]).toEqual({ value });
    }
  });

  test('is written in the language that CloudFront runs', () => {
    const unknownThere = [
      'ForOfStatement',
      'OptionalChainingExpression',
      'SpreadElement',
      'ObjectPattern',
      'ArrayPattern',
      'ClassDeclaration',
      'AssignmentPattern',
      'NullishCoalescing',
    ];

    const types = new Set<string>();
    JSON.stringify(parseSync(code, { syntax: 'ecmascript', target: 'es2022' }), (_, node) => {
      if (node?.type) types.add(node.type === 'BinaryExpression' && node.operator === '??' ? 'NullishCoalescing' : node.type);
      if (node?.spread) types.add('SpreadElement');
      return node;
    });

    expect(unknownThere.filter((type) => types.has(type))).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
  });

  test('is not synthesized from pages that lack a language', () => {
    const incomplete = emptyBundles().webDirectory;
    rmSync(join(incomplete, 'it', 'register.html'));

    expect(() => viewerRequestCode(incomplete)).toThrow(/the same pages in en and it.*register/);
  });

  test('is not synthesized when the not-found page makes it too long for CloudFront', () => {
    const directory = mkdtempSync(join(tmpdir(), 'portiere-long-'));
    const { webDirectory: long } = emptyBundles();
    writeFileSync(join(long, 'en', 'not-found.html'), 'x'.repeat(11_000));

    expect(() => viewerRequestCode(long)).toThrow(/may have 10240: shorten the not-found pages/);
    expect(() => viewerRequestCode(directory)).toThrow(/is missing: build the pages first/);
  });
});
