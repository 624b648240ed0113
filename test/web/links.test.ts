import { hallDictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { findSmallControls, origin, problem, type Scripts } from './stage.ts';
import { callsTo, openTheatre, press } from './theatre.ts';

const { en } = hallDictionaries;
const token = 'Zm9vYmFyLXRva2Vu';

describeWithBrowser('the pages that links lead to, in a browser', () => {
  const { open } = openTheatre();
  const pages = [
    ['/disavow', 'POST /v1/account/disavow', en.disavow],
    ['/undo', 'POST /v1/account/email/undo', en.undo],
    ['/confirm-email', 'POST /v1/account/email/confirm', en.confirmEmail],
  ] as const;

  test.each(pages)(
    '[P13] %s says what will happen, and nothing does before the click: scanners open every link',
    async (path, _, words) => {
      const opened = await open(`${path}#token=${token}`);

      await opened.page.getByRole('button', { name: words.submit, exact: true }).waitFor();

      expect(opened.calls).toEqual([]);
      expect(opened.page.url()).toBe(origin + path);
      expect(await opened.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]))).not.toContain(
        token,
      );
      expect(await opened.page.getByRole('listitem').allTextContents()).toEqual('steps' in words ? words.steps : []);
      expect(await findSmallControls(opened)).toEqual([]);
    },
  );

  test.each(pages)('[P13] %s sends its token once, and says what happened', async (path, call, words) => {
    const opened = await open(`${path}#token=${token}`, { [call]: () => ({ status: 204 }) });

    await press(opened, words.submit);
    await opened.page.getByRole('heading', { name: words.doneHeading }).waitFor();

    expect(callsTo(opened, call).map(({ body }) => body)).toEqual([{ token }]);
    expect(await opened.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await opened.page.getByText(words.done).count()).toBe(1);
    expect(opened.complaints).toEqual([]);
  });

  test.each(pages)('%s says when its link is too old, and offers a way on; one that is lost leaves it good', async (path, call, words) => {
    let answers = 0;
    const scripts: Scripts = {
      [call]: () => {
        answers += 1;
        return answers === 1 ? 'cut off' : problem('invalid_token');
      },
    };
    const { page } = await open(`${path}#token=${token}`, scripts);

    await page.getByRole('button', { name: words.submit, exact: true }).click();
    await page.getByRole('alert').getByText(en.connection).waitFor();
    await page.getByRole('button', { name: words.submit, exact: true }).click();
    await page.getByRole('alert').getByText(en.problems.invalid_token).waitFor();

    expect(await page.getByRole('alert').getByRole('link').textContent()).toBe(words.remedy);
  });

  test.each(pages)('%s without a token asks for the link of the mail', async (path, _, words) => {
    const opened = await open(path);

    await opened.page.getByText(words.missing).waitFor();

    expect(await opened.page.getByRole('button').count()).toBe(0);
    expect(opened.calls).toEqual([]);
  });

  test('[P23] the security page reads the same without a script, in the language that was asked for', async () => {
    const { page, complaints } = await open('/security?lang=it', {}, { javaScriptEnabled: false, locale: 'en-GB' });

    expect(await page.locator('html').getAttribute('lang')).toBe('it');
    expect(await page.locator('li.promise').count()).toBe(29);
    expect(await page.locator('#P13 .badge').textContent()).toBe('Mantenuta');
    expect(await page.locator('#P05 .badge').textContent()).toBe('Non mantenuta');
    expect(await page.locator('#P24 .badge').textContent()).toBe('Aperta');
    expect(await page.locator('#P26 .promise-until').textContent()).toContain('vale fino al 30 aprile 2027');
    const states = ['V6.3.1', 'V6.2.1', 'V6.2.12', 'V3.3.1'].map((id) => page.locator(`[id="${id}"] .badge`).textContent());
    expect(await Promise.all(states)).toEqual(['Soddisfatto', 'Deviazione', 'Aperto', 'Non soddisfatto']);
    expect(await page.locator('[id="V6.2.1"] code').textContent()).toBe("passwordProfile: 'standard' | 'strict'");
    expect(await page.locator('.programmes li').allTextContents()).toEqual([
      'C5: documentata per 1 su 2, non verificata per gli altri',
      'ENS High: non verificata per nessuno di essi',
    ]);
    await page.locator('#P05 summary').click();
    expect(await page.locator('#P05 [data-result="failed"]').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.locator('h1').textContent()).toBe('Security');
    expect(complaints).toEqual([]);
  });

  test('a security page whose results have grown old takes back that promises are kept', async () => {
    const { page } = await open('/security', {}, {}, async (early) => {
      await early.clock.setFixedTime('2027-03-01T12:00:00Z');
    });

    await page.locator('#outdated').waitFor();

    expect(await page.locator('.badge[data-status="kept"]').count()).toBe(0);
    expect(await page.locator('#P13 .badge').textContent()).toBe('Open');
    expect(await page.locator('.badge[data-status="met"]').count()).toBe(0);
  });
});
