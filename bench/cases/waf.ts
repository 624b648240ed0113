/** The evaluator of the web ACL, on the rules that are deployed and with block lists as long as AWS WAF takes them. */
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import { type EvaluableWebAcl, readWebAcl } from '../../local/edge/web-acl.ts';
import { synthesize } from '../../local/synthesize.ts';
import { AddressSet } from '../../waf/address-set.ts';
import { type Address, parseAddress } from '../../waf/addresses.ts';
import { createRateState, evaluate, explain, type WebRequest } from '../../waf/index.ts';
import { median } from '../measure.ts';
import type { Row } from '../result.ts';
import { createRandom, createTraffic, networks, randomAddress } from './waf-traffic.ts';

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
  const requests = createTraffic(60_000, [...networks(4, fullSet), ...networks(6, fullSet)]);
  const decisions = countDecisions(full, requests);
  requireEveryRule(full, decisions);
  const run = ({ webAcl, ipSets }: EvaluableWebAcl, allowed: number) => {
    const state = createRateState();
    return nanosecondsEach(requests, (request) => evaluate(webAcl, ipSets, request, state).action === 'ALLOW', { expected: allowed });
  };
  const allowed = { full: decisions.get('ALLOW') ?? 0, short: countDecisions(short, requests).get('ALLOW') ?? 0 };
  const { first, second, ratio } = compare(
    rounds,
    () => run(full, allowed.full),
    () => run(short, allowed.short),
  );
  const explained = median(
    Array.from({ length: rounds }, () => {
      const state = createRateState();
      const some = requests.slice(0, 10_000);
      return nanosecondsEach(some, (request) => explain(full.webAcl, full.ipSets, request, state).trace.length > 0, {
        expected: some.length,
      });
    }),
  );
  const addresses = new Set(requests.map(({ sourceAddress }) => sourceAddress)).size;
  const from = [
    `${full.webAcl.rules.length} rules, ${sets} sets with ${sets * fullSet} networks, ${requests.length} requests from ${addresses} addresses`,
    ...[...decisions].map(([decision, count]) => `${decision} ${count}`),
  ];
  return [
    {
      name: 'requests a second on one core',
      value: Math.round(1e9 / first),
      unit: '',
      target: { atLeast: 100_000 },
      note: from.join(', '),
    },
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

/** What only AWS's labels reach: no request here can be refused by it. */
const outOfReach = ['rate-of-anonymous-credentials'];

/** How many requests each rule decides or counts, and `ALLOW` for the others. */
function countDecisions({ webAcl, ipSets }: EvaluableWebAcl, requests: readonly WebRequest[]): Map<string, number> {
  const state = createRateState();
  const decisions = new Map<string, number>();
  const add = (name: string) => decisions.set(name, (decisions.get(name) ?? 0) + 1);
  for (const request of requests) {
    const { action, rule, counted } = evaluate(webAcl, ipSets, request, state);
    add(action === 'ALLOW' ? action : `${rule}`);
    for (const name of counted) add(`${name} (counted)`);
  }
  return decisions;
}

/** @throws when a rule that could decide never does: then the figure would be one of easy requests */
function requireEveryRule({ webAcl }: EvaluableWebAcl, decisions: ReadonlyMap<string, number>): void {
  const decisive = webAcl.rules.flatMap((rule) => (rule.kind === 'own' && rule.action.action === 'BLOCK' ? [rule.name] : []));
  const idle = decisive.filter((name) => !decisions.has(name) && !outOfReach.includes(name));
  if (idle.length > 0) throw new Error(`no request of the benchmark is decided by ${idle.join(', ')}: add one to waf-traffic.ts`);
}

/** The look-up alone, half of the addresses inside: branches are predicted alike on both sides. */
function lookUpRow(family: 4 | 6, rounds: number): Row {
  const prepare = (blocks: number) => {
    const cidrs = networks(family, blocks);
    return { set: new AddressSet(cidrs, 'benchmark'), addresses: probes(family, cidrs, 4096) };
  };
  const [full, short] = [prepare(fullSet), prepare(shortSet)];
  const run = ({ set, addresses }: ReturnType<typeof prepare>) => {
    const expected = addresses.filter((address) => set.find(address) !== undefined).length;
    return nanosecondsEach(addresses, (address) => set.find(address) !== undefined, { repetitions: 100, expected });
  };
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

/**
 * Processor time, of all threads: what else the machine does at the same time is not counted, garbage collection is.
 *
 * @throws when the answer is not `expected` times yes: what is measured has to be right as well
 */
function nanosecondsEach<Item>(
  items: readonly Item[],
  isWanted: (item: Item) => boolean,
  { repetitions = 1, expected }: { readonly repetitions?: number; readonly expected: number },
): number {
  let wanted = 0;
  const start = process.cpuUsage();
  for (let repetition = 0; repetition < repetitions; repetition++) for (const item of items) if (isWanted(item)) wanted++;
  const { user, system } = process.cpuUsage(start);
  if (wanted !== expected * repetitions) throw new Error(`${wanted / repetitions} of ${items.length} instead of ${expected}`);
  return ((user + system) * 1000) / (items.length * repetitions);
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
