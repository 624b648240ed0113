import type { Page } from 'playwright-core';
import { hallDictionaries as dictionaries } from '../../web/text/hall.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { addAuthenticator, type VirtualAuthenticator } from '../support/virtual-authenticator.ts';
import { type AccountServer, recoveryCodes, requestOptions, startAccountServer } from './account-server.ts';
import { account, findSmallControls, findViolations, origin, problem, readFocus, type Scripts, sessions, type Visit } from './stage.ts';
import { callsTo, openTheatre, password, press, signIn } from './theatre.ts';

const { en } = dictionaries;
const signedInAnswer = () => ({ status: 200, body: { status: 'signed_in', account, session: sessions[0], csrfToken: 'csrf-1' } });
const withoutPasskeys = (page: Page) => page.addInitScript('delete window.PublicKeyCredential');

interface Assertion {
  readonly credential: { readonly id: string; readonly response: Record<string, string> };
}

describeWithBrowser('passkeys on the account page in a browser', () => {
  const { open } = openTheatre();

  async function openAccount(server: AccountServer): Promise<Visit & { authenticator: VirtualAuthenticator }> {
    const visited = await open('/account', server.scripts);
    const authenticator = await addAuthenticator(visited.page);
    await visited.page.getByRole('heading', { name: en.passkeys.title }).waitFor();
    return { ...visited, authenticator };
  }

  test('[P14] the first one is made by the device, brings the recovery codes, and is listed', async () => {
    const opened = await openAccount(startAccountServer());
    const { page, authenticator } = opened;

    await press(opened, en.passkeys.add);
    await page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.getByLabel(en.passkeys.name).waitFor();
    const suggested = await page.getByLabel(en.passkeys.name).inputValue();
    const focused = await readFocus(opened, en.passkeys.addHeading);
    const violations = await findViolations(opened);
    await page.getByLabel(en.passkeys.name).fill('My laptop');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    await press(opened, en.recovery.saved);
    await page.getByRole('status').getByText(en.passkeys.added('My laptop')).waitFor();
    await page.getByText('My laptop', { exact: true }).waitFor();

    const [call] = callsTo(opened, 'POST /v1/account/passkeys');
    expect([suggested, focused, violations]).toEqual(['Chrome on Linux', en.passkeys.addHeading, []]);
    expect(call?.body).toMatchObject({ name: 'My laptop', credential: { type: 'public-key', response: { transports: ['internal'] } } });
    expect(await authenticator.credentials()).toMatchObject([{ rpId: 'portiere.test' }]);
    expect(await page.getByText(recoveryCodes[0] ?? '').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test.each([
    ['the person is not recognised', en.passkey.dismissed, (authenticator: VirtualAuthenticator) => authenticator.verifyPerson(false), {}],
    ['the server refuses it', en.passkeys.refused, async () => {}, { 'POST /v1/account/passkeys': () => problem('invalid_credentials') }],
    ['it came too late', en.passkey.expired, async () => {}, { 'POST /v1/account/passkeys': () => problem('challenge_expired') }],
    ['there are ten already', en.passkeys.full, async () => {}, { 'POST /v1/account/passkeys/options': () => problem('conflict') }],
  ] as const)('when %s, that is said, and trying again is possible', async (_, sentence, prepare, scripts: Scripts) => {
    const server = startAccountServer();
    server.steppedUp = true;
    const opened = await openAccount({ ...server, scripts: { ...server.scripts, ...scripts } });
    await prepare(opened.authenticator);
    await press(opened, en.passkeys.add);
    await opened.page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(password);
    await opened.page.keyboard.press('Enter');

    await press(opened, en.passkeys.create);

    await opened.page.getByRole('alert').getByText(sentence).waitFor();
    expect(await opened.page.getByRole('button', { name: en.passkeys.create }).getAttribute('aria-disabled')).toBe('false');
  });

  test('[P14] one is removed only after a question, which says when two-step verification goes off with it', async () => {
    const server = startAccountServer({ enabled: true, methods: ['passkey', 'recovery_code'], recoveryCodesLeft: 9 });
    server.steppedUp = true;
    const opened = await openAccount(server);

    await opened.page.getByRole('button', { name: en.passkeys.removeLabel('Giulia’s phone') }).click();
    await opened.page.getByText(en.passkeys.removeLast).waitFor();
    const asked = callsTo(opened, 'DELETE /v1/account/passkeys/passkey-1').length;
    await press(opened, en.passkeys.remove);
    await opened.page.getByText(en.passkeys.removed('Giulia’s phone')).waitFor();

    expect(asked).toBe(0);
    expect(callsTo(opened, 'DELETE /v1/account/passkeys/passkey-1')).toHaveLength(1);
    expect(await readFocus(opened, 'passkeys')).toBe('passkeys');
  });

  test('[P14] a passkey confirms that it is the person, and the password is one press away', async () => {
    const server = startAccountServer({ enabled: true, methods: ['passkey', 'totp', 'recovery_code'], recoveryCodesLeft: 9 });
    const opened = await openAccount({
      ...server,
      scripts: { ...server.scripts, 'POST /v1/account/passkeys/options': () => problem('conflict') },
    });
    const dialog = opened.page.getByRole('dialog');
    await press(opened, en.passkeys.add);
    await dialog.waitFor();
    const violations = await findViolations(opened);
    await dialog.getByRole('button', { name: en.passkey.use }).press('Enter');
    await dialog.getByText(en.passkey.dismissed).waitFor();

    await dialog.getByRole('button', { name: en.stepUp.usePassword }).click();
    const asksBoth = [
      await dialog.getByLabel(en.fields.password, { exact: true }).count(),
      await dialog.getByLabel(en.codes.label).count(),
    ];
    const focused = await readFocus(opened, 'step-up-password');

    expect(violations).toEqual([]);
    expect(asksBoth).toEqual([1, 1]);
    expect(focused).toBe('step-up-password');
    await opened.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('a browser without passkeys shows those there are, and says why none can be added', async () => {
    const server = startAccountServer({ enabled: true, methods: ['passkey', 'recovery_code'], recoveryCodesLeft: 9 });

    const { page } = await open('/account', server.scripts, {}, withoutPasskeys);

    await page.getByText('Giulia’s phone').waitFor();
    await page.getByText(en.passkeys.unsupported).waitFor();
  });
});

describeWithBrowser('signing in with a passkey in a browser', () => {
  const { open } = openTheatre();
  const challenge = {
    status: 'second_factor_required',
    challengeId: 'challenge-1',
    methods: ['totp', 'recovery_code', 'passkey'],
    expiresAt: '2026-11-20T12:05:00.000Z',
    deviceMayBeRemembered: true,
  };

  /**
   * The account page, where the authenticator gets its passkey, and then the sign-in page.
   *
   * @param suggests whether the browser offers passkeys in the address field: this authenticator is then chosen at once
   */
  async function openWithPasskey(scripts: Scripts, suggests: boolean): Promise<Visit & { authenticator: VirtualAuthenticator }> {
    const server = startAccountServer();
    server.steppedUp = true;
    const visited = await open(
      '/account',
      { ...server.scripts, 'POST /v1/sign-in/passkey/options': requestOptions, ...scripts },
      {},
      (page) => page.addInitScript(`PublicKeyCredential.isConditionalMediationAvailable = async () => ${suggests}`),
    );
    const authenticator = await addAuthenticator(visited.page);
    await press(visited, en.passkeys.add);
    await visited.page.getByRole('dialog').getByLabel(en.fields.password, { exact: true }).fill(password);
    await visited.page.keyboard.press('Enter');
    await press(visited, en.passkeys.create);
    await visited.page.getByRole('heading', { name: en.recovery.heading }).waitFor();
    visited.page.on('dialog', (dialog) => void dialog.accept());
    await visited.page.goto(`${origin}/`);
    return { ...visited, authenticator };
  }

  async function openSecondStep(scripts: Scripts = {}, prepare?: (page: Page) => Promise<unknown>): Promise<Visit> {
    const opened = await open('/', { 'POST /v1/sign-in': () => ({ status: 200, body: challenge }), ...scripts }, {}, prepare);
    await signIn(opened);
    await opened.page.getByRole('heading', { name: en.signIn.stepHeading }).waitFor();
    return opened;
  }

  test('[P14] one press, the device’s own question, and the account opens', async () => {
    const opened = await openWithPasskey({ 'POST /v1/sign-in/passkey': signedInAnswer }, false);

    await press(opened, en.signIn.passkey);
    await opened.page.waitForURL('**/account');

    const sent = callsTo(opened, 'POST /v1/sign-in/passkey').map(({ body }) => body as Assertion);
    const held = (await opened.authenticator.credentials())[0]?.credentialId ?? '';
    expect(sent.map(({ credential }) => credential.id)).toEqual([Buffer.from(held, 'base64').toString('base64url')]);
    expect(sent.flatMap(({ credential }) => Object.keys(credential.response)).sort()).toEqual([
      'authenticatorData',
      'clientDataJSON',
      'signature',
      'userHandle',
    ]);
    expect(opened.complaints).toEqual([]);
  });

  test('[P14] where the browser offers passkeys among the suggestions of the address, choosing one is all there is to do', async () => {
    const opened = await openWithPasskey({ 'POST /v1/sign-in/passkey': signedInAnswer }, true);

    await opened.page.waitForURL('**/account');

    expect(callsTo(opened, 'POST /v1/sign-in/passkey')).toHaveLength(1);
    expect(opened.complaints).toEqual([]);
  });

  test.each([
    ['is known no more', 'invalid_credentials', en.passkey.unknown],
    ['came too late', 'challenge_expired', en.passkey.expired],
    ['can’t be looked at', 'unavailable', en.problems.unavailable],
  ] as const)('a passkey that %s is refused in words', async (_, code, sentence) => {
    const opened = await openWithPasskey({ 'POST /v1/sign-in/passkey': () => problem(code) }, false);

    await press(opened, en.signIn.passkey);

    await opened.page.getByRole('alert').getByText(sentence).waitFor();
  });

  test('a device that has none for this site says so in words, and the password still works', async () => {
    const opened = await open('/', { 'POST /v1/sign-in/passkey/options': requestOptions, 'POST /v1/sign-in': signedInAnswer });
    await addAuthenticator(opened.page);

    await press(opened, en.signIn.passkey);
    await opened.page.getByRole('alert').getByText(en.passkey.dismissed).waitFor();
    const violations = await findViolations(opened);
    await signIn(opened);
    await opened.page.waitForURL('**/account');

    expect(violations).toEqual([]);
  });

  test('without WebAuthn the page is as it was: no button, no question, no script for it', async () => {
    const opened = await open('/', {}, {}, withoutPasskeys);

    expect(await opened.page.getByRole('button', { name: en.signIn.passkey }).count()).toBe(0);
    expect(opened.calls).toEqual([]);
    expect(opened.files.filter((file) => file.includes('webauthn'))).toEqual([]);
  });

  test('[P14] as a second step it comes first, has the focus, and can be remembered', async () => {
    const opened = await openSecondStep({ 'POST /v1/sign-in/passkey/options': requestOptions });
    const focused = await readFocus(opened, en.passkey.use);
    const violations = await findViolations(opened);
    await addAuthenticator(opened.page);

    await opened.page.getByLabel(en.signIn.remember(30)).check();
    await press(opened, en.passkey.use);
    await opened.page.getByRole('alert').getByText(en.passkey.dismissed).waitFor();

    expect([focused, violations, await findSmallControls(opened)]).toEqual([en.passkey.use, [], []]);
    expect(callsTo(opened, 'POST /v1/sign-in/passkey/options').at(-1)?.body).toEqual({ challengeId: 'challenge-1' });
  });

  test('[P14] the other ways stay, and what was ticked goes along', async () => {
    const opened = await openSecondStep({ 'POST /v1/sign-in/second-factor': () => problem('invalid_code') });
    await opened.page.getByLabel(en.signIn.remember(30)).check();

    await press(opened, en.codes.useApp);
    await opened.page.getByLabel(en.codes.label).fill('123456');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByText(en.codes.wrong).waitFor();
    await press(opened, en.codes.usePasskey);

    expect(callsTo(opened, 'POST /v1/sign-in/second-factor')[0]?.body).toEqual({
      challengeId: 'challenge-1',
      method: 'totp',
      code: '123456',
      rememberDevice: true,
    });
    await opened.page.getByRole('button', { name: en.passkey.use }).waitFor();
  });

  test('a browser without passkeys is asked for a code at once', async () => {
    const opened = await openSecondStep({}, withoutPasskeys);

    expect(await readFocus(opened, 'code')).toBe('code');
    expect(await opened.page.getByRole('button', { name: en.codes.usePasskey }).count()).toBe(0);
  });
});
