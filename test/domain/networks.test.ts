import { securityPolicy } from '../../contract/security-policy.ts';
import { computeNetwork, decideUpkeep, findPrefix, isNewNetwork } from '../../lambda/domain/networks.ts';
import { Unavailable } from '../../lambda/domain/ports.ts';
import { signIn } from '../../lambda/domain/sign-in.ts';
import { call, createFrontDoor, keyedHash } from '../support/front-door.ts';
import { EMAIL, PASSWORD } from '../support/people.ts';

const DAY = 86_400;

describe('a coarse network', () => {
  it.each([
    ['203.0.113.7', '4:cb00'],
    ['203.0.0.1', '4:cb00'],
    ['127.0.0.1', '4:7f00'],
    ['::ffff:203.0.113.7', '4:cb00'],
    ['::ffff:cb00:7107', '4:cb00'],
    ['0:0:0:0:0:FFFF:203.0.113.7', '4:cb00'],
    ['2001:db8:1:2:3:4:5:6', '6:20010db8'],
    ['2001:0DB8::', '6:20010db8'],
    ['[2001:db8::1]', '6:20010db8'],
    ['fe80::1%eth0', '6:fe800000'],
    ['::', '6:00000000'],
    ['::1', '6:00000000'],
    ['1::', '6:00010000'],
    ['::203.0.113.7', '6:00000000'],
  ])('of %s is %s', (address, prefix) => {
    expect(findPrefix(address)).toBe(prefix);
  });

  it.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7.9',
    '203.0.113.7:443',
    '-1.0.0.0',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':::',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1.2.3.256',
    '1.2.3.4::',
    `${'1:'.repeat(5000)}1`,
  ])('is none where the address is none: %s', (address) => {
    expect(findPrefix(address)).toBeUndefined();
  });

  it('is kept as a keyed hash that differs from account to account', async () => {
    const key = keyedHash('device');

    const anna = await computeNetwork(key, 'anna', '203.0.113.7');

    expect(anna).toMatch(/^[\w-]{22}$/);
    expect(await computeNetwork(key, 'anna', '203.0.200.200')).toBe(anna);
    expect(await computeNetwork(key, 'bruno', '203.0.113.7')).not.toBe(anna);
    expect(await computeNetwork(keyedHash('another key'), 'anna', '203.0.113.7')).not.toBe(anna);
    expect(await computeNetwork(key, 'anna', 'nowhere')).toBeUndefined();
  });
});

describe('what is kept of networks', () => {
  const kept = securityPolicy.networks.keptSeconds * 1000;

  it('a network is new when this sign-in noted it, or when it was noted too long ago', () => {
    expect(isNewNetwork({ here: 5 }, 'here', 5)).toBe(true);
    expect(isNewNetwork({ here: 5 }, 'here', 6)).toBe(false);
    expect(isNewNetwork({ here: 5 }, 'here', 5 + kept)).toBe(true);
  });

  it('old ones go, the ones beyond the limit go, and the one in use is noted anew before it would go', () => {
    const now = kept * 2;
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`network-${index}`, now - index]));

    expect(decideUpkeep({ here: now - 1 }, 'here', now)).toBeUndefined();
    expect(decideUpkeep({ here: now - 1, old: now - kept }, 'here', now)).toEqual({ forget: ['old'] });
    expect(decideUpkeep({ here: now - kept / 2 }, 'here', now)).toEqual({ renew: 'here', forget: [] });
    expect(decideUpkeep(many, 'network-24', now)?.forget).toEqual(['network-19', 'network-20', 'network-21', 'network-22', 'network-23']);
    expect(decideUpkeep(many, undefined, now)?.forget).toHaveLength(5);
  });
});

describe('the notice of a new place', () => {
  async function open() {
    const door = createFrontDoor();
    let deviceCookie = await door.createAccount(EMAIL, PASSWORD);
    const from = async (address: string, more: Parameters<typeof call>[0] = {}) => {
      door.advance(60);
      const outcome = await signIn(door.services, call({ viewer: { address, userAgent: 'Firefox' }, deviceCookie, ...more }), {
        email: EMAIL,
        password: PASSWORD,
      });
      if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
      deviceCookie = outcome.deviceCookie;
      const sent = door.mailbox.splice(0).map((message) => (message.kind === 'new_device' ? message.because : message.kind));
      return sent;
    };
    const account = () => [...door.stores.accounts.items.values()][0];
    return { door, from, account };
  }

  it('[P13] is sent once for a known device in a network that was never seen, and for an unknown device', async () => {
    const { from } = await open();

    expect(await from('203.0.113.7')).toEqual([]);
    expect(await from('203.0.99.1')).toEqual([]);
    expect(await from('198.51.100.1')).toEqual(['network']);
    expect(await from('198.51.100.1')).toEqual([]);
    expect(await from('203.0.113.7', { deviceCookie: undefined })).toEqual(['device']);
  });

  it('is not sent for a network in daily use, however long ago it was new, and is sent again for one long unseen', async () => {
    const { door, from } = await open();
    await from('203.0.113.7');
    await from('198.51.100.1');

    for (let month = 0; month < 6; month++) {
      door.advance(31 * DAY);
      expect(await from('203.0.113.7')).toEqual([]);
    }

    expect(await from('198.51.100.1')).toEqual(['network']);
  });

  it('says nothing about networks where the address is none', async () => {
    const { from, account } = await open();
    await from('203.0.113.7');

    expect(await from('not an address')).toEqual([]);
    expect(Object.keys(account()?.networks ?? {})).toHaveLength(1);
  });

  it('is sent once by sixteen sign-ins from a new network at the same instant', async () => {
    const { door, from } = await open();
    await from('203.0.113.7');
    const deviceCookie = await door.createAccount('bruno@example.com', PASSWORD);
    const credentials = { email: 'bruno@example.com', password: PASSWORD };
    await signIn(door.services, call({ deviceCookie }), credentials);
    door.advance(60);

    const train = call({ viewer: { address: '198.51.100.1', userAgent: 'Firefox' }, deviceCookie });
    await Promise.all(Array.from({ length: 16 }, () => signIn(door.services, train, credentials)));

    expect(door.mailbox.map(({ kind }) => kind)).toEqual(['new_device']);
  });

  it('[P13] is sent by the next sign-in where the mail queue failed the first: no place becomes known in silence', async () => {
    const { door, from } = await open();
    await from('203.0.113.7');
    const { send } = door.services.mail;
    const queue = door.services.mail as { send: typeof send };

    queue.send = () => Promise.reject(new Unavailable('mail'));
    await expect(from('198.51.100.1')).rejects.toThrow(Unavailable);
    queue.send = send;

    expect(await from('198.51.100.1')).toEqual(['network']);
    expect(await from('198.51.100.1')).toEqual([]);
  });

  it('keeps twenty networks at most', async () => {
    const { from, account } = await open();

    for (let index = 0; index < 30; index++) await from(`10.${index}.0.1`);

    expect(Object.keys(account()?.networks ?? {})).toHaveLength(20);
    expect(await from('10.29.3.3')).toEqual([]);
    expect(await from('10.0.3.3')).toEqual(['network']);
  });

  it('[P13] is sent for a known device whose owner has since forgotten all devices', async () => {
    const { door, from, account } = await open();
    await from('203.0.113.7');
    const before = account();
    if (!before) throw new Error('no account');
    door.advance(1);
    door.stores.accounts.items.set(before.accountId, { ...before, devicesForgottenAt: door.now() });

    expect(await from('203.0.113.7')).toEqual(['device']);
    expect(await from('203.0.113.7')).toEqual([]);
  });
});
