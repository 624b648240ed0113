/**
 * Exact limits behind the edge (P16): how often one address, or one account, may do a thing in a window. The edge's rate rules are
 * estimates that lag by seconds, in which a burst of thousands passes; here each request takes its place by one conditional write.
 *
 * The windows are fixed, aligned to the clock, and the same for everybody, so that taking a place needs no reading: whoever waits for
 * the seam between two windows gets two budgets at once, and never more (docs/decisions/0015).
 */
import { reportingNetwork } from '../../contract/policy/report-budgets.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type Refusal, secondsUntil } from './context.ts';
import { findPrefix } from './networks.ts';
import type { Clock } from './ports.ts';

export type BudgetId = keyof typeof securityPolicy.budgets;

export interface BudgetStore {
  /**
   * Takes one place by one conditional write.
   *
   * @param endsAt milliseconds: from then on the count matters to nobody
   * @returns false when all are taken
   */
  take(budgetKey: string, limit: number, endsAt: number): Promise<boolean>;
}

/** Who spends: what CloudFront says of the connection, and the account of the session where there is one. Nothing that a caller can choose. */
export interface Spender {
  readonly address: string;
  readonly accountId?: string | undefined;
}

export type Overspent = Extract<Refusal, { kind: 'rate_limited' }>;

export interface Budgets {
  /**
   * @returns the refusal when nothing is left; it says the same whether or not there is an account
   * @throws Unavailable when the store fails: no answer is a no
   */
  spend(id: BudgetId, spender: Spender): Promise<Overspent | undefined>;
  /** What this instance knows without asking: an empty budget stays empty until its window ends. */
  recall(id: BudgetId, spender: Spender): Overspent | undefined;
}

/** Empty budgets that an instance remembers at once. */
const rememberedBudgets = 10_000;

export function createBudgets({ clock, store }: { readonly clock: Clock; readonly store: BudgetStore }): Budgets {
  /** A flood behind an empty budget costs no more writes. Milliseconds of the window's end by key. */
  const empty = new Map<string, number>();
  const place = (id: BudgetId, spender: Spender) => {
    const { per, windowSeconds } = securityPolicy.budgets[id];
    const now = clock.now();
    const window = Math.floor(now / (windowSeconds * 1000));
    const key = `${id}:${spenderOf[per](id, spender)}:${window}`;
    return { key, now, endsAt: (window + 1) * windowSeconds * 1000 };
  };
  const refuse = (endsAt: number, now: number): Overspent => ({ kind: 'rate_limited', retryAfterSeconds: secondsUntil(endsAt, now) });

  return {
    recall(id, spender) {
      const { key, now, endsAt } = place(id, spender);
      return empty.has(key) ? refuse(endsAt, now) : undefined;
    },
    async spend(id, spender) {
      const { key, now, endsAt } = place(id, spender);
      if (!empty.has(key)) {
        if (await store.take(key, securityPolicy.budgets[id].limit, endsAt)) return undefined;
        if (empty.size >= rememberedBudgets) forget(empty, now);
        empty.set(key, endsAt);
      }
      return refuse(endsAt, now);
    },
  };
}

const spenderOf: Record<(typeof securityPolicy.budgets)[BudgetId]['per'], (id: BudgetId, spender: Spender) => string> = {
  account: accountOf,
  address: addressOf,
  network: (_, { address }) => `network:${findPrefix(address, reportingNetwork.ipv4PrefixBits, reportingNetwork.ipv6PrefixBits) ?? 'none'}`,
  everyone: () => 'everyone',
};

/** What one customer has of IPv6 is one viewer; whatever is no address shares one budget, instead of having none. */
function addressOf(_: BudgetId, { address }: Spender): string {
  return `address:${findPrefix(address, 32, securityPolicy.blocklist.automatic.ipv6PrefixBits) ?? 'none'}`;
}

function accountOf(id: BudgetId, { accountId }: Spender): string {
  if (accountId === undefined) throw new Error(`the budget ${id} is an account's, but there is no session`);
  return `account:${accountId}`;
}

function forget(empty: Map<string, number>, now: number): void {
  for (const [key, endsAt] of empty) if (endsAt <= now) empty.delete(key);
  if (empty.size >= rememberedBudgets) empty.clear();
}
