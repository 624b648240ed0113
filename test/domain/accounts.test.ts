import bcrypt from 'bcryptjs';
import type { CurrentSession } from '../../lambda/domain/context.ts';
import { confirmPasswordReset, requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { changePassword, stepUp } from '../../lambda/domain/reauthentication.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { endOtherSessions, endSession, listSessions, signOut } from '../../lambda/domain/session-control.ts';
import { decideSession, isSteppedUp } from '../../lambda/domain/sessions.ts';
import { type SignInOutcome, signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor, TEST_COST } from '../support/front-door.ts';

const EMAIL = 'anna@example.com';
const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple my paper clip';

type Door = ReturnType<typeof createFrontDoor>;
type SignedIn = Extract<SignInOutcome, { kind: 'signed_in' }>;

async function signedIn(door: Door, password = PASSWORD, email = EMAIL): Promise<SignedIn> {
  const outcome = await signIn(door.services, call(), { email, password });
  if (outcome.kind !== 'signed_in') throw new Error(`expected to be signed in, got ${outcome.kind}`);
  return outcome;
}

function current(
  outcome: Pick<SignedIn, 'token' | 'stored' | 'account' | 'isStaff'>,
  delivery: 'cookie' | 'bearer' = 'cookie',
): CurrentSession {
  const { accountId, email, emailKey } = outcome.account;
  return { token: outcome.token, stored: outcome.stored, accountId, email, emailKey, isStaff: outcome.isStaff, delivery };
}

async function isLive(door: Door, session: Pick<SignedIn, 'token' | 'isStaff'>): Promise<boolean> {
  const account = await door.services.accounts.read(session.token.accountId);
  return decideSession(session.token, account, session.isStaff, door.now()).kind === 'valid';
}

async function resetToken(door: Door): Promise<string> {
  await requestPasswordReset(door.services, call(), { email: EMAIL });
  const message = door.mailbox.at(-1);
  if (message?.kind !== 'password_reset') throw new Error('no reset message');
  return door.mintToken(message);
}

describe('registration', () => {
  it('answers and writes the same for a known address as for a new one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    const known = await register(door.services, call(), { email: EMAIL, password: 'another password' });
    const unknown = await register(door.services, call(), { email: 'nobody@example.com', password: 'another password' });

    expect(known).toEqual(unknown);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['verification', 'verification']);
    expect(door.stores.credentials.items.size).toBe(1);
  });

  it('makes no account before the address is verified', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it('of two registrations of one address, the first that is verified owns it', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: 'the first password' });
    await register(door.services, call(), { email: EMAIL, password: 'the second password' });
    const [first, second] = door.mailbox.map((message) => door.mintToken(message));

    const winner = await verifyAddress(door.services, call(), { token: second ?? '' });
    const loser = await verifyAddress(door.services, call(), { token: first ?? '' });

    expect([winner.kind, loser.kind]).toEqual(['verified', 'invalid_token']);
    expect((await signedIn(door, 'the second password')).account.email).toBe(EMAIL);
    expect(door.stores.accounts.items.size).toBe(1);
  });

  it('a verification token works once, however often it is sent at the same instant', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => verifyAddress(door.services, call(), { token })));

    expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(1);
  });

  it('a crash after the account was made leaves a token that still works', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';
    const crashing = {
      ...door.services,
      tokens: {
        ...door.stores.tokens,
        read: door.stores.tokens.read.bind(door.stores.tokens),
        redeem: () => Promise.reject(new Error('crash')),
      },
    };

    await expect(verifyAddress(crashing, call(), { token })).rejects.toThrow('crash');
    const again = await verifyAddress(door.services, call(), { token });

    expect(again.kind).toBe('verified');
  });

  it('an expired verification token is refused', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message, 24 * 3600))[0] ?? '';

    door.advance(24 * 3600);

    expect((await verifyAddress(door.services, call(), { token })).kind).toBe('invalid_token');
  });
});

describe('password reset', () => {
  it('ends every session, never signs in, and the old password is gone', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [laptop, phone] = [await signedIn(door), await signedIn(door)];

    const outcome = await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });

    expect(outcome.kind).toBe('reset');
    expect(outcome).not.toHaveProperty('token');
    expect([await isLive(door, laptop), await isLive(door, phone)]).toEqual([false, false]);
    expect((await signIn(door.services, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('invalid_credentials');
    expect((await signIn(door.services, call(), { email: EMAIL, password: NEW_PASSWORD })).kind).toBe('signed_in');
  });

  it('a sign-in that read the old password before a reset opens no session after it', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const token = await resetToken(door);
    let reset = false;
    const racing = {
      ...door.services,
      hasher: {
        ...door.services.hasher,
        bcryptCompare: async (input: string, hash: string) => {
          // Between reading the hash and writing the session, the owner resets the password.
          if (!reset) {
            reset = true;
            await confirmPasswordReset(door.services, call(), { token, newPassword: NEW_PASSWORD });
          }
          return bcrypt.compare(input, hash);
        },
      },
    };

    const outcome = await signIn(racing, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it('works while strangers keep the account locked, and lets the owner in at once', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let guess = 0; guess < 6; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const outcome = await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });
    if (outcome.kind !== 'reset') throw new Error(outcome.kind);
    const owner = await signIn(door.services, call({ deviceCookie: outcome.deviceCookie }), { email: EMAIL, password: NEW_PASSWORD });

    expect(owner.kind).toBe('signed_in');
  });

  it('a token counts once, however often it is sent at the same instant', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const token = await resetToken(door);

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        confirmPasswordReset(door.services, call(), { token, newPassword: `new password ${index}` }),
      ),
    );

    expect(outcomes.filter(({ kind }) => kind === 'reset')).toHaveLength(1);
  });

  it('a weak new password is refused and the link still works', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const token = await resetToken(door);

    const weak = await confirmPasswordReset(door.services, call(), { token, newPassword: 'short' });
    const strong = await confirmPasswordReset(door.services, call(), { token, newPassword: NEW_PASSWORD });

    expect([weak.kind, strong.kind]).toEqual(['weak_password', 'reset']);
  });

  it('a crash between ending the sessions and changing the hash leaves nothing open, and another reset mends it', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await signedIn(door);
    const crashing = {
      ...door.services,
      credentials: {
        read: door.stores.credentials.read.bind(door.stores.credentials),
        create: door.stores.credentials.create.bind(door.stores.credentials),
        replaceHash: () => Promise.reject(new Error('crash')),
      },
    };

    await expect(confirmPasswordReset(crashing, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD })).rejects.toThrow(
      'crash',
    );
    const afterCrash = [await isLive(door, session), (await signIn(door.services, call(), { email: EMAIL, password: PASSWORD })).kind];
    await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });

    expect(afterCrash).toEqual([false, 'invalid_credentials']);
    expect((await signIn(door.services, call(), { email: EMAIL, password: NEW_PASSWORD })).kind).toBe('signed_in');
  });

  it('a verification token resets nothing, and a reset token verifies nothing', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    await register(door.services, call(), { email: 'other@example.com', password: PASSWORD });
    const verification = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';
    const reset = await resetToken(door);

    expect((await confirmPasswordReset(door.services, call(), { token: verification, newPassword: NEW_PASSWORD })).kind).toBe(
      'invalid_token',
    );
    expect((await verifyAddress(door.services, call(), { token: reset })).kind).toBe('invalid_token');
  });
});

describe('changing the password', () => {
  it('[P27] ends the other sessions and renames this one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [mine, other] = [await signedIn(door), await signedIn(door)];

    const outcome = await changePassword(door.services, call(), current(mine), { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);

    expect(await isLive(door, other)).toBe(false);
    expect(await isLive(door, mine)).toBe(false);
    expect(await isLive(door, { token: outcome.token, isStaff: false })).toBe(true);
    expect(door.mailbox.at(-1)?.kind).toBe('password_changed');
  });

  it('a stolen session gets five guesses at the password, and locks nobody out', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const stolen = current(await signedIn(door));

    const outcomes = [];
    for (let guess = 0; guess < 6; guess++) {
      outcomes.push(await changePassword(door.services, call(), stolen, { currentPassword: `guess ${guess}`, newPassword: NEW_PASSWORD }));
    }

    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked']);
    expect((await signIn(door.services, call(), { email: EMAIL, password: PASSWORD })).kind).toBe('signed_in');
  });

  it('of two changes at the same instant one wins, and its password is the one that opens', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [left, right] = [current(await signedIn(door)), current(await signedIn(door))];

    const outcomes = await Promise.all([
      changePassword(door.services, call(), left, { currentPassword: PASSWORD, newPassword: 'the left password' }),
      changePassword(door.services, call(), right, { currentPassword: PASSWORD, newPassword: 'the right password' }),
    ]);

    const opened = await Promise.all(
      ['the left password', 'the right password'].map(
        async (password) => (await signIn(door.services, call(), { email: EMAIL, password })).kind,
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['changed', 'conflict']);
    expect(opened.map((kind) => kind === 'signed_in')).toEqual(outcomes.map(({ kind }) => kind === 'changed'));
  });
});

describe('step-up', () => {
  it('[P20] raises the session for five minutes, under a new name', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const mine = await signedIn(door);

    const outcome = await stepUp(door.services, call(), current(mine), { password: PASSWORD });
    if (outcome.kind !== 'stepped_up') throw new Error(outcome.kind);

    expect(await isLive(door, mine)).toBe(false);
    expect(isSteppedUp(outcome.stored, door.now())).toBe(true);
    expect(isSteppedUp(outcome.stored, door.now() + 300_000)).toBe(false);
  });

  it('keeps the token of a native app, which nobody can plant', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const mine = await signedIn(door);

    await stepUp(door.services, call(), current(mine, 'bearer'), { password: PASSWORD });

    expect(await isLive(door, mine)).toBe(true);
  });
});

describe('sessions', () => {
  it('[P27] staff sessions end after thirty idle minutes and twelve hours', async () => {
    const door = createFrontDoor();
    await door.createAccount('staff@example.com', PASSWORD);
    const session = await signedIn(door, PASSWORD, 'staff@example.com');

    door.advance(30 * 60 - 1);
    const before = await isLive(door, session);
    door.advance(1);

    expect([before, await isLive(door, session)]).toEqual([true, false]);
  });

  it('end after seven idle days', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await signedIn(door);

    door.advance(7 * 24 * 3600);

    expect(await isLive(door, session)).toBe(false);
  });

  it('a wrong secret, even of a known session, is refused', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await signedIn(door);

    expect(await isLive(door, { ...session, token: { ...session.token, secret: 'A'.repeat(43) } })).toBe(false);
  });

  it('are listed, ended one by one, all others at once, and by signing out', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [a, b, c, d] = [await signedIn(door), await signedIn(door), await signedIn(door), await signedIn(door)];

    const listed = await listSessions(door.services, current(a));
    await endSession(door.services, call(), current(a), b.token.sessionId);
    const afterOne = await Promise.all([a, b, c, d].map((session) => isLive(door, session)));
    await endOtherSessions(door.services, call(), current(a));
    const afterOthers = await Promise.all([a, b, c, d].map((session) => isLive(door, session)));
    await signOut(door.services, call(), current(a));

    expect(listed).toHaveLength(4);
    expect(listed.filter((session) => session.current).map(({ id }) => id)).toEqual([a.token.sessionId]);
    expect(afterOne).toEqual([true, false, true, true]);
    expect(afterOthers).toEqual([true, false, false, false]);
    expect(await isLive(door, a)).toBe(false);
  });

  it("can't be ended by somebody else's name for them", async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    await door.createAccount('mallory@example.com', PASSWORD);
    const victim = await signedIn(door);
    const mallory = await signedIn(door, PASSWORD, 'mallory@example.com');

    const outcome = await endSession(door.services, call(), current(mallory), victim.token.sessionId);

    expect(outcome.kind).toBe('not_found');
    expect(await isLive(door, victim)).toBe(true);
  });

  it('an account holds twenty; the one seen longest ago gives way', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const first = await signedIn(door);
    door.advance(60);

    let last = first;
    for (let round = 0; round < 20; round++) last = await signedIn(door);

    expect(await isLive(door, first)).toBe(false);
    expect(await listSessions(door.services, current(last))).toHaveLength(20);
  });
});

describe('password hashes', () => {
  it.each(['$2a$', '$2b$', '$2y$'])('[P12] a plain %s hash from another system opens, and is replaced by ours', async (prefix) => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, 'something else entirely');
    const [key, credential] = [...door.stores.credentials.items][0] ?? [];
    if (!key || !credential) throw new Error('no credential');
    const imported = (await bcrypt.hash(PASSWORD, TEST_COST)).replace(/^\$2.\$/, prefix);
    door.stores.credentials.items.set(key, { ...credential, hash: imported });

    await signedIn(door);

    expect(door.stores.credentials.items.get(key)?.hash).toMatch(/^kms1:\$2b\$/);
    expect((await signedIn(door)).account.email).toBe(EMAIL);
  });

  it('[P12] nothing is cut off at 72 bytes', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, `${'a'.repeat(72)}1`);

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: `${'a'.repeat(72)}2` });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it('[P12] the same password has another hash in every account', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    await door.createAccount('bert@example.com', PASSWORD);

    const hashes = [...door.stores.credentials.items.values()].map(({ hash }) => hash);

    expect(new Set(hashes).size).toBe(2);
    expect(hashes.every((hash) => hash.startsWith('kms1:$2b$'))).toBe(true);
  });

  it('composed and decomposed letters are the same password', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, 'caffè corretto'.normalize('NFD'));

    expect((await signIn(door.services, call(), { email: EMAIL, password: 'caffè corretto'.normalize('NFC') })).kind).toBe('signed_in');
  });
});

describe('the notice of a new device', () => {
  it('is sent for a stranger’s sign-in, not for the first of all and not for a known one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const first = await signedIn(door);
    await signIn(door.services, call({ deviceCookie: first.deviceCookie }), { email: EMAIL, password: PASSWORD });
    const quiet = door.mailbox.length;

    await signedIn(door);

    expect(quiet).toBe(0);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['new_device']);
  });
});
