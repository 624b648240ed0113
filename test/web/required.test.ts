import { formatDate } from '../../web/format.ts';
import { hallDictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { addAuthenticator } from '../support/virtual-authenticator.ts';
import { recoveryCodes, startAccountServer } from './account-server.ts';
import { account, findSmallControls, findViolations, readFocus } from './stage.ts';
import { callsTo, openTheatre, password, press } from './theatre.ts';

const { en } = hallDictionaries;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describeWithBrowser('a second factor that the deployment asks for, in a browser', () => {
  const { open } = openTheatre();

  test('[P14] while there is time, the account says until when, and there is a way there and back', async () => {
    const dueAt = inDays(9);
    const opened = await open('/account', startAccountServer({ required: 'any', dueAt }).scripts);

    await opened.page.getByText(en.required.notice(formatDate(dueAt, 'en', ['en-GB']))).waitFor();
    await press(opened, en.required.start);
    await opened.page.getByText(en.required.step(1, 4)).waitFor();
    await press(opened, en.required.later);

    await opened.page.getByRole('heading', { name: en.account.history }).waitFor();
  });

  test('[P14] once it is due nothing else is there but the way to it and the way out', async () => {
    const opened = await open('/account', startAccountServer({ required: 'any', dueAt: inDays(-1) }).scripts);
    const { page } = opened;
    await page.getByText(en.required.step(1, 4)).waitFor();
    const violations = await findViolations(opened);

    const headings = await page.getByRole('heading').allTextContents();
    const buttons = await page.getByRole('button').allTextContents();
    await press(opened, en.account.signOut);
    await page.getByText(en.signIn.signedOut).waitFor();

    expect(violations).toEqual([]);
    expect(headings).toEqual([en.required.title, en.required.step(1, 4), en.required.confirmHeading]);
    expect(buttons).toEqual([en.account.signOut, en.required.confirm]);
  });

  test('[P14] by keyboard alone: confirm, choose a passkey, name it, keep the codes, and in', async () => {
    const opened = await open('/account', startAccountServer({ required: 'any', dueAt: inDays(-1) }).scripts);
    const { page } = opened;
    await addAuthenticator(page);
    const { keyboard } = page;
    /** Tab by tab, as a person without a mouse. */
    const tabTo = async (name: string) => {
      for (let pressed = 0; pressed < 20; pressed++) {
        await keyboard.press('Tab');
        if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
      }
      throw new Error(`no Tab leads to “${name}”`);
    };

    await page.getByText(en.required.step(1, 4)).waitFor();
    await tabTo(en.required.confirm);
    await keyboard.press('Enter');
    await readFocus(opened, 'step-up-password');
    await keyboard.type(password);
    await keyboard.press('Enter');
    const choosing = await readFocus(opened, en.required.chooseHeading);
    await tabTo(en.required.choosePasskey);
    await keyboard.press('Enter');
    const naming = await readFocus(opened, en.passkeys.addHeading);
    await tabTo(en.passkeys.create);
    await keyboard.press('Enter');
    const saving = await readFocus(opened, en.recovery.heading);
    await tabTo(en.recovery.saved);
    await keyboard.press('Enter');
    const done = await readFocus(opened, en.required.doneHeading);
    await tabTo(en.required.enter);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: en.account.history }).waitFor();

    expect([choosing, naming, saving, done]).toEqual([
      en.required.chooseHeading,
      en.passkeys.addHeading,
      en.recovery.heading,
      en.required.doneHeading,
    ]);
    expect(await page.getByText(recoveryCodes[0] ?? '').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test('[P14] by an authenticator: picture and key, the first code, the codes', async () => {
    const opened = await open('/account', startAccountServer({ required: 'any', dueAt: inDays(-1) }).scripts, {
      viewport: { width: 390, height: 844 },
    });
    await press(opened, en.required.confirm);
    await opened.page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(password);
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: en.required.chooseHeading }).waitFor();
    const found = [await findViolations(opened), await findSmallControls(opened)];

    await press(opened, en.required.chooseApp);
    await opened.page.getByRole('img', { name: en.twoStep.picture }).waitFor();
    await opened.page.getByLabel(en.codes.label).fill('123456');
    await opened.page.keyboard.press('Enter');
    await press(opened, en.recovery.saved);
    await opened.page.getByRole('heading', { name: en.required.doneHeading }).waitFor();

    expect(found).toEqual([[], []]);
    expect(callsTo(opened, 'POST /v1/account/totp/confirm').map(({ body }) => body)).toEqual([{ code: '123456' }]);
  });

  test('[P14] where it must be a passkey, only that is offered', async () => {
    const server = startAccountServer({ required: 'passkey', dueAt: inDays(-1) });
    server.account = { ...account, isStaff: true, secondFactor: server.account.secondFactor };
    const opened = await open('/account', server.scripts);
    await addAuthenticator(opened.page);

    await press(opened, en.required.confirm);
    await opened.page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(password);
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.required.step(2, 3)).waitFor();
    const apps = await opened.page.getByText(en.twoStep.app).count();
    await press(opened, en.passkeys.create);
    await press(opened, en.recovery.saved);
    await press(opened, en.required.enter);
    await opened.page.getByRole('heading', { name: en.account.history }).waitFor();

    expect(apps).toBe(0);
  });
});
