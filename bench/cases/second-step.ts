/**
 * What two-step verification adds to a sign-in, beside a sign-in by password alone in the same run; and beside a session check,
 * which is the least that one more request costs here: the same edge, gateway and function thread around one read.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { generateSync } from 'otplib';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type Answer, type Caller, cookieOf } from '../caller.ts';
import { median, quantile, time } from '../measure.ts';
import type { Row } from '../result.ts';
import { type Person, registerPeople, SignedInPerson, type SystemUnderTest } from '../system.ts';

const { stepSeconds } = securityPolicy.secondFactor.totp;

/** Time for what a moved clock sets going: schedules, alarms, sweeps. It is not what is measured. */
const settlingMilliseconds = 3000;

export async function measureSecondStep(system: SystemUnderTest, { quick }: { quick: boolean }): Promise<Row[]> {
  // A code counts once, and the clock moves between two rounds only: many owners, a sign-in each a round.
  const count = quick ? 8 : 30;
  const measuredRounds = quick ? 1 : 3;
  const [one, ...others] = await registerPeople(system, count + 1);
  if (!one) throw new Error('nobody was registered');
  const alone = new SignedInPerson(system, one);
  const caller = system.caller();
  try {
    const clock = createClock(system);
    const owners: Owner[] = [];
    for (const other of others) owners.push(await enrol(clock, caller, other));
    const byPassword: number[] = [];
    const byBoth: number[] = [];
    const secondSteps: number[] = [];
    const checks: number[] = [];
    // The first two only warm up: what a thread runs for the first times it interprets.
    for (let round = -2; round < measuredRounds; round++) {
      await clock.nextStep();
      for (const owner of owners) {
        const password = await time(() => alone.signIn());
        const check = await time(() => alone.checkSession());
        let challengeId = '';
        const challenge = await time(async () => {
          challengeId = await owner.openChallenge();
        });
        const code = owner.code();
        const second = await time(() => owner.answer(challengeId, code));
        if (round < 0) continue;
        byPassword.push(password);
        byBoth.push(challenge + second);
        secondSteps.push(second);
        checks.push(check);
      }
    }

    return [
      {
        name: 'sign-in with a code, over password alone',
        value: median(byBoth) - median(byPassword),
        unit: 'ms',
        target: { atMost: 3 },
        note: `${median(byBoth).toFixed(1)} ms against ${median(byPassword).toFixed(1)} ms, medians of ${byBoth.length} in turn; one more request over TLS, KMS and two round trips`,
      },
      {
        name: 'second step, median',
        value: median(secondSteps),
        unit: 'ms',
        note: `10th percentile ${quantile(secondSteps, 0.1).toFixed(1)} ms`,
      },
      {
        name: 'second step, against the least that a request costs',
        value: median(secondSteps) / median(checks),
        unit: 'x',
        note: `a session check takes ${median(checks).toFixed(1)} ms: one round trip to the store; a second step has two and one to KMS, one after the other`,
      },
    ];
  } finally {
    alone.close();
    caller.close();
  }
}

interface Clock {
  /** Milliseconds since the epoch, by the system. */
  now(): number;
  /** Moves the system's clock on by one step of the codes. */
  nextStep(): Promise<void>;
}

function createClock(system: SystemUnderTest): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead * 1000,
    async nextStep() {
      const response = await fetch(`${system.console}/api/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advanceSeconds: stepSeconds }),
      });
      if (!response.ok) throw new Error(`the clock answered ${response.status}`);
      ahead += stepSeconds;
      await pause(settlingMilliseconds);
    },
  };
}

interface Owner {
  openChallenge(): Promise<string>;
  code(): string;
  answer(challengeId: string, code: string): Promise<void>;
}

/** Turns two-step verification on, as a native app does: by bearer token. */
async function enrol(clock: Clock, caller: Caller, person: Person): Promise<Owner> {
  let device = '';
  const send = async (
    method: string,
    path: string,
    status: number,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await caller.call(method, path, { body, headers });
    if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer;
  };
  const { json } = await send('POST', '/v1/sign-in', 200, { ...person, delivery: 'bearer' });
  const headers = { authorization: `Bearer ${json.token}` };
  await send('POST', '/v1/session/step-up', 204, { password: person.password }, headers);
  const { secret } = (await send('POST', '/v1/account/totp', 201, undefined, headers)).json;
  const code = () => generateSync({ secret: String(secret), epoch: Math.floor(clock.now() / 1000) });
  await send('POST', '/v1/account/totp/confirm', 200, { code: code() }, headers);

  return {
    code,
    async openChallenge() {
      const answer = await send('POST', '/v1/sign-in', 200, person, device ? { cookie: device } : {});
      if (answer.json.status !== 'second_factor_required') throw new Error(`the password alone was answered with ${answer.json.status}`);
      device = cookieOf(answer, '__Host-device') ?? device;
      return String(answer.json.challengeId);
    },
    async answer(challengeId, typed) {
      const answer = await send('POST', '/v1/sign-in/second-factor', 200, { challengeId, method: 'totp', code: typed }, { cookie: device });
      device = cookieOf(answer, '__Host-device') ?? device;
    },
  };
}
