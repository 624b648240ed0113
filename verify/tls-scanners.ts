/** Scanners of TLS, pointed at the local system's edge. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalSystem } from './local-system.ts';
import { runOrFail, runProgram, VerificationError } from './program.ts';
import { judgeNmap, judgeSslscan, judgeTestssl, type TestsslFinding } from './scan-judges.ts';
import type { ScanResult } from './scan-report.ts';

/** sslscan looks at every protocol and suite that the edge takes. */
export async function runSslscan(system: LocalSystem, directory: string, log: string): Promise<ScanResult> {
  const output = path.join(directory, 'sslscan.xml');
  await runOrFail('sslscan', [`--xml=${output}`, `127.0.0.1:${system.port}`], { log, timeoutSeconds: 60 });
  return judgeSslscan(readFileSync(output, 'utf8'));
}

export async function runNmap(system: LocalSystem, directory: string, log: string): Promise<ScanResult> {
  const output = path.join(directory, 'nmap.xml');
  const what = ['-sT', '-Pn', '-n', '-p', String(system.port), '--script', 'ssl-enum-ciphers', '-oX', output, '127.0.0.1'];
  await runOrFail('nmap', what, { log, timeoutSeconds: 60 });
  return judgeNmap(readFileSync(output, 'utf8'));
}

/**
 * testssl: protocols, suites, forward secrecy, server preference, certificate, headers, and every named weakness. Left out is the simulation of old
 * browsers, which takes as long as all the rest: what they could agree on is in the list of suites.
 */
export async function runTestssl(system: LocalSystem, directory: string, log: string): Promise<ScanResult> {
  const output = path.join(directory, 'testssl.json');
  const parts = ['--protocols', '--std', '--fs', '--server-preference', '--server-defaults', '--headers', '--vulnerable'];
  const how = [
    '--quiet',
    '--warnings',
    'batch',
    '--color',
    '0',
    '--nodns',
    'none',
    '--add-ca',
    system.certificateAuthority,
    '--ip',
    '127.0.0.1',
  ];
  const openssl = (await runOrFail('sh', ['-c', 'command -v openssl'], { log })).stdout.trim();
  // Its exit code counts findings; what it found is in the file.
  const { code } = await runProgram('testssl', [...how, '--openssl', openssl, ...parts, '--jsonfile', output, system.base], {
    log,
    timeoutSeconds: 360,
  });
  if (code === 124) throw new VerificationError('testssl was not done after six minutes');
  const version = /testssl\S*\s+([\d.]+\w*)/.exec((await runProgram('testssl', ['--version'], { log })).stdout)?.[1] ?? 'unknown';
  return judgeTestssl(JSON.parse(readFileSync(output, 'utf8')) as TestsslFinding[], version);
}
