import type { BudgetStore } from '../../lambda/domain/budgets.ts';

export class MemoryBudgetStore implements BudgetStore {
  readonly taken = new Map<string, number>();
  /** Writes asked for, refused ones included. */
  writes = 0;

  async take(budgetKey: string, limit: number): Promise<boolean> {
    this.writes += 1;
    const taken = this.taken.get(budgetKey) ?? 0;
    if (taken >= limit) return false;
    this.taken.set(budgetKey, taken + 1);
    return true;
  }
}
