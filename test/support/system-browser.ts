/** What every test with a browser at the running system sets up: the shared system, one browser a file, a fresh profile each time. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hallDictionaries } from '../../web/text/hall.ts';
import { type BrowserKind, launchBrowser } from './browser.ts';
import { type ProxyFrom, proxyFrom } from './proxy-from.ts';
import { freshAddress, freshEmail, System, Viewer } from './system.ts';

const { en } = hallDictionaries;

export const PASSWORD = 'correct horse battery';

export interface Profile {
  readonly page: Page;
  /** What the browser refused: CSP, Trusted Types, script errors. */
  readonly complaints: string[];
}

export interface Playground {
  readonly system: System;
  /** A fresh profile, at a page of the site. */
  open(path: string, locale?: string): Promise<Profile>;
  /** An address with an account, and `PASSWORD`. */
  newAccount(name?: string): Promise<string>;
}

/** To be called in a `describe`. */
export function openPlayground(kind: BrowserKind = 'any'): Playground {
  jest.setTimeout(600_000);
  let system: System | undefined;
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const proxies: ProxyFrom[] = [];
  const running = (): System => {
    if (system === undefined) throw new Error('the system is not there yet');
    return system;
  };
  beforeAll(async () => {
    [system, browser] = await Promise.all([System.shared(), launchBrowser(kind)]);
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    for (const proxy of proxies.splice(0)) proxy.close();
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    get system() {
      return running();
    },
    async open(path, locale = 'en-GB') {
      if (browser === undefined) throw new Error('the browser is not there yet');
      // From an address of its own: what one test has sent must not count against the next at the edge.
      const proxy = await proxyFrom(freshAddress());
      proxies.push(proxy);
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale, reducedMotion: 'reduce', proxy });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
      });
      await page.goto(`${running().edge}${path}`);
      await page.locator('h1').waitFor();
      return { page, complaints };
    },
    async newAccount(name = 'person') {
      const email = freshEmail(name);
      const viewer = new Viewer(running(), freshAddress());
      await viewer.register(email, PASSWORD);
      viewer.close();
      return email;
    },
  };
}

/** Address and password, and Enter. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel(en.fields.email).fill(email);
  await page.getByLabel(en.fields.password, { exact: true }).fill(password);
  await page.getByLabel(en.fields.password, { exact: true }).press('Enter');
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

export async function enterCode(page: Page, label: string, code: string): Promise<void> {
  await page.getByLabel(label).fill(code);
  await page.keyboard.press('Enter');
}
