/**
 * MiniStack, an AWS emulator that we did not write, as a process group of its own on 127.0.0.1.
 *
 * It starts the functions as real Node processes, and with `AUTH=true` it holds every call of theirs against the IAM
 * policies of their roles, by an evaluator of its own. It speaks TLS, since our queues refuse whoever does not.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { cleanEnvironment, VerificationError } from './program.ts';

export const emulatorAccount = '000000000000';

/** What `cdk` and the SDK need to talk to the emulator as its operator. */
export function operatorEnvironment(emulator: Emulator, region: string): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: emulator.origin,
    AWS_ENDPOINT_URL_S3: emulator.origin,
    NODE_EXTRA_CA_CERTS: emulator.certificate,
    AWS_CA_BUNDLE: emulator.certificate,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CI: 'true',
  };
}

export interface Emulator {
  readonly port: number;
  /** `https://127.0.0.1:port` */
  readonly origin: string;
  /** File of the certificate that it made for itself. */
  readonly certificate: string;
  /** Ends it and every function process it started, by their ids. */
  stop(): Promise<void>;
}

export async function findFreePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return await promise;
}

/**
 * @param program path of `ministack`
 * @param directory for its temporary files and its log
 * @throws VerificationError when it is not ready within a minute
 */
export async function startEmulator(program: string, directory: string): Promise<Emulator> {
  const port = await findFreePort();
  const temporary = path.join(directory, 'emulator');
  const certificate = path.join(temporary, 'ministack-tls/server.crt');
  await mkdir(temporary, { recursive: true });
  const log = openSync(path.join(directory, 'emulator.log'), 'a');
  const child = spawn(program, [], {
    cwd: temporary,
    detached: true,
    stdio: ['ignore', log, log],
    env: cleanEnvironment({
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      DOCKER_HOST: `unix://${temporary}/no-docker`,
      TMPDIR: temporary,
      AUTH: 'true',
      USE_SSL: '1',
      // For the function processes, whatever the machine sets for its own: the file is made before the first of them.
      NODE_EXTRA_CA_CERTS: certificate,
    }),
  });
  const emulator: Emulator = {
    port,
    origin: `https://127.0.0.1:${port}`,
    certificate,
    stop: () => stopProcesses(child),
  };
  try {
    await waitUntilReady(child, emulator);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  return emulator;
}

async function waitUntilReady(child: ChildProcess, emulator: Emulator): Promise<void> {
  let spawnError: Error | undefined;
  child.on('error', (error) => {
    spawnError = error;
  });
  for (let tries = 0; tries < 240; tries++) {
    if (spawnError !== undefined) throw new VerificationError(`The emulator does not start: ${spawnError.message}`);
    if (child.exitCode !== null) throw new VerificationError(`The emulator ended with ${child.exitCode} while starting: see emulator.log`);
    trustCertificate(emulator.certificate);
    const isReady = await fetch(`${emulator.origin}/_ministack/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(250);
  }
  throw new VerificationError('The emulator was not ready within a minute: see emulator.log');
}

/** From now on this process trusts the emulator's certificate, as soon as there is one. */
function trustCertificate(file: string): void {
  const certificate = readOrNothing(file);
  if (certificate !== '') setDefaultCACertificates([...getCACertificates('default'), certificate]);
}

async function stopProcesses(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  // Its function processes outlive its own end: they are listed while the tree still stands.
  const processes = [child.pid, ...listDescendants(child.pid)];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of processes) signalIfAlive(pid, signal);
    for (let tries = 0; tries < 20 && processes.some(isAlive); tries++) await sleep(100);
  }
}

function listDescendants(pid: number): number[] {
  const children: number[] = [];
  for (const task of listOrNothing(`/proc/${pid}/task`)) {
    for (const text of readOrNothing(`/proc/${pid}/task/${task}/children`).split(' ')) if (text.trim() !== '') children.push(Number(text));
  }
  return children.flatMap((id) => [id, ...listDescendants(id)]);
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(pid: number): boolean {
  // A zombie waits for its parent only: it runs nothing.
  return !['', 'Z'].includes(
    readOrNothing(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .charAt(0),
  );
}
