import { signInOptions, signInWithPasskey } from '../../lambda/domain/passkeys/sign-in.ts';
import { confirmPasswordReset } from '../../lambda/domain/password-reset.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { confirmTotp, enrolTotp } from '../../lambda/domain/second-factor/enrolment.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { createPasskeyDoor } from '../support/passkeys.ts';
import { EMAIL, isLive, NEW_PASSWORD, PASSWORD, resetToken } from '../support/people.ts';

const staffMustHavePasskeys = {
  isStaff: () => true,
  factorPolicy: { requiredFor: 'staff', since: '2026-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: true },
} as const;

describe('a passkey alone', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('[P14] signs in without an address and without a password (%s)', async (algorithm) => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner(door.newAuthenticator({ algorithm }));

    const outcome = await door.signInAlone(authenticator);
    if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);

    expect(await isLive(door, outcome)).toBe(true);
    expect(outcome.account.email).toBe(EMAIL);
  });

  it('asks the store nothing before somebody has one', async () => {
    const door = createPasskeyDoor();
    const read = jest.spyOn(door.stores.accounts, 'read');

    const outcome = await signInOptions(door.passkeys, call(), undefined);

    expect(outcome).toMatchObject({
      kind: 'options',
      options: { rpId: 'id.example.com', allowCredentials: [], userVerification: 'required' },
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('is noted with the time, the counter and whether it is copied to other devices', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId, passkeyId } = await door.owner(door.newAuthenticator({ counts: true, synced: true }));
    door.advance(90);

    await door.signInAlone(authenticator);

    const passkey = (await door.factorOf(accountId))?.passkeys[passkeyId];
    expect(passkey).toMatchObject({ lastUsedAt: door.now(), counter: 1, synced: true });
  });

  it('opens while strangers have locked the password', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    for (let guess = 0; guess < 6; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const outcome = await door.signInAlone(authenticator);

    expect(outcome.kind).toBe('signed_in');
  });

  it('[P13] tells the owner of a browser that nobody has signed in from, and only of that', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();

    const first = await door.signInAlone(authenticator);
    if (first.kind !== 'signed_in') throw new Error(first.kind);
    door.advance(60);
    const second = await door.signInAlone(authenticator, {}, call({ deviceCookie: first.deviceCookie }));

    expect(second.kind).toBe('signed_in');
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['new_device']);
  });

  it('[P14] spends nothing when the store fails, and opens nothing when the history does', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const credential = authenticator.get(await door.signInOptions());
    const send = (more: Partial<typeof door.passkeys>) =>
      signInWithPasskey({ ...door.passkeys, ...more }, call(), { credential, delivery: 'cookie' });
    const fails = () => Promise.reject(new Unavailable('store'));

    await expect(send({ factors: { changeFactor: fails } })).rejects.toThrow(Unavailable);
    const retried = await send({});
    const next = authenticator.get(await door.signInOptions());
    const silenced = signInWithPasskey({ ...door.passkeys, events: { append: fails, list: fails } }, call(), {
      credential: next,
      delivery: 'cookie',
    });

    expect(retried.kind).toBe('signed_in');
    await expect(silenced).rejects.toThrow(Unavailable);
    expect(Object.keys((await door.services.accounts.read(accountId))?.spentCeremonies ?? {})).toHaveLength(3);
  });

  it('is refused for a disabled account', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    door.change(accountId, { status: 'disabled' });

    const outcome = await door.signInAlone(authenticator);

    expect(outcome.kind).toBe('invalid_credentials');
    expect(door.refusals()).toEqual(['disabled']);
  });

  it('[P13] that a thief may have left opens nothing after "this wasn\'t me", until it has come after the password', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    door.change(accountId, { devicesForgottenAt: door.now() });
    door.advance(1);

    const doubted = await door.signInAlone(authenticator);
    const second = await door.answer(await door.challenge(), authenticator);
    const proven = await door.signInAlone(authenticator);

    expect([doubted.kind, second.kind, proven.kind]).toEqual(['invalid_credentials', 'signed_in', 'signed_in']);
  });

  it('[P14] calls off what staff do about a lost second factor', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const recovery = {
      requestedBy: 'staff',
      requestedByKey: 'key',
      requestedAt: door.now(),
      reason: 'lost',
      expiresAt: door.now() + 1_000_000,
    };
    door.change(accountId, { factorRecovery: recovery });

    await door.signInAlone(authenticator);

    expect((await door.services.accounts.read(accountId))?.factorRecovery).toBeUndefined();
  });
});

describe('a passkey after the password', () => {
  it('[P14] answers the challenge, and only passkeys of that account are asked for', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const challenge = await door.challenge();

    const options = await door.signInOptions(challenge.challengeId, challenge.call);
    const outcome = await door.answer(challenge, authenticator);

    expect(challenge.methods).toEqual(['passkey', 'recovery_code']);
    expect(options.allowCredentials).toEqual([
      { type: 'public-key', id: authenticator.keys[0]?.credentialId, transports: ['internal', 'hybrid'] },
    ]);
    expect(outcome.kind).toBe('signed_in');
  });

  it('[P14] is bound to the device that showed the password: no options and no answer elsewhere', async () => {
    const door = createPasskeyDoor();
    const { authenticator } = await door.owner();
    const challenge = await door.challenge();
    const credential = authenticator.get(await door.signInOptions(challenge.challengeId, challenge.call));

    const options = await signInOptions(door.passkeys, call(), challenge.challengeId);
    const elsewhere = await door.answerFrom(call(), challenge, credential);
    const here = await door.answerFrom(challenge.call, challenge, credential);

    expect([options.kind, elsewhere.kind, here.kind]).toEqual(['challenge_expired', 'challenge_expired', 'signed_in']);
  });

  it('[P14] five wrong ones spend the challenge, and count on no code', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const challenge = await door.challenge();

    const kinds = [];
    for (let wrong = 0; wrong < 5; wrong++) kinds.push((await door.answer(challenge, authenticator, { userVerified: false })).kind);
    const options = await signInOptions(door.passkeys, challenge.call, challenge.challengeId);

    expect(kinds).toEqual(Array(5).fill('invalid_code'));
    expect(options.kind).toBe('challenge_expired');
    expect((await door.services.accounts.read(accountId))?.codeAttempts).toBeUndefined();
  });

  it('can be replaced by a recovery code, and by no six digits', async () => {
    const door = createPasskeyDoor();
    const { recoveryCodes = [] } = await door.owner();
    const challenge = await door.challenge();
    const answer = (method: 'totp' | 'recovery_code', code: string) =>
      answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method, code });

    const digits = await answer('totp', '123456');
    const recovery = await answer('recovery_code', recoveryCodes[0] ?? '');

    expect([digits.kind, recovery.kind]).toEqual(['invalid_code', 'signed_in']);
  });

  it('lets the browser be remembered, which a passkey alone does not', async () => {
    const door = createPasskeyDoor();
    const { authenticator, accountId } = await door.owner();
    const outcome = await door.answer(await door.challenge(), authenticator, {}, true);
    if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);

    const next = await signIn(door.services, call({ deviceCookie: outcome.deviceCookie }), { email: EMAIL, password: PASSWORD });

    expect(next.kind).toBe('signed_in');
    expect(Object.keys((await door.services.accounts.read(accountId))?.rememberedDevices ?? {})).toHaveLength(1);
  });

  it('[P14] is still asked for after a reset of the password', async () => {
    const door = createPasskeyDoor();
    await door.owner();

    await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });
    const outcome = await signIn(door.services, call(), { email: EMAIL, password: NEW_PASSWORD });

    expect(outcome.kind).toBe('second_factor_required');
  });

  it('[P14] where staff must have one, a right code no longer opens or steps up', async () => {
    const door = createPasskeyDoor(staffMustHavePasskeys);
    const { session, authenticator } = await door.owner();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));
    door.advance(60);
    const challenge = await door.challenge();

    const code = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(enrolment.secret),
    });
    const passkey = await door.answer(challenge, authenticator);
    const stepped = await stepUp(door.factors, call(), session, true, { password: PASSWORD, code: door.codeAt(enrolment.secret) });

    expect(challenge.methods).toEqual(['passkey']);
    expect([code.kind, passkey.kind, stepped.kind]).toEqual(['invalid_code', 'signed_in', 'invalid_code']);
  });
});
