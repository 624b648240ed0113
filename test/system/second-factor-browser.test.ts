import { generateSync } from 'otplib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser, launchBrowser } from '../support/browser.ts';
import { freshAddress, freshEmail, System, Viewer } from '../support/system.ts';

const { en } = dictionaries;
const PASSWORD = 'correct horse battery';

jest.setTimeout(180_000);

describeWithBrowser('two-step verification with a browser, at the running system', () => {
  let system: System;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    [system, browser] = await Promise.all([System.start(), launchBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
    await system?.remove();
  });

  /** A browser of its own that has passed the password. */
  async function passPassword(email: string): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
    contexts.push(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(system.edge);
    await page.getByLabel(en.fields.email).fill(email);
    await page.getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    return { page, complaints };
  }

  /** The code that an authenticator shows, by the system's clock; `later` steps of 30 seconds from now the clock is moved there. */
  async function codeOf(key: string, later = 0): Promise<string> {
    if (later > 0) await system.advance(30 * later);
    const { now } = await system.readConsole<{ now: string }>('/api/clock');
    return generateSync({ secret: key.replaceAll(' ', ''), epoch: Math.floor(Date.parse(now) / 1000) });
  }

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  async function enterCode(page: Page, label: string, code: string): Promise<void> {
    await page.getByLabel(label).fill(code);
    await page.keyboard.press('Enter');
  }

  async function turnOn(email: string): Promise<{ page: Page; complaints: string[]; key: string; codes: string[] }> {
    const opened = await passPassword(email);
    const { page } = opened;
    await press(page, en.twoStep.turnOn);
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: en.twoStep.picture }).waitFor();
    const key = (await page.locator('.key-text').textContent()) ?? '';
    await enterCode(page, en.codes.label, await codeOf(key));
    await page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    const codes = await page.getByRole('list', { name: en.recovery.list }).locator('code').allTextContents();
    await press(page, en.recovery.saved);
    await page.getByRole('status').getByText(en.twoStep.turnedOn).waitFor();
    return { ...opened, key, codes };
  }

  async function newAccount(): Promise<string> {
    const email = freshEmail('second-step');
    await new Viewer(system, freshAddress()).register(email, PASSWORD);
    return email;
  }

  it('[P14] [P21] is turned on, asks for a code at the next sign-in, and is turned off, under the strict policy', async () => {
    const email = await newAccount();
    const first = await turnOn(email);

    const { page, complaints } = await passPassword(email);
    await page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();
    await enterCode(page, en.codes.label, await codeOf(first.key));
    await page.getByText(en.codes.wrong).waitFor();
    const code = await codeOf(first.key, 2);
    await enterCode(page, en.codes.label, `${code.slice(0, 3)} ${code.slice(3)}`);
    await page.getByRole('heading', { name: en.account.heading }).waitFor();
    await page.getByText(en.events['second_factor.accepted']).first().waitFor();
    await press(page, en.twoStep.turnOff);
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await enterCode(page, en.codes.label, await codeOf(first.key, 2));
    await page.getByText(en.codes.hintFresh).waitFor();
    await enterCode(page, en.codes.label, await codeOf(first.key, 2));
    await page.getByRole('status').getByText(en.twoStep.turnedOff).waitFor();

    const again = await passPassword(email);
    await again.page.getByRole('heading', { name: en.account.heading }).waitFor();
    expect(new Set(first.codes).size).toBe(10);
    expect([...first.complaints, ...complaints, ...again.complaints]).toEqual([]);
  });

  it('[P14] lets a person in who lost the phone, by a recovery code, once, and says how many are left', async () => {
    const email = await newAccount();
    const { codes } = await turnOn(email);
    const [code = ''] = codes;

    const { page } = await passPassword(email);
    await press(page, en.codes.useRecovery);
    await enterCode(page, en.codes.recoveryLabel, code.toLowerCase());
    await page.getByRole('heading', { name: en.account.heading }).waitFor();
    const left = await page.getByRole('region', { name: en.twoStep.title }).textContent();
    await page.getByText(en.events['recovery_code.used']).first().waitFor();
    const thief = await passPassword(email);
    await press(thief.page, en.codes.useRecovery);
    await enterCode(thief.page, en.codes.recoveryLabel, code);
    await thief.page.getByText(en.codes.recoveryWrong).waitFor();

    expect(left).toContain(`${en.twoStep.codesLeft}9`);
  });
});
