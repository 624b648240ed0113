import { routes } from '../../contract/routes.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { findTrap, Honeypot, traps } from '../../lambda/domain/honeypot.ts';

const noon = Date.UTC(2026, 10, 28, 12);
const { toldEverySeconds } = securityPolicy.honeypot;

function setTrap() {
  const sent: { address: string; because: string }[] = [];
  let now = noon;
  const honeypot = new Honeypot({
    clock: { now: () => now, pause: async () => {} },
    random: { bytes: (length) => new Uint8Array(length).fill(sent.length) },
    blocks: { send: async ({ address, because }) => void sent.push({ address, because }) },
  });
  return {
    sent,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    visit: (path: string, address: string | undefined = '203.0.113.7', fetchSite?: string) => honeypot.watch({ path, address, fetchSite }),
  };
}

test.each(['/.env', '/.env.production', '/.git/config', '/wp-login.php', '/internal-archive/2024.zip'])(
  '[P15] whoever asks for %s is told of, by the address that the edge names',
  async (path) => {
    const { visit, sent } = setTrap();

    await visit(path);

    expect(sent).toEqual([{ address: '203.0.113.7', because: 'honeypot' }]);
  },
);

test.each(['cross-site', 'same-site', 'same-origin', 'none'])(
  '[P15] a browser that another page made to ask for a trap springs none: it says so itself (%s)',
  async (fetchSite) => {
    const { visit, sent } = setTrap();

    await visit('/.env', '203.0.113.7', fetchSite);

    expect(sent).toEqual([]);
  },
);

test.each([undefined, '', 'not an address'])('[P15] without an address nobody is blocked: %s', async (address) => {
  const sent: unknown[] = [];
  const honeypot = new Honeypot({
    clock: { now: () => noon, pause: async () => {} },
    random: { bytes: (length) => new Uint8Array(length) },
    blocks: { send: async (message) => void sent.push(message) },
  });

  await honeypot.watch({ path: '/.env', address, fetchSite: undefined });

  expect(sent).toEqual([]);
});

test('[P15] a scanner’s flood is one message, and so is that of a whole /64; its return is another', async () => {
  const { visit, sent, wait } = setTrap();

  for (const trap of ['/.env', '/wp-login.php', '/.git/HEAD']) await visit(trap);
  await visit('/.env', '2001:db8:1:2::1');
  await visit('/.env', '2001:db8:1:2:ffff::2');
  wait(toldEverySeconds);
  await visit('/.env');

  expect(sent.map(({ address }) => address)).toEqual(['203.0.113.7', '2001:db8:1:2::1', '203.0.113.7']);
});

test('[P15] memory of a flood from everywhere is bounded, and the newest are remembered', async () => {
  const { visit, sent } = setTrap();

  for (let index = 0; index < 1100; index++) await visit('/.env', `10.0.${index >> 8}.${index & 255}`);
  await visit('/.env', '10.0.4.75');
  await visit('/.env', '10.0.0.0');

  expect(sent).toHaveLength(1101);
});

test('no path of ours is a trap, nor one that browsers ask for of their own accord', () => {
  const own = ['/', '/register', '/account', '/admin', '/security', '/report', '/robots.txt', '/favicon.ico', '/apple-touch-icon.png'];
  const wellKnown = ['/.well-known/security.txt', '/.well-known/change-password', '/sitemap.xml', '/ads.txt', '/assets/app.js'];

  for (const path of [...own, ...wellKnown, ...Object.values(routes).map((route) => route.path)]) expect(findTrap(path)).toBeUndefined();
  for (const trap of traps) expect(trap).toMatch(/^\/[\w./-]+\*?$/);
});
