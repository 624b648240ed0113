import * as z from 'zod/mini';
import { cspReportsBody } from '../../contract/csp-report-schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { createCspReportCounter } from '../../lambda/domain/csp/count-reports.ts';
import { listCspReports } from '../../lambda/domain/csp/list-reports.ts';
import { readViolations } from '../../lambda/domain/csp/violation.ts';
import { MemoryCspReportStore } from '../support/memory-csp-reports.ts';

const SITE = 'https://id.example.com';
const NOW = Date.UTC(2026, 0, 15, 12);
const DAY = 24 * 3600 * 1000;
const { groupsPerDay, groupsPerRequest, sampling } = securityPolicy.cspReports;

const violationOf = (more: Record<string, unknown> = {}) => ({
  type: 'csp-violation',
  age: 12,
  url: `${SITE}/account`,
  user_agent: 'Mozilla/5.0',
  body: {
    documentURL: `${SITE}/account?email=anna%40example.com#token=secret`,
    referrer: '',
    effectiveDirective: 'script-src-elem',
    blockedURL: 'https://evil.example/steal.js?cookie=secret',
    originalPolicy: "default-src 'none'",
    sourceFile: `${SITE}/assets/main-3f2a.js?v=secret`,
    sample: 'secret',
    disposition: 'enforce',
    statusCode: 200,
    lineNumber: 7,
    columnNumber: 1,
    ...more,
  },
});
const legacyOf = (more: Record<string, unknown> = {}) => ({
  'csp-report': {
    'document-uri': `${SITE}/reset?token=secret`,
    'violated-directive': "img-src 'self'",
    'blocked-uri': 'https://evil.example',
    'original-policy': "img-src 'self'",
    'script-sample': 'secret',
    ...more,
  },
});
const read = (body: unknown) => readViolations(z.parse(cspReportsBody, body), SITE);

function createCounter() {
  const reports = new MemoryCspReportStore();
  const counted: number[] = [];
  let now = NOW;
  const start = () =>
    createCspReportCounter({
      clock: { now: () => now, pause: async () => undefined },
      reports,
      metrics: { count: (_, value = 1) => void counted.push(value) },
    });
  return {
    reports,
    counted,
    /** Another instance of the function, which remembers nothing. */
    start,
    counter: start(),
    pass(milliseconds: number) {
      now += milliseconds;
    },
    list: () => listCspReports(reports, now),
  };
}
const group = (page: string) => ({ directive: 'img-src', blocked: 'self', page, source: 'unknown' });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => group(`/page${index}`));

describe('what is kept of a report', () => {
  it('[P21] of the Reporting API: directive, origin and path, no query, no fragment, no sample', () => {
    const violations = read([violationOf(), { type: 'deprecation', url: SITE, body: { id: 'x' } }]);

    expect(violations).toEqual([
      { directive: 'script-src-elem', blocked: 'https://evil.example', page: '/account', source: '/assets/main-3f2a.js:7' },
    ]);
    expect(JSON.stringify(violations)).not.toMatch(/secret|anna/);
  });

  it('[P21] of report-uri, with the directive alone', () => {
    const violations = read(legacyOf());

    expect(violations).toEqual([{ directive: 'img-src', blocked: 'https://evil.example', page: '/reset', source: 'unknown' }]);
  });

  it.each([
    ['inline', 'inline'],
    ['trusted-types-sink', 'trusted-types-sink'],
    ['', 'other'],
    ['data', 'data'],
    ['data:text/html,secret', 'data'],
    ['blob:https://id.example.com/0f', 'blob'],
    [`${SITE}/v1/session`, 'self'],
    ['wss://evil.example:8443/secret', 'wss://evil.example:8443'],
    ['https://user:secret@evil.example/', 'https://evil.example'],
    ['https://5ecre75ecre75ecre75ecre75ecre75ecre7.evil.example/', 'https://*.evil.example'],
    ['https://s.e.c.r.e.t.evil.example/', 'https://*.r.e.t.evil.example'],
    ['secret-scheme:secret', 'other'],
    ['something that is no address', 'other'],
  ])('of the blocked address "%s": %s', (blockedURL, blocked) => {
    expect(read([violationOf({ blockedURL })])[0]?.blocked).toBe(blocked);
  });

  it.each([
    ['/', '/'],
    ['/.well-known/security.txt', '/.well-known/security.txt'],
    ['/account/0f8fad5b-d9cb-469f-a165-70867728950e', '/account/*'],
    ['/reset/Zm9vYmFyLXRva2VuZm9vYmFyLXRva2Vu/now', '/reset/*/now'],
    ['/people/anna@example.com', '/people/*'],
    ['/a/b/c/d/e/f', '/a/b/c/d/*'],
    ['/%3Cscript%3E', '/*'],
  ])('of the page %s: %s', (path, page) => {
    expect(read([violationOf({ documentURL: SITE + path })])[0]?.page).toBe(page);
  });

  it.each([
    ['a page of another site', { documentURL: 'https://evil.example/account' }],
    ['another port of our host', { documentURL: `${SITE}:8443/account` }],
    ['a page that has no address', { documentURL: 'about' }],
    ['an extension that was refused', { blockedURL: 'chrome-extension://abcdef/x.js' }],
    ['an extension in the page', { sourceFile: 'moz-extension' }],
  ])('of %s: nothing', (_, more) => {
    expect(read([violationOf(more)])).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['a text', 'csp-report'],
    ['an object of another kind', { report: {} }],
    ['a report without a page', { 'csp-report': { 'violated-directive': 'img-src' } }],
    ['a number for a page', legacyOf({ 'document-uri': 7 })],
    ['a violation without its body', [{ type: 'csp-violation' }]],
    ['a violation without a directive', [violationOf({ effectiveDirective: undefined })]],
    ['a report without a type', [{ body: {} }]],
  ])('%s is no report', (_, body) => {
    expect(z.safeParse(cspReportsBody, body).success).toBe(false);
  });

  it('unknown fields are let pass, for browsers differ', () => {
    const body = [{ ...violationOf({ newField: { deep: true } }), attempts: 1 }];

    expect(read(body)).toHaveLength(1);
  });
});

describe('counting reports', () => {
  it('[P21] writes once for a request that says the same thing many times, and reads once a day', async () => {
    const { counter, reports, counted, list } = createCounter();

    await counter.count([group('/account'), group('/account'), group('/account')]);
    await counter.count([group('/account')]);

    expect((await list()).groups).toMatchObject([{ page: '/account', count: 4 }]);
    expect([reports.writes, counted]).toEqual([2, [1, 1]]);
  });

  it('[P21] a flood of groups fills no more places than there are, and the rest is one number', async () => {
    const { counter, reports, list, pass } = createCounter();
    const pages = numbered(groupsPerDay + 50);

    for (const page of pages) {
      pass(1000);
      await counter.count([page]);
    }

    const { groups, withoutGroup } = await list();
    expect([groups.length, withoutGroup]).toEqual([groupsPerDay, 50]);
    expect([reports.writes, reports.reads - securityPolicy.cspReports.shownDays]).toEqual([pages.length, 1]);
  });

  it('[P21] instances that do not know of each other never give a group two places, nor a place two groups', async () => {
    const { start, list } = createCounter();
    const instances = [start(), start(), start()];

    for (const instance of instances) await instance.count([]);
    await Promise.all(instances.map((instance, index) => instance.count([group('/shared'), group(`/own${index}`), group('/shared2')])));
    await Promise.all(instances.map((instance) => instance.count([group('/shared2'), group('/shared')])));

    const { groups, withoutGroup } = await list();
    expect(groups.map(({ page, count }) => [page, count]).sort()).toEqual([
      ['/own0', 1],
      ['/own1', 1],
      ['/own2', 1],
      ['/shared', 6],
      ['/shared2', 6],
    ]);
    expect(withoutGroup).toBe(0);
  });

  it('[P21] in a flood one report stands for many: fewer writes, about the right number', async () => {
    const { counter, reports, counted, list } = createCounter();
    const flood = sampling.exact + 10 * sampling.every;

    for (let request = 0; request < flood; request++) await counter.count([group('/account')]);

    expect(reports.writes).toBe(sampling.exact + 10);
    expect((await list()).groups[0]?.count).toBe(flood);
    expect(counted.reduce((sum, value) => sum + value, 0)).toBe(flood);
    expect(counted).toHaveLength(sampling.exact + 10);
  });

  it('one request brings no more groups than the policy lets it', async () => {
    const { counter, reports } = createCounter();

    await counter.count(numbered(groupsPerRequest + 5));

    expect(reports.writes).toBe(groupsPerRequest);
  });

  it('requests that say nothing of ours cost nothing, and ring nothing', async () => {
    const { counter, reports, counted } = createCounter();

    await counter.count([]);

    expect([reports.writes, reports.reads, counted]).toEqual([0, 0, []]);
  });

  it('staff see a group of several days once, with its first and last time, latest first', async () => {
    const { counter, list, pass } = createCounter();
    await counter.count([group('/account')]);
    pass(1000);
    await counter.count([group('/reset')]);
    pass(DAY);
    await counter.count([{ ...group('/account'), source: '/assets/main.js:7' }]);

    const seen = await list();
    pass(securityPolicy.cspReports.shownDays * DAY);
    const later = await list();

    expect(seen.groups).toEqual([
      {
        ...group('/account'),
        source: '/assets/main.js:7',
        count: 2,
        firstSeenAt: '2026-01-15T12:00:00.000Z',
        lastSeenAt: '2026-01-16T12:00:01.000Z',
      },
      { ...group('/reset'), count: 1, firstSeenAt: '2026-01-15T12:00:01.000Z', lastSeenAt: '2026-01-15T12:00:01.000Z' },
    ]);
    expect(later.groups).toEqual([]);
  });
});
