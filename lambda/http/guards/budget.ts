import type { Guard } from '../call.ts';
import { problem } from '../responses.ts';

/**
 * The exact limit of the route, where it has one. Last: whoever is refused before has cost less than the write that counts it.
 * A failing store is an exception, which the pipeline answers with 503.
 */
export const spendBudget: Guard = async (call, { budgets, telemetry }) => {
  const { route, viewer, session } = call;
  if (!route?.budget) return undefined;
  if (!budgets) throw new Error(`route ${call.routeId} has a budget, but its function has no store for it`);
  const overspent = await budgets.spend(route.budget, { address: viewer.address, accountId: session?.accountId });
  if (!overspent) return undefined;
  telemetry.count('Budgets/Exceeded');
  return problem(call, 'rate_limited', { retryAfterSeconds: overspent.retryAfterSeconds });
};
