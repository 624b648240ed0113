import { type RouteId, routes } from '../../contract/routes.ts';
import type { Settings } from '../../contract/settings.ts';
import type { SecondFactor } from '../../lambda/domain/ports.ts';
import { createApi, settings } from '../support/api.ts';

const DAY = 86_400;
const totp: SecondFactor = { totp: { seedId: 'seed', lastStep: 0 }, passkeys: {}, confirmedAt: 0, recoveryCodes: [] };
const passkey = { credentialId: 'c', publicKey: 'k', counter: 0, transports: [], name: 'Key', createdAt: 0, synced: false };

type Policy = Settings['secondFactor'];

async function open(policy: Partial<Policy>, isStaff = false) {
  const api = createApi({ settings: { ...settings, secondFactor: { ...settings.secondFactor, ...policy } }, isStaff: () => isStaff });
  const session = await api.session();
  const { accounts } = api.door.stores;
  const give = (secondFactor: SecondFactor) => {
    const account = accounts.items.get(session.account.accountId);
    if (account) accounts.items.set(account.accountId, { ...account, secondFactor });
  };
  /** Past the grace period, in a session that is kept alive. */
  const pass = (seconds: number) => {
    api.door.advance(seconds);
    const account = accounts.items.get(session.account.accountId);
    if (!account) throw new Error('no account');
    const sessions = Object.fromEntries(
      Object.entries(account.sessions).map(([id, stored]) => [id, { ...stored, createdAt: api.door.now(), lastSeenAt: api.door.now() }]),
    );
    accounts.items.set(account.accountId, { ...account, sessions });
  };
  const ask = (id: RouteId) => {
    const { method, path } = routes[id];
    return api.send(`${method} ${path}`, {
      cookies: [session.cookie],
      headers: { 'x-csrf-token': session.csrf },
      pathParameters: { id: 'x'.repeat(22) },
      ...('body' in routes[id] ? { body: {} } : {}),
    });
  };
  return { api, session, give, pass, ask };
}

/** The routes for staff ask for a factor at any time, due or not: test/attacks/staff.test.ts. */
const sessionRoutes = (Object.keys(routes) as RouteId[]).filter((id) => routes[id].auth === 'session');
const forEnrolment = sessionRoutes.filter((id) => 'withoutRequiredFactor' in routes[id]);

describe('a second factor that is required', () => {
  it.each(sessionRoutes)('[P14] when it is due, %s is open only if it serves enrolment', async (id) => {
    const { ask, pass, api } = await open({ requiredFor: 'everyone', graceDays: 3 });
    pass(3 * DAY);

    const response = await ask(id);

    if (forEnrolment.includes(id)) {
      expect(response.json?.code).not.toBe('enrolment_required');
    } else {
      expect([response.statusCode, response.json.code]).toEqual([403, 'enrolment_required']);
      expect(response.json.detail).toMatch(/^Turn on two-step verification first, .*since 2026-01-18T12:00:00.000Z$/);
      expect(api.seen).toHaveLength(0);
    }
  });

  it('[P14] is not asked for within the grace period, nor of those whom the rule leaves out', async () => {
    const within = await open({ requiredFor: 'everyone', graceDays: 3 });
    within.pass(3 * DAY - 1);
    const others = await open({ requiredFor: 'staff', graceDays: 0 });
    const staff = await open({ requiredFor: 'staff', graceDays: 0 }, true);

    expect((await within.ask('sessions.list')).statusCode).toBe(200);
    expect((await others.ask('sessions.list')).statusCode).toBe(200);
    expect((await staff.ask('sessions.list')).json.code).toBe('enrolment_required');
  });

  it('[P14] lets a session go on from the very request after the enrolment', async () => {
    const { ask, pass, give } = await open({ requiredFor: 'everyone', graceDays: 3 });
    pass(4 * DAY);

    const before = await ask('sessions.list');
    give(totp);
    const after = await ask('sessions.list');

    expect([before.json.code, after.statusCode]).toEqual(['enrolment_required', 200]);
  });

  it('[P14] must be a passkey where staff are asked for one', async () => {
    const { ask, give } = await open({ requiredFor: 'staff', graceDays: 0, staffPasskeys: true }, true);
    give(totp);

    const before = await ask('sessions.list');
    give({ ...totp, passkeys: { one: passkey } });
    const after = await ask('sessions.list');

    expect(before.json).toMatchObject({ code: 'enrolment_required', detail: expect.stringMatching(/^Add a passkey first/) });
    expect(after.statusCode).toBe(200);
  });

  it('[P14] tells nobody anything who has no session, or a forged request', async () => {
    const { api, session, pass } = await open({ requiredFor: 'everyone', graceDays: 0 });
    pass(1);

    const stranger = await api.send('GET /v1/sessions', {});
    const ended = await api.send('GET /v1/sessions', { cookies: [`${session.cookie.slice(0, -3)}AAA`] });

    expect([stranger.json.code, ended.json.code]).toEqual(['unauthenticated', 'unauthenticated']);
  });
});
