/** What the store of the reports about the content security policy must do on every engine. */
import type { CspReportStore } from '../../lambda/domain/csp/ports.ts';
import { id, NOW } from './store-contract.ts';

export function describeCspReportContract(engine: string, store: () => CspReportStore): void {
  const violation = { directive: 'script-src-elem', blocked: 'https://cdn.example', page: '/account', source: '/assets/main.js:7' };

  describe(`reports about the content security policy (${engine})`, () => {
    it('[P21] counts a group at its place, however many at once, and gives the place to no other', async () => {
      const reports = store();
      const day = id();

      const counted = await Promise.all(Array.from({ length: 8 }, (_, index) => reports.count(day, 0, violation, 1, NOW + index)));
      const other = await reports.count(day, 0, { ...violation, page: '/admin' }, 1, NOW);
      const weighty = await reports.count(day, 0, { ...violation, source: '/assets/main.js:9' }, 20, NOW + 9);

      expect([counted.every(Boolean), other, weighty]).toEqual([true, false, true]);
      expect(await reports.list(day)).toEqual([
        { ...violation, source: '/assets/main.js:9', place: 0, count: 28, firstSeenAt: expect.any(Number), lastSeenAt: NOW + 9 },
      ]);
    });

    it('gives a free place to one of those who want it', async () => {
      const reports = store();
      const day = id();

      const taken = await Promise.all(
        Array.from({ length: 5 }, (_, index) => reports.count(day, 3, { ...violation, page: `/${index}` }, 1, NOW)),
      );

      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it('counts what finds no place as one, day by day', async () => {
      const reports = store();
      const day = id();

      await reports.count(day, undefined, violation, 2, NOW);
      await reports.count(day, undefined, { ...violation, page: '/admin' }, 3, NOW);

      expect(await reports.list(day)).toMatchObject([{ place: undefined, count: 5 }]);
      expect(await reports.list(id())).toEqual([]);
    });
  });
}
