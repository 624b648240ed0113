/** The way in for reports, which browsers send by themselves: what the guards let pass there, and nowhere else. */
import { type Route, type RouteId, routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createApi, signInBody } from '../support/api.ts';

const ROUTE = 'POST /v1/csp-reports';
const report = { 'csp-report': { 'document-uri': 'https://id.example.com/', 'violated-directive': 'img-src' } };
const legacy = { 'content-type': 'application/csp-report' };

/** An event without the `Origin` that the helper adds. */
const withoutOrigin = (headers: Record<string, string>) => ({ ...headers, origin: undefined }) as unknown as Record<string, string>;

describe('reports of browsers', () => {
  it.each([
    ['with Origin: null, as a page without referrers sends it', { ...legacy, origin: 'null' }, report],
    ['without an Origin', withoutOrigin(legacy), report],
    ['of the Reporting API, in an array', withoutOrigin({ 'content-type': 'application/reports+json' }), []],
    ['with the charset named', { 'content-type': 'application/csp-report; charset=UTF-8' }, report],
  ])('[P21] %s are taken', async (_, headers, body) => {
    const api = createApi();

    const response = await api.send(ROUTE, { body, headers });

    expect([response.statusCode, api.seen.length]).toEqual([200, 1]);
  });

  it.each([
    ['JSON that any page may send by itself', { body: report, headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['the API’s own JSON', { body: report, headers: { 'content-type': 'application/json' } }, 415, 'unsupported_media_type'],
    ['no type at all', { body: report, headers: { 'content-type': '' } }, 415, 'unsupported_media_type'],
    ['a report without a page', { body: { 'csp-report': {} }, headers: legacy }, 400, 'invalid_request'],
    ['half a report', { rawBody: '{"csp-report":', headers: legacy }, 400, 'invalid_request'],
    ['nothing', { headers: legacy }, 400, 'invalid_request'],
    ['more than 16 KiB', { body: { ...report, more: 'a'.repeat(17_000) }, headers: legacy }, 413, 'payload_too_large'],
  ])('%s is refused with the problem that names it', async (_, options, status, code) => {
    const api = createApi();

    const response = await api.send(ROUTE, options);

    expect([response.statusCode, response.json.code]).toEqual([status, code]);
    expect(api.seen).toHaveLength(0);
  });

  it('what is wrong with a report is said in words', async () => {
    const { json } = await createApi().send(ROUTE, { body: { report: 1 }, headers: legacy });

    expect(json.errors).toEqual([{ path: '', message: expect.stringContaining('must be {"csp-report": {…}}') }]);
  });

  it('[P19] no other route takes their types, nor a request without an allowed origin', async () => {
    const api = createApi();

    const type = await api.send('POST /v1/sign-in', { body: signInBody, headers: legacy });
    const origin = await api.send('POST /v1/sign-in', { body: signInBody, headers: { origin: 'null' } });

    expect([type.json.code, origin.json.code]).toEqual(['unsupported_media_type', 'origin_not_allowed']);
  });

  it('[P19] [P20] routes that take any origin know nobody: no session, and no answer that scripts of that origin may read', () => {
    const open = Object.entries<Route>(routes).filter(([, route]) => route.origin === 'any') as [RouteId, Route][];

    expect(open.map(([id, { auth, anyOrigin = false }]) => [id, auth, anyOrigin])).toEqual(
      ['csp-reports', 'status.subscribe', 'status.confirm', 'status.manage', 'status.unsubscribe'].map((id) => [id, 'none', false]),
    );
  });

  it('[P21] the policy of every response names where to send them, for old browsers and new', () => {
    const { headers, cspReports } = securityPolicy;

    expect(headers['Content-Security-Policy'].split('; ')).toEqual(
      expect.arrayContaining(['report-to csp', `report-uri ${cspReports.path}`]),
    );
    expect(headers['Reporting-Endpoints']).toBe(`csp="${cspReports.path}"`);
  });
});
