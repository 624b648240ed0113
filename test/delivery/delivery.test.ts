/** From whom AWS takes a deployment, and what the workflows that ask for it may not do. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseConfig } from '../../lib/config.ts';
import { minimalConfig, only, type Synthesized, synthesize } from '../infra/synthesize.ts';

const github = { repository: 'example/front-door', environment: 'production' } as const;

describe('the role that deploys', () => {
  let synthesized: Synthesized;
  beforeAll(() => {
    synthesized = synthesize({ ...minimalConfig, account: '123456789012', delivery: { github } });
  }, 600_000);

  const role = () => only(synthesized.ofType('AWS::IAM::Role').filter(({ stack }) => stack === 'PortiereDelivery')).properties;

  test('[P28] is given to one environment of one repository, by its exact name', () => {
    const [trust, ...more] = role().AssumeRolePolicyDocument.Statement;

    expect(more).toEqual([]);
    expect(trust).toMatchObject({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': 'repo:example/front-door:environment:production',
        },
      },
    });
    expect(Object.keys(trust.Condition)).toEqual(['StringEquals']);
  });

  test('[P28] may assume the bootstrap roles of the regions of this deployment, and nothing else', () => {
    const [policy] = role().Policies;
    const [statement, ...more] = policy.PolicyDocument.Statement;
    const regions = new Set(synthesized.stackFacts.map(({ region }) => region));

    expect([more, statement.Action]).toEqual([[], 'sts:AssumeRole']);
    expect(statement.Resource).toHaveLength(3 * regions.size);
    expect(JSON.stringify(statement.Resource)).not.toMatch(/\*|cfn-exec/);
    expect([...regions].filter((region) => !JSON.stringify(statement.Resource).includes(region))).toEqual([]);
  });

  test('is there only for whoever asks', () => {
    expect(synthesize(minimalConfig).ofType('AWS::IAM::OIDCProvider')).toEqual([]);
  });

  test('uses the identity provider that an account has already', () => {
    const { ofType } = synthesize({ ...minimalConfig, delivery: { github: { ...github, providerExists: true } } });

    expect(ofType('AWS::IAM::OIDCProvider')).toEqual([]);
  });

  test.each([
    ['repository', 'example/*'],
    ['repository', '*/front-door'],
    ['environment', 'prod*'],
    ['environment', 'production:ref'],
  ])('[P28] is refused a %s such as %s, which strangers could match', (field, value) => {
    const configure = () => parseConfig({ ...minimalConfig, delivery: { github: { ...github, [field]: value } } });

    expect(configure).toThrow(`delivery.github.${field} is ${JSON.stringify(value)}: give`);
  });
});

describe('the workflows', () => {
  const folder = path.join(__dirname, '../../.github/workflows');
  const workflows = readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')] as const);

  test('[P28] take foreign actions by the hash of a commit: a tag can be moved', () => {
    const uses = workflows.flatMap(([file, text]) => [...text.matchAll(/uses: (\S+)/g)].map(([, name]) => `${file} ${name}`));

    expect(uses.length).toBeGreaterThan(8);
    expect(uses.filter((use) => !/ \.\/\.github\/workflows\/[\w-]+\.yml$|@[0-9a-f]{40}$/.test(use))).toEqual([]);
  });

  test('[P28] hold no permission for the whole file but to read', () => {
    for (const [file, text] of workflows) {
      expect([file, /^permissions:\n {2}contents: read\n(?! )/m.test(text)]).toEqual([file, true]);
    }
  });

  test("[P28] never run a stranger's pull request with our rights, and put nothing of it into a shell", () => {
    for (const [file, text] of workflows) {
      expect([file, text.match(/pull_request_target|workflow_run/)]).toEqual([file, null]);
      const scripts = [...text.matchAll(/run: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/g)].map(([, block, line]) => block ?? line ?? '');
      expect([file, scripts.filter((script) => /\$\{\{\s*(github\.event|github\.head_ref|inputs\.)/.test(script))]).toEqual([file, []]);
    }
  });

  test('[P28] deploy to production only what was deployed to test, from an archive that is attested and verified', () => {
    const [deliver = '', deploy = ''] = ['deliver.yml', 'deploy.yml'].map((file) => new Map(workflows).get(file));

    expect(deliver).toMatch(/production:\n {4}needs: \[bundle, test\]/);
    expect(deliver).toMatch(/bundle:\n {4}needs: check/);
    expect(deploy).toMatch(/environment: \$\{\{ inputs\.environment \}\}/);
    expect(deploy.indexOf('gh attestation verify')).toBeGreaterThan(0);
    expect(deploy.indexOf('gh attestation verify')).toBeLessThan(deploy.indexOf('role-to-assume'));
  });

  test('[P23] [P28] hand the results of the check to the security page, inside the archive that is attested', () => {
    const [check = '', deliver = ''] = ['check.yml', 'deliver.yml'].map((file) => new Map(workflows).get(file));
    const steps = ['npm ci', 'name: evidence', 'node scripts/security-page.ts --check', 'tar --sort=name', 'attest-build-provenance'];

    expect(check).toMatch(/name: evidence\n {10}path: \.evidence\/results\.json\n {10}include-hidden-files: true/);
    expect(steps.map((step) => deliver.indexOf(step) > 0)).toEqual(steps.map(() => true));
    expect(steps.map((step) => deliver.indexOf(step))).toEqual(
      steps.map((step) => deliver.indexOf(step)).sort((one, other) => one - other),
    );
    expect(deliver).not.toMatch(/--exclude=\.\/\.evidence/);
  });

  test('[P28] list what the archive is made of in a bill of materials that is attested, from one registry', () => {
    const deliver = new Map(workflows).get('deliver.yml') ?? '';
    const lock = JSON.parse(readFileSync(path.join(__dirname, '../../package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; inBundle?: boolean; dev?: boolean; optional?: boolean }>;
    };
    const { '': _, ...packages } = lock.packages;

    expect(deliver).toMatch(/run: npm sbom --package-lock-only [^\n]* > sbom\.cdx\.json/);
    expect(deliver).toMatch(
      /uses: actions\/attest-sbom@\S+[^\n]*\n {8}with:\n {10}subject-path: portiere\.tar\.gz\n {10}sbom-path: sbom\.cdx\.json/,
    );
    // What is packed inside another package has that one's hash; tools of other platforms are never delivered.
    const delivered = Object.entries(packages).filter(([, { inBundle, dev, optional }]) => !inBundle && !(dev && optional));
    expect(delivered.length).toBeGreaterThan(300);
    expect(delivered.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(
      Object.values(packages).filter(
        ({ resolved }) => !(resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/'),
      ),
    ).toEqual([]);
  });

  test('[P23] run the attack suite and the scanners on every change, and every night', () => {
    const files = new Map(workflows);

    expect(files.get('check.yml')).toMatch(/run: bash \.ci\/run/);
    expect(files.get('check.yml')).toMatch(/^on:\n {2}pull_request:/m);
    expect(files.get('attacks.yml')).toMatch(/schedule:\n {4}- cron: "\d+ \d+ \* \* \*"/);
    expect(files.get('attacks.yml')).toMatch(/uses: \.\/\.github\/workflows\/check\.yml/);
  });
});
