/** Scanners of headers, pointed at the local system's edge. Installed from a lock file of their own. */
import { request } from 'node:https';
import path from 'node:path';
import type { LocalSystem } from './local-system.ts';
import { cleanEnvironment, runOrFail, VerificationError } from './program.ts';
import { type CspEvaluatorOutput, judgeCspEvaluator, judgeObservatory, type ObservatoryOutput } from './scan-judges.ts';
import type { ScanResult } from './scan-report.ts';

const directory = path.join(import.meta.dirname, 'scanners');

export async function installHeaderScanners(log: string): Promise<void> {
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runOrFail('npm', options, { cwd: directory, env: process.env, log, timeoutSeconds: 300 });
}

export async function runObservatory(system: LocalSystem, log: string): Promise<ScanResult> {
  const { stdout } = await runOrFail('node', [path.join(directory, 'observatory.mjs'), String(system.port), String(system.httpPort)], {
    env: cleanEnvironment({ NODE_EXTRA_CA_CERTS: system.certificateAuthority }),
    log,
    timeoutSeconds: 60,
  });
  return judgeObservatory(JSON.parse(stdout) as ObservatoryOutput);
}

/** A response of each kind: its policy comes from another place each time. */
const kinds = { page: '/', asset: '/robots.txt', API: '/v1/health', 'page that is not there': '/nowhere', refusal: `/${'a'.repeat(5000)}` };

export async function runCspEvaluator(system: LocalSystem, log: string): Promise<ScanResult> {
  const policies = Object.fromEntries(
    await Promise.all(Object.entries(kinds).map(async ([kind, target]) => [kind, await readPolicy(system, target)] as const)),
  );
  const { stdout } = await runOrFail('node', [path.join(directory, 'csp-evaluator.mjs'), JSON.stringify(policies)], {
    log,
    timeoutSeconds: 30,
  });
  return judgeCspEvaluator(JSON.parse(stdout) as CspEvaluatorOutput, Object.keys(kinds));
}

async function readPolicy(system: LocalSystem, target: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { host: '127.0.0.1', servername: 'localhost', port: system.port, path: target, rejectUnauthorized: false };
  const outgoing = request({ ...options, headers: { host: `localhost:${system.port}` } }, (response) => {
    response.resume();
    const policy = response.headers['content-security-policy'];
    if (typeof policy === 'string') resolve(policy);
    else reject(new VerificationError(`${target.slice(0, 40)} comes without a content security policy (${response.statusCode})`));
  });
  outgoing.on('error', reject);
  outgoing.end();
  return await promise;
}
