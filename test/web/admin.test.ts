import { adminDictionaries } from '../../web/text/admin.ts';
import { hallDictionaries } from '../../web/text/hall.ts';
import { ipBlockDictionaries } from '../../web/text/ip-blocks.ts';
import { describeWithBrowser } from '../support/browser.ts';
import {
  account,
  findSmallControls,
  findViolations,
  origin,
  problem,
  readFocus,
  type Scripts,
  sessions,
  signedIn,
  type Visit,
} from './stage.ts';
import { callsTo, openTheatre, password, press, signIn } from './theatre.ts';

const common = hallDictionaries.en;
const { en } = adminDictionaries;
const blocks = ipBlockDictionaries.en;
const address = 'marco.bianchi@example.com';
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const staff = {
  ...account,
  id: 'staff-1',
  email: 'staff@example.com',
  isStaff: true,
  secondFactor: { ...account.secondFactor, enabled: true, methods: ['totp', 'recovery_code'], recoveryCodesLeft: 10 },
};
const view = {
  id: 'account-9',
  email: address,
  locale: 'it',
  status: 'active',
  isStaff: false,
  createdAt: '2026-01-14T09:30:00.000Z',
  signIns: 214,
  sessions: 2,
  lastSignInAt: soon(-60),
  erasesAt: null,
  lockedUntil: soon(12) as string | null,
  secondFactor: { enabled: true, methods: ['totp', 'recovery_code'], recoveryCodesLeft: 0 },
  factorRecovery: null as object | null,
  events: [
    { id: 'event-1', type: 'sign_in.failed', at: soon(-5), address: '192.0.2.61', userAgent: 'curl/8.5.0', reason: 'wrong_password' },
  ],
};
const recovery = {
  requestedBy: 'staff-2',
  requestedAt: soon(-200),
  reason: 'Ticket 4711, identity checked by video',
  approvedBy: null as string | null,
  effectiveAt: null as string | null,
  expiresAt: soon(20_000),
};

describeWithBrowser('the page for staff in a browser', () => {
  const { open } = openTheatre();

  function startServer(seen: Partial<typeof view> = {}) {
    const server = { view: { ...view, ...seen }, steppedUp: false };
    const act = (change: Partial<typeof view>) => () => {
      if (!server.steppedUp) return problem('step_up_required');
      server.view = { ...server.view, ...change };
      return { status: 204 };
    };
    const scripts: Scripts = {
      ...signedIn,
      'GET /v1/session': () => ({ status: 200, body: { account: staff, session: sessions[0], csrfToken: 'csrf-1' } }),
      'POST /v1/session/step-up': () => {
        server.steppedUp = true;
        return { status: 204 };
      },
      'POST /v1/admin/accounts/find': (request) =>
        (request.postDataJSON() as { email: string }).email === address ? { status: 200, body: server.view } : problem('not_found'),
      'GET /v1/admin/accounts/account-9': () => ({ status: 200, body: server.view }),
      'POST /v1/admin/accounts/account-9/unlock': act({ lockedUntil: null }),
      'POST /v1/admin/accounts/account-9/disable': act({ status: 'disabled' }),
      'POST /v1/admin/accounts/account-9/factor-recovery': act({ factorRecovery: { ...recovery, requestedBy: 'staff-1' } }),
      'POST /v1/admin/accounts/account-9/factor-recovery/approve': () => problem('conflict'),
      'DELETE /v1/admin/accounts/account-9/factor-recovery': act({ factorRecovery: null }),
    };
    return { server, scripts };
  }

  async function find(scripts: Scripts, width = 1280): Promise<Visit> {
    const opened = await open('/admin', scripts, { viewport: { width, height: 844 } });
    await opened.page.getByLabel(common.fields.email).fill(address);
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('heading', { name: en.recovery }).waitFor();
    return opened;
  }

  async function give({ page }: Visit, reason: string): Promise<void> {
    await page.getByLabel(en.reason).fill(reason);
    await page.keyboard.press('Enter');
  }

  async function confirm({ page }: Visit): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(common.fields.password, { exact: true }).fill(password);
    await dialog.getByLabel(common.codes.label).fill('123456');
    await page.keyboard.press('Enter');
  }

  test('[P27] who is no staff is told so, and nothing is asked of the server beyond who they are', async () => {
    const opened = await open('/admin', signedIn);

    await opened.page.getByRole('heading', { name: en.notForYou }).waitFor();

    expect(opened.calls.map(({ name }) => name)).toEqual(['GET /v1/session']);
    expect(await findViolations(opened)).toEqual([]);
  });

  test('[P27] staff without a second factor are sent to set it up', async () => {
    const bare = { ...staff, secondFactor: account.secondFactor };
    const opened = await open('/admin', {
      ...signedIn,
      'GET /v1/session': () => ({ status: 200, body: { account: bare, session: sessions[0], csrfToken: 'csrf-1' } }),
    });

    await opened.page.getByRole('heading', { name: en.factorFirst }).waitFor();
  });

  test('who is not signed in comes back here after signing in', async () => {
    let isIn = false;
    const { scripts } = startServer();
    const opened = await open('/admin', {
      ...scripts,
      'GET /v1/session': (request) => (isIn ? (scripts['GET /v1/session']?.(request) ?? 'cut off') : problem('unauthenticated')),
      'POST /v1/sign-in': () => {
        isIn = true;
        return { status: 200, body: { status: 'signed_in', account: staff, session: sessions[0], csrfToken: 'csrf-1' } };
      },
    });
    await opened.page.waitForURL(`${origin}/`);

    await signIn(opened);

    await opened.page.waitForURL('**/admin');
  });

  test.each([1280, 390])('axe finds nothing to complain about in an account and an act, %i pixels wide', async (width) => {
    const opened = await find(startServer({ factorRecovery: recovery }).scripts, width);
    const account = await findViolations(opened);
    await press(opened, en.acts.disable.button);
    await opened.page.getByLabel(en.reason).waitFor();

    expect([...account, ...(await findViolations(opened))]).toEqual([]);
    expect(await findSmallControls(opened)).toEqual([]);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  function startBlocks() {
    const { scripts } = startServer();
    const list: object[] = [];
    const change = (kind: string) => (request: { postDataJSON(): unknown }) => {
      const { cidr, reason, until } = request.postDataJSON() as Record<string, string>;
      if (cidr === '10.0.0.0/8') return problem('invalid_request', { errors: [{ path: 'cidr', message: 'it is reserved' }] });
      list.splice(0, 1, { cidr, kind, source: 'hand', reason, author: 'staff-1', at: soon(0), until });
      return { status: 202, body: { cidr, until } };
    };
    return {
      ...scripts,
      'GET /v1/admin/reports': () => ({ status: 200, body: { reports: [], isComplete: true } }),
      'GET /v1/admin/ip-blocks': () => ({ status: 200, body: { blocks: list, isComplete: true, history: [] } }),
      'POST /v1/admin/ip-blocks': change('block'),
      'POST /v1/admin/ip-blocks/unblock': change('unblock'),
    } as Scripts;
  }

  test.each([1280, 390])('[P15] an address is blocked and let in again by the keyboard alone, %i pixels wide', async (width) => {
    const opened = await open('/admin', startBlocks(), { viewport: { width, height: 844 } });
    const { page } = opened;
    await page.getByLabel(blocks.cidr).fill('10.0.0.0/8');
    await page.getByLabel(blocks.reason).fill('no');
    await page.keyboard.press('Enter');
    await page.getByText(blocks.reasonWrong).waitFor();
    await page.getByLabel(blocks.reason).fill('scans our sign-in');
    await page.keyboard.press('Enter');
    await page.getByText(blocks.cidrRefused).waitFor();
    await page.getByLabel(blocks.cidr).fill('203.0.113.0/24');
    await page.getByLabel(blocks.time).fill('7d');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText(blocks.asked.block('203.0.113.0/24')).waitFor();

    await page.getByRole('button', { name: blocks.unblockLabel('203.0.113.0/24') }).press('Enter');
    const listed = await findViolations(opened);
    await page.getByLabel(blocks.reason).fill('a customer after all');
    await page.keyboard.press('Enter');
    await page.getByText(blocks.kinds.unblock, { exact: true }).waitFor();

    const [, asked] = callsTo(opened, 'POST /v1/admin/ip-blocks').map(({ body }) => body as { cidr: string; until: string });
    expect(asked?.cidr).toBe('203.0.113.0/24');
    expect(Math.round((Date.parse(asked?.until ?? '') - Date.now()) / 86_400_000)).toBe(7);
    expect(callsTo(opened, 'POST /v1/admin/ip-blocks/unblock')).toHaveLength(1);
    expect([...listed, ...(await findViolations(opened))]).toEqual([]);
    expect(await findSmallControls(opened)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  test('an address that nobody has is said at the field', async () => {
    const opened = await open('/admin', startServer().scripts);
    await opened.page.getByLabel(common.fields.email).fill('nobody@example.com');

    await press(opened, en.findSubmit);

    await opened.page.getByText(en.notFound).waitFor();
  });

  test('[P27] a pause is lifted with a reason and a confirmation, and the page shows what is true after it', async () => {
    const opened = await find(startServer().scripts);

    await press(opened, en.acts.unlock.button);
    await give(opened, 'no');
    await opened.page.getByText(en.reasonMissing).waitFor();
    await give(opened, ' Ticket 4712 ');
    await confirm(opened);
    await opened.page.getByRole('status').getByText(en.acts.unlock.done).waitFor();
    await opened.page.getByText(en.unlocked, { exact: true }).first().waitFor();

    expect(callsTo(opened, 'POST /v1/admin/accounts/account-9/unlock').map(({ body }) => body)).toEqual([
      { reason: 'Ticket 4712' },
      { reason: 'Ticket 4712' },
    ]);
    expect(await readFocus(opened, 'state')).toBe('state');
  });

  test('[P14] [P27] a lost second factor: whoever asked can’t approve, and sees that', async () => {
    const opened = await find(startServer().scripts);

    await press(opened, en.acts.request.button);
    await give(opened, 'Ticket 4711, identity checked by video');
    await confirm(opened);
    await opened.page.getByText(en.mustBeOther).waitFor();

    expect(await opened.page.getByRole('button', { name: en.acts.approve.button }).count()).toBe(0);
    expect(await opened.page.getByText(en.you, { exact: true }).count()).toBe(1);
  });

  test('[P14] [P27] when a colleague was quicker, the page says so and shows how it is', async () => {
    const opened = await find(startServer({ factorRecovery: recovery }).scripts);

    await press(opened, en.acts.approve.button);
    await give(opened, 'Called back on the number we know');

    await opened.page.getByRole('status').getByText(en.changed).waitFor();
    expect(callsTo(opened, 'GET /v1/admin/accounts/account-9')).toHaveLength(1);
  });

  test.each([
    ['before the wait is over', soon(600), 'staff-1', 0],
    ['after it, for whoever asked or approved', soon(-1), 'staff-1', 1],
    ['after it, for anybody else', soon(-1), 'staff-3', 0],
  ])('[P14] [P27] %s: a factor can be turned off by the button that is there, or not', async (_, effectiveAt, approvedBy, buttons) => {
    const opened = await find(startServer({ factorRecovery: { ...recovery, effectiveAt, approvedBy } }).scripts);

    expect(await opened.page.getByRole('button', { name: en.acts.complete.button, exact: true }).count()).toBe(buttons);
    expect(await opened.page.getByRole('button', { name: en.acts.cancel.button, exact: true }).count()).toBe(1);
  });

  test('nobody acts on an account of their own', async () => {
    const opened = await find(startServer({ id: 'staff-1' }).scripts);

    await opened.page.getByText(en.own).waitFor();

    expect(await opened.page.getByRole('button', { name: en.acts.disable.button, exact: true }).count()).toBe(0);
  });
});
