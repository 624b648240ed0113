/** An address that moves while something else happens to the account: a password, a member of staff, another address. */
import type { MailMessage } from '../../contract/schemas.ts';
import { confirmEmailChange, requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import { undoEmailChange } from '../../lambda/domain/account/secure.ts';
import type { AccountServices } from '../../lambda/domain/account/services.ts';
import type { CurrentSession, PasswordServices } from '../../lambda/domain/context.ts';
import { confirmPasswordReset, requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { changePassword } from '../../lambda/domain/reauthentication.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { enableAccount } from '../../lambda/domain/staff/accounts.ts';
import type { StaffServices } from '../../lambda/domain/staff/acts.ts';
import { call } from '../support/front-door.ts';
import { MemoryStaffStore } from '../support/memory-staff-store.ts';
import { createOwnersDoor, interceptedWorld, type OwnersDoor, PASSWORD } from '../support/owner.ts';

const [A, B, C] = ['anna@example.com', 'anna@b.example', 'anna@c.example'];
const DAY = 86_400;
const THEIRS = 'mallory was here';
const MINE = 'a phrase of my own';

async function request(door: OwnersDoor, session: CurrentSession, newEmail: string): Promise<void> {
  const { email } = door.account(session);
  expect(await requestEmailChange(door.services, call(), { ...session, email }, { newEmail })).toEqual({ kind: 'accepted' });
}

async function move(door: OwnersDoor, session: CurrentSession, newEmail: string): Promise<void> {
  await request(door, session, newEmail);
  const outcome = await confirmEmailChange(door.services, call(), { token: door.link('address_confirmation', newEmail) });
  expect(outcome.kind).toBe('changed');
}

async function undo(door: OwnersDoor, token: string): Promise<string> {
  return (await undoEmailChange(door.services, call(), { token })).kind;
}

async function reset(door: OwnersDoor, kind: MailMessage['kind'], email: string, passwords: PasswordServices = door.services.passwords) {
  return (await confirmPasswordReset(passwords, call(), { token: door.link(kind, email), newPassword: MINE })).kind;
}

/** Old credentials can't be retired: the call fails, as a function that is throttled does. */
function neverRetiring(door: OwnersDoor): AccountServices {
  return interceptedWorld(door.services, (step) => {
    if (step === 'credentials.retire') throw new Unavailable('password');
  });
}

/** Something else happens while a new password is being hashed: after it was allowed, before it is written. */
function whileHashing(door: OwnersDoor, happens: () => Promise<unknown>): PasswordServices {
  const { hasher } = door.services.passwords;
  const bcryptHash = async (input: string, cost: number) => {
    await happens();
    return hasher.bcryptHash(input, cost);
  };
  return { ...door.services.passwords, hasher: { ...hasher, bcryptHash } };
}

/** Something else happens once, between the copy of a credential and the write that takes its address. */
function afterCopy(door: OwnersDoor, happens: () => Promise<unknown>): AccountServices {
  let once = true;
  const { credentials } = door.services;
  const copy: typeof credentials.copy = async (wanted) => {
    const version = await credentials.copy(wanted);
    if (once) {
      once = false;
      await happens();
    }
    return version;
  };
  return { ...door.services, credentials: { ...credentials, copy } };
}

async function isFree(door: OwnersDoor, email: string): Promise<boolean> {
  return door.createAccount(email, THEIRS).then(
    () => true,
    () => false,
  );
}

describe('A password that changes while the account moves away', () => {
  it('[P14] a thief who changes the password while moving the account, whose old address can not be retired, loses it all the same', async () => {
    const door = createOwnersDoor();
    const thief = await door.owner(A);
    await request(door, thief, B);
    const [confirmation, owner] = [door.link('address_confirmation', B), door.link('address_change_requested', A)];
    const moved = () => expect(confirmEmailChange(neverRetiring(door), call(), { token: confirmation })).rejects.toThrow(Unavailable);

    const changed = await changePassword(whileHashing(door, moved), call(), thief, { currentPassword: PASSWORD, newPassword: THEIRS });
    expect(door.account(thief).email).toBe(B);

    expect(changed.kind).toBe('conflict');
    expect(await undo(door, owner)).toBe('undone');
    expect(door.account(thief)).toMatchObject({ email: A, sessions: {} });
    expect(await door.openingOf([A, B], THEIRS)).toEqual([]);
    expect(await reset(door, 'account_secured', A)).toBe('reset');
    expect(await door.openingOf([A, B], MINE)).toEqual([A]);
  });

  it('[P14] a later password left at the old address does not keep the owner from coming back to it', async () => {
    const door = createOwnersDoor();
    const thief = await door.owner(A);
    await request(door, thief, B);
    const [confirmation, owner] = [door.link('address_confirmation', B), door.link('address_change_requested', A)];
    await expect(confirmEmailChange(neverRetiring(door), call(), { token: confirmation })).rejects.toThrow(Unavailable);
    const emailKey = await door.keyOf(A);
    await door.stores.credentials.replaceHash(emailKey, { credentialVersion: 1 }, { hash: 'theirs', credentialVersion: 9 });

    expect(await undo(door, owner)).toBe('undone');
    expect(door.stores.credentials.items.get(emailKey)?.hash).not.toBe('theirs');
    expect(await reset(door, 'account_secured', A)).toBe('reset');
    expect(await door.openingOf([A, B], MINE)).toEqual([A]);
  });

  it.each([true, false])(
    '[P14] a reset that meets the move is refused, and the way back stays open (old address retired: %s)',
    async (retires) => {
      const door = createOwnersDoor();
      const thief = await door.owner(A);
      await request(door, thief, B);
      const [confirmation, owner] = [door.link('address_confirmation', B), door.link('address_change_requested', A)];
      await requestPasswordReset(door.services.passwords, call(), { email: A });
      const world = retires ? door.services : neverRetiring(door);
      const moved = () => confirmEmailChange(world, call(), { token: confirmation }).catch(() => undefined);

      const outcome = await reset(door, 'password_reset', A, whileHashing(door, moved));

      expect(outcome).toBe('invalid_token');
      expect(door.account(thief)).toMatchObject({ email: B, credentialVersion: 1 });
      expect(await undo(door, owner)).toBe('undone');
      expect(await reset(door, 'account_secured', A)).toBe('reset');
      expect(await door.openingOf([A, B], MINE)).toEqual([A]);
    },
  );

  it.each([B, A])('a reset between copy and take leaves no copy that nobody may register, for good: %s', async (wanted) => {
    const door = createOwnersDoor();
    const anna = await door.owner(A);
    if (wanted === A) await move(door, anna, B);
    const own = door.account(anna).email;
    await request(door, anna, wanted);
    const token = door.link('address_confirmation', wanted);
    await requestPasswordReset(door.services.passwords, call(), { email: own });

    const outcome = await confirmEmailChange(
      afterCopy(door, () => reset(door, 'password_reset', own)),
      call(),
      { token },
    );

    expect(outcome.kind).toBe('invalid_token');
    expect(await door.openingOf([A, B], MINE)).toEqual([own]);
    expect(door.account(anna).leftCredentials).toBeUndefined();
    // An address that the account has left itself is kept for its seven days, not for ever.
    expect(door.stores.credentials.reserved.has(await door.keyOf(wanted))).toBe(wanted === A);
    door.advance(7 * DAY);
    expect(await isFree(door, wanted)).toBe(true);
  });
});

describe('An address that was left, and is asked for again', () => {
  it('[P14] a thief who asks for the first address and then for another one does not free the first: it stays reserved', async () => {
    const door = createOwnersDoor();
    const thief = await door.owner(A);
    await move(door, thief, B);
    const owner = door.link('address_changed', A);

    await request(door, thief, A);
    await request(door, thief, C);

    expect(await isFree(door, A)).toBe(false);
    expect(await undo(door, owner)).toBe('undone');
    expect(door.account(thief).email).toBe(A);
  });

  it('[P14] a thief who asks for the first address and then says "it wasn\'t me" does not free the first', async () => {
    const door = createOwnersDoor();
    const thief = await door.owner(A);
    await move(door, thief, B);
    const owner = door.link('address_changed', A);
    await request(door, thief, A);

    expect(await undo(door, door.link('address_change_requested', B))).toBe('undone');

    expect(await isFree(door, A)).toBe(false);
    expect(await undo(door, owner)).toBe('undone');
    expect(door.account(thief).email).toBe(A);
  });

  it('is reserved although it could not be retired when it was left', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(A);
    await request(door, anna, B);
    const token = door.link('address_confirmation', B);
    await expect(confirmEmailChange(neverRetiring(door), call(), { token })).rejects.toThrow(Unavailable);

    await request(door, anna, A);

    const emailKey = await door.keyOf(A);
    expect([door.stores.credentials.items.has(emailKey), door.stores.credentials.reserved.has(emailKey)]).toEqual([false, true]);
    expect(door.account(anna).leftCredentials).toBeUndefined();
  });
});

describe('An account that is enabled while it is taken back', () => {
  it.each(['before', 'after'])('has a credential that says so, too, where staff tell the old one %s the address is taken', async (when) => {
    const door = createOwnersDoor();
    const anna = await door.owner(A);
    await move(door, anna, B);
    const token = door.link('address_changed', A);
    await disableBoth(door, anna);
    const staff = staffOver(door);
    const member = { ...anna, accountId: 'm'.repeat(22), emailKey: 'another key', isStaff: true };
    const act = { accountId: anna.accountId, reason: 'phoned' };
    const taken = Promise.withResolvers<void>();
    const late: StaffServices = {
      ...staff,
      directory: {
        ...staff.directory,
        setStatus: async (...to) => {
          if (when === 'after') await taken.promise;
          await staff.directory.setStatus(...to);
        },
      },
    };
    let enabling: Promise<unknown> = Promise.resolve();
    const world = afterCopy(door, async () => {
      enabling = enableAccount(late, call(), member, act);
      if (when === 'before') await enabling;
      else await until(() => door.account(anna).status === 'active');
    });

    const outcome = await undoEmailChange(world, call(), { token });
    taken.resolve();
    await enabling;

    expect(outcome.kind).toBe('undone');
    expect(door.account(anna)).toMatchObject({ email: A, status: 'active' });
    expect(door.stores.credentials.items.get(await door.keyOf(A))?.status).toBe('active');
    expect(await reset(door, 'account_secured', A)).toBe('reset');
    expect(await door.openingOf([A], MINE)).toEqual([A]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function disableBoth(door: OwnersDoor, anna: CurrentSession): Promise<void> {
  const { emailKey } = door.account(anna);
  door.stores.accounts.items.set(anna.accountId, { ...door.account(anna), status: 'disabled' });
  await door.stores.credentials.setStatus(anna.accountId, emailKey, 'disabled');
}

function staffOver(door: OwnersDoor): StaffServices {
  const { credentials, accounts } = door.stores;
  return {
    ...door.services.passwords,
    staff: new MemoryStaffStore(accounts),
    directory: {
      find: async (emailKey) => (await credentials.read(emailKey))?.accountId,
      setStatus: (accountId, emailKey, status) => credentials.setStatus(accountId, emailKey, status),
    },
  };
}

describe('Whoever had an address before somebody else', () => {
  /** @returns the cookie that the former account got at this address */
  async function formerCookie(door: OwnersDoor): Promise<string> {
    const cookie = await door.createAccount(A, PASSWORD);
    await move(door, await door.signedIn(A), B);
    door.advance(8 * DAY);
    return cookie;
  }

  async function noticesOf(door: OwnersDoor, email: string, deviceCookie: string): Promise<(string | undefined)[]> {
    door.mailbox.length = 0;
    expect((await signIn(door.services.passwords, call({ deviceCookie }), { email, password: MINE })).kind).toBe('signed_in');
    return door.mailbox.map((message) => (message.kind === 'new_device' ? message.because : message.kind));
  }

  it('[P13] with the cookie from back then is a new device to the account that has registered it since', async () => {
    const door = createOwnersDoor();
    const former = await formerCookie(door);
    const current = await door.createAccount(A, MINE);
    await door.signedIn(A, MINE);

    expect(await noticesOf(door, A, former)).toEqual(['device']);
    expect(await noticesOf(door, A, current)).toEqual([]);
  });

  it('[P13] with the cookie from back then is a new device to an older account that has moved there', async () => {
    const door = createOwnersDoor();
    const bea = await door.owner(C, MINE);
    const former = await formerCookie(door);
    await move(door, bea, A);

    expect(await noticesOf(door, A, former)).toEqual(['device']);
  });
});
