/** Addresses that go from account to account, over memory. */
import { securityPolicy } from '../../contract/security-policy.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor } from '../support/front-door.ts';

const { sprayedAccounts, lockedAccounts, windowSeconds } = securityPolicy.blocklist.automatic;
const from = (address: string) => call({ viewer: { address, userAgent: 'curl' } });
const guess = (door: ReturnType<typeof createFrontDoor>, email: string, address: string, password = 'wrong') =>
  signIn(door.services, from(address), { email, password });

describe('an address that guesses at many accounts', () => {
  it('[P15] asks for its own block once, with the guess that is one too many, known accounts or not', async () => {
    const door = createFrontDoor();

    for (let index = 0; index < sprayedAccounts + 5; index++) await guess(door, `person${index}@example.com`, '198.51.100.7');

    expect(door.blocks).toEqual([expect.objectContaining({ kind: 'automatic', address: '198.51.100.7', because: 'sprayed_passwords' })]);
  });

  it('[P15] is one viewer, whichever of its IPv6 addresses it takes for each guess', async () => {
    const door = createFrontDoor();

    for (let index = 0; index < sprayedAccounts; index++)
      await guess(door, `person${index}@example.com`, `2001:db8:1:2::${index.toString(16)}`);

    expect(door.blocks).toHaveLength(1);
  });

  it('[P15] guesses in parallel and is asked for once all the same', async () => {
    const door = createFrontDoor();

    await Promise.all(Array.from({ length: 2 * sprayedAccounts }, (_, index) => guess(door, `person${index}@example.com`, '198.51.100.7')));

    expect(door.blocks).toHaveLength(1);
  });

  it('[P15] that locks accounts is asked for at a lower number of accounts', async () => {
    const door = createFrontDoor();

    for (let account = 0; account < lockedAccounts; account++) {
      // Its exact limit lets it lock no more than some thirty accounts in ten minutes.
      if (account === lockedAccounts / 2) door.advance(securityPolicy.budgets.guesses.windowSeconds);
      for (let number = 0; number < 5; number++) await guess(door, `person${account}@example.com`, '198.51.100.7');
    }

    expect(door.blocks.map(({ kind, ...message }) => ({ kind, ...message }))).toEqual([
      expect.objectContaining({ because: 'locked_accounts' }),
    ]);
  });
});

describe('an address that means no harm', () => {
  it('may mistype for one account as long as the lockout lets it', async () => {
    const door = createFrontDoor();

    for (let hour = 0; hour < 30; hour++) {
      for (let number = 0; number < 3; number++) await guess(door, 'anna@example.com', '198.51.100.7');
      door.advance(60);
    }

    expect(door.blocks).toEqual([]);
  });

  it('may sign as many people in as it has', async () => {
    const door = createFrontDoor();
    await door.createAccount('anna@example.com', 'correct horse battery');

    for (let index = 0; index < 2 * sprayedAccounts; index++)
      await guess(door, 'anna@example.com', '198.51.100.7', 'correct horse battery');

    expect(door.stores.distinct.counters.size).toBe(0);
  });

  it('starts anew with every window', async () => {
    const door = createFrontDoor();

    for (let index = 0; index < 2 * (sprayedAccounts - 1); index++) {
      if (index === sprayedAccounts - 1) door.advance(windowSeconds);
      await guess(door, `person${index}@example.com`, '198.51.100.7');
    }

    expect(door.blocks).toEqual([]);
  });
});
