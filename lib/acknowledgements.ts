/**
 * Findings of the rule packs that we answer instead of mending.
 *
 * Each stands beside the one resource that it is about, with its reason. `test/infra/acknowledgements.test.ts`
 * refuses short reasons and acknowledgements on whole stacks.
 */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * @param construct the narrowest construct that the finding is about, never a stack
 * @param reasons why each finding is accepted, by rule id, with the finding's own id where it has one (`AwsSolutions-IAM5[Resource::...]`)
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
