/** The assembly that the tests of the running system run, synthesized once in a run of tests, by the first file that needs it. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onceInARun } from './once-in-a-run.ts';

const root = path.join(__dirname, '../..');

/** @returns its folder */
export function sharedAssembly(): Promise<string> {
  return onceInARun('assembly', (folder) => run(folder, `${folder}.build`));
}

async function run(directory: string, buildDirectory: string): Promise<void> {
  const child = spawn(process.execPath, ['bin/portiere.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ config: 'test/support/portiere.config.ts' }),
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
