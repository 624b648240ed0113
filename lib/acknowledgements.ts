/**
 * Findings of the rule packs that we answer instead of mending.
 *
 * Each stands beside the one resource that it is about, with its reason. `test/infra/rule-packs.test.ts` refuses short
 * reasons, acknowledgements on whole stacks, and those that answer no finding any more.
 */
import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * @param construct whose own CloudFormation resource the findings are about: its other resources are not touched
 * @param reasons why each finding is accepted, by rule id, with the finding's own id where it has one (`AwsSolutions-IAM5[Resource::...]`)
 * @throws when the construct is not about one resource
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!resource) {
    throw new Error(`${construct.node.path} stands for several resources: acknowledge findings on the one that they are about`);
  }
  Validations.of(resource).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
