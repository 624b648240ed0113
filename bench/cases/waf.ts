/** The evaluator of the web ACL, on the rules that are deployed and with block lists as long as AWS WAF takes them. */
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { type EvaluableWebAcl, readWebAcl } from '../../local/edge/web-acl.ts';
import { synthesize } from '../../local/synthesize.ts';
import { AddressSet } from '../../waf/address-set.ts';
import { type Address, parseAddress } from '../../waf/addresses.ts';
import { createRateState, evaluate, explain, type WebRequest } from '../../waf/index.ts';
import { median } from '../measure.ts';
import type { Row } from '../result.ts';

/** AWS WAF's quota of addresses in a set. */
const fullSet = 10_000;
const shortSet = 100;
const synthesisMilliseconds = 180_000;

export async function measureWaf({ quick }: { quick: boolean }): Promise<Row[]> {
  const rounds = quick ? 3 : 9;
  const synthesis = await synthesize(':memory:', AbortSignal.timeout(synthesisMilliseconds));
  try {
    const assembly = readAssembly(synthesis.directory, { account: '000000000000', region: 'us-east-1' });
    const [resource] = assembly.ofType('AWS::WAFv2::WebACL');
    if (resource === undefined) throw new Error('the assembly holds no web ACL');
    const blockedArns = (family: 'IPV4' | 'IPV6') =>
      assembly
        .ofType('AWS::WAFv2::IPSet')
        .filter(({ properties }) => properties.IPAddressVersion === family && /blocked/.test(properties.Name))
        .map(({ attributes }) => String(attributes.Arn));
    const fill = (blocks: number): EvaluableWebAcl => {
      const evaluable = readWebAcl(resource, assembly);
      for (const arn of blockedArns('IPV4')) evaluable.ipSets.set(arn, networks(4, blocks));
      for (const arn of blockedArns('IPV6')) evaluable.ipSets.set(arn, networks(6, blocks));
      return evaluable;
    };
    const sets = blockedArns('IPV4').length + blockedArns('IPV6').length;
    if (sets < 2) throw new Error('the web ACL has no block lists of both families');
    return [...evaluationRows(fill(fullSet), fill(shortSet), sets, rounds), lookUpRow(4, rounds), lookUpRow(6, rounds)];
  } finally {
    synthesis.dispose();
  }
}

function evaluationRows(full: EvaluableWebAcl, short: EvaluableWebAcl, sets: number, rounds: number): Row[] {
  const requests = createRequests(60_000);
  const blocked = requests.filter(
    (request) => evaluate(full.webAcl, full.ipSets, request, createRateState()).rule === 'blocked-addresses',
  ).length;
  const run = ({ webAcl, ipSets }: EvaluableWebAcl) => {
    const state = createRateState();
    return nanosecondsEach(requests, (request) => evaluate(webAcl, ipSets, request, state).action === 'ALLOW');
  };
  const { first, second, ratio } = compare(
    rounds,
    () => run(full),
    () => run(short),
  );
  const state = createRateState();
  const explained = median(
    Array.from({ length: rounds }, () =>
      nanosecondsEach(requests.slice(0, 10_000), (request) => explain(full.webAcl, full.ipSets, request, state).trace.length > 0),
    ),
  );
  const from = `${full.webAcl.rules.length} rules, ${sets} sets with ${sets * fullSet} networks, ${requests.length} requests from as many addresses, ${blocked} of them blocked`;
  return [
    { name: 'requests a second on one core', value: Math.round(1e9 / first), unit: '', target: { atLeast: 100_000 }, note: from },
    { name: 'the same with the trace', value: Math.round(1e9 / explained), unit: '' },
    {
      name: `a request with ${fullSet} networks a set, against ${shortSet}`,
      value: ratio,
      unit: 'x',
      target: { atMost: 1.5 },
      note: `${first.toFixed(0)} ns against ${second.toFixed(0)} ns`,
    },
  ];
}

/** The look-up alone, half of the addresses inside: branches are predicted alike on both sides. */
function lookUpRow(family: 4 | 6, rounds: number): Row {
  const prepare = (blocks: number) => {
    const cidrs = networks(family, blocks);
    return { set: new AddressSet(cidrs, 'benchmark'), addresses: probes(family, cidrs, 4096) };
  };
  const [full, short] = [prepare(fullSet), prepare(shortSet)];
  const run = ({ set, addresses }: ReturnType<typeof prepare>) =>
    nanosecondsEach(addresses, (address) => set.find(address) !== undefined, 100);
  const { first, second, ratio } = compare(
    rounds,
    () => run(full),
    () => run(short),
  );
  return {
    name: `look-up, IPv${family}: ${fullSet} networks against ${shortSet}`,
    value: ratio,
    unit: 'x',
    target: { atMost: 1.5 },
    note: `${first.toFixed(0)} ns against ${second.toFixed(0)} ns`,
  };
}

/** Both sides in turn, so that whatever else the machine does falls on both; the first round only warms up. */
function compare(rounds: number, first: () => number, second: () => number) {
  first();
  second();
  const pairs = Array.from({ length: rounds }, () => [first(), second()] as const);
  return {
    first: median(pairs.map(([a]) => a)),
    second: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}

/** Processor time, of all threads: what else the machine does at the same time is not counted, garbage collection is. */
function nanosecondsEach<Item>(items: readonly Item[], action: (item: Item) => boolean, repetitions = 1): number {
  let wanted = 0;
  const start = process.cpuUsage();
  for (let repetition = 0; repetition < repetitions; repetition++) for (const item of items) if (action(item)) wanted++;
  const { user, system } = process.cpuUsage(start);
  if (wanted < 0) throw new Error('never: the result is used, so that the work is not optimised away');
  return ((user + system) * 1000) / (items.length * repetitions);
}

/** Deterministic, so that two runs measure the same (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Where registries have given out addresses: real lists crowd there, in IPv6 above all. */
const ipv6Prefixes = [
  '2001',
  '2400',
  '2401',
  '2404',
  '2600',
  '2602',
  '2604',
  '2804',
  '2a00',
  '2a01',
  '2a02',
  '2a03',
  '2a05',
  '2a06',
  '2a0a',
  '2a0e',
  '2c0f',
];

function networks(family: 4 | 6, count: number): string[] {
  const random = createRandom(family);
  const found = new Set<string>();
  while (found.size < count) {
    if (family === 4) found.add(`${1 + random(222)}.${random(256)}.${random(256)}.0/${20 + random(5)}`);
    else found.add(`${ipv6Prefixes[random(ipv6Prefixes.length)]}:${random(65_536).toString(16)}::/${29 + random(20)}`);
  }
  return [...found];
}

/** Half of them within the networks, half anywhere near. */
function probes(family: 4 | 6, cidrs: readonly string[], count: number): Address[] {
  const random = createRandom(99);
  return Array.from({ length: count }, (_, index) => {
    const inside = cidrs[random(cidrs.length)]?.split('/')[0] ?? '';
    const text = index % 2 === 0 ? inside : randomAddress(family, random);
    return parseAddress(text) as Address;
  });
}

function randomAddress(family: 4 | 6, random: (below: number) => number): string {
  if (family === 4) return `${1 + random(222)}.${random(256)}.${random(256)}.${random(256)}`;
  return `${ipv6Prefixes[random(ipv6Prefixes.length)]}:${random(65_536).toString(16)}:${random(65_536).toString(16)}::${random(65_536).toString(16)}`;
}

/** What a front door sees: a quarter over IPv6, some sign-ins, browsers' headers, a request each millisecond. */
function createRequests(count: number): WebRequest[] {
  const random = createRandom(7);
  const targets = [
    ['GET', '/', 'lang=it'],
    ['GET', '/assets/app-5f3a.js', ''],
    ['GET', '/v1/session', ''],
    ['GET', '/v1/account/events', 'cursor=eyJhIjoxfQ%3D%3D'],
    ['POST', '/v1/sign-in', ''],
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const [method, path, query] = targets[random(targets.length)] ?? targets[0];
    return {
      at: 1_795_000_000_000 + index,
      sourceAddress: randomAddress(random(4) === 0 ? 6 : 4, random),
      method,
      path,
      query,
      headers: [
        ['host', 'id.example.com'],
        ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'],
        ['accept', 'application/json'],
        ['accept-language', 'it,en;q=0.8'],
        ['accept-encoding', 'gzip, deflate, br, zstd'],
        ['origin', 'https://id.example.com'],
        ['content-type', 'application/json'],
        ['cookie', `__Host-session=${index.toString(36)}.c2VjcmV0c2VjcmV0; __Host-device=ZGV2aWNl`],
      ],
      body:
        method === 'POST'
          ? Buffer.from(`{"email":"person${index}@example.com","password":"correct horse battery staple"}`)
          : new Uint8Array(),
    };
  });
}
