/** Sign-in against its floor, alone and with 16 at once. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { securityPolicy } from '../../contract/security-policy.ts';
import { Caller } from '../caller.ts';
import { startChild } from '../child.ts';
import { type Load, measureLoad, median, time } from '../measure.ts';
import type { Row } from '../result.ts';
import { registerPeople, SignedInPerson, type SystemUnderTest } from '../system.ts';
import { benchCertificate } from '../tls.ts';

const clients = 16;
/** The local system hashes in this many instances of `password` as long as nobody waits for seconds: one a processor. */
const workers = availableParallelism();
/** The local system's, and the lowest that the policy allows. */
const cost = securityPolicy.passwords.bcryptCostFloor;

interface Floor {
  caller(): Caller;
  stop(): Promise<void>;
}

async function startFloor(): Promise<Floor> {
  const certificate = await benchCertificate();
  const child = await startChild([process.execPath, path.join(import.meta.dirname, '../floor/server.ts')], {
    ready: /^ready/,
    seconds: 30,
    environment: {
      FLOOR_WORKERS: String(workers),
      FLOOR_COST: String(cost),
      TLS_KEY: certificate.privateKey,
      TLS_CERTIFICATE: certificate.certificateChain,
    },
  });
  const origin = `https://localhost:${child.readyLine.split(' ')[1]}`;
  return { caller: () => new Caller(origin, certificate.authority), stop: () => child.stop() };
}

async function compareOnFloor(caller: Caller): Promise<void> {
  const answer = await caller.call('POST', '/', { body: { email: 'person@bench.example', password: 'a password' } });
  if (answer.status !== 200) throw new Error(`the floor answered ${answer.status}`);
}

/** Every worker of both sides has compiled what it runs before anything is timed. */
async function warmUp(people: readonly SignedInPerson[], callers: readonly Caller[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await Promise.all(people.map((person) => person.signIn()));
    await Promise.all(callers.map(compareOnFloor));
  }
}

export async function measureSignInAlone(system: SystemUnderTest, { quick }: { quick: boolean }): Promise<Row[]> {
  const samples = quick ? 15 : 80;
  const floor = await startFloor();
  const [person] = (await registerPeople(system, 1)).map((each) => new SignedInPerson(system, each));
  const caller = floor.caller();
  if (!person) throw new Error('nobody was registered');
  try {
    for (let round = 0; round < 10; round++) await warmUp([person], [caller]);

    const own: number[] = [];
    const bare: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      bare.push(await time(() => compareOnFloor(caller)));
      own.push(await time(() => person.signIn()));
    }

    return [
      {
        name: 'sign-in, 1 client, against the floor',
        value: median(own) / median(bare),
        unit: 'x',
        target: { atMost: 1.15 },
        note: `${median(own).toFixed(1)} ms against ${median(bare).toFixed(1)} ms, medians of ${samples} in turn`,
      },
    ];
  } finally {
    person.close();
    caller.close();
    await floor.stop();
  }
}

export async function measureSignInTogether(system: SystemUnderTest, { quick }: { quick: boolean }): Promise<Row[]> {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 5 : 10;
  const floor = await startFloor();
  const people = (await registerPeople(system, clients)).map((person) => new SignedInPerson(system, person));
  const callers = people.map(() => floor.caller());
  try {
    await warmUp(people, callers);

    const own: Load[] = [];
    const bare: Load[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await measureLoad(clients, seconds, (client) => compareOnFloor(callers[client] as Caller)));
      own.push(await measureLoad(clients, seconds, (client) => (people[client] as SignedInPerson).signIn()));
    }

    const ownRate = median(own.map(({ perSecond }) => perSecond));
    const bareRate = median(bare.map(({ perSecond }) => perSecond));
    return [
      {
        name: `sign-in, ${clients} clients, against the floor`,
        value: ownRate / bareRate,
        unit: 'x',
        target: { atLeast: 0.85 },
        note: `${ownRate.toFixed(1)} against ${bareRate.toFixed(1)} a second, ${workers} workers each`,
      },
      {
        name: `sign-in, ${clients} clients, 99th percentile`,
        value: median(own.map(({ p99Milliseconds }) => p99Milliseconds)),
        unit: 'ms',
      },
    ];
  } finally {
    for (const each of [...people, ...callers]) each.close();
    await floor.stop();
  }
}
