import { otplibTotp } from '../../lambda/adapters/otplib-totp.ts';
import { confirmPasswordReset } from '../../lambda/domain/password-reset.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { parseRecoveryCode, parseTotpCode } from '../../lambda/domain/second-factor/codes.ts';
import { confirmTotp, enrolTotp, removeTotp, renewRecoveryCodes } from '../../lambda/domain/second-factor/enrolment.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { isSteppedUp } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, isLive, NEW_PASSWORD, PASSWORD, resetToken } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

describe('codes', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('[P14] of RFC 6238, appendix B, at %i are read as it says', (seconds, code) => {
    expect(otplibTotp.findStep(Buffer.from('12345678901234567890'), code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('[P14] of one step before and one after are taken, of two are not', async () => {
    const door = createSecondFactorDoor();
    const secret = Buffer.from('12345678901234567890');
    const { secret: text } = otplibTotp.describe(secret, 'a', 'b');
    const at = (offset: number) => otplibTotp.findStep(secret, door.codeAt(text, offset), door.now());
    const step = Math.floor(door.now() / 30_000);

    expect([at(-60), at(-30), at(0), at(30), at(60)]).toEqual([undefined, step - 1, step, step + 1, undefined]);
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12 34 5', '-12345', '1e5000', '0x1234'])(
    '%j is no code of an authenticator',
    (code) => {
      expect(parseTotpCode(code)).toBeUndefined();
    },
  );

  it('are read as people type them', () => {
    expect(parseTotpCode(' 123 456 ')).toBe('123456');
    expect(parseRecoveryCode('abcd-efgh jkmn-pqrs')).toBe('ABCDEFGHJKMNPQRS');
    expect(parseRecoveryCode('oooo-iiii-llll-0101')).toBe('0000111111110101');
    expect(parseRecoveryCode('abcd-efgh-jkmn-pqru')).toBeUndefined();
  });
});

describe('turning two-step verification on', () => {
  it('[P14] counts only once its first code confirms it, and names issuer and account', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();

    const enrolment = await enrolTotp(door.factors, session);
    const before = (await door.services.accounts.read(session.accountId))?.secondFactor;
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    const confirmed = await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));

    expect(enrolment.uri).toMatch(/^otpauth:\/\/totp\/Acme%20Desk:anna%40example\.com\?secret=[A-Z2-7]{32}&issuer=Acme%20Desk/);
    expect(before).toBeUndefined();
    expect(confirmed).toMatchObject({ kind: 'enabled' });
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['second_factor_enabled']);
  });

  it('[P14] spends the code that confirmed it', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    const code = door.codeAt(enrolment.secret);
    await confirmTotp(door.factors, call(), session, code);
    const challenge = await door.challenge();

    const outcome = await answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method: 'totp', code });

    expect(outcome.kind).toBe('invalid_code');
  });

  it('left half way changes nothing, and is over after ten minutes', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);

    const meanwhile = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
    door.advance(600);
    const late = await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));

    expect([meanwhile.kind, late.kind]).toEqual(['signed_in', 'challenge_expired']);
  });

  it('confirmed twice at the same instant shows one set of recovery codes', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    const code = door.codeAt(enrolment.secret);

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => confirmTotp(door.factors, call(), session, code)));

    expect(outcomes.filter(({ kind }) => kind === 'enabled')).toHaveLength(1);
  });

  it('asks every other session to step up again, and not the one that did it', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const [mine, other] = [await door.session(), await door.session()];
    const stepped = await stepUp(door.factors, call(), other, false, { password: PASSWORD });
    if (stepped.kind !== 'stepped_up') throw new Error(stepped.kind);
    door.advance(10);
    const enrolment = await enrolTotp(door.factors, mine);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);
    await confirmTotp(door.factors, call(), mine, door.codeAt(enrolment.secret));

    const account = await door.services.accounts.read(mine.accountId);
    const states = [mine.token.sessionId, stepped.token.sessionId].map((id) => {
      const session = account?.sessions[id];
      return session && isSteppedUp(session, door.now(), account?.secondFactor);
    });

    expect(states).toEqual([true, false]);
  });

  it('a replaced authenticator is forgotten only when the new one is confirmed', async () => {
    const door = createSecondFactorDoor();
    const { secret, session } = await door.enrolled();
    const enrolment = await enrolTotp(door.factors, session);
    if (enrolment.kind !== 'enrolling') throw new Error(enrolment.kind);

    const before = await door.challenge();
    const old = await answerChallenge(door.factors, before.call, {
      challengeId: before.challengeId,
      method: 'totp',
      code: door.codeAt(secret),
    });
    await confirmTotp(door.factors, call(), session, door.codeAt(enrolment.secret));
    door.advance(60);
    const after = await door.challenge();
    const gone = await answerChallenge(door.factors, after.call, {
      challengeId: after.challengeId,
      method: 'totp',
      code: door.codeAt(secret),
    });

    expect([old.kind, gone.kind]).toEqual(['signed_in', 'invalid_code']);
    expect(door.stores.seeds.items.size).toBe(1);
  });
});

describe('the challenge at sign-in', () => {
  it('[P14] a right password opens a challenge and no session; the code opens the session', async () => {
    const door = createSecondFactorDoor();
    const { secret } = await door.enrolled();

    const challenge = await door.challenge();
    const outcome = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(secret),
    });
    if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);

    expect(challenge.methods).toEqual(['totp', 'recovery_code']);
    expect(await isLive(door, outcome)).toBe(true);
  });

  it('[P14] the same code from fifty clients at the same instant lets one in', async () => {
    const door = createSecondFactorDoor();
    const { secret } = await door.enrolled();
    const challenges: Awaited<ReturnType<typeof door.challenge>>[] = [];
    for (let client = 0; client < 5; client++) challenges.push(await door.challenge());
    const code = door.codeAt(secret);

    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const challenge = challenges[index % challenges.length];
        if (!challenge) throw new Error('no challenge');
        return answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method: 'totp', code });
      }),
    );

    expect(outcomes.filter(({ kind }) => kind === 'signed_in')).toHaveLength(1);
  });

  it('[P14] five wrong codes spend a challenge, and lock codes with the growth of passwords', async () => {
    const door = createSecondFactorDoor();
    const { secret } = await door.enrolled();
    const challenge = await door.challenge();
    const guess = (code: string, at = challenge) =>
      answerChallenge(door.factors, at.call, { challengeId: at.challengeId, method: 'totp', code });

    const kinds = [];
    for (let wrong = 0; wrong < 5; wrong++) kinds.push((await guess('000000')).kind);
    kinds.push((await guess(door.codeAt(secret))).kind);
    const next = await door.challenge();
    const locked = await guess(door.codeAt(secret), next);
    door.advance(60);
    const open = await guess(door.codeAt(secret), next);

    expect(kinds).toEqual([...Array(5).fill('invalid_code'), 'challenge_expired']);
    expect(locked).toEqual({ kind: 'account_locked', retryAfterSeconds: 60 });
    expect(open.kind).toBe('signed_in');
  });

  it('[P14] a thousand parallel guesses get five verdicts', async () => {
    const door = createSecondFactorDoor();
    await door.enrolled();
    const challenges: Awaited<ReturnType<typeof door.challenge>>[] = [];
    for (let client = 0; client < 5; client++) challenges.push(await door.challenge());

    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => {
        const challenge = challenges[index % challenges.length];
        if (!challenge) throw new Error('no challenge');
        const code = String(index).padStart(6, '0');
        return answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method: 'totp', code });
      }),
    );

    expect(outcomes.filter(({ kind }) => kind === 'invalid_code').length).toBeLessThanOrEqual(5);
    expect(outcomes.filter(({ kind }) => kind === 'signed_in')).toHaveLength(0);
  });

  it('[P14] is bound to the device that showed the password', async () => {
    const door = createSecondFactorDoor();
    const { secret } = await door.enrolled();
    const { challengeId } = await door.challenge();

    const elsewhere = await answerChallenge(door.factors, call(), { challengeId, method: 'totp', code: door.codeAt(secret) });

    expect(elsewhere.kind).toBe('challenge_expired');
  });

  it('a cookie of the half-open device buys no budget of a known one', async () => {
    const door = createSecondFactorDoor();
    await door.enrolled();
    const { call: pending } = await door.challenge();
    for (let guess = 0; guess < 5; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const outcome = await signIn(door.services, pending, { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('account_locked');
  });

  it.each([
    ['after five minutes', (door: ReturnType<typeof createSecondFactorDoor>) => door.advance(300)],
    [
      'after a reset of the password',
      async (door: ReturnType<typeof createSecondFactorDoor>) => {
        await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });
      },
    ],
  ])('is over %s', async (_, happen) => {
    const door = createSecondFactorDoor();
    const { secret } = await door.enrolled();
    const challenge = await door.challenge();

    await happen(door);
    const outcome = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(secret),
    });

    expect(outcome.kind).toBe('challenge_expired');
  });

  it.each([
    ['nothing', ''],
    ['rubbish', 'x'.repeat(100)],
    ['the id with another secret', undefined],
  ])('%s is no challenge, and counts against nobody', async (_, forged) => {
    const door = createSecondFactorDoor();
    const { secret, accountId } = await door.enrolled();
    const { challengeId, call: mine } = await door.challenge();
    const presented = forged ?? `${challengeId.slice(0, -3)}AAA`;

    const outcome = await answerChallenge(door.factors, mine, { challengeId: presented, method: 'totp', code: door.codeAt(secret) });

    expect(outcome.kind).toBe('challenge_expired');
    expect((await door.services.accounts.read(accountId))?.codeAttempts?.taken ?? 0).toBe(0);
  });

  it('a reset of the password keeps two-step verification', async () => {
    const door = createSecondFactorDoor();
    await door.enrolled();

    await confirmPasswordReset(door.services, call(), { token: await resetToken(door), newPassword: NEW_PASSWORD });
    const outcome = await signIn(door.services, call(), { email: EMAIL, password: NEW_PASSWORD });

    expect(outcome.kind).toBe('second_factor_required');
  });

  it("a seed copied to another account doesn't open: fail closed", async () => {
    const door = createSecondFactorDoor();
    const { secret, accountId } = await door.enrolled();
    const challenge = await door.challenge();
    for (const [key, seed] of door.stores.seeds.items) {
      const tampered = Buffer.from(Buffer.from(seed.sealed).toString('utf8').replace(accountId, 'another account'));
      door.stores.seeds.items.set(key, { ...seed, sealed: tampered });
    }

    const answer = answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(secret),
    });

    await expect(answer).rejects.toThrow('kms is unavailable');
    expect((await door.services.accounts.read(accountId))?.codeAttempts?.taken ?? 0).toBe(0);
  });

  it('without the hint of an earlier sign-in the challenge is opened all the same', async () => {
    const door = createSecondFactorDoor();
    await door.enrolled();
    for (const [key, credential] of door.stores.credentials.items)
      door.stores.credentials.items.set(key, { ...credential, expectsSecondFactor: false });

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('second_factor_required');
    expect([...door.stores.credentials.items.values()][0]?.expectsSecondFactor).toBe(true);
  });
});

describe('recovery codes', () => {
  it('[P14] are ten of eighty bits, and the table holds only keyed hashes', async () => {
    const door = createSecondFactorDoor();
    const { recoveryCodes, accountId } = await door.enrolled();

    const stored = JSON.stringify(await door.services.accounts.read(accountId));

    expect(new Set(recoveryCodes).size).toBe(10);
    expect(recoveryCodes.every((code) => /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/.test(code))).toBe(true);
    expect(recoveryCodes.some((code) => stored.includes(code.replaceAll('-', '')))).toBe(false);
  });

  it('[P14] open once each, even sent twice at the same instant, and the owner is told', async () => {
    const door = createSecondFactorDoor();
    const { recoveryCodes } = await door.enrolled();
    const challenges = [await door.challenge(), await door.challenge()];

    const outcomes = await Promise.all(
      challenges.map((challenge) =>
        answerChallenge(door.factors, challenge.call, {
          challengeId: challenge.challengeId,
          method: 'recovery_code',
          code: recoveryCodes[0] ?? '',
        }),
      ),
    );

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['invalid_code', 'signed_in']);
    expect(door.mailbox.find(({ kind }) => kind === 'recovery_code_used')).toMatchObject({ codesLeft: 9 });
  });

  it('[P14] renewed, the old ones stop working', async () => {
    const door = createSecondFactorDoor();
    const { recoveryCodes, session } = await door.enrolled();

    const renewed = await renewRecoveryCodes(door.factors, call(), session);
    if (renewed.kind !== 'renewed') throw new Error(renewed.kind);
    const challenge = await door.challenge();
    const answer = (code: string) =>
      answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method: 'recovery_code', code });

    expect((await answer(recoveryCodes[1] ?? '')).kind).toBe('invalid_code');
    expect((await answer(renewed.recoveryCodes[1] ?? '')).kind).toBe('signed_in');
  });
});

describe('turning two-step verification off', () => {
  it('[P14] takes a code, forgets the seed, and tells the owner', async () => {
    const door = createSecondFactorDoor();
    const { secret, session } = await door.enrolled();

    const wrong = await removeTotp(door.factors, call(), session, '000000');
    const right = await removeTotp(door.factors, call(), session, door.codeAt(secret));
    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect([wrong.kind, right.kind, outcome.kind]).toEqual(['invalid_code', 'disabled', 'signed_in']);
    expect(door.stores.seeds.items.size).toBe(0);
    expect(door.mailbox.map(({ kind }) => kind)).toContain('second_factor_disabled');
  });

  it('where it is off there is nothing to turn off or renew', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();

    expect((await removeTotp(door.factors, call(), session, '000000')).kind).toBe('not_found');
    expect((await renewRecoveryCodes(door.factors, call(), session)).kind).toBe('not_found');
  });
});

describe('step-up', () => {
  it('[P20] raises the session for five minutes, under a new name', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = await door.session();

    const outcome = await stepUp(door.factors, call(), session, false, { password: PASSWORD });
    if (outcome.kind !== 'stepped_up') throw new Error(outcome.kind);
    const account = await door.services.accounts.read(session.accountId);
    const stored = account?.sessions[outcome.token.sessionId];
    if (!stored) throw new Error('no session');

    expect(await isLive(door, { token: session.token, isStaff: false })).toBe(false);
    expect([isSteppedUp(stored, door.now()), isSteppedUp(stored, door.now() + 300_000)]).toEqual([true, false]);
  });

  it('keeps the token of a native app, which nobody can plant', async () => {
    const door = createSecondFactorDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const session = { ...(await door.session()), delivery: 'bearer' as const };

    await stepUp(door.factors, call(), session, false, { password: PASSWORD });

    expect(await isLive(door, { token: session.token, isStaff: false })).toBe(true);
  });

  it('[P14] asks for a code where two-step verification is on, and burns none for a wrong password', async () => {
    const door = createSecondFactorDoor();
    const { secret, session } = await door.enrolled();
    const code = door.codeAt(secret);

    const without = await stepUp(door.factors, call(), session, true, { password: PASSWORD });
    const wrongPassword = await stepUp(door.factors, call(), session, true, { password: 'wrong', code });
    const wrongCode = await stepUp(door.factors, call(), session, true, { password: PASSWORD, code: '000000' });
    const right = await stepUp(door.factors, call(), session, true, { password: PASSWORD, code });

    expect([without.kind, wrongPassword.kind, wrongCode.kind, right.kind]).toEqual([
      'invalid_code',
      'invalid_credentials',
      'invalid_code',
      'stepped_up',
    ]);
  });

  it('without a code is refused by the write itself, should two-step verification come on in between', async () => {
    const door = createSecondFactorDoor();
    const { session } = await door.enrolled();

    const outcome = await stepUp(door.factors, call(), session, false, { password: PASSWORD });

    expect(outcome.kind).toBe('challenge_expired');
  });
});
