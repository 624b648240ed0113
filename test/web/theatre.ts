/** What every test of a page in a browser sets up: one browser a file, one build a run, a fresh visit each time. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { hallDictionaries } from '../../web/text/hall.ts';
import { launchBrowser } from '../support/browser.ts';
import { account, origin, type Scripts, sharedStage, type Visit, visit } from './stage.ts';

const { en } = hallDictionaries;

export const password = 'cavallo pila graffa';

export interface Theatre {
  /** Opens a page of the stage, and waits for its heading. @param prepare what is done before the page is loaded */
  open(path: string, scripts?: Scripts, options?: BrowserContextOptions, prepare?: (page: Page) => Promise<unknown>): Promise<Visit>;
}

/** To be called in a `describe`: starts before its tests and ends after them. */
export function openTheatre(): Theatre {
  // A browser among other work takes its time; nothing here measures any.
  jest.setTimeout(600_000);
  let browser: Browser;
  let folder: string;
  let visits: Visit[] = [];
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launchBrowser(), sharedStage()]);
  });
  afterEach(async () => {
    await Promise.all(visits.map(({ context }) => context.close()));
    visits = [];
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    async open(path, scripts = {}, options = {}, prepare = async () => {}) {
      const opened = await visit(browser, folder, scripts, { reducedMotion: 'reduce', ...options });
      visits.push(opened);
      await prepare(opened.page);
      await opened.page.goto(origin + path);
      await opened.page.locator('h1').waitFor();
      return opened;
    },
  };
}

export const callsTo = ({ calls }: Visit, name: string) => calls.filter((call) => call.name === name);

export const press = ({ page }: Visit, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Address and password, and the button below them. */
export async function signIn({ page }: Visit): Promise<void> {
  await page.getByLabel(en.fields.email).fill(account.email);
  await page.getByLabel(en.fields.password, { exact: true }).fill(password);
  await page.getByRole('button', { name: en.signIn.submit, exact: true }).click();
}
