/** The statistics of the benchmark. */
import { areaUnderCurve, measureLoad, median, quantile } from '../../bench/measure.ts';
import { formatTable, meetsTarget } from '../../bench/result.ts';

describe('The statistics of the benchmark', () => {
  it('take the middle of an odd number of values, and between the middle two of an even number', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
    expect(quantile([0, 10, 20, 30, 40], 0.99)).toBeCloseTo(39.6);
  });

  it('refuse to summarise nothing', () => {
    expect(() => median([])).toThrow('needs values');
  });

  it('tell two groups that never overlap by an area of 1, whichever is the smaller, and equal ones by 0.5', () => {
    expect(areaUnderCurve([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(areaUnderCurve([4, 5, 6], [1, 2, 3])).toBe(1);
    expect(areaUnderCurve([1, 2, 3], [1, 2, 3])).toBe(0.5);
    expect(areaUnderCurve([1, 3], [2, 4])).toBe(0.75);
  });

  it('fail a load when one request in it fails', async () => {
    const load = measureLoad(2, 5, async (client) => {
      if (client === 1) throw new Error('refused');
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('refused too');
    });

    await expect(load).rejects.toThrow('refused');
  });
});

describe('The report of the benchmark', () => {
  const row = { name: 'a ratio', value: 1.2, unit: 'x' };

  it('marks a target as missed without hiding the figure', () => {
    const table = formatTable([{ id: 'a-case', seconds: 1, rows: [{ ...row, target: { atMost: 1.15 }, note: '12 against 10' }] }]);

    expect(table).toContain('1.20 x  <= 1.15  MISSED  12 against 10');
  });

  it('judges limits from both sides, and rows without a target not at all', () => {
    expect([
      meetsTarget({ ...row, target: { atMost: 1.2 } }),
      meetsTarget({ ...row, target: { atLeast: 1.3 } }),
      meetsTarget({ ...row, target: { atLeast: 1.2 } }),
      meetsTarget(row),
    ]).toEqual([true, false, true, undefined]);
  });
});
