/** Whether response times tell accounts that exist from those that don't. */
import { areaUnderCurve, median } from '../measure.ts';
import type { Row } from '../result.ts';
import { registerPeople, type SystemUnderTest } from '../system.ts';

/** Under the threshold of the lockout, so that every sample is a guess that was judged. */
const guessesPerAddress = 4;

export async function measureEnumeration(system: SystemUnderTest, { quick }: { quick: boolean }): Promise<Row[]> {
  const addresses = quick ? 10 : 50;
  const known = (await registerPeople(system, addresses)).map(({ email }) => email);
  const unknown = known.map((email) => email.replace('person', 'nobody'));
  const times = { known: [] as number[], unknown: [] as number[] };
  const caller = system.caller();
  const guess = async (email: string, number: number) => {
    const start = performance.now();
    const answer = await caller.call('POST', '/v1/sign-in', { body: { email, password: `not this one, number ${number}` } });
    if (answer.status !== 401) throw new Error(`a guess was answered with ${answer.status} ${JSON.stringify(answer.json)}`);
    return performance.now() - start;
  };
  try {
    for (let number = 0; number < 12; number++) await guess(`warm-up-${number}@bench.example`, number);

    for (let number = 0; number < guessesPerAddress; number++) {
      for (const [index, email] of known.entries()) {
        // Whichever goes first finds the machine as the one before left it: take turns.
        const pair = [
          { kind: 'known', email },
          { kind: 'unknown', email: unknown[index] ?? '' },
        ] as const;
        for (const each of (index + number) % 2 === 0 ? pair : [...pair].reverse()) times[each.kind].push(await guess(each.email, number));
      }
    }

    return [
      {
        name: 'known or unknown account by response time (AUC)',
        value: areaUnderCurve(times.known, times.unknown),
        unit: '',
        target: { atMost: 0.6 },
        note: `${median(times.known).toFixed(1)} against ${median(times.unknown).toFixed(1)} ms, medians of ${times.known.length} each`,
      },
    ];
  } finally {
    caller.close();
  }
}
