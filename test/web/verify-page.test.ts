import type { Request } from 'playwright-core';
import { hallDictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { findSmallControls, findViolations, problem, readFocus, type Scripts } from './stage.ts';
import { callsTo, openTheatre, password, press } from './theatre.ts';

const token = 'Zm9vYmFyLXRva2Vu';
const call = 'POST /v1/accounts/verify';

describeWithBrowser('the page behind the link of a registration, in a browser', () => {
  const { open } = openTheatre();

  describe.each(['en', 'it'] as const)('in %s', (language) => {
    const text = hallDictionaries[language];
    const words = text.verify;
    const openLink = (scripts: Scripts = {}) => open(`/verify?lang=${language}#token=${token}`, scripts);

    test('[P13] says who must not go on, and asks for the password that was chosen', async () => {
      const opened = await openLink();
      const { page } = opened;
      const field = page.getByLabel(words.password, { exact: true });

      await field.waitFor();

      expect(await page.getByText(words.notMe, { exact: true }).count()).toBe(1);
      expect([await field.getAttribute('autocomplete'), await field.getAttribute('type')]).toEqual(['current-password', 'password']);
      expect(await page.getByRole('link', { name: words.remedy, exact: true }).getAttribute('href')).toBe('/register');
      expect(opened.calls).toEqual([]);
      expect(await findSmallControls(opened)).toEqual([]);
    });

    test('[P13] sends nothing for the click alone: it asks for the password', async () => {
      const opened = await openLink();

      await press(opened, words.submit);
      await opened.page.getByText(text.fields.passwordMissing, { exact: true }).waitFor();

      expect(opened.calls).toEqual([]);
      expect(await readFocus(opened, 'password')).toBe('password');
    });

    test('says a wrong password at its field, which keeps the focus; the right one then leads to signing in', async () => {
      const judge = (request: Request) => (request.postDataJSON().password === password ? { status: 204 } : problem('invalid_credentials'));
      const opened = await openLink({ [call]: judge });
      const { page } = opened;
      const field = page.getByLabel(words.password, { exact: true });

      await field.fill('not that one');
      await press(opened, words.submit);
      await page.getByText(words.wrong, { exact: true }).waitFor();
      const focus = await readFocus(opened, 'password');
      const violations = await findViolations(opened);
      await field.fill(password);
      await press(opened, words.submit);
      await page.getByRole('heading', { name: words.doneHeading, exact: true }).waitFor();

      expect(focus).toBe('password');
      expect(violations).toEqual([]);
      expect(callsTo(opened, call).map(({ body }) => body)).toEqual([
        { token, password: 'not that one' },
        { token, password },
      ]);
      expect(await page.getByText(words.done, { exact: true }).count()).toBe(1);
      expect(await page.getByRole('link', { name: words.doneLink, exact: true }).getAttribute('href')).toBe('/');
    });

    test.each([
      ['is locked', () => problem('account_locked', { retryAfter: 60 }), words.locked],
      ['is too old, or was used', () => problem('invalid_token'), text.problems.invalid_token],
      ['meets a fault', () => problem('internal'), text.problems.internal],
    ])('says when the link %s, and keeps what was typed', async (_, script, sentence) => {
      const opened = await openLink({ [call]: script });
      const field = opened.page.getByLabel(words.password, { exact: true });

      await field.fill(password);
      await press(opened, words.submit);
      await opened.page.getByRole('alert').getByText(sentence).waitFor();

      expect(await field.inputValue()).toBe(password);
      expect(await findViolations(opened)).toEqual([]);
    });
  });
});
