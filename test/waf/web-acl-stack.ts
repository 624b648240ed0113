/** The product's own web ACL alone in a stack, as the firewall's stack makes it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { refusalBodies, refusals } from '../../lib/constructs/edge-refusals.ts';
import { visibility, webAclRules } from '../../lib/constructs/web-acl-rules.ts';
import type { FirewallChoices } from '../../lib/firewall-config.ts';

export function ipSetArn(name: string): string {
  return `arn:aws:wafv2:us-east-1:111122223333:global/ipset/${name}/00000000-0000-0000-0000-000000000000`;
}

export const arns = {
  allowed: [ipSetArn('allowed-ipv4'), ipSetArn('allowed-ipv6')],
  blocked: [ipSetArn('blocked-ipv4'), ipSetArn('blocked-ipv6')],
};

/** @param validate against CloudFormation's own rules; loading those takes many times as long as the rest */
export function emptyApp(validate: boolean): App {
  // Gone with the run of tests.
  const outdir = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'web-acl-'));
  return new App({ outdir, builtinCloudFormationValidation: validate, treeMetadata: false });
}

/** @param choices of each web ACL, by its id */
export function webAclStack(app: App, choices: Readonly<Record<string, FirewallChoices>>): Stack {
  const stack = new Stack(app, 'Firewall');
  for (const [id, chosen] of Object.entries(choices)) addWebAcl(stack, id, chosen);
  return stack;
}

export function addWebAcl(stack: Stack, id: string, choices: FirewallChoices): CfnWebACL {
  return new CfnWebACL(stack, id, {
    name: 'portiere',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    rules: webAclRules(arns, refusals, choices),
    customResponseBodies: refusalBodies(),
    visibilityConfig: visibility('portiere'),
  });
}
