/**
 * A stage for the pages: the built files under the real headers, and an API whose answers each test scripts.
 * Nothing listens on a port: the browser's requests are answered from here.
 */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { type ProblemCode, problemContentType, problems, problemType } from '../../contract/problems.ts';
import type { Account, Session } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { buildWeb } from '../../lib/bundling/web.ts';
import { findViolationsInBothThemes } from '../support/axe.ts';
import { onceInARun } from '../support/once-in-a-run.ts';
import { sampleSecurityDocument } from '../support/security-document.ts';

export const origin = 'https://portiere.test';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly contentType?: string;
}
type Script = (request: Request) => Answer | 'cut off';

/** By `METHOD /path`. */
export type Scripts = Record<string, Script>;

export function problem(code: ProblemCode, more: Record<string, unknown> = {}): Answer {
  const { status, title } = problems[code];
  return {
    status,
    contentType: problemContentType,
    body: { type: problemType(code), title, status, code, requestId: 'request-1', ...more },
  };
}

export const account: Account = {
  id: 'account-1',
  email: 'giulia.ferri@example.com',
  locale: 'it',
  createdAt: '2026-03-14T09:30:00.000Z',
  isStaff: false,
  secondFactor: { enabled: false, methods: [], recoveryCodesLeft: 0, required: 'no', dueAt: null, devicesMayBeRemembered: false },
  pendingEmail: null,
};

function sessionOf(id: string, userAgent: string, address: string, minutesAgo: number): Session {
  const seen = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  return {
    id,
    createdAt: seen,
    lastSeenAt: seen,
    expiresAt: seen,
    address,
    userAgent,
    current: id === 'session-1',
    steppedUpUntil: null,
  };
}

const firefoxOnLinux = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const safariOnPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1';
const edgeOnWindows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0';

export const sessions = [
  sessionOf('session-1', firefoxOnLinux, '198.51.100.24', 0),
  sessionOf('session-2', safariOnPhone, '203.0.113.88', 134),
  sessionOf('session-3', edgeOnWindows, '2001:db8::5a1c', 3 * 24 * 60),
];

export const events = (
  [
    ['sign_in.succeeded', firefoxOnLinux, '198.51.100.24', 1],
    ['password.changed', safariOnPhone, '203.0.113.88', 140],
    ['sign_in.failed', edgeOnWindows, '192.0.2.61', 1500],
    ['account.verified', firefoxOnLinux, '198.51.100.24', 9000],
  ] as const
).map(([type, userAgent, address, minutesAgo], index) => ({
  id: `event-${index}`,
  type,
  at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  address,
  userAgent,
}));

/** A person who is signed in. */
export const signedIn: Scripts = {
  'GET /v1/session': () => ({ status: 200, body: { account, session: sessions[0], csrfToken: 'csrf-1' } }),
  'GET /v1/sessions': () => ({ status: 200, body: { sessions } }),
  'GET /v1/account/events': () => ({ status: 200, body: { events } }),
};

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

/** The file for an address, chosen as the edge does it. */
function fileOf(url: URL, acceptLanguage: string): string {
  if (url.pathname.startsWith('/assets/') || ['/robots.txt', '/security.json'].includes(url.pathname)) return url.pathname;
  const language = url.searchParams.get('lang') ?? (acceptLanguage.startsWith('it') ? 'it' : 'en');
  return `/${language}${url.pathname === '/' ? '/index' : url.pathname}.html`;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** `METHOD /path` of every call to the API, with its body and headers. */
  readonly calls: { readonly name: string; readonly body: unknown; readonly headers: Record<string, string> }[];
  /** What the browser complained about: CSP violations, errors, failed resources. */
  readonly complaints: string[];
  /** Paths of all files that were loaded. */
  readonly files: string[];
}

/** @returns the folder of the built pages, which all files share */
export function sharedStage(): Promise<string> {
  return onceInARun('stage', buildStage);
}

export async function buildStage(folder: string): Promise<void> {
  await buildWeb(folder, sampleSecurityDocument());
}

/** Opens a fresh context on the stage. Close `context` when done. */
export async function visit(browser: Browser, folder: string, scripts: Scripts = {}, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const calls: Visit['calls'] = [];
  const complaints: string[] = [];
  const files: string[] = [];
  page.on('console', (message) => {
    // A refused call is the browser's to note, and ours to handle.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  await context.route('**/*', async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.pathname.startsWith('/v1/')) {
      const name = `${request.method()} ${url.pathname}`;
      // The banner of every page asks by itself: it is nobody's call, unless a test is about it.
      if (name === 'GET /v1/notices' && scripts[name] === undefined) return await route.fulfill({ status: 200, body: '{"notices":[]}' });
      calls.push({ name, body: request.postDataJSON(), headers: request.headers() });
      const answer = scripts[name]?.(request) ?? problem(url.pathname === '/v1/session' ? 'unauthenticated' : 'not_found');
      if (answer === 'cut off') return await route.abort('connectionfailed');
      return await route.fulfill({
        status: answer.status,
        headers: { ...securityPolicy.headers, 'Cache-Control': 'no-store', 'Content-Type': answer.contentType ?? 'application/json' },
        body: answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
      });
    }
    // Not of the build: a function writes it beside the pages.
    if (url.pathname === '/.well-known/security.txt') {
      const text =
        'Contact: https://id.example.com/report\nContact: mailto:security@example.com\nEncryption: https://example.com/key.txt\n';
      return await route.fulfill({ status: 200, headers: { ...securityPolicy.headers, 'Content-Type': 'text/plain' }, body: text });
    }
    const file = fileOf(url, request.headers()['accept-language'] ?? '');
    files.push(file);
    return await route.fulfill({
      status: 200,
      headers: { ...securityPolicy.headers, 'Content-Type': contentTypes[extname(file)] ?? 'application/octet-stream' },
      body: readFileSync(join(folder, file)),
    });
  });
  return { page, context, calls, complaints, files };
}

/** What axe finds, in both themes. */
export const findViolations = ({ page }: Visit): Promise<string[]> => findViolationsInBothThemes(page);

/** Controls that a thumb could miss: under 44 pixels high, and not part of a sentence. */
export async function findSmallControls({ page }: Visit): Promise<string[]> {
  return await page
    .locator('button, input:not([aria-hidden], [type=checkbox]), label:has([type=checkbox]), a:not(.skip)')
    .evaluateAll((controls) =>
      controls.filter((control) => control.getBoundingClientRect().height < 43.5).map(({ outerHTML }) => outerHTML),
    );
}

/**
 * The id of what has the focus, or its text. The focus moves after what a person sees has changed, so this waits for
 * the expected one; if that does not come, it says where the focus is instead.
 */
export async function readFocus({ page }: Visit, expected: string): Promise<string | null | undefined> {
  const isThere = ([wanted]: string[]) => {
    const focused = document.activeElement;
    return focused !== document.body && (focused?.id === wanted || focused?.textContent === wanted);
  };
  await page.waitForFunction(isThere, [expected], { timeout: 5000 }).catch(() => undefined);
  return page.evaluate((wanted) => {
    const focused = document.activeElement;
    return focused?.textContent === wanted ? wanted : focused?.id;
  }, expected);
}
