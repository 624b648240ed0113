import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const patienceMilliseconds = 10_000;

/** Ends the systems that the test files shared, and removes what they shared. */
export default async function removeRunFolder() {
  const folder = process.env.TEST_RUN_FOLDER;
  const pids = readdirSync(folder)
    .filter((name) => /^system-\d+\.pid$/.test(name))
    .map((name) => Number(readFileSync(path.join(folder, name), 'utf8')));
  await Promise.all(pids.map(end));
  rmSync(folder, { recursive: true, force: true });
}

async function end(pid) {
  try {
    process.kill(pid, 'SIGINT');
    for (const deadline = Date.now() + patienceMilliseconds; Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.kill(pid, 0);
    }
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended.
    if (error.code !== 'ESRCH') throw error;
  }
}
