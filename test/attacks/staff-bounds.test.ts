/** What bounds staff themselves: from where, for how long, once, and what they never see or set. The real routes and guards, over memory. */
import * as z from 'zod/mini';
import { type Route, type RouteId, routes } from '../../contract/routes.ts';
import { changePasswordBody } from '../../contract/schemas.ts';
import { acts, adminRoutes, createAdmin } from '../support/admin-desk.ts';
import { PASSWORD } from '../support/people.ts';

/** Of every function. */
const staffRoutes = Object.entries<Route>(routes).filter(([, { auth }]) => auth === 'staff') as [RouteId, Route][];
const looks: readonly RouteId[] = ['admin.accounts.find', 'admin.audit.find'];

describe('every route for staff', () => {
  it('[P27] is one of them by its path, and none is open to others', () => {
    const byPath = Object.entries<Route>(routes).filter(([, { path }]) => path.startsWith('/v1/admin/'));

    expect(byPath.map(([id]) => id)).toEqual(staffRoutes.map(([id]) => id));
    expect(new Set(staffRoutes.map(([, route]) => route.function))).toEqual(new Set(['admin', 'incidents', 'triage']));
  });

  it('[P27] that is no look asks for a step-up, and a reason or a text goes with it', () => {
    const changing = staffRoutes.filter(([id, { method }]) => method !== 'GET' && !looks.includes(id));

    expect(changing.filter(([, { stepUp, body }]) => stepUp !== true || body === undefined).map(([id]) => id)).toEqual([]);
    expect(changing.length).toBeGreaterThan(15);
  });

  it('[P27] takes no password, secret, seed or code, and gives none', () => {
    const secretive = /passw|secret|seed|hash|pepper|csrf|emailKey|otp|uri$/i;
    const found = staffRoutes.flatMap(([, { body, answers }]) => {
      const schemas = [body, answers.schema].filter((schema) => schema !== undefined);
      return schemas.flatMap((schema) => propertiesOf(z.toJSONSchema(schema)).filter((name) => secretive.test(name)));
    });

    expect(found).toEqual([]);
    // The same eye sees what there is to see elsewhere.
    expect(propertiesOf(z.toJSONSchema(changePasswordBody)).filter((name) => secretive.test(name))).toHaveLength(2);
  });
});

function propertiesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(propertiesOf)];
}

describe('a member of staff', () => {
  it.each(acts.filter((id) => id.startsWith('admin.accounts.')))(
    '[P27] leaves password and second factor as they are by %s',
    async (routeId) => {
      const admin = await createAdmin();
      const mario = await admin.visitor('mario@example.com');
      const { emailKey, secondFactor } = admin.door.account(admin.anna);
      const credential = structuredClone(admin.door.stores.credentials.items.get(emailKey));

      const { json } = await mario.send(routeId);

      const { status, ...rest } = admin.door.stores.credentials.items.get(emailKey) ?? {};
      expect(credential).toMatchObject(rest);
      expect(status).toBe(routeId === 'admin.accounts.disable' ? 'disabled' : 'active');
      expect(admin.door.account(admin.anna).secondFactor).toEqual(secondFactor);
      expect(JSON.stringify(json ?? '')).not.toContain(credential?.hash);
    },
  );

  it('[P27] sees of an account neither hash, seed, code, session nor key, however it is looked at', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');
    const anna = admin.door.account(admin.anna);
    admin.door.change(admin.anna, { secondFactor: { ...admin.door.factor(), recoveryCodes: ['marked-code-1', 'marked-code-2'] } });
    admin.door.change(admin.anna, { sessions: { 'marked-session': { ...(await sessionOf(admin)), secretHash: 'marked-hash' } } });
    const { hash = '' } = admin.door.stores.credentials.items.get(anna.emailKey) ?? {};

    const answers = [await mario.send('admin.accounts.find'), await mario.send('admin.accounts.read')];

    expect(answers.map(({ status, json }) => [status, json.id, json.sessions])).toEqual([
      [200, admin.anna, 1],
      [200, admin.anna, 1],
    ]);
    const text = JSON.stringify(answers);
    for (const secret of [hash, anna.emailKey, 'marked-', 'seedId', PASSWORD]) expect(text).not.toContain(secret);
  });

  it('[P27] taken from the configuration while signed in is out of every route on the next request, with requests that were taken before', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');

    const before = await mario.send('admin.accounts.end-sessions');
    admin.door.staff.delete('mario@example.com');
    const state = admin.state();
    const written = admin.door.stores.events.items.length;
    const after = [];
    for (const [routeId] of adminRoutes) after.push(await mario.send(routeId));

    expect(before.status).toBe(204);
    expect(new Set(after.map(({ status, code, detail }) => `${status} ${code} ${detail}`))).toEqual(new Set(['403 forbidden undefined']));
    expect(admin.state()).toEqual(state);
    expect(admin.door.stores.events.items).toHaveLength(written);
  });

  it('[P27] is signed out after thirty idle minutes, at every route, and not a second before', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');

    admin.door.advance(30 * 60 - 1);
    const before = (await mario.send('admin.audit.list')).status;
    admin.door.advance(30 * 60);
    const after = [];
    for (const [routeId] of adminRoutes) after.push((await mario.send(routeId)).code);

    expect(before).toBe(200);
    expect(new Set(after)).toEqual(new Set(['unauthenticated']));
  });

  it.each([
    ['198.51.100.7:1', 200],
    ['198.51.101.7:1', 403],
    ['2001:db8:1::7:1', 200],
    ['2001:db8:2::7:1', 403],
  ])('[P27] acts from the deployment’s own networks alone, where it names some: %s', async (address, status) => {
    const admin = await createAdmin({}, ['198.51.100.0/24', '2001:db8:1::/48']);
    const mario = await admin.visitor('mario@example.com');
    const headers = { 'cloudfront-viewer-address': address };

    const looked = [await mario.send('admin.audit.list', { headers }), await mario.send('admin.accounts.find', { headers })];
    const all = [];
    for (const [routeId] of adminRoutes) all.push(await mario.send(routeId, { headers }));

    expect(looked.map((answer) => answer.status)).toEqual([status, status]);
    if (status === 403) expect(new Set(all.map(({ detail }) => detail))).toEqual(new Set([expect.stringContaining('own networks')]));
    else expect(all.filter((answer) => answer.detail?.includes('own networks'))).toEqual([]);
  });
});

describe('a replayed admin request', () => {
  it.each(['admin.accounts.unlock', 'admin.accounts.disable', 'admin.accounts.enable', 'admin.accounts.end-sessions'] as const)(
    'for %s leaves the account as the first one did',
    async (routeId) => {
      const admin = await createAdmin();
      const mario = await admin.visitor('mario@example.com');

      const first = await mario.send(routeId);
      const after = admin.door.account(admin.anna);
      const second = await mario.send(routeId);

      expect([first.status, second.status]).toEqual([204, 204]);
      expect(admin.door.account(admin.anna)).toEqual(after);
    },
  );

  it.each(acts)('[P27] for %s is worth nothing once its session is over, nor in another session', async (routeId) => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');
    const lucia = await admin.visitor('lucia@example.com');
    const captured = mario.captured();
    const before = admin.door.account(admin.anna);

    const elsewhere = await lucia.send(routeId, { headers: captured.headers });
    await admin.door.stores.accounts.endSessions(mario.accountId, [captured.sessionId]);
    const over = await mario.send(routeId, captured);

    expect([elsewhere.code, over.code]).toEqual(['csrf_token_invalid', 'unauthenticated']);
    expect(admin.door.account(admin.anna)).toEqual(before);
    expect(admin.door.stores.events.items.filter(({ type }) => type === 'staff.acted')).toEqual([]);
  });
});

async function sessionOf(admin: Awaited<ReturnType<typeof createAdmin>>) {
  const { accountId } = await admin.visitor('somebody@example.com');
  const [session] = Object.values(admin.door.account(accountId).sessions);
  if (session === undefined) throw new Error('no session');
  return session;
}
