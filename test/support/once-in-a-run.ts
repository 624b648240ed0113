/** What test files share, made once in a run by the first that needs it. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Of this machine's time; far more than anything takes that is made here. */
const patienceMilliseconds = 500_000;

/** @returns the folder of this run, which is gone with it */
export function runFolder(): string {
  const { TEST_RUN_FOLDER } = process.env;
  if (!TEST_RUN_FOLDER) throw new Error('TEST_RUN_FOLDER is not set: run the tests by jest, whose global set-up makes it');
  return TEST_RUN_FOLDER;
}

/** @returns the first number from 0 that nobody else has claimed under this name in this run */
export function claimNumber(name: string): number {
  let number = 0;
  while (!isFirst(path.join(runFolder(), `${name}-${number}`))) number += 1;
  return number;
}

/**
 * Files run in processes side by side: one of them makes the folder, the others wait for it. Where that one fails, the next tries.
 *
 * @param make fills the folder that it is given, which does not exist yet
 * @returns the folder; nobody may change what is in it, and it is gone with the run
 */
export async function onceInARun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const ready = path.join(runFolder(), name);
  const claim = `${ready}.claimed`;
  for (const deadline = Date.now() + patienceMilliseconds; Date.now() < deadline; ) {
    if (existsSync(ready)) return ready;
    if (isFirst(claim)) {
      const unfinished = `${ready}.unfinished`;
      try {
        rmSync(unfinished, { recursive: true, force: true });
        await make(unfinished);
        renameSync(unfinished, ready);
        return ready;
      } catch (error) {
        rmSync(claim, { recursive: true });
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was not made in time: see the first test file that failed`);
}

function isFirst(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
