import { otplibTotp } from '../../lambda/adapters/otplib-totp.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { parseRecoveryCode, parseTotpCode } from '../../lambda/domain/second-factor/codes.ts';
import { confirmTotp, enrolTotp, removeTotp, renewRecoveryCodes } from '../../lambda/domain/second-factor/enrolment.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { isSteppedUp } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';
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
