/** What the store of budgets must do on every engine. */
import type { BudgetStore } from '../../lambda/domain/budgets.ts';
import { id, NOW } from './store-contract.ts';

export function describeBudgetContract(engine: string, store: () => BudgetStore): void {
  describe(`budgets in ${engine}`, () => {
    it('[P16] give two hundred parallel requests exactly their number of places, and another key its own', async () => {
      const [key, other] = [id(), id()];

      const taken = await Promise.all(Array.from({ length: 200 }, () => store().take(key, 75, NOW + 600_000)));

      expect(taken.filter(Boolean)).toHaveLength(75);
      expect([await store().take(key, 75, NOW + 600_000), await store().take(other, 75, NOW + 600_000)]).toEqual([false, true]);
    });
  });
}
