import { register, verifyAddress } from '../../lambda/domain/registration.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor } from '../support/front-door.ts';
import { EMAIL, PASSWORD, signedIn } from '../support/people.ts';

describe('registration', () => {
  it('answers and writes the same for a known address as for a new one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    const known = await register(door.services, call(), { email: EMAIL, password: 'another password' });
    const unknown = await register(door.services, call(), { email: 'nobody@example.com', password: 'another password' });

    expect(known).toEqual(unknown);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['verification', 'verification']);
    expect(door.stores.credentials.items.size).toBe(1);
  });

  it('makes no account before the address is verified', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it('of two registrations of one address, the first that is verified owns it', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: 'the first password' });
    await register(door.services, call(), { email: EMAIL, password: 'the second password' });
    const [first, second] = door.mailbox.map((message) => door.mintToken(message));

    const winner = await verifyAddress(door.services, call(), { token: second ?? '' });
    const loser = await verifyAddress(door.services, call(), { token: first ?? '' });

    expect([winner.kind, loser.kind]).toEqual(['verified', 'invalid_token']);
    expect((await signedIn(door, 'the second password')).account.email).toBe(EMAIL);
    expect(door.stores.accounts.items.size).toBe(1);
  });

  it('a verification token works once, however often it is sent at the same instant', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => verifyAddress(door.services, call(), { token })));

    expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(1);
  });

  it('a crash after the account was made leaves a token that still works', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';
    const crashing = {
      ...door.services,
      tokens: {
        ...door.stores.tokens,
        read: door.stores.tokens.read.bind(door.stores.tokens),
        redeem: () => Promise.reject(new Error('crash')),
      },
    };

    await expect(verifyAddress(crashing, call(), { token })).rejects.toThrow('crash');
    const again = await verifyAddress(door.services, call(), { token });

    expect(again.kind).toBe('verified');
  });

  it('an expired verification token is refused', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message, 24 * 3600))[0] ?? '';

    door.advance(24 * 3600);

    expect((await verifyAddress(door.services, call(), { token })).kind).toBe('invalid_token');
  });
});
