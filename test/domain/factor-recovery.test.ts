import { securityPolicy } from '../../contract/security-policy.ts';
import { type FactorRecovery, Unavailable } from '../../lambda/domain/ports.ts';
import { listEvents } from '../../lambda/domain/session-control.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { disableAccount } from '../../lambda/domain/staff/accounts.ts';
import { approveRecovery, cancelRecovery, completeRecovery, requestRecovery } from '../../lambda/domain/staff/factor-recovery.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';
import { createStaffDoor, REASON } from '../support/staff.ts';

const { waitSeconds, expirySeconds } = securityPolicy.factorRecovery;
const steps = { requestRecovery, approveRecovery, completeRecovery, cancelRecovery };

async function scene() {
  const door = createStaffDoor();
  const [mario, lucia, piero] = [
    await door.member('mario@example.com'),
    await door.member('lucia@example.com'),
    await door.member('piero@example.com'),
  ];
  const anna = await door.person(EMAIL);
  door.stores.events.items.length = 0;
  const act = { accountId: anna, reason: REASON };
  const people = { mario, lucia, piero };
  return {
    door,
    anna,
    act,
    ...people,
    /** One step by one person. @returns `done`, or the refusal with its detail */
    async take(who: keyof typeof people, step: keyof typeof steps): Promise<string> {
      const outcome = await steps[step](door.services, call(), people[who], act);
      return 'detail' in outcome ? `${outcome.kind}: ${outcome.detail}` : outcome.kind;
    },
    recovery: (): FactorRecovery | undefined => door.account(anna).factorRecovery,
  };
}

describe('a lost second factor', () => {
  it('[P14] is helped by two people and a wait: asked, approved, completed, each step told and written down', async () => {
    const { door, anna, mario, lucia, take } = await scene();
    door.change(anna, {
      sessions: { old: mario.stored },
      rememberedDevices: { d: { rememberedAt: 0, expiresAt: 1, address: '', userAgent: '' } },
    });

    const taken = [await take('mario', 'requestRecovery'), await take('lucia', 'approveRecovery')];
    const early = await take('lucia', 'completeRecovery');
    door.advance(waitSeconds - 1);
    const stillEarly = await take('mario', 'completeRecovery');
    door.advance(1);
    taken.push(await take('lucia', 'completeRecovery'));

    const from = new Date(door.now()).toISOString();
    expect(taken).toEqual(['done', 'done', 'done']);
    expect([early, stillEarly]).toEqual(Array(2).fill(`conflict: It may be completed from ${from}`));
    expect(door.account(anna)).toMatchObject({ sessions: {}, challenges: {}, rememberedDevices: {}, status: 'active' });
    expect(door.account(anna).secondFactor).toBeUndefined();
    expect(door.account(anna).factorRecovery).toBeUndefined();
    expect(door.mailbox.map(({ kind }) => kind)).toEqual([
      'factor_recovery_requested',
      'factor_recovery_approved',
      'second_factor_disabled',
    ]);
    expect(door.mailbox[1]).toMatchObject({ email: EMAIL, effectiveAt: from, address: '', userAgent: '' });
    const history = await listEvents(door.passwords, { ...mario, accountId: anna });
    expect(history.map(({ type, byStaff }) => [type, byStaff])).toEqual([
      ['factor_recovery.completed', true],
      ['factor_recovery.requested', true],
      ['factor_recovery.approved', true],
    ]);
    expect(door.events(anna).map(({ actor, reason }) => [actor, reason])).toEqual([
      [mario.accountId, REASON],
      [lucia.accountId, REASON],
      [lucia.accountId, REASON],
    ]);
    expect((await signIn(door.passwords, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
  });

  it('[P14] is not approved by whoever asked, nor under a new account at the same address, nor back from another address', async () => {
    const { door, anna, mario, take, act } = await scene();
    await take('mario', 'requestRecovery');

    const own = await take('mario', 'approveRecovery');
    door.staff.delete('mario@example.com');
    door.staff.add('mario@example.com');
    const readded = await take('mario', 'approveRecovery');
    const newAccount = await approveRecovery(door.services, call(), { ...mario, accountId: 'N'.repeat(22) }, act);
    const newAddress = await approveRecovery(door.services, call(), { ...mario, emailKey: 'another' }, act);

    expect([own, readded]).toEqual(Array(2).fill('forbidden: Whoever asked may not approve: another member of staff must'));
    expect([newAccount.kind, newAddress.kind]).toEqual(['forbidden', 'forbidden']);
    expect(door.account(anna).factorRecovery?.approvedBy).toBeUndefined();
    expect(door.mailbox).toHaveLength(1);
  });

  it('[P14] cancelled and asked anew by the second person, it needs the first one’s approval', async () => {
    const { take } = await scene();

    expect(await take('mario', 'requestRecovery')).toBe('done');
    expect(await take('lucia', 'cancelRecovery')).toBe('done');
    expect(await take('lucia', 'requestRecovery')).toBe('done');
    expect(await take('lucia', 'approveRecovery')).toMatch(/^forbidden/);
    expect(await take('mario', 'approveRecovery')).toBe('done');
  });

  it.each(Object.keys(steps) as (keyof typeof steps)[])('[P14] %s is forbidden on an own account', async (step) => {
    const { door, mario } = await scene();

    const outcome = await steps[step](door.services, call(), mario, { accountId: mario.accountId, reason: REASON });

    expect(outcome.kind).toBe('forbidden');
    expect(door.account(mario.accountId).factorRecovery).toBeUndefined();
    expect(door.mailbox).toEqual([]);
  });

  it('[P14] is completed by one of its two people only', async () => {
    const { door, take } = await scene();
    await take('mario', 'requestRecovery');
    await take('lucia', 'approveRecovery');
    door.advance(waitSeconds);

    expect(await take('piero', 'completeRecovery')).toMatch(/^forbidden/);
    expect(await take('mario', 'completeRecovery')).toBe('done');
  });

  it('[P14] is worth nothing once one of its people is no staff any more', async () => {
    const { door, take } = await scene();
    await take('mario', 'requestRecovery');
    door.staff.delete('mario@example.com');
    const approval = await take('lucia', 'approveRecovery');
    door.staff.add('mario@example.com');
    await take('lucia', 'approveRecovery');
    door.staff.delete('mario@example.com');
    door.advance(waitSeconds);

    expect(approval).toMatch(/^conflict: Whoever asked or approved/);
    expect(await take('lucia', 'completeRecovery')).toMatch(/^conflict: Whoever asked or approved/);
  });

  it('[P14] ends after its time: neither approved nor completed then, and asked anew', async () => {
    const { door, take, recovery } = await scene();
    await take('mario', 'requestRecovery');
    await take('lucia', 'approveRecovery');
    door.advance(expirySeconds);

    expect(await take('lucia', 'completeRecovery')).toMatch(/^conflict: It ended at /);
    expect(await take('lucia', 'requestRecovery')).toBe('done');
    expect(recovery()).toMatchObject({ requestedAt: door.now() });
    expect(recovery()?.approvedBy).toBeUndefined();
    expect(await take('mario', 'completeRecovery')).toBe('conflict: A second member of staff must approve it first');
  });

  it('is not approved so late that the wait would outlast it', async () => {
    const { door, take } = await scene();
    await take('mario', 'requestRecovery');
    door.advance(expirySeconds - waitSeconds);

    expect(await take('lucia', 'approveRecovery')).toMatch(/^conflict: The request ends at .*, before the wait would/);
  });

  it('is not asked twice, not approved twice, not completed twice, and there is nothing to do without it', async () => {
    const { door, take } = await scene();

    expect(await take('lucia', 'approveRecovery')).toMatch(/^conflict: Nobody has asked/);
    expect(await take('lucia', 'completeRecovery')).toMatch(/^conflict: Nobody has asked/);
    expect(await take('lucia', 'cancelRecovery')).toBe('conflict: There is nothing to cancel');
    await take('mario', 'requestRecovery');
    expect(await take('piero', 'requestRecovery')).toMatch(/^conflict: It was requested already/);
    await take('lucia', 'approveRecovery');
    expect(await take('piero', 'approveRecovery')).toMatch(/^conflict: It is approved already/);
    door.advance(waitSeconds);
    await take('lucia', 'completeRecovery');
    expect(await take('lucia', 'completeRecovery')).toMatch(/^conflict: The account has no second factor/);
  });

  it('is nothing for an account without a second factor, or for a disabled one', async () => {
    const { door, anna, take, act, mario } = await scene();
    await disableAccount(door.services, call(), mario, act);
    const disabled = await take('mario', 'requestRecovery');
    const { secondFactor: _, ...rest } = door.account(anna);
    door.stores.accounts.items.set(anna, { ...rest, status: 'active' });

    expect(disabled).toBe('conflict: The account is disabled');
    expect(await take('mario', 'requestRecovery')).toMatch(/^conflict: The account has no second factor/);
  });

  it('[P14] one of fifty approvals and one of fifty completions at the same instant counts, and brings one mail', async () => {
    const { door, anna, act, lucia, piero, take } = await scene();
    await take('mario', 'requestRecovery');
    const fifty = (step: keyof typeof steps) =>
      Promise.all(Array.from({ length: 50 }, (_, index) => steps[step](door.services, call(), index % 2 ? lucia : piero, act)));

    const approvals = await fifty('approveRecovery');
    door.advance(waitSeconds);
    const completions = await fifty('completeRecovery');

    expect(approvals.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(completions.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(door.account(anna).secondFactor).toBeUndefined();
    const ids = (kind: string) => new Set(door.mailbox.filter((mail) => mail.kind === kind).map(({ id }) => id));
    expect([ids('factor_recovery_approved').size, ids('second_factor_disabled').size]).toEqual([1, 1]);
  });

  it('[P14] is stopped by the owner’s code: what was approved can’t be completed', async () => {
    const { door, anna, take } = await scene();
    await take('mario', 'requestRecovery');
    await take('lucia', 'approveRecovery');
    const account = door.account(anna);

    await door.stores.accounts.changeFactor(anna, account.factorVersion, { secondFactor: door.factor(), cancelRecovery: true });
    door.advance(waitSeconds);

    expect(await take('lucia', 'completeRecovery')).toBe('conflict: Nobody has asked for it, or the owner has stopped it');
    expect(door.account(anna).secondFactor).toBeDefined();
  });

  it('[P14] is completed while a stranger sends wrong codes', async () => {
    const { door, anna, take } = await scene();
    await take('mario', 'requestRecovery');
    await take('lucia', 'approveRecovery');
    door.advance(waitSeconds);
    let wrong = 0;
    const replay = door.services.staff.completeRecovery.bind(door.services.staff);
    door.services.staff.completeRecovery = async (accountId, from) => {
      if (wrong++ < 5) await door.stores.accounts.changeFactor(anna, door.account(anna).factorVersion, {});
      return replay(accountId, from);
    };

    expect(await take('lucia', 'completeRecovery')).toBe('done');
    expect(door.mailbox.filter(({ kind }) => kind === 'second_factor_disabled')).toHaveLength(1);
  });

  it.each([
    ['the queue', 'mail', 'send'],
    ['the log', 'events', 'append'],
  ] as const)(
    '[P14] takes no step that the owner could not be told of, or that could not be written down: %s fails',
    async (_, part, method) => {
      const { door, anna, act, mario, lucia, take } = await scene();
      const broken = { ...door.services, [part]: { ...door.services[part], [method]: async () => Promise.reject(new Unavailable('x')) } };

      await expect(requestRecovery(broken, call(), mario, act)).rejects.toThrow(Unavailable);
      expect(door.account(anna).factorRecovery).toBeUndefined();
      await take('mario', 'requestRecovery');
      await expect(approveRecovery(broken, call(), lucia, act)).rejects.toThrow(Unavailable);
      expect(door.account(anna).factorRecovery?.approvedBy).toBeUndefined();
      await take('lucia', 'approveRecovery');
      door.advance(waitSeconds);
      await expect(completeRecovery(broken, call(), lucia, act)).rejects.toThrow(Unavailable);
      expect(door.account(anna).secondFactor).toBeDefined();
    },
  );

  it('a step that something else forestalls is written down as not done', async () => {
    const { door, anna, act, lucia, take } = await scene();
    await take('mario', 'requestRecovery');
    const { staff } = door.services;
    const forestalled = Object.assign(Object.create(staff), {
      replaceRecovery: async () => {
        await door.stores.accounts.changeFactor(anna, door.account(anna).factorVersion, { cancelRecovery: true });
        return undefined;
      },
    });

    const outcome = await approveRecovery({ ...door.services, staff: forestalled }, call(), lucia, act);

    expect(outcome.kind).toBe('conflict');
    expect(door.events(lucia.accountId).map(({ reason }) => reason)).toEqual([REASON, 'not done: conflict']);
    expect(door.events(anna).map(({ type }) => type)).toEqual(['factor_recovery.requested']);
  });
});
