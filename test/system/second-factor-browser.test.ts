import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { reportDictionaries } from '../../web/text/report.ts';
import { triageDictionaries } from '../../web/text/triage.ts';
import { findViolations } from '../support/axe.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { staffOf } from '../support/portiere.config.ts';
import { freshAddress, Viewer } from '../support/system.ts';
import { enterCode, openPlayground, PASSWORD, type Profile, press, signIn } from '../support/system-browser.ts';

const { en } = dictionaries;
const { en: report } = reportDictionaries;
const { en: triage } = triageDictionaries;
/** Each would say by the title of the page, or by a complaint of the policy, that it ran. */
const hostile = [
  '<img src=x onerror="document.title=1">',
  '<script>document.title=1</script>',
  '"><svg onload=document.title=1>',
  '</textarea></pre><iframe srcdoc="<script>parent.document.title=1</script>">',
  '[click](javascript:document.title=1) {{constructor.constructor("document.title=1")()}}',
  '\u202egnp.exe',
];

describeWithBrowser('two-step verification, and what staff do behind it, with a browser at the running system', () => {
  const playground = openPlayground();
  const newAccount = () => playground.newAccount('second-step');

  /** A browser of its own that has passed the password. */
  async function passPassword(email: string): Promise<Profile> {
    const opened = await playground.open('/');
    await signIn(opened.page, email);
    return opened;
  }

  async function turnOn(email: string): Promise<Profile & { key: string; codes: string[]; spent: string }> {
    const opened = await passPassword(email);
    const { page } = opened;
    await press(page, en.twoStep.turnOn);
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: en.twoStep.picture }).waitFor();
    const key = (await page.locator('.key-text').textContent()) ?? '';
    const spent = await playground.system.nextCode(key);
    await enterCode(page, en.codes.label, spent);
    await page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    const codes = await page.getByRole('list', { name: en.recovery.list }).locator('code').allTextContents();
    await press(page, en.recovery.saved);
    await page.getByRole('status').getByText(en.twoStep.turnedOn).waitFor();
    return { ...opened, key, codes, spent };
  }

  it('[P14] [P21] is turned on, asks for a code at the next sign-in, and is turned off, under the strict policy', async () => {
    const email = await newAccount();
    const first = await turnOn(email);

    const { page, complaints } = await passPassword(email);
    await page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();
    await enterCode(page, en.codes.label, first.spent);
    await page.getByText(en.codes.wrong).waitFor();
    const code = await playground.system.nextCode(first.key);
    await enterCode(page, en.codes.label, `${code.slice(0, 3)} ${code.slice(3)}`);
    await page.getByRole('heading', { name: en.account.heading }).waitFor();
    await page.getByText(en.events['second_factor.accepted']).first().waitFor();
    await press(page, en.twoStep.turnOff);
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await enterCode(page, en.codes.label, await playground.system.nextCode(first.key));
    await page.getByText(en.codes.hintFresh).waitFor();
    await enterCode(page, en.codes.label, await playground.system.nextCode(first.key));
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

  it('[P22] [P29] [P17] a stranger reports a vulnerability, staff judge and answer it, the stranger reads that; all of it stays text', async () => {
    const stranger = await playground.open('/report');
    const written = hostile.join('\n');
    await stranger.page.getByLabel(report.form.name, { exact: true }).fill(hostile[0] ?? '');
    await stranger.page.getByLabel(report.form.asset, { exact: true }).fill(hostile[2] ?? '');
    await stranger.page.getByLabel(report.form.steps, { exact: true }).fill(written);
    await stranger.page.getByLabel(report.form.impact, { exact: true }).fill(written);
    await press(stranger.page, report.form.submit);
    await stranger.page.getByRole('heading', { name: report.filed.heading }).waitFor();
    await press(stranger.page, report.filed.follow);
    await stranger.page.getByText(report.follow.none).waitFor();
    const email = staffOf['second-factor-browser'];
    await new Viewer(playground.system, freshAddress()).register(email, PASSWORD);
    const { key } = await turnOn(email);
    const staff = await passPassword(email);
    await enterCode(staff.page, en.codes.label, await playground.system.nextCode(key));
    await staff.page.getByRole('heading', { name: en.account.heading }).waitFor();

    await staff.page.getByRole('link', { name: en.hall.support }).click();
    await press(staff.page, triage.openLabel(hostile[0] ?? ''));
    await staff.page.getByText(triage.asWritten).waitFor();
    const shown = await staff.page.locator('pre').allTextContents();
    const violations = await findViolations(staff.page);
    await staff.page.getByLabel(triage.state, { exact: true }).selectOption('accepted');
    await staff.page.getByLabel(triage.severity, { exact: true }).selectOption('high');
    await staff.page.getByLabel(triage.answer).fill(`Confirmed. ${written}`);
    await press(staff.page, triage.send);
    await staff.page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
    await enterCode(staff.page, en.codes.label, await playground.system.nextCode(key));
    await staff.page.getByText(triage.saved).waitFor();
    await press(stranger.page, report.follow.close);
    await press(stranger.page, report.follow.submit);
    await stranger.page.getByText('Confirmed.').waitFor();

    violations.push(...(await findViolations(stranger.page)));
    expect(shown.filter((text) => text === written)).toHaveLength(2);
    expect([await staff.page.title(), await stranger.page.title()]).not.toContain('1');
    expect([...violations, ...staff.complaints, ...stranger.complaints]).toEqual([]);
  });
});
