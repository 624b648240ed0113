import { securityPolicy } from '../../contract/security-policy.ts';
import { confirmEmailChange, requestEmailChange } from '../../lambda/domain/account/change-email.ts';
import { undoEmailChange } from '../../lambda/domain/account/secure.ts';
import { findKnownDevice } from '../../lambda/domain/devices.ts';
import { requestPasswordReset } from '../../lambda/domain/password-reset.ts';
import { changePassword } from '../../lambda/domain/reauthentication.ts';
import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { call } from '../support/front-door.ts';
import { createOwnersDoor, interceptedWorld, type OwnersDoor, PASSWORD } from '../support/owner.ts';

const [OLD, NEW] = ['anna@example.com', 'anna@new.example'];
const DAY = 86_400;

async function request(door: OwnersDoor, session: Parameters<typeof requestEmailChange>[2], newEmail = NEW) {
  return requestEmailChange(door.services, call(), session, { newEmail });
}

/** From asking to the click. @returns the cookie */
async function move(door: OwnersDoor, session: Parameters<typeof requestEmailChange>[2], newEmail = NEW, deviceCookie?: string) {
  await request(door, session, newEmail);
  const outcome = await confirmEmailChange(door.services, call({ deviceCookie }), { token: door.link('address_confirmation', newEmail) });
  if (outcome.kind !== 'changed') throw new Error('not changed');
  return outcome.deviceCookie;
}

describe('Asking for another address', () => {
  it('[P14] changes nothing but mails: a link to the new address, and a way out to the present one', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);

    const outcome = await request(door, anna);

    expect(outcome).toEqual({ kind: 'accepted' });
    expect(door.mailbox.map(({ kind, email }) => [kind, email])).toEqual([
      ['address_change_requested', OLD],
      ['address_confirmation', NEW],
    ]);
    expect(await door.openingOf([OLD, NEW])).toEqual([OLD]);
    expect(JSON.stringify(door.mail('address_change_requested', OLD))).not.toContain('new.example');
  });

  it.each(['', 'no address', 'a@b', 'x<victim@example.com>'])('refuses what is no address, by its path: %j', async (newEmail) => {
    const door = createOwnersDoor();

    expect(await request(door, await door.owner(OLD), newEmail)).toEqual({ kind: 'invalid_email', path: 'newEmail' });
  });

  it.each([OLD, ' Anna@EXAMPLE.com '])('refuses the present address, however it is spelt: %j', async (newEmail) => {
    const door = createOwnersDoor();

    expect(await request(door, await door.owner(OLD), newEmail)).toMatchObject({ kind: 'invalid_email', path: 'newEmail' });
    expect(door.mailbox).toEqual([]);
  });

  it('[P13] answers, asks the stores and mails alike for a free and a taken address; only the mailer tells them apart', async () => {
    const traces = await Promise.all(
      [false, true].map(async (isTaken) => {
        const door = createOwnersDoor();
        if (isTaken) await door.createAccount(NEW, 'another phrase');
        const anna = await door.owner(OLD);
        const trace: string[] = [];
        const world = interceptedWorld(door.services, (step) => trace.push(step));
        const outcome = await requestEmailChange(world, call(), anna, { newEmail: NEW });
        const { content } = door.open(door.mail('address_confirmation', NEW));
        return { outcome, trace, messages: door.mailbox.map((message) => Object.keys(message)), content };
      }),
    );

    expect({ ...traces[0], content: '' }).toEqual({ ...traces[1], content: '' });
    expect(traces[0]?.trace).toEqual(['accounts.read', 'addresses.changeAddress', 'mail.send', 'events.append', 'mail.send']);
    expect(traces.map(({ content }) => content)).toEqual(['address_confirmation', 'address_taken']);
  });

  it('is allowed so many times a day, and again on the next', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);

    const outcomes = [];
    for (let index = 0; index <= securityPolicy.addressChange.requestsPerDay; index++) {
      outcomes.push((await request(door, anna, `anna${index}@new.example`)).kind);
    }
    const retryAfter = await request(door, anna);
    door.advance(12 * 3600);

    expect(outcomes).toEqual([...Array(securityPolicy.addressChange.requestsPerDay).fill('accepted'), 'rate_limited']);
    expect(retryAfter).toEqual({ kind: 'rate_limited', retryAfterSeconds: 12 * 3600 });
    expect((await request(door, anna)).kind).toBe('accepted');
  });

  it('asks for nothing once the session has ended, even if the request was let in before', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await door.stores.accounts.endSessions(anna.accountId, [anna.token.sessionId]);

    expect(await request(door, anna)).toEqual({ kind: 'conflict' });
  });

  it('writes no address into the history', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await move(door, anna);
    await undoEmailChange(door.services, call(), { token: door.link('address_changed', OLD) });

    const types = ['account.email_change_requested', 'account.email_changed', 'account.email_change_undone'];
    const events = door.stores.events.items.filter(({ type }) => types.includes(type));
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events.every(({ subject }) => subject === anna.accountId)).toBe(true);
    expect(JSON.stringify(events)).not.toMatch(/@|example/);
  });
});

describe('The link to the new address', () => {
  it('[P14] moves the account: the new address signs in, the old one does not and is told; sessions go on', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);

    await move(door, anna);

    expect(await door.openingOf([OLD, NEW])).toEqual([NEW]);
    expect(door.account(anna)).toMatchObject({ email: NEW, emailKey: await door.keyOf(NEW) });
    expect(door.account(anna).pendingEmail).toBeUndefined();
    expect(door.account(anna).leftCredentials).toBeUndefined();
    expect(door.account(anna).sessions[anna.token.sessionId]).toBeDefined();
    const told = door.mail('address_changed', OLD);
    expect(told).toMatchObject({ accountId: anna.accountId, undoableUntil: new Date(door.now() + 7 * DAY * 1000).toISOString() });
    expect(JSON.stringify(told)).not.toContain('new.example');
  });

  it('is good once, and for the latest request alone', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna, 'first@new.example');
    const first = door.link('address_confirmation', 'first@new.example');
    await request(door, anna);
    const second = door.link('address_confirmation', NEW);

    const outcomes = [];
    for (const token of [first, second, second]) outcomes.push((await confirmEmailChange(door.services, call(), { token })).kind);

    expect(outcomes).toEqual(['invalid_token', 'changed', 'invalid_token']);
  });

  it('of a second request for the same address does nothing once the first has moved the account', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna);
    await request(door, anna);
    const [early, late] = door.mailbox.filter(({ kind }) => kind === 'address_confirmation').map((message) => door.open(message).token);
    await confirmEmailChange(door.services, call(), { token: late ?? '' });
    const mails = door.mailbox.length;

    expect((await confirmEmailChange(door.services, call(), { token: early ?? '' })).kind).toBe('invalid_token');
    expect(door.mailbox).toHaveLength(mails);
  });

  it('ends after half an hour', async () => {
    const door = createOwnersDoor();
    await request(door, await door.owner(OLD));
    const token = door.link('address_confirmation', NEW);
    door.advance(securityPolicy.tokens.addressChangeSeconds);

    expect((await confirmEmailChange(door.services, call(), { token })).kind).toBe('invalid_token');
  });

  it('[P14] ends with the password that asked for it: a thief who asked first gains nothing by a link that is followed later', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna);
    const token = door.link('address_confirmation', NEW);
    await changePassword(door.services.passwords, call(), anna, { currentPassword: PASSWORD, newPassword: 'another phrase' });

    expect((await confirmEmailChange(door.services, call(), { token })).kind).toBe('invalid_token');
    expect(await door.openingOf([OLD, NEW], 'another phrase')).toEqual([OLD]);
  });

  it('leaves no copy behind when the change is stopped at the very moment: the address is free', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna);
    const stop = door.link('address_change_requested', OLD);
    const token = door.link('address_confirmation', NEW);
    const stopped = {
      ...door.services,
      credentials: {
        ...door.services.credentials,
        copy: async (move: Parameters<typeof door.services.credentials.copy>[0]) => {
          const version = await door.services.credentials.copy(move);
          await undoEmailChange(door.services, call(), { token: stop });
          await door.services.credentials.copy(move);
          return version;
        },
      },
    };

    expect((await confirmEmailChange(stopped, call(), { token })).kind).toBe('invalid_token');
    expect(await door.stores.credentials.read(await door.keyOf(NEW))).toBeUndefined();
    await door.createAccount(NEW, 'another phrase');
    expect(await door.openingOf([NEW], 'another phrase')).toEqual([NEW]);
  });

  it('moves no account that has been disabled', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna);
    const token = door.link('address_confirmation', NEW);
    door.stores.accounts.items.set(anna.accountId, { ...door.account(anna), status: 'disabled' });

    expect((await confirmEmailChange(door.services, call(), { token })).kind).toBe('invalid_token');
  });

  it('ends the challenges of sign-ins that gave the old address', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await request(door, anna);
    const challenge = {
      secretHash: 'h',
      knownDevice: false,
      delivery: 'cookie',
      credentialVersion: 1,
      failures: 0,
      expiresAt: 9e12,
    } as const;
    door.stores.accounts.items.set(anna.accountId, { ...door.account(anna), challenges: { one: challenge } });

    await confirmEmailChange(door.services, call(), { token: door.link('address_confirmation', NEW) });

    expect(door.account(anna).challenges).toEqual({});
  });

  it('[P13] leaves its browser a known device, if the cookie proves that it was one', async () => {
    const door = createOwnersDoor();
    const cookie = await door.createAccount(OLD, PASSWORD);
    const anna = await door.signedIn(OLD);

    const carried = await move(door, anna, NEW, cookie);

    const { deviceKey } = door.services;
    const before = await findKnownDevice(deviceKey, cookie, await door.keyOf(OLD), door.now());
    expect(await findKnownDevice(deviceKey, carried, await door.keyOf(NEW), door.now())).toMatchObject({ deviceId: before?.deviceId });
    expect(await findKnownDevice(deviceKey, carried, await door.keyOf(OLD), door.now())).toBeUndefined();
  });

  it('makes no known device of a browser that was none', async () => {
    const door = createOwnersDoor();
    const other = await door.createAccount('other@example.com', PASSWORD);
    const anna = await door.owner(OLD);

    expect(await move(door, anna, NEW, other)).toBeUndefined();
  });
});

describe('An address that was left', () => {
  it('[P13] can not be registered for seven days, and can after them', async () => {
    const door = createOwnersDoor();
    await move(door, await door.owner(OLD));
    const registerOld = async () => {
      await register(door.services.passwords, call(), { email: OLD, password: 'mallory was here' });
      const { content, token } = door.open(door.mail('verification', OLD));
      return [content, token === '' ? 'no link' : (await verifyAddress(door.services.passwords, call(), { token })).kind];
    };

    const early = await registerOld();
    door.advance(7 * DAY);
    const late = await registerOld();

    expect(early).toEqual(['address_reserved', 'no link']);
    expect(late).toEqual(['verification', 'verified']);
    expect(await door.openingOf([OLD], 'mallory was here')).toEqual([OLD]);
    expect(await door.openingOf([NEW])).toEqual([NEW]);
  });

  it('can not be taken by a registration that was waiting when the account moved in and away', async () => {
    const door = createOwnersDoor();
    await register(door.services.passwords, call(), { email: NEW, password: 'mallory was here' });
    const waiting = door.link('verification', NEW);
    const anna = await door.owner(OLD);
    await move(door, anna);
    await move(door, { ...anna, email: NEW }, 'third@new.example');

    expect((await verifyAddress(door.services.passwords, call(), { token: waiting })).kind).toBe('invalid_token');
    expect(await door.openingOf([OLD, NEW, 'third@new.example'])).toEqual(['third@new.example']);
  });

  it('gets no reset mail, and is to every guess an address without an account: same answer, same events', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    await move(door, anna);
    await requestPasswordReset(door.services.passwords, call(), { email: OLD });

    const before = door.stores.events.items.length;
    expect(await door.openingOf([OLD, 'nobody@example.com'])).toEqual([]);
    const guesses = door.stores.events.items.slice(before).map(({ subject, type, reason }) => [subject, type, reason]);

    expect(door.open(door.mail('password_reset', OLD)).content).toBe('nothing');
    expect(guesses).toEqual([
      [`address:${await door.keyOf(OLD)}`, 'sign_in.failed', 'unknown_address'],
      [`address:${await door.keyOf('nobody@example.com')}`, 'sign_in.failed', 'unknown_address'],
    ]);
  });

  it('can be asked for again by its own account, and by no other', async () => {
    const door = createOwnersDoor();
    const anna = await door.owner(OLD);
    const mallory = await door.owner('mallory@example.com');
    await move(door, anna);

    await request(door, mallory, OLD);
    expect(door.open(door.mail('address_confirmation', OLD)).content).toBe('address_reserved');
    await move(door, { ...anna, email: NEW }, OLD);

    expect(await door.openingOf([OLD, NEW])).toEqual([OLD]);
    expect(door.account(anna).previousEmails?.map(({ email }) => email)).toEqual([OLD, NEW]);
  });
});
