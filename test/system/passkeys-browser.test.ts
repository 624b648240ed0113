import type { Page } from 'playwright-core';
import { hallDictionaries } from '../../web/text/hall.ts';
import { findViolations } from '../support/axe.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { enterCode, openPlayground, PASSWORD, type Profile, press, signIn } from '../support/system-browser.ts';
import { addAuthenticator, type VirtualAuthenticator } from '../support/virtual-authenticator.ts';

const { en } = hallDictionaries;

describeWithBrowser('passkeys with a browser, at the running system', () => {
  const playground = openPlayground();

  const answerPassword = async (page: Page) => {
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
  };

  /** Signed in with the password, and a passkey made: with the recovery codes that came along. */
  async function enrol(email: string): Promise<Profile & { authenticator: VirtualAuthenticator; codes: string[] }> {
    const opened = await playground.open('/');
    const { page } = opened;
    // This authenticator takes every suggestion at once; here a person presses the button.
    await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
    const authenticator = await addAuthenticator(page);
    await signIn(page, email);
    await press(page, en.passkeys.add);
    await answerPassword(page);
    await page.getByLabel(en.passkeys.name).fill('Test laptop');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    const codes = await page.getByRole('list', { name: en.recovery.list }).locator('code').allTextContents();
    await press(page, en.recovery.saved);
    await page.getByRole('button', { name: en.passkeys.removeLabel('Test laptop') }).waitFor();
    return { ...opened, authenticator, codes };
  }

  async function signOut(page: Page): Promise<void> {
    await press(page, en.account.signOut);
    await page.getByText(en.signIn.signedOut).waitFor();
  }

  it('[P14] [P21] one is made, signs in alone, answers the second step and confirms a grave act, under the strict policy', async () => {
    const email = await playground.newAccount('passkey');
    const { page, complaints, codes } = await enrol(email);
    const section = await page.getByRole('region', { name: en.passkeys.title }).textContent();
    const violations = await findViolations(page);

    await signOut(page);
    await press(page, en.signIn.passkey);
    await page.getByRole('heading', { name: en.account.history }).waitFor();
    await signOut(page);
    await signIn(page, email);
    await press(page, en.passkey.use);
    await page.getByRole('heading', { name: en.account.history }).waitFor();
    await press(page, en.passkeys.add);
    await page.getByRole('dialog').getByRole('button', { name: en.passkey.use }).click();
    await page.getByLabel(en.passkeys.name).waitFor();

    expect(section).toContain('Test laptop');
    expect(new Set(codes).size).toBe(10);
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('[P14] among the suggestions of the address field one is enough', async () => {
    const email = await playground.newAccount('suggested');
    const { page } = await enrol(email);
    await signOut(page);
    await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => true');

    await page.goto(playground.system.edge);

    await page.waitForURL('**/account');
    await page.getByText(email).waitFor();
  });

  it('[P14] one that is removed opens nothing any more; a recovery code stands in for a device that is lost', async () => {
    const email = await playground.newAccount('lost');
    const { page, authenticator, codes } = await enrol(email);
    await signOut(page);

    const thief = await playground.open('/');
    await signIn(thief.page, email);
    await press(thief.page, en.codes.useRecovery);
    await enterCode(thief.page, en.codes.recoveryLabel, codes[0] ?? '');
    await thief.page.getByRole('button', { name: en.passkeys.removeLabel('Test laptop') }).click();
    await press(thief.page, en.passkeys.remove);
    const dialog = thief.page.getByRole('dialog');
    await dialog.getByRole('button', { name: en.stepUp.usePassword }).click();
    await dialog.getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await enterCode(thief.page, en.codes.recoveryLabel, codes[1] ?? '');
    await thief.page.getByText(en.passkeys.removed('Test laptop')).waitFor();
    await press(page, en.signIn.passkey);
    await page.getByRole('alert').getByText(en.passkey.unknown).waitFor();

    expect(await authenticator.credentials()).toHaveLength(1);
  });

  it('[P14] a person whom the device does not recognise is not let in', async () => {
    const { page, authenticator } = await enrol(await playground.newAccount('stranger'));
    await signOut(page);
    await authenticator.verifyPerson(false);

    await press(page, en.signIn.passkey);

    await page.getByRole('alert').getByText(en.passkey.dismissed).waitFor();
  });
});
