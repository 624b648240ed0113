/** The contract of our stores, held on the emulator's DynamoDB engine: the suite that `npm test` runs on another. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Emulator, operatorEnvironment } from './emulator.ts';
import { cleanEnvironment, projectDirectory, runOrFail, VerificationError } from './program.ts';

export async function runStoreContract(emulator: Emulator, log: string): Promise<string> {
  const output = path.join(path.dirname(log), 'store-contract.json');
  await runOrFail(
    'jest',
    ['test/adapters/stores.test.ts', '--testNamePattern', 'in the engine under test', '--json', `--outputFile=${output}`],
    {
      log,
      cwd: projectDirectory,
      env: cleanEnvironment({
        ...operatorEnvironment(emulator, 'eu-south-1'),
        STORE_CONTRACT_ENDPOINT: emulator.origin,
      }),
    },
  );
  const { numPassedTests } = JSON.parse(readFileSync(output, 'utf8')) as { numPassedTests: number };
  if (numPassedTests === 0) throw new VerificationError('No test of the store contract ran.');
  return `${numPassedTests} tests passed on the emulator's engine`;
}
