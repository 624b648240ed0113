import type { BrowserContextOptions } from 'playwright-core';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import {
  type Answer,
  account,
  findSmallControls,
  findViolations,
  origin,
  problem,
  readFocus,
  sessions,
  signedIn,
  type Visit,
} from './stage.ts';
import { callsTo, openTheatre, press, signIn } from './theatre.ts';

const { en } = dictionaries;

describeWithBrowser('the second step of a sign-in in a browser', () => {
  const { open } = openTheatre();

  const challenge = {
    status: 'second_factor_required',
    challengeId: 'challenge-1',
    methods: ['totp', 'recovery_code'],
    expiresAt: '2026-11-20T12:05:00.000Z',
  };

  /** At the second step, with the given answer to its codes. */
  async function openSecondStep(answer: () => Answer, options: BrowserContextOptions = {}): Promise<Visit> {
    const opened = await open(
      '/',
      { ...signedIn, 'POST /v1/sign-in': () => ({ status: 200, body: challenge }), 'POST /v1/sign-in/second-factor': answer },
      options,
    );
    await signIn(opened);
    await opened.page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();
    // Keys that are pressed before the field has the focus are lost.
    await opened.page.locator('#code:focus').waitFor();
    return opened;
  }

  test('[P14] the code is asked in place, the address stays in sight, and the password is gone from the page', async () => {
    const opened = await openSecondStep(() => problem('invalid_code'));
    const field = opened.page.getByLabel(en.codes.label);

    const attributes = await field.evaluate((input) =>
      ['autocomplete', 'inputmode', 'maxlength', 'aria-describedby'].map((name) => input.getAttribute(name)),
    );

    expect(opened.page.url()).toBe(`${origin}/`);
    expect(attributes).toEqual(['one-time-code', 'numeric', null, 'code-hint']);
    expect(await readFocus(opened, 'code')).toBe('code');
    await opened.page.getByText(account.email).waitFor();
    expect(await opened.page.locator('input[type="password"]').count()).toBe(0);
    expect(await findViolations(opened)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('a code with a space in it, by keyboard alone, leads to the account', async () => {
    const opened = await openSecondStep(() => ({
      status: 200,
      body: { status: 'signed_in', account, session: sessions[0], csrfToken: 'csrf-1' },
    }));

    await opened.page.keyboard.type(' 123 456');
    await opened.page.keyboard.press('Enter');
    await opened.page.waitForURL('**/account');

    expect(callsTo(opened, 'POST /v1/sign-in/second-factor').map(({ body }) => body)).toEqual([
      { challengeId: 'challenge-1', method: 'totp', code: '123456' },
    ]);
  });

  test('[P14] a wrong code is said at its field, ready to be typed over; a misshapen one is not sent at all', async () => {
    const opened = await openSecondStep(() => problem('invalid_code'));
    await opened.page.keyboard.type('12345');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.codes.malformed).waitFor();
    const sentBefore = callsTo(opened, 'POST /v1/sign-in/second-factor').length;

    await opened.page.keyboard.type('123456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.codes.wrong).waitFor();
    await opened.page.keyboard.type('9');

    expect(sentBefore).toBe(0);
    expect(callsTo(opened, 'POST /v1/sign-in/second-factor')).toHaveLength(1);
    expect(await opened.page.locator('#code').inputValue()).toBe('9');
  });

  test('[P14] a recovery code is taken with or without its hyphens, in a field of its own', async () => {
    const opened = await openSecondStep(() => problem('invalid_code'));
    await opened.page.keyboard.type('123');
    await press(opened, en.codes.useRecovery);
    const [value, focused] = [await opened.page.getByLabel(en.codes.recoveryLabel).inputValue(), await readFocus(opened, 'code')];

    await opened.page.keyboard.type('7k2m-9qxt-04v0-hj8r');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.codes.recoveryWrong).waitFor();

    expect([value, focused]).toEqual(['', 'code']);
    expect(callsTo(opened, 'POST /v1/sign-in/second-factor')[0]?.body).toEqual({
      challengeId: 'challenge-1',
      method: 'recovery_code',
      code: '7k2m9qxt04v0hj8r',
    });
    expect(await findViolations(opened)).toEqual([]);
  });

  test('[P14] a challenge that is spent leads back to the password, with the address kept and the reason said', async () => {
    const opened = await openSecondStep(() => problem('challenge_expired'));

    await opened.page.keyboard.type('123456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('alert').getByText(en.problems.challenge_expired).waitFor();

    expect(await opened.page.getByLabel(en.fields.email).inputValue()).toBe(account.email);
    expect(await opened.page.getByLabel(en.fields.password, { exact: true }).inputValue()).toBe('');
    expect(await readFocus(opened, 'password')).toBe('password');
  });

  test.each(['account_locked', 'rate_limited'] as const)(
    '[P14] while codes are paused (%s) the page counts down and sends nothing',
    async (code) => {
      const opened = await openSecondStep(() => problem(code, { retryAfter: 61 }));
      await opened.page.clock.install();
      await opened.page.keyboard.type('123456');
      await opened.page.keyboard.press('Enter');
      await opened.page.getByText('1:01').waitFor();

      await opened.page.getByLabel(en.codes.label).press('Enter');
      await opened.page.clock.runFor(62_000);
      await opened.page.getByRole('alert').waitFor({ state: 'detached' });

      expect(callsTo(opened, 'POST /v1/sign-in/second-factor')).toHaveLength(1);
    },
  );

  test('on a phone nothing is too small and nothing overflows', async () => {
    const opened = await openSecondStep(() => problem('invalid_code'), { viewport: { width: 390, height: 844 } });

    expect(await findSmallControls(opened)).toEqual([]);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
