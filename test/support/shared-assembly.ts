/** The local configuration's assembly, synthesized once in a run of tests, by the first file that needs it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');

/** @returns its folder */
export async function sharedAssembly(): Promise<string> {
  const folder = process.env.TEST_RUN_FOLDER;
  if (!folder) throw new Error('TEST_RUN_FOLDER is not set: run the tests by jest, whose global set-up makes it');
  const ready = path.join(folder, 'assembly');
  if (existsSync(ready)) return ready;
  // Files run in processes side by side: one of them makes the folder, and with it the assembly.
  if (isFirst(path.join(folder, 'synthesizing'))) {
    await run(path.join(folder, 'unfinished'), path.join(folder, 'build'));
    renameSync(path.join(folder, 'unfinished'), ready);
    return ready;
  }
  const deadline = Date.now() + 500_000;
  while (!existsSync(ready)) {
    if (Date.now() > deadline) throw new Error('the shared assembly was not synthesized in time: see the first test file that failed');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return ready;
}

function isFirst(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

async function run(directory: string, buildDirectory: string): Promise<void> {
  const child = spawn(process.execPath, ['bin/portiere.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ config: 'local/portiere.config.ts' }),
      CDK_VALIDATION: 'false',
      BUILD_DIR: buildDirectory,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the stacks could not be synthesized:\n${Buffer.concat(said).toString('utf8')}`);
}
