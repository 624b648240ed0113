/** "Who am I", 16 clients at once, against Better Auth with sqlite. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Caller } from '../caller.ts';
import { startChild } from '../child.ts';
import { type Load, measureLoad, median } from '../measure.ts';
import type { Row } from '../result.ts';
import { registerPeople, SignedInPerson, type SystemUnderTest } from '../system.ts';
import { benchCertificate } from '../tls.ts';

const clients = 16;
const peers = path.join(import.meta.dirname, '../peers');

interface Peer {
  check(client: number): Promise<void>;
  stop(): Promise<void>;
}

async function startBetterAuth(directory: string): Promise<Peer> {
  // From the lock file; what its packages would run on installation is not needed.
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peers });
  const certificate = await benchCertificate();
  const child = await startChild([process.execPath, path.join(peers, 'better-auth.mjs')], {
    ready: /^ready/,
    seconds: 60,
    environment: { PEER_DIRECTORY: directory, TLS_KEY: certificate.privateKey, TLS_CERTIFICATE: certificate.certificateChain },
  });
  const [, origin = '', cookie = ''] = /^ready (\S+) (.+)$/.exec(child.readyLine) ?? [];
  const callers = Array.from({ length: clients }, () => new Caller(origin, certificate.authority));
  return {
    check: async (client) => {
      const answer = await (callers[client] as Caller).call('GET', '/api/auth/get-session', { headers: { cookie } });
      if (answer.status !== 200 || !answer.json?.session)
        throw new Error(`Better Auth answered ${answer.status} ${JSON.stringify(answer.json)}`);
    },
    stop: async () => {
      for (const caller of callers) caller.close();
      await child.stop();
    },
  };
}

export async function measureSessionCheck(system: SystemUnderTest, { quick }: { quick: boolean }): Promise<Row[]> {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 3 : 6;
  const directory = await mkdtemp(path.join(tmpdir(), 'portiere-bench-'));
  const people = (await registerPeople(system, clients)).map((person) => new SignedInPerson(system, person));
  let peer: Peer | undefined;
  try {
    await Promise.all(people.map((person) => person.signIn()));
    peer = await startBetterAuth(directory);
    const checkPeer = peer.check;
    const checkOwn = (client: number) => (people[client] as SignedInPerson).checkSession();
    for (const check of [checkPeer, checkOwn]) await measureLoad(clients, seconds / 2, check);

    const own: Load[] = [];
    const theirs: Load[] = [];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await measureLoad(clients, seconds, checkPeer));
      own.push(await measureLoad(clients, seconds, checkOwn));
    }

    const ownRate = median(own.map(({ perSecond }) => perSecond));
    const theirRate = median(theirs.map(({ perSecond }) => perSecond));
    return [
      {
        name: `session check, ${clients} clients, against Better Auth`,
        value: ownRate / theirRate,
        unit: 'x',
        target: { atLeast: 1 },
        note: `${ownRate.toFixed(0)} against ${theirRate.toFixed(0)} a second; the aim is 2`,
      },
      {
        name: `session check, ${clients} clients, median`,
        value: median(own.map(({ medianMilliseconds }) => medianMilliseconds)),
        unit: 'ms',
      },
    ];
  } finally {
    for (const person of people) person.close();
    await peer?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
