import { sessionBudget, strangersBudget } from '../../lambda/domain/attempt-keys.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { listEvents } from '../../lambda/domain/session-control.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { disableAccount, enableAccount, endAccountSessions, findAccount, readAccount, unlock } from '../../lambda/domain/staff/accounts.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';
import { createStaffDoor, REASON } from '../support/staff.ts';

const staffCall = call({ viewer: { address: '198.51.100.9', userAgent: 'Staff browser' } });

async function scene(withFactor = false) {
  const door = createStaffDoor();
  const mario = await door.member('mario@example.com');
  const anna = await door.person(EMAIL, withFactor);
  door.stores.events.items.length = 0;
  return { door, mario, anna, act: { accountId: anna, reason: REASON } };
}

describe('staff who look', () => {
  it('find an account by any spelling of its address, and see nothing to act as its owner with', async () => {
    const { door, mario, anna } = await scene(true);
    await door.stores.accounts.addSession(anna, {
      credentialVersion: 1,
      emailKey: door.account(anna).emailKey,
      sessionId: 's',
      session: mario.stored,
    });

    const found = await findAccount(door.services, staffCall, mario, { email: ' Anna@Example.COM ' });

    expect(found).toMatchObject({
      kind: 'found',
      view: { id: anna, email: EMAIL, status: 'active', lockedUntil: null, secondFactor: { enabled: true, recoveryCodesLeft: 3 } },
    });
    expect(JSON.stringify(found)).not.toMatch(/hash|secret|seed|emailKey|"a"/i);
  });

  it.each(['nobody@example.com', 'mistaken@@example', 'x'])('find nobody at %s', async (email) => {
    const { door, mario } = await scene();

    expect((await findAccount(door.services, staffCall, mario, { email })).kind).toMatch(/not_found|invalid_email/);
  });

  it('find nobody at an address that an account has left, or has not taken yet', async () => {
    const { door, mario, anna } = await scene();
    const { emailKey } = door.account(anna);
    door.change(anna, { email: 'new@example.com', emailKey: 'the new key' });

    const outcome = await findAccount(door.services, staffCall, mario, { email: EMAIL });

    expect(door.stores.credentials.items.get(emailKey)?.accountId).toBe(anna);
    expect(outcome).toEqual({ kind: 'not_found' });
  });

  it.each(['', '../../etc', 'A'.repeat(22), 'ü'.repeat(22)])('read nothing under the id %j', async (id) => {
    const { door, mario } = await scene();

    expect(await readAccount(door.services, staffCall, mario, id)).toEqual({ kind: 'not_found' });
  });

  it('are written down with whom they looked at, and the owner’s own history stays as it was', async () => {
    const { door, mario, anna } = await scene();

    await readAccount(door.services, staffCall, mario, anna);

    expect(door.events(mario.accountId)).toEqual([
      expect.objectContaining({ type: 'staff.acted', act: 'account.viewed', target: anna, address: '198.51.100.9' }),
    ]);
    expect(door.events(anna)).toEqual([]);
  });

  it('see nothing when it can’t be written down', async () => {
    const { door, mario, anna } = await scene();
    const events = { ...door.services.events, append: async () => Promise.reject(new Unavailable('store')) };

    await expect(readAccount({ ...door.services, events }, staffCall, mario, anna)).rejects.toThrow(Unavailable);
  });

  it('see who of them did what, where the owner sees that it was staff and neither who nor from where', async () => {
    const { door, mario, anna, act } = await scene();
    await endAccountSessions(door.services, staffCall, mario, act);

    const found = await readAccount(door.services, staffCall, mario, anna);
    const own = await listEvents(door.passwords, { ...mario, accountId: anna });

    expect(found.kind === 'found' && found.view.events).toEqual([
      expect.objectContaining({ type: 'account.sessions_ended', actor: mario.accountId, reason: REASON, address: '' }),
    ]);
    expect(own).toEqual([expect.objectContaining({ type: 'account.sessions_ended', byStaff: true, address: '', userAgent: '' })]);
    expect(JSON.stringify(own)).not.toContain(mario.accountId);
    expect(JSON.stringify(own)).not.toContain('Phoned');
  });
});

describe('unlocking', () => {
  it('[P13] forgets the wrong passwords in a row, and not the day’s count', async () => {
    const { door, mario, anna, act } = await scene();
    const key = strangersBudget(door.account(anna).emailKey);
    for (let guess = 0; guess < 5; guess++) await signIn(door.passwords, call(), { email: EMAIL, password: 'wrong' });
    const before = await readAccount(door.services, staffCall, mario, anna);

    const outcome = await unlock(door.services, staffCall, mario, act);

    expect(before.kind === 'found' && before.view.lockedUntil).toBe(new Date(door.now() + 60_000).toISOString());
    expect(outcome).toEqual({ kind: 'done' });
    expect(door.stores.attempts.items.get(key)).toMatchObject({ taken: 0, takenToday: 5 });
    expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
  });

  it('[P13] gives an attacker no more than forty verdicts a day, however often somebody kind unlocks', async () => {
    const { door, mario, act } = await scene();
    let verdicts = 0;

    for (let guess = 0; guess < 60; guess++) {
      const outcome = await signIn(door.passwords, call(), { email: EMAIL, password: `guess ${guess}` });
      if (outcome.kind === 'invalid_credentials') verdicts += 1;
      await unlock(door.services, staffCall, mario, act);
    }

    expect(verdicts).toBe(40);
  });

  it('[P13] leaves attempts that are being checked taken', async () => {
    const { door, mario, anna, act } = await scene();
    const key = strangersBudget(door.account(anna).emailKey);
    for (let guess = 0; guess < 3; guess++) await door.stores.attempts.takeIfPlainlyFree(key, door.now());

    await unlock(door.services, staffCall, mario, act);

    expect(door.stores.attempts.items.get(key)).toMatchObject({ taken: 3, pending: 3, takenToday: 3 });
  });

  it('[P13] forgets wrong codes, and wrong passwords at step-up, too', async () => {
    const { door, mario, anna, act } = await scene(true);
    const failed = {
      taken: 7,
      pending: 0,
      pendingUntil: 0,
      lastFailureAt: door.now(),
      day: Math.floor(door.now() / 86_400_000),
      takenToday: 7,
      version: 7,
    };
    door.change(anna, { codeAttempts: failed });
    door.stores.attempts.items.set(sessionBudget(door.account(anna).emailKey), failed);

    await unlock(door.services, staffCall, mario, act);

    expect(door.account(anna).codeAttempts).toMatchObject({ taken: 0, takenToday: 7 });
    expect(door.stores.attempts.items.get(sessionBudget(door.account(anna).emailKey))).toMatchObject({ taken: 0, takenToday: 7 });
  });

  it('is done while guesses come in at the same instant', async () => {
    const { door, mario, act } = await scene();
    for (let guess = 0; guess < 5; guess++) await signIn(door.passwords, call(), { email: EMAIL, password: 'wrong' });

    const [outcome] = await Promise.all([
      unlock(door.services, staffCall, mario, act),
      ...Array.from({ length: 20 }, (_, guess) => signIn(door.passwords, call(), { email: EMAIL, password: `guess ${guess}` })),
    ]);

    expect(outcome).toEqual({ kind: 'done' });
  });
});

describe('disabling and enabling', () => {
  it('end every session and challenge, refuse the right password as a wrong one, and let in again', async () => {
    const { door, mario, anna, act } = await scene();
    await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
    door.mailbox.length = 0;
    const pendingEmail = { changeId: 'c', email: 'new@example.com', emailKey: 'k', credentialVersion: 1, expiresAt: door.now() + 60_000 };
    const device = { rememberedAt: door.now(), expiresAt: door.now() + 60_000, address: '', userAgent: '' };
    door.change(anna, { pendingEmail, rememberedDevices: { mine: device } });

    expect(await disableAccount(door.services, staffCall, mario, act)).toEqual({ kind: 'done' });
    const refused = await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
    expect(await enableAccount(door.services, staffCall, mario, act)).toEqual({ kind: 'done' });
    const admitted = await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });

    expect([refused.kind, admitted.kind]).toEqual(['invalid_credentials', 'signed_in']);
    expect(Object.keys(door.account(anna).sessions)).toHaveLength(1);
    expect([door.account(anna).pendingEmail, door.account(anna).rememberedDevices]).toEqual([undefined, {}]);
    const notices = door.mailbox.filter(({ kind }) => kind.startsWith('account_'));
    expect(notices).toEqual([
      expect.objectContaining({ kind: 'account_disabled', email: EMAIL, address: '', userAgent: '' }),
      expect.objectContaining({ kind: 'account_enabled', email: EMAIL, address: '', userAgent: '' }),
    ]);
    expect(door.events(anna).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['account.disabled', 'sign_in.failed', 'account.enabled']),
    );
    expect(door.events(mario.accountId).map(({ act: done }) => done)).toEqual(['account.disabled', 'account.enabled']);
  });

  it.each(['staff.setStatus', 'directory.setStatus', 'events.append', 'mail.send'])(
    'cut off at %s, may be repeated, and leave nobody in between',
    async (step) => {
      const { door, mario, anna, act } = await scene();
      await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
      const [part = '', method = ''] = step.split('.');
      const broken = { [method]: async () => Promise.reject(new Unavailable('store')) };
      const services = { ...door.services, [part]: Object.assign(Object.create(door.services[part as 'staff']), broken) };

      await expect(disableAccount(services, staffCall, mario, act)).rejects.toThrow(Unavailable);
      const untouched = step === 'staff.setStatus' || step === 'events.append';
      expect(Object.keys(door.account(anna).sessions)).toHaveLength(untouched ? 1 : 0);
      expect(door.account(anna).status).toBe(untouched ? 'active' : 'disabled');
      const between = await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD });
      expect(between.kind).toBe(untouched ? 'signed_in' : 'invalid_credentials');

      expect(await disableAccount(door.services, staffCall, mario, act)).toEqual({ kind: 'done' });
      expect(door.mailbox.map(({ kind }) => kind)).toContain('account_disabled');
      expect(door.stores.credentials.items.get(door.account(anna).emailKey)?.status).toBe('disabled');
      expect(await enableAccount(door.services, staffCall, mario, act)).toEqual({ kind: 'done' });
      expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
    },
  );

  it('by twenty members of staff at the same instant end with account and credential saying the same', async () => {
    const { door, mario, anna, act } = await scene();

    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? disableAccount : enableAccount)(door.services, staffCall, mario, act)),
    );

    const { emailKey, status } = door.account(anna);
    expect(door.stores.credentials.items.get(emailKey)?.status).toBe(status);
  });
});

describe('every act', () => {
  const acts = { unlock, disableAccount, enableAccount, endAccountSessions };

  it.each(Object.entries(acts))('%s is forbidden on an own account, and changes nothing', async (_, use) => {
    const { door, mario } = await scene();
    const before = door.account(mario.accountId);

    const outcome = await use(door.services, staffCall, mario, { accountId: mario.accountId, reason: REASON });

    expect(outcome.kind).toBe('forbidden');
    expect(door.account(mario.accountId)).toEqual(before);
    expect(door.stores.events.items).toEqual([]);
  });

  it.each(Object.entries(acts))('%s on nobody is not found', async (_, use) => {
    const { door, mario } = await scene();

    expect(await use(door.services, staffCall, mario, { accountId: 'B'.repeat(22), reason: REASON })).toEqual({ kind: 'not_found' });
    expect(door.mailbox).toEqual([]);
  });
});
