import { securityPolicy } from '../../contract/security-policy.ts';
import { findKnownDevice } from '../../lambda/domain/devices.ts';
import { type AttemptState, computeLockSeconds, decideAttempt, isPlainlyFree, utcDay } from '../../lambda/domain/lockout.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor } from '../support/front-door.ts';

const EMAIL = 'anna@example.com';
const PASSWORD = 'correct horse battery';
const NOON = Date.UTC(2026, 0, 15, 12);

describe('the length of a lock', () => {
  it.each([
    [4, 0],
    [5, 60],
    [6, 120],
    [7, 240],
    [10, 1920],
    [11, 3600],
    [40, 3600],
  ])('[P13] after %i failures in a row is %i seconds', (failures, seconds) => {
    expect(computeLockSeconds(failures)).toBe(seconds);
  });
});

describe('lockout', () => {
  it('[P13] gives five verdicts on wrong passwords, then refuses without one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    const outcomes = [];
    for (let guess = 0; guess < 7; guess++)
      outcomes.push(await signIn(door.services, call(), { email: EMAIL, password: `wrong ${guess}` }));

    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked', 'account_locked']);
    expect(outcomes[5]).toEqual({ kind: 'account_locked', retryAfterSeconds: 60 });
  });

  it('[P13] a thousand parallel guesses get five verdicts', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    door.verdicts.count = 0;

    // From many addresses: one alone has fewer guesses than that.
    const from = (guess: number) => call({ viewer: { address: `198.51.100.${guess % 250}`, userAgent: '' } });
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, guess) => signIn(door.services, from(guess), { email: EMAIL, password: `wrong ${guess}` })),
    );

    expect(outcomes.filter(({ kind }) => kind === 'invalid_credentials')).toHaveLength(5);
    expect(outcomes.filter(({ kind }) => kind === 'account_locked')).toHaveLength(995);
    expect(door.verdicts.count).toBe(5);
  });

  it('[P13] sixteen parallel sign-ins with the right password all succeed', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    const outcomes = await Promise.all(
      Array.from({ length: 16 }, () => signIn(door.services, call(), { email: EMAIL, password: PASSWORD })),
    );

    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(16).fill('signed_in'));
  });

  it('[P13] an address without an account is locked in the same way', async () => {
    const door = createFrontDoor();

    const outcomes = [];
    for (let guess = 0; guess < 6; guess++) outcomes.push(await signIn(door.services, call(), { email: EMAIL, password: PASSWORD }));

    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked']);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['account_locked']);
  });

  it('[P13] the right password from a stranger during a lock is refused, from a known device it opens', async () => {
    const door = createFrontDoor();
    const deviceCookie = await door.createAccount(EMAIL, PASSWORD);
    for (let guess = 0; guess < 5; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const stranger = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
    const owner = await signIn(door.services, call({ deviceCookie }), { email: EMAIL, password: PASSWORD });

    expect(stranger.kind).toBe('account_locked');
    expect(owner.kind).toBe('signed_in');
  });

  it('[P13] the waits double with every further failure, one guess at a time', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let guess = 0; guess < 5; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const waits = [];
    for (let round = 0; round < 8; round++) {
      const locked = await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });
      if (locked.kind !== 'account_locked') throw new Error(locked.kind);
      waits.push(locked.retryAfterSeconds);
      door.advance(locked.retryAfterSeconds);
      expect((await signIn(door.services, call(), { email: EMAIL, password: 'wrong' })).kind).toBe('invalid_credentials');
    }

    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600]);
  });

  it('[P13] failures are forgotten a day after the last one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let guess = 0; guess < 4; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    door.advance(24 * 3600 + 1);
    const outcomes = [];
    for (let guess = 0; guess < 6; guess++) outcomes.push(await signIn(door.services, call(), { email: EMAIL, password: 'wrong' }));

    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked']);
  });

  it('[P13] strangers never get more than forty verdicts a day, whatever the owner does in between', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    let verdicts = 0;
    for (let round = 0; round < 20; round++) {
      for (let guess = 0; guess < 4; guess++) {
        const outcome = await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });
        if (outcome.kind === 'invalid_credentials') verdicts += 1;
      }
      await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });
    }

    expect(verdicts).toBe(40);
  });

  it('[P13] the owner is told once when the lock begins, not at every guess', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);

    for (let guess = 0; guess < 9; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['account_locked']);
    expect(door.metrics).toEqual(['Accounts/Locked']);
  });

  it.each([
    ['upper case', 'ANNA@Example.COM'],
    ['spaces around it', '  anna@example.com '],
    ['full-width letters', 'ａｎｎａ@example.com'],
    ['a full-width at sign', 'anna＠example.com'],
  ])('[P13] an address written with %s shares the budget', async (_, spelling) => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (let guess = 0; guess < 5; guess++) await signIn(door.services, call(), { email: spelling, password: 'wrong' });

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('account_locked');
  });

  it('[P13] guesses from a known device are locked too, in a budget of their own', async () => {
    const door = createFrontDoor();
    const deviceCookie = await door.createAccount(EMAIL, PASSWORD);

    const outcomes = [];
    for (let guess = 0; guess < 6; guess++)
      outcomes.push(await signIn(door.services, call({ deviceCookie }), { email: EMAIL, password: 'wrong' }));
    const stranger = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcomes.at(-1)?.kind).toBe('account_locked');
    expect(stranger.kind).toBe('signed_in');
  });

  it("[P13] a device cookie of one account buys no budget at another's", async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const foreign = await door.createAccount('mallory@example.com', PASSWORD);
    for (let guess = 0; guess < 5; guess++) await signIn(door.services, call(), { email: EMAIL, password: 'wrong' });

    const outcome = await signIn(door.services, call({ deviceCookie: foreign }), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('account_locked');
  });

  it('an attempt without a verdict, because KMS failed, is given back', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const broken = { ...door.services, hasher: { ...door.services.hasher, pepper: () => Promise.reject(new Error('KMS is down')) } };
    for (let guess = 0; guess < 20; guess++) {
      await expect(signIn(broken, call(), { email: EMAIL, password: PASSWORD })).rejects.toThrow('KMS is down');
    }

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('signed_in');
  });

  it('[P13] a verdict is not taken back when what follows it fails', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const broken = { ...door.services, events: { ...door.services.events, append: () => Promise.reject(new Error('no events')) } };
    for (let guess = 0; guess < 5; guess++) {
      await expect(signIn(broken, call(), { email: EMAIL, password: `wrong ${guess}` })).rejects.toThrow('no events');
    }

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('account_locked');
  });

  it('[P13] a process that dies between guess and verdict leaves the attempt taken', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const key = [...door.stores.credentials.items.keys()][0] ?? '';
    for (let crash = 0; crash < 5; crash++) await door.stores.attempts.takeIfPlainlyFree(`address:${key}`, door.now());

    door.advance(securityPolicy.lockout.reservationLeaseSeconds + 1);
    const outcome = await signIn(door.services, call(), { email: EMAIL, password: PASSWORD });

    expect(outcome.kind).toBe('account_locked');
  });

  it('a disabled account is locked like any other, right password or not', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    for (const [key, credential] of door.stores.credentials.items)
      door.stores.credentials.items.set(key, { ...credential, status: 'disabled' });

    const outcomes = [];
    for (let guess = 0; guess < 6; guess++) outcomes.push(await signIn(door.services, call(), { email: EMAIL, password: PASSWORD }));

    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('invalid_credentials'), 'account_locked']);
  });
});

describe('the plain increment', () => {
  it('admits nothing that the full decision would refuse, in a thousand random states', () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    let free = 0;

    for (let round = 0; round < 1000; round++) {
      const pending = random(4);
      const state: AttemptState = {
        taken: pending + random(5),
        pending,
        pendingUntil: NOON - 30_000 + random(60_000),
        lastFailureAt: NOON - random(30 * 3600) * 1000,
        day: utcDay(NOON) - random(2),
        takenToday: random(45),
        version: 1,
      };
      if (!isPlainlyFree(state, NOON)) continue;
      free += 1;

      expect(decideAttempt(state, NOON).kind).toBe('admitted');
    }

    expect(free).toBeGreaterThan(100);
  });
});

describe('device cookies', () => {
  it('a forged, cut or foreign one is no device', async () => {
    const door = createFrontDoor();
    const cookie = await door.createAccount(EMAIL, PASSWORD);
    const key = [...door.stores.credentials.items.keys()][0] ?? '';
    const forged = [
      cookie.slice(0, -1),
      `${cookie}~`,
      cookie.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
      '',
      '~~~',
      'a.b.c',
      'x'.repeat(10_000),
    ];

    const known = await findKnownDevice(door.services.deviceKey, cookie, key, door.now());
    const found = await Promise.all(forged.map((value) => findKnownDevice(door.services.deviceKey, value, key, door.now())));

    expect(known).toBeDefined();
    expect(found[1]).toEqual(known);
    expect(found.filter((_, index) => index !== 1)).toEqual(Array(6).fill(undefined));
  });

  it('is forgotten after a year', async () => {
    const door = createFrontDoor();
    const cookie = await door.createAccount(EMAIL, PASSWORD);
    const key = [...door.stores.credentials.items.keys()][0] ?? '';

    door.advance(securityPolicy.devices.lifetimeSeconds + 1);

    expect(await findKnownDevice(door.services.deviceKey, cookie, key, door.now())).toBeUndefined();
  });
});
