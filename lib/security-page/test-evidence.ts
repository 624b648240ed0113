/** What the record says about the tests that carry a promise. */
import { type EvidenceResult, evidencePolicy, type ShownEvidence } from '../../contract/evidence.ts';
import type { RecordedFile, TestRecord } from './test-record.ts';

const dayMilliseconds = 86_400_000;

/** A test as its source has it: a title may stand for several, by what is put into it. */
export interface TitledTest {
  readonly file: string;
  readonly title: string;
}

/** Promise id -> the tests whose titles carry it. */
export type TestsByPromise = ReadonlyMap<string, readonly TitledTest[]>;

export interface Moment {
  /** The hash of the sources that the page speaks of. */
  readonly sources: string;
  readonly now: Date;
}

interface Finding {
  readonly result: EvidenceResult;
  readonly at: string | null;
}

interface Recorded {
  readonly names: readonly string[];
  readonly isPassed: boolean;
  readonly file: RecordedFile;
}

/** Answers for titles from one record. */
export class TestFindings {
  readonly #record: TestRecord;
  readonly #moment: Moment;
  readonly #byName = new Map<string, Recorded[]>();

  constructor(record: TestRecord, moment: Moment) {
    this.#record = record;
    this.#moment = moment;
    for (const file of Object.values(record.files)) {
      for (const { names, isPassed } of file.tests) {
        for (const name of names) this.#byName.set(name, [...(this.#byName.get(name) ?? []), { names, isPassed, file }]);
      }
    }
  }

  /** One test, in the file that has its title; suites of a contract are titled in one file and run by others. */
  find({ file, title }: TitledTest): ShownEvidence {
    const own = this.#record.files[file];
    const recorded = this.#match(title).filter(({ file: ran }) => !runsItself(file) || ran === own);
    const fresh = recorded.filter(({ file: { sources } }) => sources === this.#moment.sources);
    const isBroken = own?.isBroken === true && own.sources === this.#moment.sources;
    const { result, at } = isBroken ? { result: 'failed' as const, at: own.at } : this.#judge(recorded, fresh);
    const around = (fresh[0] ?? recorded[0])?.names;
    return {
      kind: kindOf(file),
      name: nameOf(around === undefined || around.includes(title) ? (around ?? [title]) : [...around.slice(0, -1), title]),
      result,
      at,
      source: file,
      ...(fresh.length > 1 ? { cases: fresh.length } : {}),
    };
  }

  /** All tests of a folder, those without a promise too. */
  findSuite(folder: string, expected: readonly string[]): ShownEvidence {
    const files = expected.map((file) => this.#record.files[file]);
    const known = files.filter((file) => file !== undefined);
    const fresh = known.filter(({ sources }) => sources === this.#moment.sources);
    const common = { kind: 'suite', name: folder, source: folder } as const;
    const at = oldest(fresh.length > 0 ? fresh : known);
    const cases = fresh.reduce((sum, { passed, failed }) => sum + passed + failed, 0);
    const say = (result: EvidenceResult) => ({ ...common, result, at, ...(cases > 0 ? { cases } : {}) });
    if (fresh.some(({ failed, isBroken }) => failed > 0 || isBroken)) return say('failed');
    if (expected.length === 0 || known.length < expected.length || fresh.some(({ passed, lacksBrowser }) => passed === 0 || lacksBrowser)) {
      return say('unknown');
    }
    return say(fresh.length < expected.length || this.#isOld(at) ? 'stale' : 'passed');
  }

  /** Whether the file ran without the browser that its tests need. */
  lacksBrowser(file: string): boolean {
    return this.#record.files[file]?.lacksBrowser === true;
  }

  #judge(recorded: readonly Recorded[], fresh: readonly Recorded[]): Finding {
    const failed = fresh.filter(({ isPassed }) => !isPassed);
    if (failed.length > 0) return { result: 'failed', at: oldest(failed.map(({ file }) => file)) };
    if (fresh.length > 0) {
      const at = oldest(fresh.map(({ file }) => file));
      return { result: this.#isOld(at) ? 'stale' : 'passed', at };
    }
    if (recorded.length > 0) return { result: 'stale', at: oldest(recorded.map(({ file }) => file)) };
    return { result: 'unknown', at: null };
  }

  /** A clock that went back makes no result good for longer: what claims to come from tomorrow is as good as old. */
  #isOld(at: string | null): boolean {
    const age = this.#moment.now.getTime() - Date.parse(at ?? '');
    return !(age >= -dayMilliseconds && age < evidencePolicy.testsGoodDays * dayMilliseconds);
  }

  #match(title: string): readonly Recorded[] {
    const pattern = patternOf(title);
    if (pattern === undefined) return this.#byName.get(title) ?? [];
    return [...this.#byName].flatMap(([name, recorded]) => (pattern.test(name) ? recorded : []));
  }
}

/** Other files under `test/` hold titles for those that run. */
export const runsItself = (file: string) => file.endsWith('.test.ts');

/** Whether a test that ran under these names is one that the title stands for. */
export function standsFor(title: string, names: readonly string[]): boolean {
  const pattern = patternOf(title);
  return names.some((name) => (pattern === undefined ? name === title : pattern.test(name)));
}

/** As jest fills titles: `%s` and its kin, `$name` of a row, and `…` where the source has an expression. */
function patternOf(title: string): RegExp | undefined {
  const parts = title.split(/%[sdifjoOp#]|\$[\w.#]+|…/);
  if (parts.length === 1) return undefined;
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]*')}$`);
}

function kindOf(file: string): 'test' | 'template' | 'attack' {
  if (file.startsWith('test/attacks/')) return 'attack';
  return /^test\/(?:infra|delivery)\//.test(file) ? 'template' : 'test';
}

function nameOf(names: readonly string[]): string {
  return names
    .map((name) => name.replaceAll(/\[P\d+\]\s*/g, '').trim())
    .filter((name) => name !== '')
    .join(': ');
}

/** The one that says least: a result is as fresh as the oldest part of it. */
function oldest(files: readonly { readonly at: string }[]): string | null {
  return files.map(({ at }) => at).sort()[0] ?? null;
}
