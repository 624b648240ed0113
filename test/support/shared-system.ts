/**
 * One local system for all test files that a process of the run works off, one after the other. It outlives the files, so it is
 * known by what it wrote down, and not by a handle; the global tear-down ends it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runFolder } from './once-in-a-run.ts';
import { sharedAssembly } from './shared-assembly.ts';

const root = path.join(__dirname, '../..');
/** Of this machine's time; far more than a start takes. */
const patienceMilliseconds = 200_000;

/** @param output where it writes: a pipe to its parent, or a file by its descriptor */
export function spawnSystem(variables: Record<string, string>, output: 'pipe' | number): ChildProcess {
  return spawn(process.execPath, ['local/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0', HTTP_PORT: '0', STATUS_PORT: '0', CONSOLE_PORT: '0', ...variables },
    stdio: ['ignore', output, output],
  });
}

/** @returns the last line of the start-up, once all of it is there */
export function findReadyLine(output: string): string | undefined {
  return /^(ready.*)\n/m.exec(output)?.[1];
}

/** @returns what the system of this process said when it was ready, and whether this file is its first */
export async function sharedSystem(): Promise<{ readonly readyLine: string; readonly isNew: boolean }> {
  const known = path.join(runFolder(), `system-${process.env.JEST_WORKER_ID}`);
  if (existsSync(`${known}.pid`) && isRunning(Number(readFileSync(`${known}.pid`, 'utf8')))) {
    return { readyLine: await ready(`${known}.log`), isNew: false };
  }
  const assembly = await sharedAssembly();
  const child = spawnSystem({ DATA_DIR: ':memory:', ASSEMBLY: assembly }, openSync(`${known}.log`, 'w'));
  child.unref();
  writeFileSync(`${known}.pid.unfinished`, String(child.pid));
  renameSync(`${known}.pid.unfinished`, `${known}.pid`);
  return { readyLine: await ready(`${known}.log`, () => child.exitCode), isNew: true };
}

/** @param ended the exit code, if it ended instead */
async function ready(log: string, ended: () => number | null = () => null): Promise<string> {
  for (const deadline = Date.now() + patienceMilliseconds; Date.now() < deadline; ) {
    const output = readFileSync(log, 'utf8');
    const line = findReadyLine(output);
    if (line !== undefined) return line;
    if (ended() !== null) throw new Error(`the system ended with ${ended()} while starting:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the system was not ready in time:\n${readFileSync(log, 'utf8')}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
