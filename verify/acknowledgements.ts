/**
 * Findings of cfn-lint and checkov that we answer instead of mending: one rule at one kind of resource each, with the
 * reason. `test/infra/verify.test.ts` refuses short reasons; `npm run verify` refuses answers to findings nobody made.
 */
export interface Acknowledgement {
  readonly tool: 'cfn-lint' | 'checkov';
  readonly rule: string;
  /** `Stack.LogicalId` of the resources meant, without the hash that the CDK appends. */
  readonly resources: RegExp;
  readonly reason: string;
}

export const acknowledgements: readonly Acknowledgement[] = [];

/** A finding of either tool, in one form. */
export interface Finding {
  readonly tool: Acknowledgement['tool'];
  readonly rule: string;
  /** `Stack.LogicalId`. */
  readonly resource: string;
  readonly message: string;
}

/** @returns findings without an answer, and answers without a finding */
export function holdAgainst(
  findings: readonly Finding[],
  answers: readonly Acknowledgement[],
): { open: readonly Finding[]; stale: readonly Acknowledgement[] } {
  const isAnswered = (finding: Finding, answer: Acknowledgement) =>
    answer.tool === finding.tool && answer.rule === finding.rule && answer.resources.test(finding.resource);
  return {
    open: findings.filter((finding) => !answers.some((answer) => isAnswered(finding, answer))),
    stale: answers.filter((answer) => !findings.some((finding) => isAnswered(finding, answer))),
  };
}
