import type { MailMessage } from '../../contract/schemas.ts';
import { confirmEmailChange, requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import { disavow, undoEmailChange } from '../../lambda/domain/account/secure.ts';
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { findKnownDevice } from '../../lambda/domain/devices.ts';
import { confirmPasswordReset, requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { changePassword } from '../../lambda/domain/reauthentication.ts';
import { call } from '../support/front-door.ts';
import { createOwnersDoor, type OwnersDoor, PASSWORD } from '../support/owner.ts';

const [A, B, C] = ['anna@example.com', 'anna@b.example', 'anna@c.example'];
const DAY = 86_400;
const FACTOR = { totp: { seedId: 'seed', lastStep: 1 }, passkeys: {}, confirmedAt: 0, recoveryCodes: ['code'] };
const DEVICE = { rememberedAt: 0, expiresAt: 9e15, address: '', userAgent: '' };

/** The thief has password and session; the mail that tells of it is the owner's. @returns the token of its "it wasn't me" */
async function stolen(door: OwnersDoor): Promise<{ readonly thief: CurrentSession; readonly token: string }> {
  await door.createAccount(A, PASSWORD);
  await door.signedIn(A);
  const thief = await door.signedIn(A);
  return { thief, token: door.link('new_device', A) };
}

async function move(door: OwnersDoor, session: CurrentSession, newEmail: string): Promise<void> {
  await requestEmailChange(door.services, call(), { ...session, email: door.account(session).email }, { newEmail });
  await confirmEmailChange(door.services, call(), { token: door.link('address_confirmation', newEmail) });
}

async function resetTo(door: OwnersDoor, email: string, newPassword: string): Promise<string> {
  return (await confirmPasswordReset(door.services.passwords, call(), { token: door.link('account_secured', email), newPassword })).kind;
}

describe('"This wasn\'t me"', () => {
  it('[P14] ends every session and challenge, forgets devices, stops what is pending and the password; a reset mends it', async () => {
    const door = createOwnersDoor();
    const { thief, token } = await stolen(door);
    await requestEmailChange(door.services, call(), thief, { newEmail: B });
    const recovery = { requestedBy: 'x', requestedByKey: 'x', requestedAt: 0, reason: 'lost', expiresAt: 9e15 };
    const challenge = {
      secretHash: 'h',
      knownDevice: false,
      delivery: 'cookie',
      credentialVersion: 1,
      failures: 0,
      expiresAt: 9e12,
    } as const;
    door.stores.accounts.items.set(thief.accountId, {
      ...door.account(thief),
      challenges: { one: challenge },
      rememberedDevices: { one: DEVICE },
      factorRecovery: recovery,
    });
    const { factorVersion } = door.account(thief);

    const outcome = await disavow(door.services, call(), { token });

    expect(outcome).toEqual({ kind: 'disavowed' });
    expect(door.account(thief)).toMatchObject({ sessions: {}, challenges: {}, rememberedDevices: {}, devicesForgottenAt: door.now() });
    expect(door.account(thief)).not.toHaveProperty('factorRecovery');
    expect(door.account(thief)).not.toHaveProperty('pendingEmail');
    expect(door.account(thief).factorVersion).toBeGreaterThan(factorVersion);
    expect(await door.openingOf([A])).toEqual([]);
    expect(await resetTo(door, A, 'a phrase of my own')).toBe('reset');
    expect(await door.openingOf([A], 'a phrase of my own')).toEqual([A]);
  });

  it('[P14] leaves two-step verification on, before and after the reset: never off by mail alone', async () => {
    const door = createOwnersDoor();
    const { thief, token } = await stolen(door);
    door.stores.accounts.items.set(thief.accountId, { ...door.account(thief), secondFactor: FACTOR });

    await disavow(door.services, call(), { token });
    await resetTo(door, A, 'a phrase of my own');

    expect(door.account(thief).secondFactor).toEqual(FACTOR);
    expect(await door.openingOf([A], 'a phrase of my own')).toEqual([]);
  });

  it('stops the change of address that is waiting: its link leads nowhere, even after the reset', async () => {
    const door = createOwnersDoor();
    const { thief, token } = await stolen(door);
    await requestEmailChange(door.services, call(), thief, { newEmail: B });
    const confirmation = door.link('address_confirmation', B);

    await disavow(door.services, call(), { token });
    await resetTo(door, A, 'a phrase of my own');

    expect((await confirmEmailChange(door.services, call(), { token: confirmation })).kind).toBe('invalid_token');
    expect(await door.openingOf([A, B], 'a phrase of my own')).toEqual([A]);
  });

  it('is good once', async () => {
    const door = createOwnersDoor();
    const { token } = await stolen(door);

    const outcomes = [await disavow(door.services, call(), { token }), await disavow(door.services, call(), { token })];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['disavowed', 'invalid_token']);
    expect(door.mailbox.filter(({ kind }) => kind === 'account_secured')).toHaveLength(1);
  });

  it('in an older mail does not end what the owner has done since: it only brings another link', async () => {
    const door = createOwnersDoor();
    const { token } = await stolen(door);
    const older = door.link('new_device', A);
    door.advance(60);
    await disavow(door.services, call(), { token });
    await resetTo(door, A, 'a phrase of my own');
    const back = await door.signedIn(A, 'a phrase of my own');

    expect(await disavow(door.services, call(), { token: older })).toEqual({ kind: 'disavowed' });
    expect(Object.keys(door.account(back).sessions)).toEqual([back.token.sessionId]);
    expect(await door.openingOf([A], 'a phrase of my own')).toEqual([A]);
  });

  it('is good for seven days', async () => {
    const door = createOwnersDoor();
    const { token } = await stolen(door);
    door.advance(7 * DAY);

    expect((await disavow(door.services, call(), { token })).kind).toBe('invalid_token');
  });

  it('in a mail to an address that the account has left is no link any more: that address has one of its own', async () => {
    const door = createOwnersDoor();
    const { thief, token } = await stolen(door);
    await move(door, thief, B);

    expect((await disavow(door.services, call(), { token })).kind).toBe('invalid_token');
    expect((await undoEmailChange(door.services, call(), { token: door.link('address_changed', A) })).kind).toBe('undone');
  });

  it('after a password change by the thief brings the account back', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await changePassword(door.services.passwords, call(), thief, { currentPassword: PASSWORD, newPassword: 'mallory was here' });

    await disavow(door.services, call(), { token: door.link('password_changed', A) });

    expect(await door.openingOf([A], 'mallory was here')).toEqual([]);
    expect(await resetTo(door, A, 'a phrase of my own')).toBe('reset');
  });
});

describe('Taking the account back', () => {
  it('[P14] before the change is confirmed stops it, and secures the account', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await requestEmailChange(door.services, call(), thief, { newEmail: B });
    const confirmation = door.link('address_confirmation', B);

    const outcome = await undoEmailChange(door.services, call(), { token: door.link('address_change_requested', A) });

    expect(outcome.kind).toBe('undone');
    expect((await confirmEmailChange(door.services, call(), { token: confirmation })).kind).toBe('invalid_token');
    expect(door.account(thief).sessions).toEqual({});
    expect(await door.openingOf([A, B])).toEqual([]);
    expect(await resetTo(door, A, 'a phrase of my own')).toBe('reset');
  });

  it.each(['address_change_requested', 'address_changed'] as const)(
    '[P14] after it by either mail brings the account back, without the thief: %s',
    async (kind) => {
      const door = createOwnersDoor();
      const { thief } = await stolen(door);
      await requestEmailChange(door.services, call(), thief, { newEmail: B });
      const early = door.link('address_change_requested', A);
      await confirmEmailChange(door.services, call(), { token: door.link('address_confirmation', B) });
      const moved = await door.signedIn(B);
      await changePassword(door.services.passwords, call(), moved, { currentPassword: PASSWORD, newPassword: 'mallory was here' });
      const token = kind === 'address_changed' ? door.link(kind, A) : early;

      const outcome = await undoEmailChange(door.services, call(), { token });

      expect(outcome.kind).toBe('undone');
      expect(door.account(thief)).toMatchObject({ email: A, sessions: {}, rememberedDevices: {} });
      expect(door.account(thief).previousEmails).toBeUndefined();
      expect(await door.openingOf([A, B], 'mallory was here')).toEqual([]);
      expect(await door.openingOf([A, B])).toEqual([]);
      expect(await resetTo(door, A, 'a phrase of my own')).toBe('reset');
      expect(await door.openingOf([A, B], 'a phrase of my own')).toEqual([A]);
    },
  );

  it('[P14] works from however far the thief has moved on, and the links of the places in between take nothing back', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await move(door, thief, B);
    const owner = door.link('address_changed', A);
    await move(door, thief, C);
    const [early, late] = [door.link('address_change_requested', B), door.link('address_changed', B)];

    const outcomes = [];
    for (const token of [early, owner, late]) outcomes.push((await undoEmailChange(door.services, call(), { token })).kind);

    // The first one is the thief's own, who steps back and loses all the same.
    expect(outcomes).toEqual(['undone', 'undone', 'invalid_token']);
    expect(door.account(thief).email).toBe(A);
    expect(await resetTo(door, A, 'a phrase of my own')).toBe('reset');
    expect(await door.openingOf([A, B, C], 'a phrase of my own')).toEqual([A]);
  });

  it('[P14] a thief who has the owner follow a link back, to then undo that, loses: the first address keeps its place', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await move(door, thief, B);
    const owner = door.link('address_changed', A);
    // The owner, deceived, follows "move my account here" instead of "it wasn't me".
    await move(door, thief, A);
    const [again, mine] = [door.link('address_change_requested', B), door.link('address_changed', B)];
    expect((await undoEmailChange(door.services, call(), { token: mine })).kind).toBe('undone');
    expect(door.account(thief).email).toBe(B);
    await expect(door.createAccount(A, 'mallory was here')).rejects.toThrow();

    const outcomes = [];
    for (const token of [owner, again]) outcomes.push((await undoEmailChange(door.services, call(), { token })).kind);

    expect(outcomes).toEqual(['undone', 'invalid_token']);
    expect(door.account(thief)).toMatchObject({ email: A });
    expect(door.account(thief).previousEmails).toBeUndefined();
  });

  it.each(['address_changed', 'password_changed'] as const)(
    '[P14] an owner who is back, and says so by a link of the first address, leaves the later one nothing: %s',
    async (kind) => {
      const door = createOwnersDoor();
      const { thief } = await stolen(door);
      await move(door, thief, B);
      const owner = door.link('address_changed', A);
      await move(door, thief, A);
      const later = door.link('address_changed', B);
      const notice = door.open({ ...door.mail('new_device', A), kind: 'password_changed', id: 'notice' } as MailMessage).token;

      const outcome =
        kind === 'address_changed'
          ? await undoEmailChange(door.services, call(), { token: owner })
          : await disavow(door.services, call(), { token: notice });

      expect(['undone', 'disavowed']).toContain(outcome.kind);
      expect((await undoEmailChange(door.services, call(), { token: later })).kind).toBe('invalid_token');
      expect(door.account(thief).email).toBe(A);
    },
  );

  it('frees the addresses that the thief has used', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await move(door, thief, B);
    const owner = door.link('address_changed', A);
    await move(door, thief, C);

    await undoEmailChange(door.services, call(), { token: owner });

    await door.createAccount(B, 'another phrase');
    await door.createAccount(C, 'another phrase');
    expect(await door.openingOf([A, B, C], 'another phrase')).toEqual([B, C]);
  });

  it('ends seven days after the move', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await move(door, thief, B);
    const token = door.link('address_changed', A);
    door.advance(7 * DAY - 1);
    const late = door.link('address_change_requested', A);
    door.advance(1);

    const outcomes = [];
    // The second one would itself live longer: the account's own record decides.
    for (const link of [token, late]) outcomes.push((await undoEmailChange(door.services, call(), { token: link })).kind);

    expect(outcomes).toEqual(['invalid_token', 'invalid_token']);
    expect(await door.openingOf([A, B])).toEqual([B]);
  });

  it('a second link for the same change does not end what the owner has done since', async () => {
    const door = createOwnersDoor();
    const { thief } = await stolen(door);
    await requestEmailChange(door.services, call(), thief, { newEmail: B });
    const early = door.link('address_change_requested', A);
    await confirmEmailChange(door.services, call(), { token: door.link('address_confirmation', B) });
    const late = door.link('address_changed', A);
    door.advance(60);
    await undoEmailChange(door.services, call(), { token: late });
    await resetTo(door, A, 'a phrase of my own');
    const back = await door.signedIn(A, 'a phrase of my own');

    expect((await undoEmailChange(door.services, call(), { token: early })).kind).toBe('undone');
    expect(Object.keys(door.account(back).sessions)).toEqual([back.token.sessionId]);
  });

  it('[P13] leaves the owner\u2019s browser the known device that it was', async () => {
    const door = createOwnersDoor();
    const cookie = await door.createAccount(A, PASSWORD);
    const thief = await door.signedIn(A);
    await move(door, thief, B);
    door.advance(60);

    const outcome = await undoEmailChange(door.services, call({ deviceCookie: cookie }), { token: door.link('address_changed', A) });

    const carried = outcome.kind === 'undone' ? outcome.deviceCookie : undefined;
    const device = await findKnownDevice(door.services.deviceKey, carried, await door.keyOf(A), door.now());
    const before = await findKnownDevice(door.services.deviceKey, cookie, await door.keyOf(A), door.now());
    expect(device?.deviceId).toBe(before?.deviceId);
    expect(device?.issuedAt).toBeGreaterThanOrEqual(door.account(thief).devicesForgottenAt ?? 0);
  });
});

describe('Links with another purpose', () => {
  it('open no door but their own, and are not spent by trying', async () => {
    const door = createOwnersDoor();
    const { thief, token } = await stolen(door);
    await requestEmailChange(door.services, call(), thief, { newEmail: B });
    await requestPasswordReset(door.services.passwords, call(), { email: A });
    const links = {
      disavow: token,
      confirm: door.link('address_confirmation', B),
      undo: door.link('address_change_requested', A),
      reset: door.link('password_reset', A),
    };
    const doors = {
      disavow: (link: string) => disavow(door.services, call(), { token: link }),
      confirm: (link: string) => confirmEmailChange(door.services, call(), { token: link }),
      undo: (link: string) => undoEmailChange(door.services, call(), { token: link }),
      reset: (link: string) => confirmPasswordReset(door.services.passwords, call(), { token: link, newPassword: 'mallory was here' }),
    };
    const before = structuredClone([door.account(thief), [...door.stores.tokens.items.keys()]]);

    const outcomes = [];
    for (const [tried, open] of Object.entries(doors)) {
      for (const [name, link] of Object.entries(links)) if (name !== tried) outcomes.push(await open(link));
      outcomes.push(await open('no-token-of-ours'));
    }

    expect(outcomes).toEqual(Array(16).fill({ kind: 'invalid_token' }));
    expect([door.account(thief), [...door.stores.tokens.items.keys()]]).toEqual(before);
  });
});
