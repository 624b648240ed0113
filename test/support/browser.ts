/**
 * The browser of the tests: Chromium, wherever it is installed, driven through playwright-core. Its headless shell is taken where
 * there is one: the same engine without windows, tab strips and the pages in them, for a quarter of the work a test. It lacks
 * what the whole browser does beside showing pages, such as sending reports: tests of that ask for the whole one.
 *
 * Without Chromium the browser tests don't run, and say so; with `REQUIRE_BROWSER=1` its absence is a failure.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserType } from 'playwright-core';

const shells = ['chromium-headless-shell', 'chrome-headless-shell'];
const wholes = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const elsewhere = [
  '/usr/lib/chromium/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** Of two lists the browser takes the last, so that it repeats what playwright turns off. */
const disabledFeatures = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  // Pages of the whole browser's own, a process each in every window, behind an address bar that nobody sees.
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
  // A renderer in reserve for a second site: no test has one.
  'SpareRendererForSitePerProcess',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type BrowserKind = 'any' | 'whole';

/** Only when it is needed: whoever asks where Chromium is need not load megabytes. */
function loadDriver(): BrowserType {
  return (require('playwright-core') as typeof import('playwright-core')).chromium;
}

/** The path of Chromium: the one that `CHROME_PATH` names, or else the first on `PATH` or in the usual places; undefined if it isn't there. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env, kind: BrowserKind = 'any'): string | undefined {
  const names = kind === 'whole' ? wholes : [...shells, ...wholes];
  const named = environment.CHROME_PATH;
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  // By name first: the shell is taken before the whole browser, wherever each lies.
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...elsewhere].find(isExecutable);
}

/**
 * Starts Chromium without anything that calls home. The caller closes it.
 *
 * @throws when there is no Chromium.
 */
export async function launchBrowser(kind: BrowserKind = 'any'): Promise<Browser> {
  const executablePath = findChromium(process.env, kind);
  if (executablePath === undefined) throw new Error('No Chromium found: install it or name it in CHROME_PATH');
  return await loadDriver().launch({
    executablePath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // What a page has to report is sent at once, and not after the minute that a browser saves it up.
      '--short-reporting-delay',
      `--disable-features=${disabledFeatures.join(',')}`,
    ],
  });
}

/**
 * `describe` for tests that need the browser. Where there is none, one test takes their place: it fails if
 * `REQUIRE_BROWSER=1`, and otherwise says in its title and on stderr that they did not run.
 */
export function describeWithBrowser(title: string, tests: () => void, kind: BrowserKind = 'any'): void {
  if (findChromium(process.env, kind) !== undefined) {
    describe(title, tests);
    return;
  }
  describe(title, () => {
    test('NOT RUN: no Chromium on this machine (REQUIRE_BROWSER=1 makes this a failure)', () => {
      process.stderr.write(`NOT RUN, no Chromium found: ${title}\n`);

      expect(process.env.REQUIRE_BROWSER).not.toBe('1');
    });
  });
}
