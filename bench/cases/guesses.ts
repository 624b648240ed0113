/** A thousand wrong passwords for one account at the same instant: how many of them get a verdict. */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Row } from '../result.ts';
import { registerPerson, type SystemUnderTest } from '../system.ts';

const guesses = 1000;
const handshakesAtOnce = 20;
const noAnswer = 0;

export async function measureGuesses(system: SystemUnderTest): Promise<Row[]> {
  const { email } = await registerPerson(system);
  const callers = Array.from({ length: guesses }, () => system.caller());
  try {
    // A connection each first, some at a time: the guesses shall arrive together, and not their handshakes.
    for (let first = 0; first < guesses; first += handshakesAtOnce) {
      await Promise.all(callers.slice(first, first + handshakesAtOnce).map((caller) => caller.call('GET', '/en/index.html')));
    }

    const statuses = await Promise.all(
      callers.map(async (caller, number) => {
        try {
          return (await caller.call('POST', '/v1/sign-in', { body: { email, password: `guess number ${number}` } })).status;
        } catch {
          return noAnswer;
        }
      }),
    );

    const count = (matches: (status: number) => boolean) => statuses.filter(matches).length;
    const kinds = [...new Set(statuses)]
      .sort()
      .map((status) => `${count((other) => other === status)} x ${status === noAnswer ? 'no answer' : status}`);
    return [
      {
        name: `verdicts on ${guesses} parallel guesses`,
        value: count((status) => status === 401),
        unit: '',
        target: { atMost: securityPolicy.lockout.threshold },
        note: kinds.join(', '),
      },
      {
        name: 'guesses answered with 5xx or not at all',
        value: count((status) => status >= 500 || status === noAnswer),
        unit: '',
        target: { atMost: 0 },
      },
    ];
  } finally {
    for (const caller of callers) caller.close();
  }
}
