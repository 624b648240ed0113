import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { account, findSmallControls, findViolations, origin, problem, readFocus, sessions, signedIn } from './stage.ts';
import { callsTo, openTheatre, password, signIn } from './theatre.ts';

const { en, it: italian } = dictionaries;
const token = 'Zm9vYmFyLXRva2Vu';

describeWithBrowser('the pages in a browser', () => {
  const { open } = openTheatre();

  test.each([
    ['/', {}],
    ['/register', {}],
    ['/verify', {}],
    [`/verify#token=${token}`, {}],
    ['/reset', {}],
    [`/reset#token=${token}`, {}],
    ...['/disavow', '/undo', '/confirm-email'].flatMap((path): [string, typeof signedIn][] => [
      [path, {}],
      [`${path}#token=${token}`, {}],
    ]),
    ['/account', signedIn],
    ['/admin', signedIn],
    ['/not-found', {}],
    ['/security', {}],
    ['/security-reports', {}],
  ])('axe finds nothing to complain about on %s, in light and in dark', async (path, scripts) => {
    const opened = await open(path, scripts, { reducedMotion: 'reduce' });
    if (path === '/account') await opened.page.getByRole('heading', { name: en.account.history }).waitFor();

    const violations = await findViolations(opened);

    expect(violations).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('axe finds nothing to complain about where a form was refused', async () => {
    const refused = () => problem('rate_limited', { retryAfter: 90 });
    const opened = await open('/register', { 'POST /v1/accounts': refused }, { reducedMotion: 'reduce' });
    const { page } = opened;
    const submit = page.getByRole('button', { name: en.register.submit });
    await page.getByLabel(en.fields.email).fill('nobody');
    await submit.click();
    const mistaken = await findViolations(opened);
    await page.getByLabel(en.fields.email).fill(account.email);
    await page.getByLabel(en.fields.password, { exact: true }).fill(password);
    await submit.click();
    await page.getByRole('alert').waitFor();

    const locked = await findViolations(opened);

    expect([...mistaken, ...locked]).toEqual([]);
  });

  test('axe would find a field without a name, and text that is too faint in the dark only', async () => {
    const opened = await open('/not-found');
    await opened.page.evaluate(() => {
      const faint = new CSSStyleSheet();
      faint.replaceSync('@media (prefers-color-scheme: dark) { #faint { color: #333; background: #222 } }');
      document.adoptedStyleSheets.push(faint);
      const text = Object.assign(document.createElement('p'), { id: 'faint', textContent: 'Read me' });
      document.querySelector('main')?.append(document.createElement('input'), text);
    });

    const violations = await findViolations(opened);

    expect(violations).toEqual(['label: <input>', 'color-contrast: <p id="faint">Read me</p>']);
  });

  test('[P21] a first visit loads what its page needs, and not what is behind the door, under Trusted Types', async () => {
    const { files, page, complaints } = await open('/', {}, {}, (unsupported) =>
      unsupported.addInitScript('delete window.PublicKeyCredential'),
    );
    await page.evaluate(() => document.fonts.ready);

    const loaded = files.map((file) => file.replace(/-\w{8}\./, '.')).filter((file) => !/svg|webmanifest/.test(file));

    expect(loaded.sort()).toEqual([
      '/assets/app.js',
      ...Array(3).fill('/assets/chunk.js'),
      '/assets/figtree-latin-wght-normal.woff2',
      '/assets/notices.js',
      '/assets/style.css',
      '/en/index.html',
    ]);
    expect(complaints).toEqual([]);
  });

  test('[P21] a script that somebody slips into the page does not run', async () => {
    const { page } = await open('/');

    const outcome = await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.text = 'document.title = "taken"';
        document.body.append(script);
        document.body.setAttribute('onclick', 'document.title = "taken"');
        document.body.click();
      } catch (error) {
        return (error as Error).name;
      }
      return document.title;
    });

    expect(outcome).toBe('TypeError');
    expect(await page.title()).toBe(`${en.titles.index} · Portiere`);
  });

  test('[P17] markup in what the API answers is shown as text', async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const { page } = await open('/account', {
      ...signedIn,
      'GET /v1/session': () => ({ status: 200, body: { account: { ...account, email: hostile }, session: sessions[0], csrfToken: 'c' } }),
    });

    await page.getByText(hostile).waitFor();

    expect(await page.locator('img').count()).toBe(0);
  });

  test('[P25] password managers find what they need, and paste is let through', async () => {
    const opened = await open('/');
    const attributes = await opened.page
      .locator('input')
      .evaluateAll((inputs) =>
        inputs.map((input) => ['id', 'name', 'type', 'autocomplete', 'maxlength'].map((name) => input.getAttribute(name))),
      );
    const field = opened.page.getByLabel(en.fields.password, { exact: true });

    const letThrough = await field.evaluate((input) =>
      input.dispatchEvent(new ClipboardEvent('paste', { cancelable: true, bubbles: true })),
    );
    await opened.page.goto(`${origin}/register`);

    expect(attributes).toEqual([
      ['email', 'email', 'email', 'username webauthn', null],
      ['password', 'password', 'password', 'current-password', null],
    ]);
    expect(letThrough).toBe(true);
    expect(await opened.page.locator('#password').getAttribute('autocomplete')).toBe('new-password');
  });

  test('signing in by keyboard alone leads to the account', async () => {
    const opened = await open('/', {
      ...signedIn,
      'POST /v1/sign-in': () => ({ status: 200, body: { status: 'signed_in', account, session: sessions[0], csrfToken: 'csrf-1' } }),
    });
    const { page, calls } = opened;

    await page.keyboard.press('Tab');
    await page.keyboard.type(account.email);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');

    expect(calls.find(({ name }) => name === 'POST /v1/sign-in')?.body).toEqual({ email: account.email, password });
    await page.getByText(account.email).waitFor();
  });

  test('a mistake is said at its field, and the focus goes there', async () => {
    const opened = await open('/register');

    await opened.page.getByRole('button', { name: en.register.submit }).click();

    expect(await readFocus(opened, 'email')).toBe('email');
    expect(await opened.page.locator('#email').getAttribute('aria-describedby')).toBe('email-error');
    expect(await opened.page.locator('#email-error').textContent()).toBe(en.fields.emailMissing);
    expect(opened.calls).toEqual([]);
  });

  test('[P13] while an address is locked the page counts down, sends nothing, and lets another address try', async () => {
    const opened = await open('/', { 'POST /v1/sign-in': () => problem('account_locked', { retryAfter: 61 }) });
    await opened.page.clock.install();
    await signIn(opened);
    await opened.page.getByText('1:01').waitFor();
    await opened.page.getByLabel(en.fields.password, { exact: true }).press('Enter');
    const sent = callsTo(opened, 'POST /v1/sign-in').length;

    await opened.page.clock.runFor(31_000);
    const spoken = await opened.page.locator('.wait .visually-hidden').textContent();
    const shown = await opened.page.locator('.wait-clock').textContent();
    await opened.page.getByLabel(en.fields.email).fill('another@example.com');

    expect([sent, shown, spoken]).toEqual([1, '0:30', en.wait.announce('30 seconds')]);
    expect(await opened.page.getByRole('alert').count()).toBe(0);
  });

  test('[P13] when the lock is over the page takes the next try', async () => {
    const opened = await open('/', { 'POST /v1/sign-in': () => problem('account_locked', { retryAfter: 2 }) });
    await opened.page.clock.install();
    await signIn(opened);
    await opened.page.getByRole('alert').waitFor();

    await opened.page.clock.runFor(3_000);

    await opened.page.getByRole('alert').waitFor({ state: 'detached' });
    await signIn(opened);
    await opened.page.getByRole('alert').waitFor();
    expect(callsTo(opened, 'POST /v1/sign-in')).toHaveLength(2);
  });

  test.each([
    ['the connection is lost', () => 'cut off' as const, en.connection],
    ['the service is down', () => problem('unavailable', { retryAfter: 30 }), en.problems.unavailable],
    ['the edge refuses in words of its own', () => ({ status: 403, contentType: 'text/html', body: '<b>no</b>' }), en.problems.blocked],
  ])('when %s, the page says so and keeps what was typed', async (_, script, message) => {
    const opened = await open('/', { 'POST /v1/sign-in': script });

    await signIn(opened);

    await opened.page.getByRole('alert').getByText(message).waitFor();
    expect(await opened.page.getByLabel(en.fields.email).inputValue()).toBe(account.email);
    expect(await opened.page.getByLabel(en.fields.password, { exact: true }).inputValue()).toBe(password);
  });

  test.each([
    ['/', 'POST /v1/sign-in', '#token='],
    ['/verify', 'POST /v1/accounts/verify', `#token=${token}`],
  ])('nothing is sent from %s before somebody asks for it', async (path, call, fragment) => {
    const { calls } = await open(path + fragment);

    expect(calls.map(({ name }) => name)).not.toContain(call);
  });

  test('the token of a mail leaves the address bar at once and is spent by one click only', async () => {
    const { page, calls } = await open(`/verify#token=${token}`, { 'POST /v1/accounts/verify': () => ({ status: 204 }) });
    const address = page.url();

    await page.getByLabel(en.verify.password, { exact: true }).fill(password);
    await page.getByRole('button', { name: en.verify.submit }).click();
    await page.getByRole('heading', { name: en.verify.doneHeading }).waitFor();

    expect(address).toBe(`${origin}/verify`);
    expect(calls.map(({ name, body }) => [name, body])).toEqual([['POST /v1/accounts/verify', { token, password }]]);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  test('a link that is opened where its page is open already is taken all the same', async () => {
    const { page } = await open('/verify');

    await page.goto(`${origin}/verify#token=${token}`);

    await page.getByRole('button', { name: en.verify.submit }).waitFor();
    expect(page.url()).toBe(`${origin}/verify`);
  });

  test('an old link says so and offers the way on', async () => {
    const refused = () => problem('invalid_token');
    const { page } = await open(`/reset#token=${token}`, { 'POST /v1/password-reset/confirm': refused });
    await page.getByLabel(en.fields.newPassword, { exact: true }).fill(password);
    await page.getByRole('button', { name: en.reset.chooseSubmit }).click();
    await page.getByText(en.problems.invalid_token).waitFor();

    await page.getByRole('button', { name: en.reset.expired }).click();

    await page.getByLabel(en.fields.email).waitFor();
  });

  test('[P11] a refused password is explained at its field, and the hint learns the minimum', async () => {
    const errors = [{ path: 'password', message: 'must have at least 15 characters' }];
    const opened = await open('/register', { 'POST /v1/accounts': () => problem('weak_password', { errors }) });
    await opened.page.getByLabel(en.fields.email).fill(account.email);
    await opened.page.getByLabel(en.fields.password, { exact: true }).fill('pilagraffa');

    await opened.page.getByRole('button', { name: en.register.submit }).click();

    await opened.page.getByText(en.passwords.refusedLength(15)).waitFor();
    await opened.page.getByText(en.passwords.tooShort(5)).waitFor();
    expect(await readFocus(opened, 'password')).toBe('password');
  });

  test('registering and resetting promise nothing about the address', async () => {
    const accepted = () => ({ status: 202, body: { status: 'accepted' } });
    const { page } = await open('/reset', { 'POST /v1/password-reset': accepted });

    await page.getByLabel(en.fields.email).fill('nobody@example.com');
    await page.getByRole('button', { name: en.reset.submit }).click();

    await page.getByRole('heading', { name: en.reset.sentHeading }).waitFor();
    expect(await page.locator('main').textContent()).toContain('If there is an account');
  });

  test('the language can be switched without losing what was typed, and is remembered without a cookie', async () => {
    const { page, context } = await open('/register');
    await page.getByLabel(en.fields.email).fill(account.email);

    await page.getByRole('link', { name: 'Italiano' }).click();
    const kept = await page.getByLabel(italian.fields.email).inputValue();
    await page.goto(`${origin}/`);
    await page.getByRole('heading', { name: italian.signIn.heading }).waitFor();

    expect(kept).toBe(account.email);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('it');
    expect(await page.title()).toBe(`${italian.titles.index} · Portiere`);
    expect(await context.cookies()).toEqual([]);
  });

  test('without a session the account page sends its visitor to the door, and says why', async () => {
    const { page } = await open('/account');

    await page.waitForURL(`${origin}/`);

    await page.getByText(en.signIn.sessionEnded).waitFor();
  });

  test('[P20] one session and all others can be ended, each with the CSRF token', async () => {
    let listed = [...sessions];
    const opened = await open('/account', {
      ...signedIn,
      'GET /v1/sessions': () => ({ status: 200, body: { sessions: listed } }),
      'DELETE /v1/sessions/session-2': () => {
        listed = listed.filter(({ id }) => id !== 'session-2');
        return { status: 204 };
      },
      'DELETE /v1/sessions': () => {
        listed = listed.filter(({ current }) => current);
        return { status: 204 };
      },
    });
    const { page, calls } = opened;

    await page.getByRole('button', { name: 'End session: Safari on iPhone, 203.0.113.88' }).click();
    await page.getByText(en.account.ended).waitFor();
    const focused = await readFocus(opened, 'sessions');
    await page.getByRole('button', { name: en.account.endOthers }).click();
    await page.getByText(en.account.onlyThis).waitFor();

    const unsafe = calls.filter(({ name }) => name.startsWith('DELETE'));
    expect(unsafe.map(({ headers }) => headers['x-csrf-token'])).toEqual(['csrf-1', 'csrf-1']);
    expect(focused).toBe('sessions');
  });

  test('a changed password empties its fields and says what became of the sessions', async () => {
    const { page, calls } = await open('/account', { ...signedIn, 'PUT /v1/account/password': () => ({ status: 204 }) });

    await page.getByLabel(en.fields.currentPassword).fill('the old one');
    await page.getByLabel(en.fields.newPassword).fill(password);
    await page.getByRole('button', { name: en.account.changeSubmit }).click();
    await page.getByText(en.account.changed).waitFor();

    expect(calls.find(({ name }) => name === 'PUT /v1/account/password')?.body).toEqual({
      currentPassword: 'the old one',
      newPassword: password,
    });
    expect(await page.getByLabel(en.fields.newPassword).inputValue()).toBe('');
  });

  test('signing out returns to the door', async () => {
    const { page } = await open('/account', { ...signedIn, 'POST /v1/sign-out': () => ({ status: 204 }) });

    await page.getByRole('button', { name: en.account.signOut }).click();

    await page.getByText(en.signIn.signedOut).waitFor();
    expect(page.url()).toBe(`${origin}/`);
  });

  test('what was under way when somebody signed out, and is refused for it, is no news', async () => {
    let isOut = false;
    const { page } = await open('/account', {
      ...signedIn,
      'GET /v1/session': (request) => (isOut ? problem('unauthenticated') : (signedIn['GET /v1/session']?.(request) ?? 'cut off')),
      'DELETE /v1/sessions': () => problem('unauthenticated'),
      'POST /v1/sign-out': () => {
        isOut = true;
        return { status: 204 };
      },
    });

    await page.evaluate(
      ([out, end]) => {
        const find = (name: string | undefined) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);
        find(out)?.click();
        find(end)?.click();
      },
      [en.account.signOut, en.account.endOthers],
    );

    await page.getByText(en.signIn.signedOut).waitFor();
  });

  test('every control is at least 44 pixels high or part of a sentence, on a phone', async () => {
    const opened = await open('/account', signedIn, { viewport: { width: 390, height: 844 } });
    const { page } = opened;
    await page.getByRole('button', { name: en.account.endOthers }).waitFor();

    const small = await findSmallControls(opened);

    expect(small).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
