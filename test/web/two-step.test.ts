import { readFileSync } from 'node:fs';
import type { BrowserContextOptions } from 'playwright-core';
import { groupKey } from '../../web/code.ts';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import {
  type Answer,
  account,
  findSmallControls,
  findViolations,
  problem,
  readFocus,
  type Scripts,
  sessions,
  signedIn,
  type Visit,
} from './stage.ts';
import { callsTo, openTheatre, password, press } from './theatre.ts';

const { en } = dictionaries;
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const otherSecret = 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU';
const uri = `otpauth://totp/Portiere:giulia.ferri%40example.com?secret=${secret}&issuer=Portiere&algorithm=SHA1&digits=6&period=30`;
const recoveryCodes = Array.from({ length: 10 }, (_, index) => `7K2M-9QXT-04V${index}-HJ8R`);

describeWithBrowser('two-step verification on the account page in a browser', () => {
  const { open } = openTheatre();

  interface Server {
    readonly scripts: Scripts;
    secondFactor: typeof account.secondFactor;
    steppedUp: boolean;
  }

  /** A server that remembers what was done; each step-up brings a session with another CSRF token. */
  function startServer(recoveryCodesLeft?: number): Server {
    const on = (left: number): Server['secondFactor'] => ({
      ...account.secondFactor,
      enabled: true,
      methods: ['totp', 'recovery_code'],
      recoveryCodesLeft: left,
    });
    let rotations = 1;
    let keys = 0;
    const guarded = (answer: () => Answer) => () => (server.steppedUp ? answer() : problem('step_up_required'));
    const server: Server = {
      secondFactor: recoveryCodesLeft === undefined ? account.secondFactor : on(recoveryCodesLeft),
      steppedUp: false,
      scripts: {
        ...signedIn,
        'GET /v1/session': () => ({
          status: 200,
          body: { account: { ...account, secondFactor: server.secondFactor }, session: sessions[0], csrfToken: `csrf-${rotations}` },
        }),
        'POST /v1/session/step-up': (request) => {
          const body = request.postDataJSON() as { password: string; code?: string };
          if (body.password !== password) return problem('invalid_credentials');
          if (server.secondFactor.enabled && body.code !== '123456') return problem('invalid_code');
          server.steppedUp = true;
          rotations += 1;
          return { status: 204 };
        },
        'POST /v1/account/totp': guarded(() => {
          keys += 1;
          return { status: 201, body: keys === 1 ? { secret, uri } : { secret: otherSecret, uri: uri.replace(secret, otherSecret) } };
        }),
        'POST /v1/account/totp/confirm': guarded(() => {
          server.secondFactor = on(10);
          return { status: 200, body: { recoveryCodes } };
        }),
        'DELETE /v1/account/totp': guarded(() => {
          server.secondFactor = account.secondFactor;
          return { status: 204 };
        }),
        'POST /v1/account/recovery-codes': guarded(() => {
          server.secondFactor = on(10);
          return { status: 200, body: { recoveryCodes } };
        }),
      },
    };
    return server;
  }

  async function openAccount(server: Server, options: BrowserContextOptions = {}): Promise<Visit> {
    const opened = await open('/account', server.scripts, options);
    await opened.page.getByRole('heading', { name: en.twoStep.title }).waitFor();
    return opened;
  }

  async function confirm({ page }: Visit, given: { password?: string; code?: string } = {}): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(en.fields.password, { exact: true }).fill(given.password ?? password);
    if (given.code !== undefined) await dialog.getByLabel(en.codes.label).fill(given.code);
    await dialog.getByRole('button', { name: en.stepUp.submit }).click();
  }

  /** As far as the picture and the key. */
  async function openEnrolment(server: Server, options: BrowserContextOptions = {}): Promise<Visit> {
    server.steppedUp = true;
    const opened = await openAccount(server, options);
    await press(opened, en.twoStep.turnOn);
    await opened.page.getByRole('img', { name: en.twoStep.picture }).waitFor();
    return opened;
  }

  async function openRecoveryCodes(server: Server, options: BrowserContextOptions = {}): Promise<Visit> {
    const opened = await openEnrolment(server, options);
    await opened.page.getByLabel(en.codes.label).fill('123456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    return opened;
  }

  const sectionText = ({ page }: Visit) => page.getByRole('region', { name: en.twoStep.title }).textContent();

  test('[P14] turning it on: password, picture and key, first code, recovery codes, and then it is on', async () => {
    const server = startServer();
    const opened = await openAccount(server);

    await press(opened, en.twoStep.turnOn);
    const firstFocus = await opened.page
      .getByRole('dialog')
      .waitFor()
      .then(() => readFocus(opened, 'step-up-password'));
    await confirm(opened);
    await opened.page.getByRole('img', { name: en.twoStep.picture }).waitFor();
    const enrolFocus = await readFocus(opened, en.twoStep.enrolHeading);
    const key = await opened.page.locator('.key-text').textContent();
    await opened.page.getByLabel(en.codes.label).fill('123 456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    const codesFocus = await readFocus(opened, en.recovery.heading);
    const shown = await opened.page.getByRole('list', { name: en.recovery.list }).locator('code').allTextContents();
    await press(opened, en.recovery.saved);
    await opened.page.getByRole('status').getByText(en.twoStep.turnedOn).waitFor();
    await opened.page.getByText(recoveryCodes[0] ?? '').waitFor({ state: 'detached' });

    expect([firstFocus, enrolFocus, codesFocus]).toEqual(['step-up-password', en.twoStep.enrolHeading, en.recovery.heading]);
    expect(key).toBe(groupKey(secret));
    expect(shown).toEqual(recoveryCodes);
    expect(callsTo(opened, 'POST /v1/account/totp/confirm')[0]?.body).toEqual({ code: '123456' });
    expect(await sectionText(opened)).toContain(en.twoStep.on);
    expect(await opened.page.getByText(recoveryCodes[0] ?? '').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test('[P20] after the step-up the refused request is repeated with the CSRF token of the new session', async () => {
    const opened = await openAccount(startServer());

    await press(opened, en.twoStep.turnOn);
    await confirm(opened);
    await opened.page.getByRole('img', { name: en.twoStep.picture }).waitFor();

    expect(callsTo(opened, 'POST /v1/account/totp').map(({ headers }) => headers['x-csrf-token'])).toEqual(['csrf-1', 'csrf-2']);
  });

  test('[P14] leaving half way changes nothing, and the focus goes back to where it was', async () => {
    const server = startServer();
    const opened = await openAccount(server);

    await press(opened, en.twoStep.turnOn);
    await opened.page.getByRole('dialog').waitFor();
    await opened.page.keyboard.press('Escape');
    await opened.page.getByRole('dialog').waitFor({ state: 'detached' });
    const afterEscape = await readFocus(opened, en.twoStep.turnOn);
    server.steppedUp = true;
    await press(opened, en.twoStep.turnOn);
    await press(opened, en.twoStep.cancel);
    await opened.page.getByRole('button', { name: en.twoStep.turnOn }).waitFor();

    expect(afterEscape).toBe(en.twoStep.turnOn);
    expect(await readFocus(opened, 'two-step')).toBe('two-step');
    expect(await sectionText(opened)).toContain(en.twoStep.off);
    expect(await opened.page.getByRole('alert').count()).toBe(0);
    expect(callsTo(opened, 'POST /v1/account/totp/confirm')).toEqual([]);
  });

  test('a wrong password or code is said in the question itself', async () => {
    const opened = await openAccount(startServer(8));

    await press(opened, en.twoStep.turnOff);
    await confirm(opened, { password: 'not this one', code: '123456' });
    await opened.page.getByText(en.stepUp.wrong).waitFor();
    const passwordFocus = await readFocus(opened, 'step-up-password');
    await confirm(opened, { code: '654321' });
    await opened.page.getByText(en.codes.wrong).waitFor();

    expect([passwordFocus, await readFocus(opened, 'step-up-code')]).toEqual(['step-up-password', 'step-up-code']);
    expect(await findViolations(opened)).toEqual([]);
  });

  test('a code is asked for when two-step verification was turned on in another window', async () => {
    const server = startServer();
    const opened = await openAccount(server);
    server.secondFactor = { ...account.secondFactor, enabled: true, methods: ['totp', 'recovery_code'], recoveryCodesLeft: 10 };

    await press(opened, en.twoStep.turnOn);
    await confirm(opened);
    await opened.page.getByText(en.codes.missing).waitFor();
    await confirm(opened, { code: '123456' });

    await opened.page.getByRole('img', { name: en.twoStep.picture }).waitFor();
  });

  test('[P14] turning it off asks for the password first, then for a new code, and sends that with the request', async () => {
    const opened = await openAccount(startServer(8));

    await press(opened, en.twoStep.turnOff);
    await confirm(opened, { code: '123456' });
    await opened.page.getByText(en.codes.hintFresh).waitFor();
    const focused = await readFocus(opened, 'turn-off-code');
    await opened.page.keyboard.type('654 321');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('status').getByText(en.twoStep.turnedOff).waitFor();
    await opened.page.getByRole('button', { name: en.twoStep.turnOn }).waitFor();

    expect(focused).toBe('turn-off-code');
    expect(callsTo(opened, 'DELETE /v1/account/totp').map(({ body }) => body)).toEqual([{ code: '654321' }]);
    expect(await sectionText(opened)).toContain(en.twoStep.off);
    expect(await readFocus(opened, 'two-step')).toBe('two-step');
  });

  test.each([
    [3, true],
    [0, true],
    [4, false],
  ])('with %i recovery codes left, a warning: %s', async (left, warned) => {
    const opened = await openAccount(startServer(left));

    expect(await opened.page.getByText(en.twoStep.few(left)).count()).toBe(warned ? 1 : 0);
  });

  test('[P14] new recovery codes are made only after a warning, and shown once', async () => {
    const server = startServer(2);
    server.steppedUp = true;
    const opened = await openAccount(server);

    await press(opened, en.twoStep.renew);
    const asked = callsTo(opened, 'POST /v1/account/recovery-codes').length;
    const violations = await findViolations(opened);
    await press(opened, en.twoStep.renewSubmit);
    await opened.page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    await press(opened, en.recovery.saved);
    await opened.page.getByRole('status').getByText(en.twoStep.renewed).waitFor();

    expect([asked, violations]).toEqual([0, []]);
    expect(await opened.page.getByText(en.twoStep.few(2)).count()).toBe(0);
  });

  test('a key that has expired says so, and another is offered', async () => {
    const server = startServer();
    server.scripts['POST /v1/account/totp/confirm'] = () => problem('challenge_expired');
    const opened = await openEnrolment(server);
    await opened.page.getByLabel(en.codes.label).fill('123456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.twoStep.expired).waitFor();

    await press(opened, en.twoStep.again);
    await opened.page.getByText(groupKey(otherSecret)).waitFor();

    expect(await opened.page.getByRole('alert').count()).toBe(0);
    expect(await readFocus(opened, en.twoStep.enrolHeading)).toBe(en.twoStep.enrolHeading);
  });

  test('the picture is loaded when it is needed, is black on white in the dark too, and the key is there without it', async () => {
    const server = startServer();
    const opened = await openAccount(server, { colorScheme: 'dark' });
    const before = opened.files.filter((file) => file.startsWith('/assets/qr-'));
    await opened.context.route('**/assets/qr-*.js', (route) => route.abort());
    server.steppedUp = true;
    await press(opened, en.twoStep.turnOn);

    await opened.page.getByText(en.twoStep.pictureFailed).waitFor();
    const key = await opened.page.locator('.key-text').textContent();
    const second = await openEnrolment(startServer(), { colorScheme: 'dark' });
    const colours = await second.page
      .locator('.qr')
      .evaluate((picture) => [getComputedStyle(picture).backgroundColor, getComputedStyle(picture.querySelector('path') ?? picture).fill]);

    expect(before).toEqual([]);
    expect(key).toBe(groupKey(secret));
    expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  });

  test('key and recovery codes can be copied', async () => {
    const opened = await openEnrolment(startServer(), { permissions: ['clipboard-read', 'clipboard-write'] });
    const readClipboard = () => opened.page.evaluate(() => navigator.clipboard.readText());
    await press(opened, en.copy.key);
    await opened.page.getByRole('status').getByText(en.copy.done).waitFor();
    const key = await readClipboard();
    await opened.page.getByLabel(en.codes.label).fill('123456');
    await opened.page.keyboard.press('Enter');

    await press(opened, en.copy.codes);
    await opened.page.getByRole('status').getByText(en.copy.done).waitFor();

    expect([key, await readClipboard()]).toEqual([secret, recoveryCodes.join('\n')]);
  });

  test('[P21] recovery codes can be downloaded under the content security policy', async () => {
    const opened = await openRecoveryCodes(startServer());

    const [download] = await Promise.all([
      opened.page.waitForEvent('download'),
      opened.page.getByRole('link', { name: en.recovery.download, exact: true }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');

    expect(download.suggestedFilename()).toBe('portiere-recovery-codes.txt');
    expect(text.split('\r\n').filter((line) => recoveryCodes.includes(line))).toEqual(recoveryCodes);
    expect(text).toContain(account.email);
    expect(opened.complaints).toEqual([]);
  });

  test('on paper there are the recovery codes, whose they are, and nothing else', async () => {
    const opened = await openRecoveryCodes(startServer());

    await opened.page.emulateMedia({ media: 'print' });
    const printed = ((await opened.page.locator('body').allInnerTexts())[0] ?? '').split('\n').filter((line) => line.trim() !== '');

    expect(printed[0]).toBe(`Portiere: ${en.recovery.sheet(account.email)}`);
    expect(printed.slice(2)).toEqual([...recoveryCodes, en.recovery.note]);
  });

  test.each([1280, 390])('axe finds nothing to complain about in any of its steps, %i pixels wide', async (width) => {
    const options = { viewport: { width, height: 844 } };
    const question = await openAccount(startServer(3), options);
    await press(question, en.twoStep.turnOff);
    await question.page.getByRole('dialog').waitFor();
    const enrolment = await openEnrolment(startServer(), options);
    const codes = await openRecoveryCodes(startServer(), options);

    for (const opened of [question, enrolment, codes]) {
      expect(await findViolations(opened)).toEqual([]);
      expect(await findSmallControls(opened)).toEqual([]);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(opened.complaints).toEqual([]);
    }
  });
});
