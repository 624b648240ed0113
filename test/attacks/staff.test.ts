/** Attacks on the admin function: its real routes and guards, over memory. From outside: test/system/lost-factor.test.ts. */
import { routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { acts, adminRoutes, createAdmin } from '../support/admin-desk.ts';
import { REASON } from '../support/staff.ts';

const { waitSeconds, expirySeconds } = securityPolicy.factorRecovery;
const actsOnAccounts = acts.filter((id) => routes[id].path.includes('{id}'));

type Admin = Awaited<ReturnType<typeof createAdmin>>;

async function approvedScene(admin: Admin) {
  const [mario, lucia] = [await admin.visitor('mario@example.com'), await admin.visitor('lucia@example.com')];
  await mario.send('admin.factor-recovery.request');
  await lucia.send('admin.factor-recovery.approve');
  return { mario, lucia };
}

describe('somebody who is not staff', () => {
  it('[P13] is asked to sign in at every admin route without a session', async () => {
    const admin = await createAdmin();
    const visitor = await admin.visitor('mallory@example.com');

    for (const [routeId] of adminRoutes)
      expect([routeId, (await visitor.send(routeId, { cookies: [] })).code]).toEqual([routeId, 'unauthenticated']);
  });

  it('[P13] gets the same bare refusal at every admin route, whether or not the account exists, and changes nothing', async () => {
    const admin = await createAdmin();
    const mallory = await admin.visitor('mallory@example.com');
    const before = admin.state();

    for (const [routeId] of adminRoutes) {
      for (const id of [admin.anna, 'B'.repeat(22), mallory.accountId, '%00', "' OR 1=1"]) {
        for (const body of [undefined, {}, { email: 'nobody@example.com' }]) {
          const { json } = await mallory.send(routeId, { id, body });
          expect(json).toEqual({
            type: '/problems/forbidden',
            title: 'Not allowed',
            status: 403,
            code: 'forbidden',
            requestId: 'request-1',
          });
        }
      }
    }
    expect(admin.state()).toEqual(before);
    expect(admin.door.stores.events.items.filter(({ type }) => type === 'staff.acted')).toEqual([]);
  });
});

describe('somebody whose address becomes one of staff while signed in', () => {
  it('[P27] reaches nothing with the session from before, stepped up or not, and is told to sign in again', async () => {
    const admin = await createAdmin();
    const mallory = await admin.visitor('mallory@example.com');
    admin.door.staff.add('mallory@example.com');

    const answers = await Promise.all(adminRoutes.map(([routeId]) => mallory.send(routeId)));

    expect(new Set(answers.map(({ status, detail }) => `${status} ${detail}`))).toEqual(
      new Set(['403 Sign in again: this session was opened before this address was one of staff']),
    );
    expect(admin.door.mailbox).toEqual([]);
  });
});

describe('staff', () => {
  it('[P14] without a second factor reach nothing, and are told why', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com', { withFactor: false });

    for (const [routeId] of adminRoutes) {
      const { status, detail } = await mario.send(routeId);
      expect([status, detail]).toEqual([403, 'Turn on two-step verification first: staff need it']);
    }
  });

  it.each([
    ['staff', 'mario@example.com', 'Turn on two-step verification first: staff need it'],
    ['others', 'mallory@example.com', undefined],
  ])('[P14] who owe a second factor for long are told the same: %s', async (_, email, expected) => {
    const admin = await createAdmin({ requiredFor: 'everyone', graceDays: 0 });
    const visitor = await admin.visitor(email, { withFactor: false });

    const { code, detail } = await visitor.send('admin.accounts.read');

    expect([code, detail]).toEqual(['forbidden', expected]);
  });

  it('[P14] don’t even look with a session that a remembered browser opened, from before they were staff', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com', { steppedUp: false });
    const { sessions } = admin.door.account(mario.accountId);
    const remembered = Object.entries(sessions).map(([id, session]) => [id, { ...session, skippedSecondStep: true as const }]);
    admin.door.change(mario.accountId, { sessions: Object.fromEntries(remembered) });

    expect((await mario.send('admin.accounts.read')).code).toBe('step_up_required');
  });

  it('[P14] with an authenticator alone reach nothing where a passkey is asked of them', async () => {
    const admin = await createAdmin({ staffPasskeys: true });
    const mario = await admin.visitor('mario@example.com');
    const passkey = { credentialId: 'c', publicKey: 'k', counter: 0, transports: [], name: 'key', createdAt: 0, synced: false };

    const before = await mario.send('admin.accounts.read');
    admin.door.change(mario.accountId, { secondFactor: { ...admin.door.factor(), passkeys: { one: passkey } } });
    const after = await mario.send('admin.accounts.read');

    expect([before.status, before.detail, after.status]).toEqual([403, 'Add a passkey first: this deployment asks staff for one', 200]);
  });

  it('[P14] don’t even look with a session from before the factor was turned on: a thief with the password has such a one', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com', { steppedUp: false });
    admin.door.advance(60);
    admin.door.change(mario.accountId, { secondFactor: admin.door.factor() });

    const before = await mario.send('admin.accounts.find');
    mario.stepUp();
    const after = await mario.send('admin.accounts.find');

    expect([before.code, after.status]).toEqual(['step_up_required', 200]);
  });

  it.each(acts)('[P14] can’t do %s without a step-up, nor with one that is six minutes old', async (routeId) => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com', { steppedUp: false });
    const before = admin.state();

    const without = await mario.send(routeId);
    mario.stepUp();
    admin.door.advance(301);
    const stale = await mario.send(routeId, { id: 'B'.repeat(22) });

    expect([without.code, stale.code]).toEqual(['step_up_required', 'step_up_required']);
    expect(admin.door.account(admin.anna)).toEqual(before.find(([id]) => id === admin.anna)?.[1]);
  });

  it.each(acts)('[P20] can’t be made to do %s by another site, nor without the session’s token', async (routeId) => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');

    const foreign = await mario.send(routeId, { headers: { origin: 'https://evil.example' } });
    const unproven = await mario.send(routeId, { headers: { 'x-csrf-token': 'wrong' } });

    expect([foreign.code, unproven.code]).toEqual(['origin_not_allowed', 'csrf_token_invalid']);
    expect(admin.door.mailbox).toEqual([]);
  });

  it.each(actsOnAccounts)('[P14] can’t do %s to their own account', async (routeId) => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');

    const { status, code } = await mario.send(routeId, { id: mario.accountId });

    expect([status, code]).toEqual([403, 'forbidden']);
  });

  it.each(actsOnAccounts)('%s takes a reason of 3 to 300 characters and nothing else', async (routeId) => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');
    const hostile = [{}, { reason: '' }, { reason: 'ab' }, { reason: 'a'.repeat(301) }, { reason: 'a\u0000bc' }, { reason: ['abc'] }];

    for (const body of [...hostile, { reason: REASON, actor: 'somebody else' }, { reason: REASON, approvedBy: 'x' }, null, 'text']) {
      expect((await mario.send(routeId, { body })).code).toBe('invalid_request');
    }
  });
});

describe('a replayed admin request', () => {
  it('[P14] asks, approves and completes nothing again', async () => {
    const admin = await createAdmin();
    const { mario, lucia } = await approvedScene(admin);
    const replays = [await mario.send('admin.factor-recovery.request'), await lucia.send('admin.factor-recovery.approve')];
    admin.door.advance(waitSeconds);
    for (const person of [mario, lucia]) person.stepUp();
    const completed = await lucia.send('admin.factor-recovery.complete');
    admin.door.change(admin.anna, { secondFactor: admin.door.factor() });
    replays.push(await lucia.send('admin.factor-recovery.complete'), await lucia.send('admin.factor-recovery.approve'));

    expect(completed.status).toBe(204);
    expect(replays.map(({ code }) => code)).toEqual(['conflict', 'conflict', 'conflict', 'conflict']);
    expect(admin.door.account(admin.anna).secondFactor).toBeDefined();
  });
});

describe('one dishonest member of staff', () => {
  it('[P14] can’t approve an own request, nor complete it alone', async () => {
    const admin = await createAdmin();
    const mario = await admin.visitor('mario@example.com');
    await mario.send('admin.factor-recovery.request');

    const approval = await mario.send('admin.factor-recovery.approve');
    admin.door.advance(waitSeconds);
    mario.stepUp();
    const completion = await mario.send('admin.factor-recovery.complete');

    expect([approval.code, completion.code]).toEqual(['forbidden', 'conflict']);
    expect(completion.detail).toBe('A second member of staff must approve it first');
  });

  it('[P14] can’t hurry, and can’t come after the end', async () => {
    const admin = await createAdmin();
    const { mario, lucia } = await approvedScene(admin);
    const at = new Date(admin.door.now() + waitSeconds * 1000).toISOString();

    const early = await lucia.send('admin.factor-recovery.complete');
    admin.door.advance(expirySeconds);
    for (const person of [mario, lucia]) person.stepUp();
    const late = await lucia.send('admin.factor-recovery.complete');

    expect([early.status, early.detail]).toEqual([409, `It may be completed from ${at}`]);
    expect([late.status, late.detail]).toEqual([409, expect.stringMatching(/^It ended at/)]);
    expect(admin.door.account(admin.anna).secondFactor).toBeDefined();
  });

  it('[P14] wins nothing by two approvals at the same instant: one counts', async () => {
    const admin = await createAdmin();
    const [mario, lucia, piero] = [
      await admin.visitor('mario@example.com'),
      await admin.visitor('lucia@example.com'),
      await admin.visitor('piero@example.com'),
    ];
    await mario.send('admin.factor-recovery.request');

    const answers = await Promise.all([lucia, piero].map((person) => person.send('admin.factor-recovery.approve')));

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('[P14] is stopped by the owner’s code, whenever it comes in the three days', async () => {
    const admin = await createAdmin();
    const { lucia } = await approvedScene(admin);
    const { factorVersion } = admin.door.account(admin.anna);
    await admin.door.stores.accounts.changeFactor(admin.anna, factorVersion, { cancelRecovery: true });
    admin.door.advance(waitSeconds);
    lucia.stepUp();

    const completion = await lucia.send('admin.factor-recovery.complete');

    expect([completion.status, completion.detail]).toEqual([409, 'Nobody has asked for it, or the owner has stopped it']);
  });
});
