/** The part of the configuration that asks for guardrails on the whole AWS account. */
import * as z from 'zod';

/** What an account has once at most: a second one fails the deployment, or costs twice. */
export const guardrailParts = ['config-recorder', 'trail', 'guardduty', 'security-hub', 'access-analyzer'] as const;
export type GuardrailPart = (typeof guardrailParts)[number];

export interface GuardrailsConfigInput {
  /** What the account, or its organisation, has already: it is used and left alone. Default: nothing. */
  readonly existing?: readonly GuardrailPart[];
  /** Mails to `onCall` when the month's cost reaches 80 % of this many US dollars, and when it is forecast to pass it. Default: no budget. */
  readonly monthlyBudgetUsd?: number;
}

export interface GuardrailsConfig {
  readonly existing: readonly GuardrailPart[];
  readonly monthlyBudgetUsd?: number;
}

const existingFix = `give a list of ${guardrailParts.join(', ')}: those that the account has already`;
const budgetFix = 'give an amount in US dollars of at least 1, or leave it out';

export const guardrailsSchema = z.strictObject(
  {
    existing: z.optional(z.array(z.enum(guardrailParts, existingFix), existingFix)),
    monthlyBudgetUsd: z.optional(z.number(budgetFix).min(1, budgetFix).max(10_000_000, budgetFix)),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'remove it or correct its spelling; known here: existing, monthlyBudgetUsd'
        : 'give an object, {} for the defaults, or leave it out for no guardrails',
  },
);

export function guardrailsOf(input: z.infer<typeof guardrailsSchema>): GuardrailsConfig {
  const { existing = [], monthlyBudgetUsd } = input;
  return { existing: [...new Set(existing)], ...(monthlyBudgetUsd === undefined ? {} : { monthlyBudgetUsd }) };
}
