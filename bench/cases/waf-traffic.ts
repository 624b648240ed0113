/** Requests for the evaluator: what a front door sees, attackers included. Deterministic, so that two runs measure the same. */
import type { WebRequest } from '../../waf/index.ts';

/** mulberry32 */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof createRandom>;
type Headers = WebRequest['headers'];
type Sketch = Partial<Omit<WebRequest, 'at'>> & Pick<WebRequest, 'sourceAddress'>;

/** Where registries have given out addresses: real lists crowd there, in IPv6 above all. */
// biome-ignore format: a list of words
const ipv6Prefixes = [
  '2001', '2400', '2401', '2404', '2600', '2602', '2604', '2804', '2a00', '2a01', '2a02', '2a03', '2a05', '2a06', '2a0a', '2a0e', '2c0f',
];

export function networks(family: 4 | 6, count: number): string[] {
  const random = createRandom(family);
  const found = new Set<string>();
  while (found.size < count) {
    if (family === 4) found.add(`${1 + random(222)}.${random(256)}.${random(256)}.0/${20 + random(5)}`);
    else found.add(`${ipv6Prefixes[random(ipv6Prefixes.length)]}:${random(65_536).toString(16)}::/${29 + random(20)}`);
  }
  return [...found];
}

export function randomAddress(family: 4 | 6, random: Random): string {
  if (family === 4) return `${1 + random(222)}.${random(256)}.${random(256)}.${random(256)}`;
  const [a, b, c] = [random(65_536), random(65_536), random(65_536)].map((group) => group.toString(16));
  return `${ipv6Prefixes[random(ipv6Prefixes.length)]}:${a}:${b}::${c}`;
}

const millisecondsApart = 11;

/** Each does one thing at a fixed pace, a request in so many, and is over one limit by it. Primes, so that they seldom meet. */
const persistent: readonly { readonly oneIn: number; readonly sends: Sketch }[] = [
  { oneIn: 199, sends: { sourceAddress: '8.8.4.2', method: 'POST', path: '/v1/sign-in' } },
  { oneIn: 281, sends: { sourceAddress: '2a0e:8888::2', method: 'POST', path: '/v1/%73ign-in' } },
  { oneIn: 331, sends: { sourceAddress: '8.8.4.3', method: 'POST', path: '/v1/accounts' } },
  { oneIn: 367, sends: { sourceAddress: '8.8.4.4', method: 'POST', path: '/v1//password-reset' } },
  { oneIn: 373, sends: { sourceAddress: '8.8.4.5', method: 'POST', path: '/V1/reports' } },
  { oneIn: 379, sends: { sourceAddress: '8.8.4.6', method: 'POST', path: '/v1/csp-reports' } },
  { oneIn: 79, sends: { sourceAddress: '8.8.4.7', method: 'POST', path: '/v1/./sign-out' } },
  { oneIn: 11, sends: { sourceAddress: '8.8.4.1', path: '/v1/session' } },
];

/** Over 11 minutes, about half of all requests from addresses that come but once or twice. */
export function createTraffic(count: number, blocked: readonly string[]): WebRequest[] {
  const random = createRandom(7);
  return Array.from({ length: count }, (_, index) => {
    const steady = persistent.find(({ oneIn }, offset) => (index + offset) % oneIn === 0)?.sends;
    const sketch = steady ?? (random(20) === 0 ? hostile(random, blocked) : visit(random));
    const { method = 'GET', path = '/', query = '', headers = browser(random), body = bodyOf(method, random) } = sketch;
    return {
      at: 1_795_000_000_000 + index * millisecondsApart,
      sourceAddress: asReceived(sketch.sourceAddress),
      method: asReceived(method),
      path: asReceived(path),
      query: asReceived(query),
      headers: headers.map(([name, value]) => [name, asReceived(value)]),
      body,
    };
  });
}

/** A string of its own, as an HTTP parser makes them: equal ones must not be known by being the same. */
function asReceived(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function visit(random: Random): Sketch {
  const sourceAddress = randomAddress(random(4) === 0 ? 6 : 4, createRandom(random(2) === 0 ? random(2000) : random(2 ** 31)));
  const token = () => random(2 ** 31).toString(36) + random(2 ** 31).toString(36);
  const target = random(100);
  if (target < 20) return { sourceAddress, path: ['/', '/register', '/account', '/security'][random(4)] as string, query: 'lang=it' };
  if (target < 45) return { sourceAddress, path: `/assets/${['app', 'sign-in', 'style', 'account'][random(4)]}-5f3a.js` };
  if (target < 60) return { sourceAddress, path: '/v1/session', headers: application(random) };
  if (target < 70) return { sourceAddress, path: '/v1/account/events', query: `cursor=${token()}%3D%3D` };
  if (target < 80) return { sourceAddress, path: `/v1/reports/${token()}${token()}` };
  if (target < 90) return { sourceAddress, method: 'POST', path: '/v1/sign-in' };
  if (target < 95) return { sourceAddress, method: 'DELETE', path: `/v1/sessions/${token()}`, headers: application(random) };
  return { sourceAddress, method: 'POST', path: '/v1/sign-out' };
}

/** Scanners, addresses on a block list, and whatever is too large. */
function hostile(random: Random, blocked: readonly string[]): Sketch {
  const sourceAddress = randomAddress(random(4) === 0 ? 6 : 4, random);
  switch (random(10)) {
    case 0:
      return { sourceAddress, path: `/${'a'.repeat(5000)}` };
    case 1:
      return { sourceAddress, query: `x=${'%41'.repeat(2000)}` };
    case 2:
      return { sourceAddress, headers: [...browser(random), ['x-large', 'x'.repeat(5000)]] };
    case 3:
      return { sourceAddress, headers: Array.from({ length: 210 }, (_, index): [string, string] => [`x-${index}`, 'y']) };
    case 4:
      return { sourceAddress, method: 'POST', path: '/v1/reports', body: Buffer.alloc(20_000, 'z') };
    case 5:
      return { sourceAddress, headers: [...browser(random), ['X-Amzn-Waf-Address-Kind', 'hosting'], ['x-forwarded-for', '127.0.0.1']] };
    case 6:
      return { sourceAddress, path: `/%2e%2e/${random(2 ** 31).toString(36)}/..%2f.env`, query: "id=1'--", headers: [['Host', 'x']] };
    default:
      return { sourceAddress: (blocked[random(blocked.length)] as string).replace(/\/\d+$/, '') };
  }
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0',
];

function browser(random: Random): Headers {
  const session = random(2 ** 31)
    .toString(36)
    .repeat(5);
  return [
    ['host', 'id.example.com'],
    ['user-agent', agents[random(agents.length)] as string],
    ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ['accept-language', 'it,en;q=0.8'],
    ['accept-encoding', 'gzip, deflate, br, zstd'],
    ['origin', 'https://id.example.com'],
    ['content-type', 'application/json'],
    ['sec-ch-ua', '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"'],
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-mode', 'cors'],
    ['x-csrf-token', session],
    ['cookie', `__Host-session=${session}.${session}${random(3) === 0 ? `; __Host-device=${session.repeat(10)}` : ''}`],
  ];
}

function application(random: Random): Headers {
  return [
    ['Host', 'id.example.com'],
    ['User-Agent', 'okhttp/5.3.0'],
    [
      'Authorization',
      `Bearer ${random(2 ** 31)
        .toString(36)
        .repeat(7)}`,
    ],
    ['Accept-Encoding', 'gzip'],
  ];
}

function bodyOf(method: string, random: Random): Uint8Array {
  if (method === 'GET') return new Uint8Array();
  return Buffer.from(`{"email":"person${random(100_000)}@example.com","password":"correct horse battery staple"}`);
}
