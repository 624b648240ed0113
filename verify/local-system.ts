/** The local system as a process, on free ports, with nothing kept: the target of the attack tools. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './emulator.ts';
import { cleanEnvironment, projectDirectory, VerificationError } from './program.ts';

export interface LocalSystem {
  /** `https://localhost:port` */
  readonly base: string;
  readonly port: number;
  /** Of the plain listener, which stands for port 80. */
  readonly httpPort: number;
  readonly statusPort: number;
  readonly consolePort: number;
  /** PEM file of the authority that the edge's certificate is from; the assembly lies beside it. */
  readonly certificateAuthority: string;
  stop(): Promise<void>;
}

/**
 * @param assembly of a system that runs, to be run once more; absent: one is synthesized
 * @throws VerificationError when it does not serve within three minutes
 */
export async function startLocalSystem(directory: string, assembly?: string): Promise<LocalSystem> {
  const [port, httpPort, statusPort, consolePort] = await Promise.all([findFreePort(), findFreePort(), findFreePort(), findFreePort()]);
  const log = createWriteStream(path.join(directory, assembly === undefined ? 'local-system.log' : 'local-system-again.log'));
  const child = spawn('node', ['local/main.ts'], {
    cwd: projectDirectory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment({
      PORT: String(port),
      HTTP_PORT: String(httpPort),
      STATUS_PORT: String(statusPort),
      CONSOLE_PORT: String(consolePort),
      DATA_DIR: ':memory:',
      ...(assembly === undefined ? {} : { ASSEMBLY: assembly }),
    }),
  });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  let certificateAuthority = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const named = /^ready.* CA (\S+)/m.exec(text)?.[1];
    if (named !== undefined) certificateAuthority = path.resolve(projectDirectory, named);
  });
  const stop = async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(child.pid, 'SIGTERM');
    for (let tries = 0; tries < 50 && child.exitCode === null && child.signalCode === null; tries++) await sleep(100);
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  for (let tries = 0; tries < 720; tries++) {
    if (child.exitCode !== null)
      throw new VerificationError(`The local system ended with ${child.exitCode} while starting: see local-system.log`);
    if (certificateAuthority !== '' && (await readStatus(port)) === 200) {
      return { base: `https://localhost:${port}`, port, httpPort, statusPort, consolePort, certificateAuthority, stop };
    }
    await sleep(250);
  }
  await stop();
  throw new VerificationError('The local system did not answer GET /v1/health with 200 within three minutes: see local-system.log');
}

async function readStatus(port: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  // The certificate is the local authority's own; sslscan judges the rest.
  const outgoing = request(
    { host: '127.0.0.1', servername: 'localhost', port, path: '/v1/health', rejectUnauthorized: false },
    (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    },
  );
  outgoing.setTimeout(5000, () => outgoing.destroy());
  outgoing.on('error', () => resolve(0));
  outgoing.end();
  return await promise;
}
