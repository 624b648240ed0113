import { withoutRefusedSessions } from '../../lambda/domain/history.ts';
import { confirmPasswordReset } from '../../lambda/domain/password-reset.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { renewRecoveryCodes } from '../../lambda/domain/second-factor/enrolment.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, isLive, NEW_PASSWORD, PASSWORD, resetToken } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

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
    const { secret, accountId } = await door.enrolled();
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

    const history = withoutRefusedSessions(await door.stores.events.list(accountId, 1000));
    expect(outcomes.filter(({ kind }) => kind === 'signed_in')).toHaveLength(1);
    expect(history.filter(({ type }) => type === 'second_factor.accepted')).toHaveLength(1);
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
