import bcrypt from 'bcryptjs';
import { dummyHash, verifyPassword } from '../../lambda/domain/password-hash.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor, TEST_COST } from '../support/front-door.ts';
import { EMAIL, PASSWORD, signedIn } from '../support/people.ts';

describe('password hashes', () => {
  it.each(['$2a$', '$2b$', '$2y$'])('[P12] a plain %s hash from another system opens, and is replaced by ours', async (prefix) => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, 'something else entirely');
    const [key, credential] = [...door.stores.credentials.items][0] ?? [];
    if (!key || !credential) throw new Error('no credential');
    const imported = (await bcrypt.hash(PASSWORD, TEST_COST)).replace(/^\$2.\$/, prefix);
    door.stores.credentials.items.set(key, { ...credential, hash: imported });

    await signedIn(door);

    expect(door.stores.credentials.items.get(key)?.hash).toMatch(/^kms1:\$2b\$/);
    expect((await signedIn(door)).account.email).toBe(EMAIL);
  });

  it('[P12] a wrong password at an older, cheaper hash costs what an unknown address costs', async () => {
    const costs: number[] = [];
    const hasher = {
      pepper: async () => new Uint8Array(48),
      bcryptHash: async () => '',
      bcryptCompare: async (_: string, hash: string) => {
        costs.push(Number(hash.slice(4, 6)));
        return false;
      },
    };
    const prepared = { plain: 'a', peppered: 'b' };

    await verifyPassword(hasher, prepared, dummyHash(10), 12);
    await verifyPassword(hasher, prepared, `kms1:${dummyHash(12)}`, 12);
    await verifyPassword(hasher, prepared, undefined, 12);

    expect(costs).toEqual([10, 10, 11, 12, 12]);
    expect(2 ** 10 + 2 ** 10 + 2 ** 11).toBe(2 ** 12);
  });

  it('[P12] nothing is cut off at 72 bytes', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, `${'a'.repeat(72)}1`);

    const outcome = await signIn(door.services, call(), { email: EMAIL, password: `${'a'.repeat(72)}2` });

    expect(outcome.kind).toBe('invalid_credentials');
  });

  it('[P12] the same password has another hash in every account', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    await door.createAccount('bert@example.com', PASSWORD);

    const hashes = [...door.stores.credentials.items.values()].map(({ hash }) => hash);

    expect(new Set(hashes).size).toBe(2);
    expect(hashes.every((hash) => hash.startsWith('kms1:$2b$'))).toBe(true);
  });

  it('composed and decomposed letters are the same password', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, 'caffè corretto'.normalize('NFD'));

    expect((await signIn(door.services, call(), { email: EMAIL, password: 'caffè corretto'.normalize('NFC') })).kind).toBe('signed_in');
  });
});

describe('a hash at an older cost', () => {
  it('is renewed by the next right password, once, and that is written down', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const stronger = { ...door.services, bcryptCost: TEST_COST + 1 };
    const signInAgain = () => signIn(stronger, call(), { email: EMAIL, password: PASSWORD });

    await signIn(stronger, call(), { email: EMAIL, password: 'a wrong one' });
    const before = [...door.stores.credentials.items.values()][0]?.hash;
    const races = await Promise.all(Array.from({ length: 4 }, signInAgain));
    await signInAgain();

    expect(races.map(({ kind }) => kind)).toEqual(Array(4).fill('signed_in'));
    expect([...door.stores.credentials.items.values()][0]?.hash).not.toBe(before);
    expect(door.stores.events.items.filter(({ type }) => type === 'password.hash_upgraded')).toHaveLength(1);
  });
});

describe('the notice of a new device', () => {
  it('is sent for a stranger’s sign-in, not for the first of all and not for a known one', async () => {
    const door = createFrontDoor();
    await door.createAccount(EMAIL, PASSWORD);
    const first = await signedIn(door);
    door.advance(60);
    await signIn(door.services, call({ deviceCookie: first.deviceCookie }), { email: EMAIL, password: PASSWORD });
    const quiet = door.mailbox.length;

    await signedIn(door);

    expect(quiet).toBe(0);
    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['new_device']);
    expect(door.mailbox[0]).toMatchObject({ because: 'device' });
  });
});
