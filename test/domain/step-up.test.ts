import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { isSteppedUp } from '../../lambda/domain/sessions.ts';
import { call } from '../support/front-door.ts';
import { EMAIL, isLive, PASSWORD } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

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
