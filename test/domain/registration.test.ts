import { Unavailable } from '../../lambda/domain/ports.ts';
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

  describe('with the password', () => {
    async function registered(password = PASSWORD) {
      const door = createFrontDoor();
      await register(door.services, call(), { email: EMAIL, password });
      const token = door.mailbox.map((message) => door.mintToken(message, 24 * 3600)).at(-1) ?? '';
      const verify = (guess?: string) => verifyAddress(door.services, call(), { token, password: guess });
      return { door, token, verify };
    }

    it('makes the account when it is the one of the registration, in either Unicode form', async () => {
      const { door, verify } = await registered('caff\u00e8 e cornetto');

      const outcome = await verify('caffe\u0300 e cornetto');

      expect(outcome.kind).toBe('verified');
      expect((await signedIn(door, 'caff\u00e8 e cornetto')).account.email).toBe(EMAIL);
    });

    it('[P13] creates nothing when it is another one, and leaves the link good', async () => {
      const { door, verify } = await registered();

      const wrong = await verify('not that one');
      const made = [door.stores.accounts.items.size, door.stores.credentials.items.size];
      const right = await verify(PASSWORD);

      expect(wrong).toEqual({ kind: 'invalid_credentials' });
      expect(made).toEqual([0, 0]);
      expect(right.kind).toBe('verified');
    });

    it('writes down a wrong one for the address, for there is no account yet', async () => {
      const { door, verify } = await registered();

      await verify('not that one');

      const refused = door.stores.events.items.filter(({ type }) => type === 'account.verification_refused');
      expect(refused).toEqual([expect.objectContaining({ subject: expect.stringMatching(/^address:/), reason: 'wrong_password' })]);
    });

    it('[P13] takes five wrong ones, then refuses without a verdict, the right one too, with growing waits', async () => {
      const { door, verify } = await registered();

      const kinds = [];
      for (let guess = 0; guess < 6; guess++) kinds.push((await verify(`wrong ${guess}`)).kind);
      const verdicts = door.verdicts.count;
      const locked = await verify(PASSWORD);
      door.advance(60);
      const sixth = await verify('wrong again');
      const longer = await verify(PASSWORD);
      door.advance(120);
      const right = await verify(PASSWORD);

      expect(kinds).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked']);
      expect([locked, door.verdicts.count - verdicts]).toEqual([{ kind: 'account_locked', retryAfterSeconds: 60 }, 2]);
      expect([sixth, longer]).toEqual([{ kind: 'invalid_credentials' }, { kind: 'account_locked', retryAfterSeconds: 120 }]);
      expect(right.kind).toBe('verified');
    });

    it('[P13] a thousand parallel guesses get five verdicts', async () => {
      const { door, verify } = await registered();

      const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, guess) => verify(`wrong ${guess}`)));

      expect(outcomes.filter(({ kind }) => kind === 'invalid_credentials')).toHaveLength(5);
      expect(door.verdicts.count).toBe(5);
    });

    it('locks that one registration: neither another one of the address nor its sign-in', async () => {
      const { door, verify } = await registered('the password of a stranger');
      for (let guess = 0; guess < 6; guess++) await verify(PASSWORD);
      await register(door.services, call(), { email: EMAIL, password: PASSWORD });
      const own = door.mailbox.map((message) => door.mintToken(message)).at(-1) ?? '';

      const outcome = await verifyAddress(door.services, call(), { token: own, password: PASSWORD });

      expect(outcome.kind).toBe('verified');
      expect((await signedIn(door)).account.email).toBe(EMAIL);
    });

    it('of many at the same instant, right and wrong, one makes the account', async () => {
      const { door, verify } = await registered();

      const outcomes = await Promise.all(Array.from({ length: 12 }, (_, index) => verify(index % 4 === 3 ? 'not that one' : PASSWORD)));

      expect(outcomes.filter(({ kind }) => kind === 'verified')).toHaveLength(1);
      expect(door.stores.accounts.items.size).toBe(1);
    });

    it('of two registrations verified at the same instant, the account has the password of the one that won', async () => {
      const { door, verify } = await registered('the first password');
      await register(door.services, call(), { email: EMAIL, password: 'the second password' });
      const second = door.mailbox.map((message) => door.mintToken(message)).at(-1) ?? '';

      const outcomes = await Promise.all([
        verify('the first password'),
        verifyAddress(door.services, call(), { token: second, password: 'the second password' }),
      ]);

      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['invalid_token', 'verified']);
      const winner = outcomes[0].kind === 'verified' ? 'the first password' : 'the second password';
      expect((await signedIn(door, winner)).account.email).toBe(EMAIL);
    });

    it('is not asked for a link that is worth nothing: it takes no attempt', async () => {
      const { door, verify } = await registered();
      await verify(PASSWORD);
      const verdicts = door.verdicts.count;

      const again = await verify(PASSWORD);

      expect([again.kind, door.verdicts.count]).toEqual(['invalid_token', verdicts]);
    });

    it('[P13] a fault of KMS is no verdict: nothing is made, and the attempt is given back', async () => {
      const { door, token, verify } = await registered();
      const failing = { ...door.services, hasher: { ...door.services.hasher, pepper: () => Promise.reject(new Unavailable('pepper')) } };

      for (let guess = 0; guess < 6; guess++) {
        await expect(verifyAddress(failing, call(), { token, password: PASSWORD })).rejects.toThrow('unavailable');
      }

      expect(door.stores.accounts.items.size).toBe(0);
      expect((await verify(PASSWORD)).kind).toBe('verified');
    });
  });

  it('the token alone is enough for a client that leaves the password out, locked or not', async () => {
    const door = createFrontDoor();
    await register(door.services, call(), { email: EMAIL, password: PASSWORD });
    const token = door.mailbox.map((message) => door.mintToken(message))[0] ?? '';
    for (let guess = 0; guess < 6; guess++) await verifyAddress(door.services, call(), { token, password: `wrong ${guess}` });

    const outcome = await verifyAddress(door.services, call(), { token });

    expect(outcome.kind).toBe('verified');
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
