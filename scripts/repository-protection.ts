/**
 * Holds a repository's own settings against what P28 promises: `GITHUB_TOKEN=... node scripts/repository-protection.ts
 * --repository owner/name [--environment production] [--write FILE]`.
 *
 * Reads GitHub's REST API (version 2022-11-28) at `GITHUB_API_URL`; branch protection in either of its two forms, classic
 * or by rulesets, counts. The token needs `Administration: read`, or GitHub shows no classic protection. Exit code 0: all of it
 * holds; 1: something does not; 2: it could not be read.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What GitHub says, as far as it is asked; null: it says that there is none. */
export interface RepositorySettings {
  readonly protection: {
    readonly required_pull_request_reviews?: {
      readonly required_approving_review_count?: number;
      readonly require_code_owner_reviews?: boolean;
      readonly dismiss_stale_reviews?: boolean;
    };
    readonly required_status_checks?: { readonly strict?: boolean; readonly contexts?: readonly string[] };
    readonly enforce_admins?: { readonly enabled?: boolean };
    readonly allow_force_pushes?: { readonly enabled?: boolean };
    readonly allow_deletions?: { readonly enabled?: boolean };
  } | null;
  readonly rules: readonly {
    readonly type: string;
    readonly ruleset_id?: number;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
  /** Of each ruleset in force, whom it exempts; null: the token may not see it. */
  readonly exempt: readonly (readonly unknown[] | null)[];
  readonly environment: {
    readonly protection_rules?: readonly {
      readonly type: string;
      readonly prevent_self_review?: boolean;
      readonly reviewers?: readonly unknown[];
    }[];
    readonly deployment_branch_policy?: { readonly protected_branches?: boolean } | null;
  } | null;
  readonly codeownersErrors: readonly { readonly line?: number; readonly message?: string; readonly kind?: string }[] | null;
}

export interface Requirement {
  readonly name: string;
  readonly isMet: boolean;
  /** What to change, where it is not met. */
  readonly mend: string;
}

/** The check of `.github/workflows/check.yml`, as GitHub names it. */
const requiredCheck = 'check';

/** Every requirement, met or not: a list that leaves out what holds could not be told from one that never looked. */
export function judgeRepository(settings: RepositorySettings): Requirement[] {
  const { protection, environment, codeownersErrors } = settings;
  const reviews = protection?.required_pull_request_reviews;
  const checks = protection?.required_status_checks;
  const pullRequest = ruleOf(settings, 'pull_request');
  const statusChecks = ruleOf(settings, 'required_status_checks');
  const ruledChecks = (statusChecks?.required_status_checks ?? []) as readonly { context?: string }[];
  const contexts = [...(checks?.contexts ?? []), ...ruledChecks.flatMap(({ context }) => context ?? [])];
  const reviewers = environment?.protection_rules?.find(({ type }) => type === 'required_reviewers');
  return [
    {
      name: 'a change needs a review by another person',
      isMet: (reviews?.required_approving_review_count ?? 0) >= 1 || Number(pullRequest?.required_approving_review_count ?? 0) >= 1,
      mend: 'require a pull request with at least one approval on main',
    },
    {
      name: 'a change needs the review of its code owner',
      isMet: reviews?.require_code_owner_reviews === true || pullRequest?.require_code_owner_review === true,
      mend: 'require review from code owners on main',
    },
    {
      name: 'what is pushed after an approval needs a new one',
      isMet: reviews?.dismiss_stale_reviews === true || pullRequest?.dismiss_stale_reviews_on_push === true,
      mend: 'dismiss stale approvals when new commits are pushed',
    },
    {
      name: 'every code owner exists',
      isMet: codeownersErrors !== null && codeownersErrors.length === 0,
      mend:
        codeownersErrors === null
          ? 'add .github/CODEOWNERS'
          : `correct .github/CODEOWNERS: ${codeownersErrors.map(({ line, kind }) => `line ${line ?? '?'}, ${kind ?? 'unknown fault'}`).join('; ')}`,
    },
    {
      name: `the check "${requiredCheck}" must pass, on the newest main`,
      isMet:
        // GitHub writes the job of a called workflow behind the caller's: `check / check`.
        contexts.some((context) => context.split(' / ').at(-1) === requiredCheck) &&
        (checks?.strict === true || statusChecks?.strict_required_status_checks_policy === true),
      mend: `require the status check "${requiredCheck}" on main, with branches up to date before merging`,
    },
    {
      name: 'administrators are not exempt',
      isMet:
        (protection === null ? pullRequest !== undefined : protection.enforce_admins?.enabled === true) &&
        settings.exempt.every((actors) => actors?.length === 0),
      mend: 'do not allow bypassing the settings of main, and empty the bypass list of every ruleset',
    },
    {
      name: 'history can not be rewritten or deleted',
      isMet:
        (protection !== null && protection.allow_force_pushes?.enabled !== true && protection.allow_deletions?.enabled !== true) ||
        (ruleOf(settings, 'non_fast_forward') !== undefined && ruleOf(settings, 'deletion') !== undefined),
      mend: 'block force pushes and deletions of main',
    },
    {
      name: 'a deployment needs an approval, by another person than its author',
      isMet: (reviewers?.reviewers?.length ?? 0) >= 1 && reviewers?.prevent_self_review === true,
      mend: 'add required reviewers to the environment, and prevent self-review',
    },
    {
      name: 'only protected branches deploy',
      isMet: environment?.deployment_branch_policy?.protected_branches === true,
      mend: 'limit the deployment branches of the environment to protected branches',
    },
  ];
}

function ruleOf({ rules }: RepositorySettings, type: string): Readonly<Record<string, unknown>> | undefined {
  const rule = rules.find((candidate) => candidate.type === type);
  return rule && (rule.parameters ?? {});
}

export class Unreadable extends Error {}

/** @throws {Unreadable} naming the part and what the token lacks */
export async function readRepository(repository: string, environment: string, token: string): Promise<RepositorySettings> {
  const base = `${process.env.GITHUB_API_URL ?? 'https://api.github.com'}/repos/${repository}`;
  const read = async <Answer>(path: string): Promise<Answer | null> => {
    const response = await fetch(`${base}${path}`, {
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
      signal: AbortSignal.timeout(20_000),
    }).catch((error: Error) => {
      throw new Unreadable(`${repository}${path} could not be asked: ${error.message}`);
    });
    if (response.status === 404) return null;
    if (!response.ok) throw new Unreadable(`${repository}${path} answered ${response.status}: the token needs Administration: read`);
    return (await response.json()) as Answer;
  };
  if ((await read('')) === null) throw new Unreadable(`${repository} is not there, or the token may not see it`);
  const [protection, rules, environmentSettings, codeowners] = await Promise.all([
    read<NonNullable<RepositorySettings['protection']>>('/branches/main/protection'),
    read<RepositorySettings['rules']>('/rules/branches/main'),
    read<NonNullable<RepositorySettings['environment']>>(`/environments/${encodeURIComponent(environment)}`),
    read<{ errors: NonNullable<RepositorySettings['codeownersErrors']> }>('/codeowners/errors'),
  ]);
  const rulesets = new Set((rules ?? []).flatMap(({ ruleset_id: id }) => id ?? []));
  const exempt = await Promise.all(
    [...rulesets].map(async (id) => (await read<{ bypass_actors?: readonly unknown[] }>(`/rulesets/${id}`))?.bypass_actors ?? null),
  );
  return { protection, rules: rules ?? [], exempt, environment: environmentSettings, codeownersErrors: codeowners?.errors ?? null };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { repository: { type: 'string' }, environment: { type: 'string', default: 'production' }, write: { type: 'string' } },
  });
  const token = process.env.GITHUB_TOKEN;
  if (!values.repository || !/^[\w.-]+\/[\w.-]+$/.test(values.repository)) throw new Unreadable('give --repository owner/name');
  if (!token) throw new Unreadable('set GITHUB_TOKEN to a token that may read the settings of the repository');
  const requirements = judgeRepository(await readRepository(values.repository, values.environment, token));
  for (const { name, isMet, mend } of requirements) console.log(`${isMet ? 'ok    ' : 'FAILED'} ${name}${isMet ? '' : `: ${mend}`}`);
  const isKept = requirements.every(({ isMet }) => isMet);
  if (values.write !== undefined) {
    const evidence = {
      promise: 'P28',
      kind: 'report',
      name: `settings of ${values.repository}, environment ${values.environment}`,
      result: isKept ? 'passed' : 'failed',
      at: new Date().toISOString(),
      requirements: requirements.map(({ name, isMet }) => ({ name, result: isMet ? 'passed' : 'failed' })),
    };
    writeFileSync(values.write, `${JSON.stringify(evidence, null, 2)}\n`);
  }
  process.exitCode = isKept ? 0 : 1;
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    if (!(error instanceof Unreadable)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  });
}
