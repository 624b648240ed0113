/**
 * What a scanner found, as `docs/reports/` keeps it: a JSON file and a page each. A run compares with what is kept and fails when it is
 * worse; it writes only when asked to (`npm run verify -- --write-reports`), so that dates are those of a result that
 * somebody looked at.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { VerificationError } from './program.ts';

export interface ScanResult {
  /** As on the command line; names the files. */
  readonly tool: string;
  readonly version: string;
  /** What must hold; a result that misses it never gets here. */
  readonly target: string;
  readonly summary: string;
  readonly facts: Readonly<Record<string, string>>;
  /** What the tool would like otherwise, none of it over the target. Sorted. */
  readonly findings: readonly string[];
  /** Where the tool gives marks; more is better. */
  readonly score?: number;
}

export interface ScanReport extends ScanResult {
  /** Day of the scan. */
  readonly date: string;
  readonly scanned: string;
}

export const scanned = 'the edge of the local system: the synthesized distribution, web ACL, headers and functions';

/** @returns what is worse than before, a sentence each */
export function findWorse(kept: ScanResult, now: ScanResult): string[] {
  const known = new Set(kept.findings);
  return [
    ...now.findings.filter((finding) => !known.has(finding)).map((finding) => `new: ${finding}`),
    ...((now.score ?? 0) < (kept.score ?? 0) ? [`the score is ${now.score}, and was ${kept.score}`] : []),
  ];
}

export function renderReport(report: ScanReport): string {
  const { tool, version, date, target, summary, facts, findings } = report;
  return [
    `<!-- Written by \`npm run verify -- --write-reports\` from ${tool}.json. -->`,
    `# ${tool}`,
    '',
    `${summary}`,
    '',
    '| | |',
    '|---|---|',
    `| tool | ${tool} ${version} |`,
    `| date | ${date} |`,
    `| scanned | ${report.scanned} |`,
    `| target | ${target} |`,
    `| result | met |`,
    ...Object.entries(facts).map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |`),
    '',
    findings.length === 0 ? 'Nothing else was found.' : 'Found below the target:',
    ...(findings.length === 0 ? [] : ['', ...findings.map((finding) => `- ${finding}`)]),
    '',
  ].join('\n');
}

/**
 * Holds a result against the kept one, or keeps it.
 *
 * @throws VerificationError when it is worse, or when none is kept
 */
export function settleReport(
  result: ScanResult,
  directory: string,
  isWriting: boolean,
  day = new Date().toISOString().slice(0, 10),
): string {
  const file = path.join(directory, `${result.tool}.json`);
  if (isWriting) {
    const report: ScanReport = { ...result, date: day, scanned };
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(path.join(directory, `${result.tool}.md`), renderReport(report));
    return `${result.summary}; written`;
  }
  const advice = 'look at it, then keep it with npm run verify -- --write-reports';
  if (!existsSync(file)) throw new VerificationError(`${result.tool}: no report is kept; ${advice}`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as ScanReport;
  const worse = findWorse(kept, result);
  if (worse.length > 0) throw new VerificationError(`${result.tool}, worse than on ${kept.date}: ${worse.join('; ')}; ${advice}`);
  return result.summary;
}
