/** Gathers what the security page says. The build asks for it; whoever wants to see it on a terminal has `scripts/security-page.ts`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { accreditationReadOn, accreditedServices, type Programme, programmes } from '../../contract/accreditation.ts';
import { asvsRows } from '../../contract/asvs.ts';
import type { Attestation } from '../../contract/attestations.ts';
import type { PromiseStatus, SecurityDocument, ShownReport } from '../../contract/evidence.ts';
import { promises } from '../../contract/promises.ts';
import { computeGoodUntil, judgePromises, type Known } from './judge.ts';
import { type AsvsChoices, judgeAsvs, summariseAsvs } from './judge-asvs.ts';
import { fingerprintSources } from './sources.ts';
import { TestFindings, type TestsByPromise } from './test-evidence.ts';
import { readRecord, type TestRecord } from './test-record.ts';

const projectDirectory = resolve(import.meta.dirname, '../..');

export const recordFile = join(projectDirectory, '.evidence/results.json');

const report = z.object({
  tool: z.string(),
  version: z.string(),
  date: z.iso.date(),
  scanned: z.string(),
  target: z.string(),
  summary: z.string(),
  facts: z.record(z.string(), z.string()),
  findings: z.array(z.string()),
});

export interface Gathered {
  readonly document: SecurityDocument;
  readonly findings: TestFindings;
  /** Why a record that is there was not believed. */
  readonly refused?: string;
}

/** What of a deployment's configuration the page depends on. */
export interface PageChoices extends AsvsChoices {
  /** What people have signed for. */
  readonly evidence: readonly Attestation[];
  /** Absent: no guardrails on the account. */
  readonly guardrails?: object | undefined;
}

/** @param titles the tests that carry promises, as the sources have them: what is missing in the record is missed */
export function gatherSecurityDocument(titles: TestsByPromise, choices: PageChoices, now = new Date()): Gathered {
  const sources = fingerprintSources(projectDirectory);
  const { record, refused } = readRecord(recordFile);
  const findings = new TestFindings(record, { sources, now });
  const reports = readReports();
  const suites = Object.fromEntries(
    promises.flatMap(({ evidence }) => evidence.flatMap(({ kind, name }) => (kind === 'suite' ? [[name, testFiles(name)]] : []))),
  );
  const known: Known = { titles, findings, suites, reports, register: choices.evidence, switchedOn: switchedOn(choices), now };
  const shown = judgePromises(promises, known);
  const requirements = judgeAsvs(asvsRows, known, choices);
  const count = (status: PromiseStatus) => shown.filter((promise) => promise.status === status).length;
  const document: SecurityDocument = {
    version: 1,
    tested: { sources, ...describeRun(record, sources) },
    goodUntil: computeGoodUntil([...shown, ...requirements]),
    counts: { kept: count('kept'), failing: count('failing'), open: count('open') },
    promises: shown,
    reports,
    asvs: summariseAsvs(requirements),
    accreditation: {
      readOn: accreditationReadOn,
      programmes: (Object.keys(programmes) as Programme[]).map((programme) => ({
        name: programmes[programme],
        documented: Object.values(accreditedServices).filter(({ documented }) => documented.includes(programme)).length,
      })),
      services: Object.values(accreditedServices).map(({ name, documented, source }) => ({
        name,
        documented: documented.map((programme) => programmes[programme]),
        source: source ?? null,
      })),
    },
  };
  return { document, findings, ...(refused === undefined ? {} : { refused }) };
}

/** The fields that promises name as settings. */
function switchedOn({ guardrails }: PageChoices): ReadonlySet<string> {
  return new Set(guardrails === undefined ? [] : ['guardrails']);
}

/** Of the newest run of these sources. */
function describeRun({ files }: TestRecord, sources: string): Pick<SecurityDocument['tested'], 'commit' | 'isCommitted' | 'run'> {
  const [newest] = Object.values(files)
    .filter((file) => file.sources === sources)
    .sort((one, other) => (one.at < other.at ? 1 : -1));
  return { commit: newest?.commit ?? null, isCommitted: newest?.isCommitted ?? false, run: newest?.run ?? null };
}

function testFiles(folder: string): string[] {
  return readdirSync(join(projectDirectory, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/**
 * The reports that promises name; others lie beside them, in forms of their own.
 *
 * @throws when a report is not of the form that the judges write
 */
function readReports(): ShownReport[] {
  const named = promises.flatMap(({ evidence }) => evidence.flatMap(({ kind, name }) => (kind === 'report' ? [name] : [])));
  return [...new Set(named)]
    .sort()
    .filter((name) => existsSync(join(projectDirectory, name)))
    .map((name) => {
      const parsed = report.safeParse(JSON.parse(readFileSync(join(projectDirectory, name), 'utf8')));
      if (!parsed.success) throw new Error(`${name} is no report: write it anew with npm run verify -- --write-reports`);
      return parsed.data;
    });
}
