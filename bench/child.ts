import { type ChildProcess, spawn } from 'node:child_process';

export interface Child {
  /** The line that it was waited for. */
  readonly readyLine: string;
  stop(): Promise<void>;
}

/**
 * Starts a program and waits for the line that says it is ready. It is ended when this process ends, however that ends.
 *
 * @throws with what it printed, when it ends or takes too long before that
 */
export async function startChild(
  command: readonly string[],
  options: { ready: RegExp; seconds: number; environment?: NodeJS.ProcessEnv; directory?: string },
): Promise<Child> {
  const [program = process.execPath, ...parameters] = command;
  const child = spawn(program, parameters, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killOnExit = () => child.kill('SIGKILL');
  process.once('exit', killOnExit);

  const readyLine = await new Promise<string>((resolve, reject) => {
    let output = '';
    const fail = (reason: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${command.join(' ')} ${reason}:\n${output.slice(-4000)}`));
    };
    const timer = setTimeout(() => fail(`was not ready after ${options.seconds} s`), options.seconds * 1000);
    const read = (chunk: Buffer) => {
      output += chunk;
      const line = output.split('\n').find((candidate) => options.ready.test(candidate));
      if (line === undefined || !output.includes(`${line}\n`)) return;
      clearTimeout(timer);
      resolve(line);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
  child.removeAllListeners('exit');
  return { readyLine, stop: () => stopChild(child, killOnExit) };
}

async function stopChild(child: ChildProcess, killOnExit: () => void): Promise<void> {
  process.removeListener('exit', killOnExit);
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
