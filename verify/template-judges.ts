/** cfn-lint and checkov on every synthesized template. */
import path from 'node:path';
import { type Acknowledgement, acknowledgements, type Finding, holdAgainst } from './acknowledgements.ts';
import { listTemplates } from './emulated-assembly.ts';
import { runProgram, VerificationError } from './program.ts';

interface LintMatch {
  readonly Rule: { readonly Id: string };
  readonly Filename: string;
  readonly Location: { readonly Path?: readonly (string | number)[] };
  readonly Message: string;
}

export async function lintTemplates(cfnLint: string, assemblies: readonly string[], log: string): Promise<string> {
  const templates = listPaths(assemblies);
  const result = await runProgram(cfnLint, ['--format', 'json', '--include-checks', 'I', '--', ...templates], { log });
  const matches = parseOutput<LintMatch[]>('cfn-lint', result.stdout, result.stderr);
  const findings = matches
    // Informational rules that only list style are of no use; those about deletion and encryption are warnings or errors.
    .filter((match) => !match.Rule.Id.startsWith('I'))
    .map((match) => ({
      tool: 'cfn-lint' as const,
      rule: match.Rule.Id,
      resource: `${stackOf(match.Filename)}.${match.Location.Path?.[1] ?? ''}`,
      message: match.Message,
    }));
  return judge('cfn-lint', findings, templates.length);
}

interface ScanReport {
  readonly summary: { readonly passed: number };
  readonly results: {
    readonly failed_checks: readonly { check_id: string; check_name: string; file_path: string; resource: string }[];
    readonly parsing_errors?: readonly string[];
  };
}

export async function scanTemplates(checkov: string, assemblies: readonly string[], log: string): Promise<string> {
  const templates = listPaths(assemblies);
  const result = await runProgram(
    checkov,
    ['--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '-o', 'json', '-f', ...templates],
    { log, env: { ...process.env, LOG_LEVEL: 'ERROR' } },
  );
  const parsed = parseOutput<ScanReport | ScanReport[]>('checkov', result.stdout, result.stderr);
  const reports = [parsed].flat();
  const broken = reports.flatMap((report) => report.results.parsing_errors ?? []);
  if (broken.length > 0) throw new VerificationError(`checkov can't read ${broken.join(', ')}`);
  if (reports.reduce((sum, report) => sum + report.summary.passed, 0) < 20)
    throw new VerificationError('checkov passed fewer than 20 checks: it did not see the resources.');
  const findings = reports
    .flatMap((report) => report.results.failed_checks)
    .map((check) => ({
      tool: 'checkov' as const,
      rule: check.check_id,
      resource: `${stackOf(check.file_path)}.${check.resource.split('.').at(-1)}`,
      message: check.check_name,
    }));
  return judge('checkov', findings, templates.length);
}

function listPaths(assemblies: readonly string[]): string[] {
  return assemblies.flatMap((assembly) => listTemplates(assembly).map((name) => path.join(assembly, name)));
}

function stackOf(file: string): string {
  return path.basename(file).replace('.template.json', '');
}

function judge(tool: Acknowledgement['tool'], findings: readonly Finding[], templates: number): string {
  const answers = acknowledgements.filter((answer) => answer.tool === tool);
  const { open, stale } = holdAgainst(findings, answers);
  const faults = [
    ...new Set(open.map((finding) => `${finding.rule} ${finding.resource}: ${finding.message}`)),
    ...stale.map((answer) => `${answer.rule} ${answer.resources}: acknowledged in verify/acknowledgements.ts, but not found any more`),
  ];
  if (faults.length > 0) throw new VerificationError(`${tool}:\n  ${faults.join('\n  ')}`);
  return `${templates} templates, ${findings.length} findings, all answered by ${answers.length} acknowledgements`;
}

function parseOutput<T>(tool: string, stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new VerificationError(`${tool} did not answer in JSON: ${`${stdout}\n${stderr}`.slice(0, 800)}`);
  }
}
