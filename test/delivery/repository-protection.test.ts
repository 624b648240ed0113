/** Whether a repository lets a change through that nobody has reviewed: the settings as GitHub's API gives them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { judgeRepository, type RepositorySettings } from '../../scripts/repository-protection.ts';

const root = path.join(__dirname, '../..');

const guarded: RepositorySettings = {
  protection: {
    required_pull_request_reviews: { required_approving_review_count: 1, require_code_owner_reviews: true, dismiss_stale_reviews: true },
    required_status_checks: { strict: true, contexts: ['check'] },
    enforce_admins: { enabled: true },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  },
  rules: [],
  exempt: [],
  environment: {
    protection_rules: [{ type: 'required_reviewers', prevent_self_review: true, reviewers: [{ type: 'Team' }] }],
    deployment_branch_policy: { protected_branches: true },
  },
  codeownersErrors: [],
};

const unmet = (settings: RepositorySettings) =>
  judgeRepository(settings)
    .filter(({ isMet }) => !isMet)
    .map(({ name }) => name);

describe('the settings of a repository', () => {
  test('[P28] keep the promise when review, owners, checks and approval are asked of everybody', () => {
    expect(unmet(guarded)).toEqual([]);
  });

  test('[P28] keep it by rulesets as well as by classic protection', () => {
    const ruled: RepositorySettings = {
      ...guarded,
      protection: null,
      rules: [
        {
          type: 'pull_request',
          parameters: { required_approving_review_count: 2, require_code_owner_review: true, dismiss_stale_reviews_on_push: true },
        },
        {
          type: 'required_status_checks',
          parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'check / check' }] },
        },
        { type: 'non_fast_forward' },
        { type: 'deletion' },
      ],
    };

    expect(unmet(ruled)).toEqual([]);
  });

  test('[P28] of a repository that asks nothing fail every requirement', () => {
    const open: RepositorySettings = { protection: null, rules: [], exempt: [], environment: null, codeownersErrors: null };

    expect(unmet(open)).toEqual(judgeRepository(open).map(({ name }) => name));
  });

  test.each<[string, (settings: RepositorySettings) => RepositorySettings]>([
    [
      'administrators are not exempt',
      (settings) => ({ ...settings, protection: { ...settings.protection, enforce_admins: { enabled: false } } }),
    ],
    ['administrators are not exempt', (settings) => ({ ...settings, exempt: [[], [{ actor_type: 'OrganizationAdmin' }]] })],
    ['administrators are not exempt', (settings) => ({ ...settings, exempt: [null] })],
    ['every code owner exists', (settings) => ({ ...settings, codeownersErrors: [{ line: 3, kind: 'Unknown owner' }] })],
    [
      'only protected branches deploy',
      (settings) => ({ ...settings, environment: { ...settings.environment, deployment_branch_policy: null } }),
    ],
    [
      'the check "check" must pass, on the newest main',
      (settings) => ({
        ...settings,
        protection: { ...settings.protection, required_status_checks: { strict: true, contexts: ['uncheck'] } },
      }),
    ],
    [
      'a deployment needs an approval, by another person than its author',
      (settings) => ({
        ...settings,
        environment: {
          ...settings.environment,
          protection_rules: [{ type: 'required_reviewers', reviewers: [{}], prevent_self_review: false }],
        },
      }),
    ],
  ])('[P28] fail just the requirement "%s" that was loosened', (name, loosen) => {
    expect(unmet(loosen(guarded))).toEqual([name]);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'portiere-protection-'));
  let github: Server;
  let answers: Record<string, unknown> = {};
  let status = 200;
  const authorizations = new Set<string | undefined>();

  beforeAll(async () => {
    github = createServer((request, response) => {
      authorizations.add(request.headers.authorization);
      const body = answers[(request.url ?? '').replace('/repos/example/front-door', '')];
      response.writeHead(body === undefined ? 404 : status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
    }).listen(0, '127.0.0.1');
    await once(github, 'listening');
  });
  afterAll(() => {
    github.closeAllConnections();
    github.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    status = 200;
    answers = {
      '': { full_name: 'example/front-door' },
      '/branches/main/protection': guarded.protection,
      '/rules/branches/main': [],
      '/environments/production': guarded.environment,
      '/codeowners/errors': { errors: [] },
    };
  });

  async function run(parameters: readonly string[], token: string | undefined = 'a-token') {
    const { GITHUB_TOKEN: _, ...env } = process.env;
    const child = spawn(process.execPath, ['scripts/repository-protection.ts', ...parameters], {
      cwd: root,
      env: {
        ...env,
        GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
        ...(token ? { GITHUB_TOKEN: token } : {}),
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number];
    return { code, said };
  }

  test('[P28] reads the settings with the token, and writes what it found, with the date, as evidence', async () => {
    const file = path.join(folder, 'protection.json');

    const { code } = await run(['--repository', 'example/front-door', '--write', file]);

    expect([code, [...authorizations]]).toEqual([0, ['Bearer a-token']]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      promise: 'P28',
      result: 'passed',
      at: expect.stringMatching(/^20\d\d-/),
    });
  });

  test('[P28] looks whom the rulesets in force exempt', async () => {
    answers['/rules/branches/main'] = [{ type: 'deletion', ruleset_id: 7 }];
    answers['/rulesets/7'] = { bypass_actors: [{ actor_type: 'RepositoryRole', actor_id: 5 }] };

    const { code, said } = await run(['--repository', 'example/front-door']);

    expect([code, said]).toEqual([1, expect.stringMatching(/FAILED administrators are not exempt: .*empty the bypass list/)]);
  });

  test('[P28] says what to mend, and fails, where a branch is not protected', async () => {
    answers['/branches/main/protection'] = undefined;
    const file = path.join(folder, 'unprotected.json');

    const { code, said } = await run(['--repository', 'example/front-door', '--write', file]);

    expect(code).toBe(1);
    expect(said).toMatch(/FAILED a change needs a review by another person: require a pull request/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ result: 'failed' });
  });

  test.each([
    ['no repository', [], 'a-token', /give --repository owner\/name/],
    ['no token', ['--repository', 'example/front-door'], '', /set GITHUB_TOKEN/],
    [
      'a repository that is not there',
      ['--repository', 'example/other'],
      'a-token',
      /example\/other is not there, or the token may not see it/,
    ],
  ] as const)('is not mistaken for a verdict when it has %s', async (_, parameters, token, sentence) => {
    const { code, said } = await run(parameters, token);

    expect(code).toBe(2);
    expect(said).toMatch(sentence);
  });

  test('is not mistaken for a verdict when GitHub refuses the token', async () => {
    status = 403;

    const { code, said } = await run(['--repository', 'example/front-door']);

    expect([code, said]).toEqual([2, expect.stringContaining('answered 403: the token needs Administration: read')]);
  });
});
