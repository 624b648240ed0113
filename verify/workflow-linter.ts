/** zizmor on the workflows: that each is one, and what an attacker could do with it. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectDirectory, runProgram, VerificationError } from './program.ts';

interface WorkflowFinding {
  readonly ident: string;
  readonly desc: string;
  readonly determinations: { readonly severity: string };
  readonly locations: readonly { readonly symbolic: { readonly key: { readonly Local?: { readonly verbatim_path?: string } } } }[];
}

const counted = new Set(['Medium', 'High']);

/** @throws VerificationError where a file is no workflow, or one has a finding of medium or high severity */
export async function lintWorkflows(
  zizmor: string,
  log: string,
  folder = path.join(projectDirectory, '.github/workflows'),
): Promise<string> {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0) throw new VerificationError(`zizmor: there is no workflow in ${folder}`);
  // Strict: what it can't read is a failure, not a file less.
  const parameters = ['--offline', '--strict-collection', '--no-progress', '--format', 'json-v1', folder];
  const { stdout, stderr } = await runProgram(zizmor, parameters, { log });
  return judgeWorkflows(stdout, stderr, files.length);
}

export function judgeWorkflows(stdout: string, stderr: string, files: number): string {
  let findings: readonly WorkflowFinding[];
  try {
    findings = JSON.parse(stdout) as WorkflowFinding[];
  } catch {
    throw new VerificationError(`zizmor can't read a workflow: ${stderr.slice(0, 800)}`);
  }
  const faults = findings
    .filter(({ determinations }) => counted.has(determinations.severity))
    .map(({ ident, desc, locations }) => `${ident} ${locations[0]?.symbolic.key.Local?.verbatim_path ?? ''}: ${desc}`);
  if (faults.length > 0) throw new VerificationError(`zizmor:\n  ${faults.join('\n  ')}`);
  return `${files} workflows, nothing of medium or high severity, ${findings.length} remarks`;
}
