/** The status page as somebody reads it who wants to know: in Chromium, with the system's clock. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { VerificationError } from '../program.ts';
import type { DrillSystem } from './system.ts';

export interface ReadPage {
  readonly heading: string;
  /** Headings of what is open. */
  readonly open: readonly string[];
  /** What it says of the age of its figures. */
  readonly age: string;
  readonly isOld: boolean;
  /** What the browser refused, and errors of scripts. */
  readonly complaints: readonly string[];
}

const names = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** @throws VerificationError when there is no Chromium: a step that can't run has failed */
export async function openBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const executablePath = [process.env.CHROME_PATH ?? '', ...names.flatMap((name) => folders.map((folder) => path.join(folder, name)))].find(
    isExecutable,
  );
  if (executablePath === undefined) {
    throw new VerificationError(
      'The game day reads the status page in Chromium. On Debian: apt-get install chromium, or name it in CHROME_PATH',
    );
  }
  return await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-background-networking'] });
}

function isExecutable(file: string): boolean {
  try {
    if (file === '') return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function readStatusPage(browser: Browser, system: DrillSystem, now: number): Promise<ReadPage> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
  try {
    const page = await context.newPage();
    await page.clock.install({ time: now });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${system.statusUrl}/en/`);
    const age = page.locator('.age');
    // The script has begun when the age is told in words of time passed.
    await page.waitForFunction("/minute|now|moment/i.test(document.querySelector('.age')?.textContent ?? '')");
    return {
      heading: ((await page.locator('h1').textContent()) ?? '').trim(),
      open: await page.locator('section[aria-labelledby="open"] h3').allInnerTexts(),
      age: ((await age.textContent()) ?? '').trim(),
      isOld: ((await age.getAttribute('class')) ?? '').includes('is-old'),
      complaints,
    };
  } finally {
    await context.close();
  }
}
