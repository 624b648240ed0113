/** Attack tools of others, pointed at the local system. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { securityPolicy } from '../contract/security-policy.ts';
import type { LocalSystem } from './local-system.ts';
import { runOrFail, VerificationError } from './program.ts';

const guesses = 80;

/**
 * ffuf tries a list of passwords at one account, 40 at a time.
 * At most as many verdicts as the lockout allows may come, no 5xx, and nothing else but refusals.
 */
export async function guessPasswords(system: LocalSystem, directory: string, log: string): Promise<string> {
  const list = path.join(directory, 'passwords.txt');
  const output = path.join(directory, 'ffuf.json');
  writeFileSync(list, Array.from({ length: guesses }, (_, index) => `Summer${2000 + index}!`).join('\n'));
  await runOrFail(
    'ffuf',
    [
      ...['-k', '-s', '-t', '40', '-timeout', '30', '-w', list, '-u', `${system.base}/v1/sign-in`, '-X', 'POST'],
      ...['-H', 'Content-Type: application/json', '-H', `Origin: ${system.base}`, '-d', '{"email":"target@example.com","password":"FUZZ"}'],
      ...['-mc', 'all', '-of', 'json', '-o', output],
    ],
    { log, timeoutSeconds: 120 },
  );
  const { results } = JSON.parse(readFileSync(output, 'utf8')) as { results: { status: number }[] };
  const counts = new Map<number, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  const said = [...counts].map(([status, count]) => `${count} x ${status}`).join(', ');
  const verdicts = counts.get(401) ?? 0;
  const isOnlyExpected = [...counts.keys()].every((status) => status === 401 || status === 429);
  if (results.length !== guesses) throw new VerificationError(`ffuf sent ${guesses} guesses but had ${results.length} answers: ${said}`);
  if (!isOnlyExpected || verdicts === 0 || verdicts > securityPolicy.lockout.threshold) {
    throw new VerificationError(`ffuf: ${said}; expected 1 to ${securityPolicy.lockout.threshold} verdicts (401) and refusals (429) only`);
  }
  return `${guesses} guesses, 40 at a time: ${said}`;
}
