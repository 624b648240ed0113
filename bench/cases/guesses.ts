/** A thousand wrong passwords for one account at the same instant: how many of them get a verdict. */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Row } from '../result.ts';
import { registerPerson, type SystemUnderTest } from '../system.ts';

const guesses = 1000;

export async function measureGuesses(system: SystemUnderTest): Promise<Row[]> {
  const { email } = await registerPerson(system);
  const callers = Array.from({ length: guesses }, () => system.caller());
  try {
    const statuses = await Promise.all(
      callers.map(async (caller, number) => {
        const answer = await caller.call('POST', '/v1/sign-in', { body: { email, password: `guess number ${number}` } });
        return answer.status;
      }),
    );

    const count = (matches: (status: number) => boolean) => statuses.filter(matches).length;
    const kinds = [...new Set(statuses)].sort().map((status) => `${count((other) => other === status)} x ${status}`);
    return [
      {
        name: `verdicts on ${guesses} parallel guesses`,
        value: count((status) => status === 401),
        unit: '',
        target: { atMost: securityPolicy.lockout.threshold },
        note: kinds.join(', '),
      },
      { name: 'of them answered with 5xx', value: count((status) => status >= 500), unit: '', target: { atMost: 0 } },
    ];
  } finally {
    for (const caller of callers) caller.close();
  }
}
