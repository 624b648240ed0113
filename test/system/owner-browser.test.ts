import type { Page } from 'playwright-core';
import { adminDictionaries } from '../../web/text/admin.ts';
import { hallDictionaries } from '../../web/text/hall.ts';
import { findViolations } from '../support/axe.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { staffOf } from '../support/portiere.config.ts';
import { freshAddress, freshEmail, Viewer } from '../support/system.ts';
import { openPlayground, PASSWORD, press, signIn } from '../support/system-browser.ts';
import { addAuthenticator } from '../support/virtual-authenticator.ts';

const { en } = hallDictionaries;
const { en: admin } = adminDictionaries;
const NEW_PASSWORD = 'staple my paper clip';

describeWithBrowser('an account that its owner controls, with a browser at the running system', () => {
  const playground = openPlayground();

  /** Waits for any mail to an address with a link to this page. @returns the link */
  async function linkOf(to: string, page: string): Promise<string> {
    const { system } = playground;
    return await system.until(async () => {
      const mails = await system.mails(to);
      return mails.map(({ text }) => new RegExp(`https://\\S+${page}#token=[\\w-]+`).exec(text)?.[0]).find((link) => link !== undefined);
    }, `a mail to ${to} with a link to ${page}`);
  }

  async function answerPassword(page: Page): Promise<void> {
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
  }

  async function addPasskey(page: Page): Promise<void> {
    await page.getByRole('heading', { name: en.account.heading }).waitFor();
    await addAuthenticator(page);
    await press(page, en.passkeys.add);
    await answerPassword(page);
    await press(page, en.passkeys.create);
    await press(page, en.recovery.saved);
    await page.getByRole('button', { name: /^Remove the passkey/ }).waitFor();
  }

  it('[P13] [P21] moves to another address by the link mailed there, and the old address takes the account back', async () => {
    const [email, next] = [await playground.newAccount('mover'), freshEmail('moved')];
    const { page, complaints } = await playground.open('/');
    await signIn(page, email);
    await press(page, en.address.changeLabel);
    await page.getByLabel(en.address.field).fill(next);
    await page.keyboard.press('Enter');
    await answerPassword(page);
    await page.getByText(en.address.pending(next)).waitFor();

    await page.goto(await linkOf(next, '/confirm-email'));
    const address = page.url();
    const violations = await findViolations(page);
    await press(page, en.confirmEmail.submit);
    await page.getByRole('heading', { name: en.confirmEmail.doneHeading }).waitFor();
    const moved = await playground.open('/');
    await signIn(moved.page, next);
    await moved.page.getByText(next).first().waitFor();
    await page.goto(await linkOf(email, '/undo'));
    violations.push(...(await findViolations(page)));
    await press(page, en.undo.submit);
    await page.getByRole('heading', { name: en.undo.doneHeading }).waitFor();
    await moved.page.reload();
    await moved.page.getByText(en.signIn.sessionEnded).waitFor();

    expect(address).toBe(`${playground.system.edge}/confirm-email`);
    expect([...violations, ...complaints]).toEqual([]);
  });

  it('[P13] [P14] “this wasn’t me” ends every session, stops the password, and keeps the second step', async () => {
    const email = await playground.newAccount('robbed');
    const thief = await playground.open('/');
    await signIn(thief.page, email);
    await addPasskey(thief.page);
    const { page, complaints } = await playground.open('/');

    await page.goto(await linkOf(email, '/disavow'));
    const violations = await findViolations(page);
    await press(page, en.disavow.submit);
    await page.getByRole('heading', { name: en.disavow.doneHeading }).waitFor();
    await thief.page.reload();
    await thief.page.getByText(en.signIn.sessionEnded).waitFor();
    await signIn(thief.page, email);
    await thief.page.getByText(en.problems.invalid_credentials).waitFor();
    await page.goto(await linkOf(email, '/reset'));
    await page.getByLabel(en.fields.newPassword, { exact: true }).fill(NEW_PASSWORD);
    await press(page, en.reset.chooseSubmit);
    await page.getByText(en.signIn.passwordSet).waitFor();
    await signIn(page, email, NEW_PASSWORD);
    await page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();

    expect([...violations, ...complaints]).toEqual([]);
  });

  it('[P14] a browser that is remembered skips the second step, until it is forgotten', async () => {
    const email = await playground.newAccount('remembered');
    const { page } = await playground.open('/');
    await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
    await signIn(page, email);
    await addPasskey(page);
    const again = async () => {
      await press(page, en.account.signOut);
      await page.getByText(en.signIn.signedOut).waitFor();
      await signIn(page, email);
    };

    await again();
    await page.getByLabel(en.signIn.remember(30)).check();
    await press(page, en.passkey.use);
    await page.getByText(en.devices.current, { exact: true }).waitFor();
    await again();
    await page.getByText(en.devices.current, { exact: true }).waitFor();
    await press(page, en.devices.forgetAll);
    await page.getByRole('dialog').getByRole('button', { name: en.passkey.use }).click();
    await page.getByText(en.devices.none).waitFor();
    await again();

    await page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();
  });

  it('[P13] [P27] staff lift the pause of somebody who is locked out, with a reason that the history keeps', async () => {
    const { system } = playground;
    const email = await playground.newAccount('locked');
    const stranger = new Viewer(system, freshAddress());
    for (let guess = 0; guess < 5; guess++) await stranger.signIn(email, `wrong ${guess}`);
    await new Viewer(system, freshAddress()).register(staffOf['owner-browser'], PASSWORD);
    const { page, complaints } = await playground.open('/');
    await signIn(page, staffOf['owner-browser']);
    await addPasskey(page);

    await page.getByRole('link', { name: en.hall.support }).click();
    await page.getByLabel(en.fields.email).fill(email);
    await page.keyboard.press('Enter');
    await page.getByText(/^Until /).waitFor();
    const violations = await findViolations(page);
    await press(page, admin.acts.unlock.button);
    await page.getByLabel(admin.reason).fill('Ticket 4711: called back, it is her');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText(admin.acts.unlock.done).waitFor();
    await page.getByText('Ticket 4711: called back, it is her').waitFor();
    const signedIn = await stranger.signIn(email, PASSWORD);

    expect(signedIn.status).toBe(200);
    expect([...violations, ...complaints]).toEqual([]);
  });
});
