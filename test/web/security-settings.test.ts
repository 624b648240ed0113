import { hallDictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { type AccountServer, rememberedDevices, startAccountServer } from './account-server.ts';
import { account, events, findSmallControls, findViolations, problem, readFocus, signedIn, type Visit } from './stage.ts';
import { callsTo, openTheatre, password, press } from './theatre.ts';

const { en, it: italian } = hallDictionaries;
const on = { enabled: true, methods: ['passkey', 'totp', 'recovery_code'] as const, recoveryCodesLeft: 9, devicesMayBeRemembered: true };

describeWithBrowser('the security settings of an account in a browser', () => {
  const { open } = openTheatre();

  function startServer(): AccountServer {
    const server = startAccountServer({ ...on, methods: [...on.methods] });
    server.devices = rememberedDevices();
    return server;
  }

  async function confirm({ page }: Visit): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(en.fields.password, { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
  }

  test.each([1280, 390])('axe finds nothing to complain about with everything turned on, %i pixels wide', async (width) => {
    const opened = await open('/account', startServer().scripts, { viewport: { width, height: 844 } });
    await opened.page.getByText('Giulia’s phone').waitFor();
    await opened.page.getByText(en.devices.current).waitFor();

    expect(await findViolations(opened)).toEqual([]);
    expect(await findSmallControls(opened)).toEqual([]);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  test('[P14] remembered browsers are listed; one is forgotten, then all of them', async () => {
    const opened = await open('/account', startServer().scripts);

    await opened.page.getByRole('button', { name: en.devices.forgetLabel('Safari on iPhone', '203.0.113.88') }).click();
    await opened.page.getByText(en.devices.forgotten).waitFor();
    const focused = await readFocus(opened, 'devices');
    await press(opened, en.devices.forgetAll);
    await opened.page.getByText(en.devices.none).waitFor();

    expect(focused).toBe('devices');
    expect(opened.calls.filter(({ name }) => name.startsWith('DELETE')).map(({ name }) => name)).toEqual([
      'DELETE /v1/devices/device-2',
      'DELETE /v1/devices',
    ]);
  });

  test('where browsers may not be remembered, and for whom has no passkey, nothing is asked about them', async () => {
    const opened = await open('/account', startAccountServer().scripts);
    await opened.page.getByText(en.passkeys.none).waitFor();

    expect(callsTo(opened, 'GET /v1/devices')).toEqual([]);
    expect(callsTo(opened, 'GET /v1/account/passkeys')).toEqual([]);
    expect(await opened.page.getByRole('heading', { name: en.devices.title }).count()).toBe(0);
  });

  test('[P13] the address is changed after a confirmation: where the link went is said, and that it waits', async () => {
    const opened = await open('/account', startAccountServer().scripts);

    await press(opened, en.address.changeLabel);
    const focused = await readFocus(opened, 'new-email');
    await opened.page.keyboard.type(account.email.toUpperCase());
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.address.same).waitFor();
    await opened.page.getByLabel(en.address.field).fill('giulia@studio.example');
    await opened.page.keyboard.press('Enter');
    await confirm(opened);
    await opened.page.getByRole('status').getByText(en.address.sent('giulia@studio.example')).waitFor();
    await opened.page.getByText(en.address.pending('giulia@studio.example')).waitFor();

    expect(focused).toBe('new-email');
    expect(callsTo(opened, 'POST /v1/account/email').map(({ body }) => body)).toEqual([
      { newEmail: 'giulia@studio.example' },
      { newEmail: 'giulia@studio.example' },
    ]);
    expect(await readFocus(opened, 'profile')).toBe('profile');
  });

  test('an address that the server can’t take is said at its field; too many requests are said in words', async () => {
    const server = startAccountServer();
    const answers = [problem('invalid_request', { errors: [{ path: 'newEmail', message: 'must be' }] }), problem('rate_limited')];
    const opened = await open('/account', { ...server.scripts, 'POST /v1/account/email': () => answers.shift() ?? problem('internal') });
    await press(opened, en.address.changeLabel);

    await opened.page.getByLabel(en.address.field).fill('a@b');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.fields.emailInvalid).waitFor();
    await opened.page.getByLabel(en.address.field).fill('a@b.example');
    await opened.page.keyboard.press('Enter');

    await opened.page.getByRole('alert').getByText(en.address.tooMany).waitFor();
  });

  test('what our support did is in the history, in the language of the page, without a place', async () => {
    const staffActs = (['account.unlocked', 'factor_recovery.approved', 'account.disavowed'] as const).map((type, index) => ({
      id: `act-${index}`,
      type,
      at: events[0]?.at,
      address: '',
      userAgent: '',
    }));
    const opened = await open(
      '/account',
      { ...signedIn, 'GET /v1/account/events': () => ({ status: 200, body: { events: staffActs } }) },
      { locale: 'it-IT' },
    );

    await opened.page.getByText(italian.events['account.unlocked']).waitFor();

    expect(await opened.page.getByRole('region', { name: italian.account.history }).textContent()).not.toContain(
      italian.account.unknownDevice,
    );
  });
});
