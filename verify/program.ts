/** Runs other programs to their end, and keeps what they said for whoever has to find out why. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

export const projectDirectory = path.resolve(import.meta.dirname, '..');

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Everything the program prints goes here as well. */
  readonly log?: string;
  readonly timeoutSeconds?: number;
}

export interface ProgramResult {
  /** Exit code; 124 when the time was up. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A step that did not turn out as it must; the message says what and where. */
export class VerificationError extends Error {}

/** The environment with this project's own programs (and its Node) first on PATH, and none of the caller's AWS settings. */
export function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK|PORTIERE)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${path.join(projectDirectory, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
    ...extra,
  };
}

/** Runs a program in a process group of its own, which is ended when the time is up. Never throws for an exit code. */
export async function runProgram(command: string, parameters: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
  const child = spawn(command, parameters, {
    cwd: options.cwd ?? projectDirectory,
    env: options.env ?? cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = options.log === undefined ? undefined : createWriteStream(options.log, { flags: 'a' });
  log?.write(`$ ${command} ${parameters.join(' ')}\n`);
  let stdout = '';
  let stderr = '';
  let isTimeUp = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    log?.write(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    log?.write(text);
  });
  const timer = setTimeout(
    () => {
      isTimeUp = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    },
    (options.timeoutSeconds ?? 300) * 1000,
  );
  child.on('error', reject);
  child.on('close', (code) => {
    clearTimeout(timer);
    log?.end();
    resolve({ code: isTimeUp ? 124 : (code ?? 1), stdout, stderr });
  });
  return await promise;
}

/** @throws VerificationError when the program fails, with the last lines it said */
export async function runOrFail(command: string, parameters: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const result = await runProgram(command, parameters, options);
  if (result.code !== 0) {
    const lastLines = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new VerificationError(`${path.basename(command)} ${parameters[0] ?? ''} ended with ${result.code}:\n${lastLines}`);
  }
  return result;
}
