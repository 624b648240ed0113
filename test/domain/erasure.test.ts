/** The end of an account: who may ask for it, how it is stopped, and every place where something may die on the way. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { isAct } from '../../lambda/domain/audit/acts.ts';
import { answerOperator, handOutOwn, keepByLink } from '../../lambda/domain/privacy/ask.ts';
import { requestErasure, runErasures } from '../../lambda/domain/privacy/erase.ts';
import type { PrivacyServices } from '../../lambda/domain/privacy/ports.ts';
import { subscriptionIdOf } from '../../lambda/domain/subscriptions/links.ts';
import { intercepted } from '../support/faults.ts';
import { call } from '../support/front-door.ts';
import { MemoryErasableAccounts, MemoryErasureStore, MemoryPersonalHistory } from '../support/memory-erasures.ts';
import { MemorySeedStore } from '../support/memory-stores.ts';
import { MemorySubscriptionStore } from '../support/memory-subscriptions.ts';
import { createOwnersDoor } from '../support/owner.ts';

const { graceSeconds } = securityPolicy.privacy;
const EMAIL = 'anna@example.com';

function createWorld() {
  const door = createOwnersDoor();
  const stores = {
    erasures: new MemoryErasureStore(),
    erasable: new MemoryErasableAccounts(door.stores.accounts),
    history: new MemoryPersonalHistory(door.stores.events),
    seeds: new MemorySeedStore(),
    subscriptions: new MemorySubscriptionStore(),
  };
  const services: PrivacyServices = {
    ...door.services,
    ...stores,
    directory: {
      find: async (emailKey) => door.stores.credentials.items.get(emailKey)?.accountId,
      setStatus: (accountId, emailKey, status) => door.services.passwords.credentials.setStatus(accountId, emailKey, status),
    },
    siteOrigin: 'https://id.example.com',
    journal: { note: () => undefined },
  };
  return {
    ...door,
    privacy: services,
    stores: { ...door.stores, ...stores },
    /** A person with something in every table that an erasure clears. */
    async person(email = EMAIL) {
      const session = await door.owner(email);
      await stores.seeds.put(session.accountId, { seedId: 'seed-1', sealed: new Uint8Array([1]) }, door.now() + 1000);
      await stores.subscriptions.put({
        subscriptionId: subscriptionIdOf(session.emailKey),
        email,
        locale: 'en',
        components: ['mail'],
        confirmedAt: door.now(),
      });
      return session;
    },
    /** What is left of a person, by table. */
    remains(accountId: string, emailKey: string): string[] {
      const { accounts, credentials, events, tokens } = door.stores;
      return [
        ...(accounts.items.has(accountId) ? ['accounts'] : []),
        ...(credentials.items.has(emailKey) || credentials.reserved.has(emailKey) ? ['credentials'] : []),
        ...(events.items.some(({ subject }) => subject === accountId || subject.endsWith(emailKey)) ? ['events'] : []),
        ...(stores.subscriptions.items.size > 0 ? ['status-subscriptions'] : []),
        ...(stores.erasures.items.size > 0 ? ['erasures'] : []),
        ...([...tokens.items.values()].some((token) => token.purpose === 'verification') ? ['tokens'] : []),
      ];
    },
  };
}

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

describe('an erasure', () => {
  test('ends every session at once, lets nobody in, and deletes everything after seven days; the address can be registered again', async () => {
    const session = await world.person();

    const outcome = await requestErasure(world.privacy, call(), session.accountId);
    expect(outcome).toEqual({ kind: 'scheduled', erasesAt: world.now() + graceSeconds * 1000 });
    expect(world.account(session)).toMatchObject({ status: 'disabled', sessions: {} });
    expect(await world.openingOf([EMAIL])).toEqual([]);

    world.advance(graceSeconds - 1);
    await runErasures(world.privacy);
    expect(world.stores.accounts.items.has(session.accountId)).toBe(true);
    world.advance(1);
    await runErasures(world.privacy);

    expect(world.remains(session.accountId, session.emailKey)).toEqual([]);
    expect(world.stores.seeds.items.size).toBe(0);
    expect(world.mailbox.filter(({ kind }) => kind === 'account_erased')).toHaveLength(1);
    const again = await world.owner(EMAIL, 'another good password');
    expect(again.accountId).not.toBe(session.accountId);
  });

  test('is stopped by the link of its mail: the account is as before, with its password', async () => {
    const session = await world.person();
    await requestErasure(world.privacy, call(), session.accountId);
    const token = world.link('account_erasure_requested', EMAIL);

    expect(await keepByLink(world.privacy, call(), { token })).toEqual({ kind: 'kept' });
    expect(await keepByLink(world.privacy, call(), { token })).toEqual({ kind: 'invalid_token' });
    world.advance(graceSeconds + 1);
    await runErasures(world.privacy);

    expect(await world.openingOf([EMAIL])).toEqual([EMAIL]);
    expect(world.stores.erasures.items.size).toBe(0);
  });

  test('takes no link of another mail, and none once it is over', async () => {
    const session = await world.person();
    await requestErasure(world.privacy, call(), session.accountId);
    world.stores.tokens.items.set('of-a-reset', {
      purpose: 'password_reset',
      emailKey: session.emailKey,
      accountId: session.accountId,
      credentialVersion: 1,
      expiresAt: Number.MAX_SAFE_INTEGER,
    });
    const token = world.link('account_erasure_requested', EMAIL);
    world.advance(graceSeconds);

    expect(await keepByLink(world.privacy, call(), { token: 'of-a-reset' })).toEqual({ kind: 'invalid_token' });
    expect(await keepByLink(world.privacy, call(), { token })).toEqual({ kind: 'invalid_token' });
  });

  test('can’t be asked for twice, nor of staff, nor by whoever has just moved the account away from its owner', async () => {
    const anna = await world.person();
    await requestErasure(world.privacy, call(), anna.accountId);
    const staff = await world.owner('staff@example.com');
    const moved = await world.owner('moved@example.com');
    const account = world.account(moved);
    world.stores.accounts.items.set(moved.accountId, {
      ...account,
      previousEmails: [{ email: 'owner@example.com', emailKey: 'k', until: world.now() + 1000, changeId: 'c' }],
    });

    const outcomes = [];
    for (const session of [anna, staff, moved]) outcomes.push((await requestErasure(world.privacy, call(), session.accountId)).kind);

    expect(outcomes).toEqual(['conflict', 'forbidden', 'conflict']);
    expect(world.stores.accounts.items.get(moved.accountId)?.erasure).toBeUndefined();
  });

  test('by an operator is the same, with its reason in the history and the same days to stop it', async () => {
    const session = await world.person();
    const ask = (kind: 'export' | 'erase' | 'keep', account: string) =>
      answerOperator(world.privacy, { ask: kind, account, operator: 'ada', reason: 'Letter of 3 May' }, 'request-1');

    expect(await ask('erase', 'nobody@example.com')).toMatchObject({ kind: 'refused' });
    expect(await ask('erase', ' ANNA@example.com')).toMatchObject({ kind: 'scheduled' });
    expect(await ask('keep', session.accountId)).toEqual({ kind: 'kept' });
    const answer = await ask('export', EMAIL);

    expect(
      answer.kind === 'exported' && answer.export.history.filter(({ byStaff }) => byStaff).map(({ type, reason }) => [type, reason]),
    ).toEqual([
      ['account.erasure_stopped', 'Letter of 3 May'],
      ['account.erasure_requested', 'Letter of 3 May'],
    ]);
    expect(JSON.stringify(answer)).not.toContain('ada');
    const acts = world.stores.events.items.filter(isAct).map(({ act, target, actor, reason }) => [act, target, actor, reason]);
    expect(acts).toEqual(
      ['account.erasure_requested', 'account.erasure_stopped', 'account.exported'].map((act) => [
        act,
        session.accountId,
        'ada',
        'Letter of 3 May',
      ]),
    );
  });
});

describe('an export', () => {
  test('says all that is kept, tells the owner, and opens nothing', async () => {
    const session = await world.person();
    const account = world.account(session);

    const exported = await handOutOwn(world.privacy, call(), session);

    expect(exported.account).toMatchObject({ id: session.accountId, email: EMAIL, status: 'active' });
    expect(exported.sessions).toHaveLength(1);
    expect(exported.statusSubscriptions).toEqual([expect.objectContaining({ email: EMAIL, components: ['mail'] })]);
    const text = JSON.stringify(exported);
    for (const secret of [...Object.values(account.sessions).map(({ secretHash }) => secretHash), account.emailKey])
      expect(text).not.toContain(secret);
    expect(world.mail('account_exported', EMAIL)).toBeDefined();
    expect(world.stores.events.items.at(-1)).toMatchObject({ subject: session.accountId, type: 'account.exported' });
  });
});

describe('whatever dies on the way', () => {
  const names = [
    'accounts',
    'erasable',
    'erasures',
    'history',
    'seeds',
    'subscriptions',
    'credentials',
    'directory',
    'events',
    'mail',
  ] as const;

  /** Dies at the nth call to the world. */
  function mortal(step: number): PrivacyServices {
    let calls = 0;
    const before = () => {
      calls += 1;
      if (calls === step) throw new Error('died');
    };
    return { ...world.privacy, ...Object.fromEntries(names.map((name) => [name, intercepted(world.privacy[name] as object, before)])) };
  }

  test.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'at call %i of a run, an erasure that is due ends erased',
    async (step) => {
      const session = await world.person();
      await requestErasure(world.privacy, call(), session.accountId);
      world.advance(graceSeconds);

      await runErasures(mortal(step)).catch(() => undefined);
      await runErasures(world.privacy);

      expect(world.remains(session.accountId, session.emailKey)).toEqual([]);
      expect(world.stores.seeds.items.size).toBe(0);
      expect(world.mailbox.some(({ kind }) => kind === 'account_erased')).toBe(true);
    },
  );

  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'at call %i of the request, it is decided and told within minutes, or not asked for at all',
    async (step) => {
      const session = await world.person();
      await requestErasure(mortal(step), call(), session.accountId).catch(() => undefined);

      world.advance(securityPolicy.privacy.undecidedSeconds);
      await runErasures(world.privacy);

      const isDecided = world.account(session).erasure !== undefined;
      expect(world.mailbox.some(({ kind }) => kind === 'account_erasure_requested')).toBe(isDecided);
      expect(world.stores.erasures.items.size).toBe(isDecided ? 1 : 0);
      expect(await world.openingOf([EMAIL])).toEqual(isDecided ? [] : [EMAIL]);
    },
  );

  test.each(Array.from({ length: 8 }, (_, index) => index + 1))('at call %i of stopping it, the same link stops it', async (step) => {
    const session = await world.person();
    await requestErasure(world.privacy, call(), session.accountId);
    const token = world.link('account_erasure_requested', EMAIL);

    await keepByLink(mortal(step), call(), { token }).catch(() => undefined);
    await keepByLink(world.privacy, call(), { token });
    world.advance(graceSeconds);
    await runErasures(world.privacy);

    expect(await world.openingOf([EMAIL])).toEqual([EMAIL]);
  });
});
