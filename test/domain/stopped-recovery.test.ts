import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { call } from '../support/front-door.ts';
import { PASSWORD } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

async function scene() {
  const door = createSecondFactorDoor();
  const anna = await door.enrolled();
  const account = door.stores.accounts.items.get(anna.accountId);
  if (!account) throw new Error('no account');
  const factorRecovery = { requestedBy: 'a', requestedByKey: 'k', requestedAt: door.now(), reason: 'x', expiresAt: door.now() + 1e9 };
  door.stores.accounts.items.set(anna.accountId, { ...account, factorRecovery });
  door.stores.events.items.length = 0;
  return {
    door,
    anna,
    isStopped: () => door.stores.accounts.items.get(anna.accountId)?.factorRecovery === undefined,
    stops: () => door.stores.events.items.filter(({ type }) => type === 'factor_recovery.cancelled'),
  };
}

describe('a recovery that the owner did not ask for', () => {
  it('[P14] is stopped by a right code at sign-in, and the history says so', async () => {
    const { door, anna, isStopped, stops } = await scene();
    const challenge = await door.challenge();

    await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(anna.secret),
    });

    expect(isStopped()).toBe(true);
    expect(stops()).toEqual([expect.objectContaining({ subject: anna.accountId, reason: 'second_factor_shown' })]);
    expect(stops()[0]?.actor).toBeUndefined();
  });

  it('[P14] is stopped by a recovery code at step-up', async () => {
    const { door, anna, isStopped, stops } = await scene();

    await stepUp(door.factors, call(), anna.session, true, { password: PASSWORD, code: anna.recoveryCodes[0] });

    expect(isStopped()).toBe(true);
    expect(stops()).toHaveLength(1);
  });

  it('[P14] goes on after a wrong code: whoever knows the password alone stops nothing', async () => {
    const { door, isStopped, stops } = await scene();
    const challenge = await door.challenge();

    await answerChallenge(door.factors, challenge.call, { challengeId: challenge.challengeId, method: 'totp', code: '000000' });

    expect(isStopped()).toBe(false);
    expect(stops()).toEqual([]);
  });
});
