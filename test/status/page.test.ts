/** The status page in a real browser, with the headers that the distribution gives it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { IncidentUpdate } from '../../contract/incidents.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { StatusSnapshot } from '../../contract/status.ts';
import { renderFiles } from '../../lambda/domain/status/render.ts';
import * as subscriptionPages from '../../lambda/domain/subscriptions/pages.ts';
import { buildStatusAssets } from '../../lib/bundling/status-assets.ts';
import { buildPlainStyle } from '../../lib/bundling/web.ts';
import { findViolations } from '../support/axe.ts';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { both, hostile, outage, snapshotWith, unprintable } from './snapshot.ts';

const assetTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

/** The pages about subscriptions, at addresses of this test's own: `/pages/it/manage`. */
function ownPage(address: string, plainStyle: string): { readonly body: string; readonly contentType: string } | undefined {
  if (address === '/plain.css') return { body: plainStyle, contentType: 'text/css' };
  const [, language, name = ''] = /^\/pages\/(en|it)\/([\w-]+)$/.exec(address) ?? [];
  if (language === undefined) return undefined;
  const options = { locale: language as 'en' | 'it', productName: 'Acme Desk' };
  const wish = { components: ['mail', 'sessions'] as const, locale: options.locale };
  const links = { manage: 'manage-token', unsubscribe: 'unsubscribe-token' };
  const bodies: Readonly<Record<string, string>> = {
    subscribe: subscriptionPages.renderSubscribePage(options),
    sent: subscriptionPages.renderSentPage(options),
    confirm: subscriptionPages.renderConfirmPage(options, 'token', wish),
    confirmed: subscriptionPages.renderConfirmedPage(options, links),
    manage: subscriptionPages.renderManagePage(options, links, wish, true),
    unsubscribe: subscriptionPages.renderUnsubscribePage(options, 'token'),
    ended: subscriptionPages.renderEndedPage(options),
    problem: subscriptionPages.renderProblemPage(options, 'This link is not valid any more.'),
  };
  return { body: bodies[name] ?? '', contentType: 'text/html; charset=utf-8' };
}

const subscriptionPageNames = ['subscribe', 'sent', 'confirm', 'confirmed', 'manage', 'unsubscribe', 'ended', 'problem'];

describeWithBrowser('The status page', () => {
  let assets: string;
  let server: Server;
  let browser: Browser;
  let origin: string;
  let snapshot: StatusSnapshot;

  beforeAll(async () => {
    assets = mkdtempSync(path.join(tmpdir(), 'portiere-status-'));
    await buildStatusAssets(assets);
    const plainStyle = await buildPlainStyle();
    server = createServer((request, response) => {
      const address = request.url ?? '/';
      const key = address.slice(1).replace(/^(en|it)\/$/, '$1/index.html');
      const own = ownPage(address, plainStyle);
      const file = own ?? renderFiles(snapshot).find((one) => one.key === key);
      const type = file?.contentType ?? assetTypes[path.extname(key)];
      if (type === undefined) return void response.writeHead(404).end();
      const { 'Content-Security-Policy': policy } = securityPolicy.headers;
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy.replace('upgrade-insecure-requests; ', '') });
      response.end(file?.body ?? readFileSync(path.join(assets, key)));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
  }, 600_000);

  beforeEach(() => {
    snapshot = snapshotWith({ at: new Date().toISOString() });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(assets, { recursive: true, force: true });
  });

  async function open(address: string, options: BrowserContextOptions = {}, act: (page: Page) => Promise<void> = async () => {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    try {
      await page.goto(`${origin}${address}`);
      await act(page);
    } finally {
      await context.close();
    }
    return complaints;
  }

  test.each([
    { language: 'en', colorScheme: 'light', width: 1280 },
    { language: 'it', colorScheme: 'dark', width: 360 },
  ] as const)(
    '[P04] the pages about subscriptions hold no barrier that axe knows of, and fit: $language, $colorScheme',
    async (view) => {
      const { language, colorScheme, width } = view;
      const seen: [string, ...unknown[]][] = [];
      const complaints = await open(
        `/pages/${language}/${subscriptionPageNames[0]}`,
        { colorScheme, viewport: { width, height: 800 } },
        async (page) => {
          for (const [index, name] of subscriptionPageNames.entries()) {
            if (index > 0) await page.goto(`${origin}/pages/${language}/${name}`);
            const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            seen.push([name, await page.locator('h1').count(), overhang > 0 ? ['overhang', overhang] : [], await findViolations(page)]);
          }
        },
      );

      expect(seen).toEqual(subscriptionPageNames.map((name) => [name, 1, [], []]));
      expect(complaints).toEqual([]);
    },
    120_000,
  );

  const views = [
    { language: 'en', colorScheme: 'light', width: 1280 },
    { language: 'it', colorScheme: 'dark', width: 1280 },
    { language: 'it', colorScheme: 'light', width: 390 },
    { language: 'en', colorScheme: 'dark', width: 390 },
  ] as const;
  test.each(views)('[P04] holds no barrier that axe knows of, and fits: $language, $colorScheme, $width wide', async (view) => {
    let violations: unknown[] = [];
    let overhang = 1;
    const { colorScheme, width } = view;
    const complaints = await open(`/${view.language}/`, { colorScheme, viewport: { width, height: 800 } }, async (page) => {
      for (const summary of await page.locator('summary').all()) await summary.click();
      violations = await findViolations(page);
      overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    });

    expect(violations).toEqual([]);
    expect(overhang).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('[P04] says everything without a script: how things stand, since when it was measured, what was said, each bad day', async () => {
    let text = '';
    await open('/it/', { javaScriptEnabled: false }, async (page) => {
      await page.locator('summary').first().click();
      // biome-ignore lint/performance/useDomNodeTextContent: what can be seen, not what is there.
      text = await page.locator('body').innerText();
    });

    expect(text).toContain('È in corso un guasto grave');
    expect(text).toMatch(/Dati del \d+º? \w+ \d{4}, ore \d\d:\d\d UTC/);
    expect(text).toContain('The store does not answer.');
    expect(text).toContain('Moving the mail queue');
    expect(text).toMatch(/27 novembre 2026\s+99,93 %\s+1 minuto\s+40 minuti/);
  });

  test('[P04] with a script it says how old its figures are, and warns when they are old', async () => {
    const tellAge = async (minutes: number) => {
      snapshot = { ...snapshot, at: new Date(Date.now() - minutes * 60_000 - 5000).toISOString() };
      let age = '';
      await open('/en/', {}, async (page) => {
        await page.waitForFunction(() => !document.querySelector('.age time'));
        age = (await page.locator('.age').textContent()) ?? '';
      });
      return age;
    };

    expect(await tellAge(0)).toBe('Figures are less than a minute old');
    expect(await tellAge(3)).toBe('Figures are 3 minutes old');
    expect(await tellAge(20)).toBe('Figures are 20 minutes old: we may be unable to write here at the moment');
  });

  test('[P17] [P04] shows hostile text of an incident as text: nothing of it runs, loads or ends the page', async () => {
    const [said] = outage.updates as [IncidentUpdate];
    snapshot = { ...snapshot, incidents: [{ ...outage, name: both(hostile.slice(0, 110)), updates: [{ ...said, body: both(hostile) }] }] };
    let shown = '';
    let elements = -1;
    const complaints = await open('/en/', {}, async (page) => {
      shown = (await page.locator('article').first().textContent()) ?? '';
      elements = await page.locator('article img, article script, main script').count();
    });

    expect(shown).toContain('</title></script><script>alert(1)</script><img src=x onerror=alert(2)>');
    expect(elements).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('[P04] [P17] the feed is well-formed XML with an entry for each incident, hostile text or not', async () => {
    const [said] = outage.updates as [IncidentUpdate];
    snapshot = {
      ...snapshot,
      incidents: [{ ...outage, name: both(hostile.slice(0, 110)), updates: [{ ...said, body: both(`${hostile} ${unprintable}`) }] }],
    };
    let feed = { error: 'not read', titles: [] as (string | null)[], elements: 0 };
    await open('/en/', {}, async (page) => {
      feed = await page.evaluate(async () => {
        // By a request: the policy of the page lets no text become a document.
        const parsed = await new Promise<Document>((resolve) => {
          const request = new XMLHttpRequest();
          request.open('GET', '/history.atom');
          request.onload = () => resolve(request.responseXML ?? new Document());
          request.send();
        });
        return {
          error: parsed.documentElement === null ? 'not well-formed' : '',
          titles: [...parsed.querySelectorAll('entry > title')].map(({ textContent }) => textContent),
          elements: parsed.querySelectorAll('script, img').length,
        };
      });
    });

    expect(feed.error).toBe('');
    expect(feed.titles[0]).toBe(hostile.slice(0, 110));
    expect(feed.titles[1]).toBe('Moving the mail queue');
    expect(feed.elements).toBe(0);
  });
});
