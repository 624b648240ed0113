import { changePassword } from '../../lambda/domain/reauthentication.ts';
import { endOtherSessions, endSession, listSessions, signOut } from '../../lambda/domain/session-control.ts';
import { decideSession, mintSession } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor } from '../support/front-door.ts';
import { current, EMAIL, isLive, NEW_PASSWORD, PASSWORD, signedIn } from '../support/people.ts';

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

  it('end after thirty days, however often they are used', async () => {
    const now = 1_700_000_000_000;
    const day = 86_400_000;
    const { token, stored } = mintSession(createFrontDoor().services.random, 'A'.repeat(22), { address: '', userAgent: '' }, now);
    const account = { status: 'active', sessions: { [token.sessionId]: stored } };
    const seenJustBefore = (at: number) => ({ ...account, sessions: { [token.sessionId]: { ...stored, lastSeenAt: at - 1 } } }) as never;

    const kinds = [30 * day - 1, 30 * day].map((age) => decideSession(token, seenJustBefore(now + age), false, now + age).kind);
    const ofStaff = [12 * 3_600_000 - 1, 12 * 3_600_000].map(
      (age) => decideSession(token, seenJustBefore(now + age), true, now + age).kind,
    );

    expect([kinds[0], ofStaff[0]]).toEqual(['valid', 'valid']);
    expect([kinds[1], ofStaff[1]]).not.toContain('valid');
  });

  it('have secrets of 256 bits, of which the store has a hash alone', () => {
    const asked: number[] = [];
    const random = { bytes: (length: number) => new Uint8Array(length).fill(asked.push(length)) };

    const { token, stored } = mintSession(random, 'A'.repeat(22), { address: '', userAgent: '' }, 0);

    expect(asked).toContain(32);
    expect(Buffer.from(token.secret, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(stored)).not.toContain(token.secret);
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
