import bcrypt from 'bcryptjs';
import { confirmPasswordReset } from '../../lambda/domain/password-reset.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { failing } from '../support/faults.ts';
import { call, createFrontDoor } from '../support/front-door.ts';
import { EMAIL, isLive, NEW_PASSWORD, PASSWORD, resetToken, signedIn } from '../support/people.ts';

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

  it('a link from before a reset or a change undoes neither', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [earlier, later] = [await resetToken(door), await resetToken(door)];

    const first = await confirmPasswordReset(door.services, call(), { token: later, newPassword: NEW_PASSWORD });
    const second = await confirmPasswordReset(door.services, call(), { token: earlier, newPassword: 'the reader of old mail' });

    expect([first.kind, second.kind]).toEqual(['reset', 'invalid_token']);
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
    const crashing = { ...door.services, credentials: failing(door.stores.credentials, 'replaceHash', new Error('crash')) };

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
