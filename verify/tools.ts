/** The tools that verification needs: found or installed, never skipped. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectDirectory, runOrFail, runProgram, VerificationError } from './program.ts';

/** Programs of the machine, by the Debian package that has them. */
const systemPrograms = {
  python3: 'python3 python3-venv',
  openssl: 'openssl',
  ffuf: 'ffuf',
  sslscan: 'sslscan',
  testssl: 'testssl.sh',
  nmap: 'nmap',
  slowhttptest: 'slowhttptest',
  oathtool: 'oathtool',
};

/** Two virtual environments, since the pins of the two sets contradict each other. */
const environments = {
  emulator: 'requirements-emulator.txt',
  scanner: 'requirements-scanner.txt',
} as const;

export interface Tools {
  readonly ministack: string;
  readonly cfnLint: string;
  readonly checkov: string;
  readonly zizmor: string;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws VerificationError naming what to install */
export function requirePrograms(): string {
  const missing = Object.entries(systemPrograms).filter(([program]) => !isOnPath(program));
  if (missing.length > 0) {
    throw new VerificationError(
      `Verification needs ${missing.map(([program]) => program).join(', ')}. On Debian: apt-get install ${missing.map(([, packages]) => packages).join(' ')}`,
    );
  }
  return Object.keys(systemPrograms).join(', ');
}

/** Installs the pinned Python tools into `.venv/`. What is installed already, from the same requirements, is kept. */
export async function prepareTools(log: string): Promise<Tools> {
  await mkdir(path.join(projectDirectory, '.venv'), { recursive: true });
  for (const [name, requirements] of Object.entries(environments)) await prepareEnvironment(name, requirements, log);
  return {
    ministack: toolPath('emulator', 'ministack'),
    cfnLint: toolPath('emulator', 'cfn-lint'),
    checkov: toolPath('scanner', 'checkov'),
    zizmor: toolPath('scanner', 'zizmor'),
  };
}

function toolPath(environment: string, program: string): string {
  return path.join(projectDirectory, '.venv', environment, 'bin', program);
}

async function prepareEnvironment(name: string, requirements: string, log: string): Promise<void> {
  const directory = path.join(projectDirectory, '.venv', name);
  const file = path.join(import.meta.dirname, requirements);
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex');
  const mark = path.join(directory, 'installed-from');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  await runOrFail('python3', ['-m', 'venv', '--clear', directory], { log });
  const install = ['install', '--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '-r', file];
  // A package index may answer from a copy that lags behind: what it lacks now it has a moment later.
  for (let tries = 1; tries <= 3; tries++) {
    const options = { log, env: process.env, timeoutSeconds: 600 };
    if (tries === 3) await runOrFail(toolPath(name, 'pip'), install, options);
    else if ((await runProgram(toolPath(name, 'pip'), install, options)).code === 0) break;
    await sleep(5000 * tries);
  }
  await runOrFail(toolPath(name, 'pip'), ['check'], { log });
  writeFileSync(mark, wanted);
}
