import nodeConsole from 'node:console';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { firewallOf, paidRuleGroups } from '../../lib/firewall-config.ts';
import { addRulePacks } from '../../lib/rule-packs.ts';
import { addWebAcl, emptyApp, webAclStack } from '../waf/web-acl-stack.ts';
import { configWithDomain, minimalConfig, type Synthesized, synthesize } from './synthesize.ts';

interface Report {
  readonly pluginReports: readonly { readonly pluginName?: string; readonly violations: readonly unknown[] }[];
}

const reportIn = (outdir: string) => JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;

let synthesized: Synthesized;
let report: Report;
beforeAll(() => {
  // A finding would end the synthesis with an error.
  synthesized = synthesize(minimalConfig, { validate: true, prepare: ({ app }) => addRulePacks(app) });
  report = reportIn(synthesized.app.outdir);
}, 600_000);

interface Acknowledgement {
  readonly path: string;
  readonly onResource: boolean;
  readonly id: string;
  readonly reason: string;
}

function acknowledgementsIn({ app }: Synthesized): Acknowledgement[] {
  return app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({
          path: construct.node.path,
          onResource: CfnResource.isCfnResource(construct),
          id: id.replace(/^annotation::/i, ''),
          reason,
        })),
      ),
  );
}

describe('the rule packs', () => {
  test('[P10] AwsSolutions, Serverless and NIST 800-53 R5 run at every synthesis and find nothing that is not answered', () => {
    const findings = report.pluginReports.flatMap(({ violations }) => violations);

    expect(findings).toEqual([]);
  });

  test('[P10] nor with a domain and with guardrails on the account', () => {
    const withDomain = synthesize(
      { ...configWithDomain, guardrails: { monthlyBudgetUsd: 500 } },
      { prepare: ({ app }) => addRulePacks(app) },
    );

    expect(withDomain.stacks.firewall.certificate).toBeDefined();
  }, 600_000);

  test('[P10] a finding that nobody answered fails the synthesis', () => {
    const withAnOpenQueue = () =>
      synthesize(minimalConfig, {
        prepare: ({ app, stacks }) => {
          new Queue(stacks.api, 'Open');
          addRulePacks(app);
        },
      });

    expect(withAnOpenQueue).toThrow(/PortiereApi\/Open[\s\S]*AwsSolutions-SQS4/);
  }, 600_000);
});

test('CloudFormation’s own rules find nothing in the web ACL either, whatever is chosen for it', () => {
  const most = firewallOf({ paidRuleGroups: paidRuleGroups.filter((name) => name !== 'bot-control-targeted') });
  const chosen = { Counting: firewallOf({ mode: 'count' }), Blocking: firewallOf({ anonymousAddresses: 'block' }), Most: most };
  const app = emptyApp(true);
  webAclStack(app, chosen);
  // Found, so that what is not found says something.
  addWebAcl(new Stack(app, 'Wrong'), 'WebAcl', firewallOf({})).scope = 'ELSEWHERE';
  const printed = jest.spyOn(nodeConsole, 'error').mockImplementation(() => {});

  app.synth();
  printed.mockRestore();

  const violations = reportIn(app.outdir).pluginReports.flatMap((each) => each.violations);
  expect(violations).toHaveLength(1);
  expect(JSON.stringify(violations)).toContain('ELSEWHERE');
});

describe('acknowledgements', () => {
  test('stand on single resources, never on a stack or on a construct with several', () => {
    const acknowledgements = acknowledgementsIn(synthesized);

    expect(acknowledgements.length).toBeGreaterThan(20);
    expect(acknowledgements.filter(({ onResource }) => !onResource).map(({ path, id }) => `${path} ${id}`)).toEqual([]);
  });

  test('give a reason of at least 20 characters', () => {
    expect(acknowledgementsIn(synthesized).filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
  });

  test('name a whole rule or one finding, with no wildcard over findings', () => {
    expect(
      acknowledgementsIn(synthesized).filter(
        ({ id }) => !/^(AwsSolutions-|Serverless-|NIST\.800\.53\.R5-|Portiere::)\w+(\[[^\]]+\])?$/.test(id),
      ),
    ).toEqual([]);
  });
});
