import { securityPolicy } from '../../contract/security-policy.ts';
import { confirmPasswordReset, requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { forgetAllDevices, forgetDevice, listDevices, selectSurplusDevices } from '../../lambda/domain/remembered-devices.ts';
import { answerChallenge } from '../../lambda/domain/second-factor/challenge.ts';
import { stepUp } from '../../lambda/domain/second-factor/step-up.ts';
import { listEvents } from '../../lambda/domain/session-control.ts';
import { hasShownFactor, isSteppedUp } from '../../lambda/domain/sessions.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call } from '../support/front-door.ts';
import { current, EMAIL, PASSWORD } from '../support/people.ts';
import { createSecondFactorDoor } from '../support/second-factor.ts';

const DAY = 86_400;

async function enrolledDoor() {
  const door = createSecondFactorDoor();
  const anna = await door.enrolled();
  const code = () => door.codeAt(anna.secret);
  /** A whole sign-in that asks to be remembered. @returns the browser's cookie after it */
  const remember = async (more: { deviceCookie?: string; method?: 'totp' | 'recovery_code' } = {}) => {
    door.advance(60);
    const { method = 'totp', ...rest } = more;
    const challenge = await door.challenge(rest);
    const outcome = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method,
      code: method === 'totp' ? code() : (anna.recoveryCodes.pop() ?? ''),
      rememberDevice: true,
    });
    if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
    return outcome;
  };
  const enter = (deviceCookie: string | undefined, services = door.services) => {
    door.advance(1);
    return signIn(services, call({ deviceCookie }), { email: EMAIL, password: PASSWORD });
  };
  const stored = () => door.stores.accounts.items.get(anna.accountId);
  return { door, anna, code, remember, enter, stored };
}

describe('a remembered device', () => {
  it('[P14] skips the second step for 30 days, and not a moment longer', async () => {
    const { door, remember, enter } = await enrolledDoor();
    const { deviceCookie } = await remember();

    const next = await enter(deviceCookie);
    door.advance(29 * DAY);
    const late = await enter(deviceCookie);
    door.advance(DAY);
    const over = await enter(deviceCookie);

    expect([next.kind, late.kind, over.kind]).toEqual(['signed_in', 'signed_in', 'second_factor_required']);
  });

  it('[P14] is not made one by signing in again: its 30 days end', async () => {
    const { door, remember, enter } = await enrolledDoor();
    let { deviceCookie } = await remember();

    for (let week = 0; week < 4; week++) {
      door.advance(7 * DAY);
      const outcome = await enter(deviceCookie);
      if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
      deviceCookie = outcome.deviceCookie;
    }
    door.advance(3 * DAY);

    expect((await enter(deviceCookie)).kind).toBe('second_factor_required');
  });

  it('[P14] still needs the right password, and opens a session that is not stepped up and has not shown the factor', async () => {
    const { door, anna, remember, enter, stored } = await enrolledDoor();
    const { deviceCookie } = await remember();

    const wrong = await signIn(door.services, call({ deviceCookie }), { email: EMAIL, password: 'a wrong one' });
    const opened = await enter(deviceCookie);
    if (opened.kind !== 'signed_in') throw new Error(opened.kind);
    const factor = stored()?.secondFactor;
    if (!factor) throw new Error('no factor');
    const withoutCode = await stepUp(door.factors, call(), current(opened), true, { password: PASSWORD });
    const withCode = await stepUp(door.factors, call(), current(opened), true, { password: PASSWORD, code: door.codeAt(anna.secret, 30) });

    expect(wrong.kind).toBe('invalid_credentials');
    expect(isSteppedUp(opened.stored, door.now(), factor)).toBe(false);
    expect(hasShownFactor(opened.stored, factor)).toBe(false);
    expect([withoutCode.kind, withCode.kind]).toEqual(['invalid_code', 'stepped_up']);
  });

  it('[P14] is remembered by no recovery code, for no bearer, where the deployment forbids it, and never for staff', async () => {
    const { door, anna, remember, enter, stored } = await enrolledDoor();

    const { deviceCookie } = await remember({ method: 'recovery_code' });
    expect((await enter(deviceCookie)).kind).toBe('second_factor_required');

    door.advance(60);
    const bearer = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD, delivery: 'bearer' });
    if (bearer.kind !== 'second_factor_required') throw new Error(bearer.kind);
    const input = { challengeId: bearer.challengeId, method: 'totp' as const, code: door.codeAt(anna.secret), rememberDevice: true };
    expect((await answerChallenge(door.factors, call(), input)).kind).toBe('signed_in');
    expect(bearer.deviceMayBeRemembered).toBe(false);
    expect(stored()?.rememberedDevices).toEqual({});

    for (const services of [
      { ...door.factors, isStaff: () => true },
      { ...door.factors, factorPolicy: { ...door.factors.factorPolicy, rememberDevices: false } },
    ]) {
      door.advance(60);
      const challenge = await door.challenge();
      const code = door.codeAt(anna.secret);
      await answerChallenge(services, challenge.call, { challengeId: challenge.challengeId, method: 'totp', code, rememberDevice: true });
      expect(stored()?.rememberedDevices).toEqual({});
    }
  });

  it('[P14] is asked for the code again as soon as its owner is staff, or the deployment has changed its mind', async () => {
    const { door, remember, enter } = await enrolledDoor();
    const { deviceCookie } = await remember();

    const asStaff = await enter(deviceCookie, { ...door.services, isStaff: () => true });
    const forbidden = await enter(deviceCookie, {
      ...door.services,
      factorPolicy: { ...door.services.factorPolicy, rememberDevices: false },
    });

    expect([asStaff.kind, forbidden.kind]).toEqual(['second_factor_required', 'second_factor_required']);
  });

  it('[P14] is asked again once it was forgotten, alone or with the others, and the challenge can be answered on it', async () => {
    const { door, anna, code, remember, enter } = await enrolledDoor();
    const [laptop, phone] = [await remember(), await remember()];
    const session = current(laptop);
    const [, older] = await listDevices(door.services, call({ deviceCookie: laptop.deviceCookie }), session);
    expect(older?.current).toBe(true);

    expect((await forgetDevice(door.services, call(), session, older?.id ?? '')).kind).toBe('forgotten');
    expect((await enter(laptop.deviceCookie)).kind).toBe('second_factor_required');
    expect((await enter(phone.deviceCookie)).kind).toBe('signed_in');
    await forgetAllDevices(door.services, call(), session);
    const asked = await enter(phone.deviceCookie);
    if (asked.kind !== 'second_factor_required') throw new Error(asked.kind);
    door.advance(60);
    const answered = await answerChallenge(door.factors, call({ deviceCookie: phone.deviceCookie }), {
      challengeId: asked.challengeId,
      method: 'totp',
      code: code(),
    });

    expect(answered.kind).toBe('signed_in');
    expect(await listDevices(door.services, call(), session)).toEqual([]);
    expect((await listEvents(door.services, session)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['device.remembered', 'device.forgotten', 'device.all_forgotten']),
    );
    expect(anna.accountId).toBe(session.accountId);
  });

  it('[P14] is forgotten by a reset of the password', async () => {
    const { door, remember, stored } = await enrolledDoor();
    const { deviceCookie } = await remember();
    await requestPasswordReset(door.services, call(), { email: EMAIL });
    const message = door.mailbox.at(-1);
    if (message?.kind !== 'password_reset') throw new Error('no mail');

    await confirmPasswordReset(door.services, call(), { token: door.mintToken(message), newPassword: 'staple my paper clip' });
    const outcome = await signIn(door.services, call({ deviceCookie }), { email: EMAIL, password: 'staple my paper clip' });

    expect(stored()?.rememberedDevices).toEqual({});
    expect(outcome.kind).toBe('second_factor_required');
  });

  it('[P14] opens no other account, and no unknown id is forgotten', async () => {
    const { door, remember, enter } = await enrolledDoor();
    const { deviceCookie } = await remember();
    const [entry = ''] = deviceCookie.split('~');
    const [id, issued] = entry.split('.');

    await door.createAccount('bruno@example.com', PASSWORD);
    const bruno = await signIn(door.services, call({ deviceCookie }), { email: 'bruno@example.com', password: PASSWORD });
    if (bruno.kind !== 'signed_in') throw new Error(bruno.kind);

    expect((await enter(bruno.deviceCookie.split('~')[0])).kind).toBe('second_factor_required');
    expect((await enter(`${id}.${issued}.${'A'.repeat(43)}`)).kind).toBe('second_factor_required');
    expect((await forgetDevice(door.services, call(), current(bruno), id ?? '')).kind).toBe('not_found');
    for (const strange of ['', '__proto__', 'constructor', '../x', 'x'.repeat(5000), 'é'.repeat(22)]) {
      expect((await forgetDevice(door.services, call(), current(bruno), strange)).kind).toBe('not_found');
    }
    expect((await enter(deviceCookie)).kind).toBe('signed_in');
  });

  it('[P14] a known device that was never remembered can’t make itself one by its cookie', async () => {
    const { door, anna, enter } = await enrolledDoor();
    door.advance(60);
    const challenge = await door.challenge();
    const plain = await answerChallenge(door.factors, challenge.call, {
      challengeId: challenge.challengeId,
      method: 'totp',
      code: door.codeAt(anna.secret),
    });
    if (plain.kind !== 'signed_in') throw new Error(plain.kind);

    expect((await enter(plain.deviceCookie)).kind).toBe('second_factor_required');
  });

  it('ten are kept: the one remembered longest ago gives way', async () => {
    const { remember, enter, stored } = await enrolledDoor();
    const first = await remember();
    for (let index = 0; index < 10; index++) await remember();

    expect(Object.keys(stored()?.rememberedDevices ?? {})).toHaveLength(securityPolicy.devices.rememberedPerAccount);
    expect((await enter(first.deviceCookie)).kind).toBe('second_factor_required');
  });

  it('surplus never names the device that has just come in', () => {
    const device = { rememberedAt: 1, expiresAt: 10, address: '', userAgent: '' };

    expect(selectSurplusDevices({ old: device, mine: device }, 'mine', 10)).toEqual(['old']);
    expect(selectSurplusDevices({ mine: device }, undefined, 9)).toEqual([]);
  });
});

describe('staff who must use passkeys', () => {
  it('[P14] are refused with a right code as with a wrong one, counted the same', async () => {
    const { door, anna, stored } = await enrolledDoor();
    const account = stored();
    if (!account?.secondFactor) throw new Error('no factor');
    const key = { credentialId: 'c', publicKey: 'k', counter: 0, transports: [], name: 'Key', createdAt: 0, synced: false };
    const withKey = { ...account, secondFactor: { ...account.secondFactor, passkeys: { one: key } } };
    door.stores.accounts.items.set(account.accountId, withKey);
    const asking = { isStaff: () => true, factorPolicy: { ...door.services.factorPolicy, staffPasskeys: true } };
    const opened = await signIn({ ...door.services, ...asking }, call(), { email: EMAIL, password: PASSWORD });
    if (opened.kind !== 'second_factor_required') throw new Error(opened.kind);
    const answering = call({ deviceCookie: opened.deviceCookie });
    const use = (method: 'totp' | 'recovery_code', code: string) =>
      answerChallenge({ ...door.factors, ...asking }, answering, { challengeId: opened.challengeId, method, code });

    const answers = [
      await use('totp', door.codeAt(anna.secret)),
      await use('recovery_code', anna.recoveryCodes[0] ?? ''),
      await use('totp', '000000'),
    ];

    expect(opened.methods).toEqual(['passkey']);
    expect(answers).toEqual(Array(3).fill({ kind: 'invalid_code' }));
    expect(stored()?.codeAttempts?.taken).toBe(3);
    expect(Object.values(stored()?.challenges ?? {})[0]?.failures).toBe(3);
    expect(stored()?.secondFactor?.recoveryCodes).toHaveLength(10);
  });

  it('[P14] get in with what they have while they have no passkey', async () => {
    const { door, anna } = await enrolledDoor();
    const asking = { isStaff: () => true, factorPolicy: { ...door.services.factorPolicy, staffPasskeys: true } };

    const opened = await signIn({ ...door.services, ...asking }, call(), { email: EMAIL, password: PASSWORD });
    if (opened.kind !== 'second_factor_required') throw new Error(opened.kind);
    const answered = await answerChallenge({ ...door.factors, ...asking }, call({ deviceCookie: opened.deviceCookie }), {
      challengeId: opened.challengeId,
      method: 'totp',
      code: door.codeAt(anna.secret),
    });

    expect([opened.methods, answered.kind]).toEqual([['totp', 'recovery_code'], 'signed_in']);
  });
});

describe('the history of sign-ins', () => {
  it('names no sign-in that the account refused', async () => {
    const { door, anna } = await enrolledDoor();
    const emailKey = [...door.stores.credentials.items.keys()][0] ?? '';
    // A wrong hint: the session is tried first, beside its event, and refused.
    await door.services.credentials.expectSecondFactor(emailKey, false);
    door.stores.events.items.length = 0;

    await door.challenge();
    const history = await listEvents(door.services, anna.session);

    expect(door.stores.events.items.map(({ type }) => type)).toEqual(['sign_in.succeeded', 'sign_in.password_accepted']);
    expect(history.map(({ type }) => type)).toEqual(['sign_in.password_accepted']);
  });

  it('names no sign-in to an account that was disabled or got another password meanwhile', async () => {
    const { door, anna, stored } = await enrolledDoor();
    const account = stored();
    if (!account) throw new Error('no account');
    door.stores.accounts.items.set(account.accountId, { ...account, credentialVersion: 7 });
    door.stores.events.items.length = 0;

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
    const types = (await listEvents(door.services, anna.session)).map(({ type }) => type);

    expect(outcome.kind).toBe('invalid_credentials');
    expect(types).not.toContain('sign_in.succeeded');
    expect(types).toContain('sign_in.failed');
  });
});
