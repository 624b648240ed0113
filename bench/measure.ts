/** Statistics and load, nothing about what is measured. */

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share between 0 and 1, by linear interpolation */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile needs values');
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position % 1);
}

/**
 * Area under the ROC curve of a classifier that tells two groups apart by one number (Mann-Whitney): 0.5 when it can't, 1 when it
 * always can. A group that is always smaller gives it away just as well, so that this is never under 0.5.
 */
export function areaUnderCurve(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const a of first) for (const b of second) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const area = wins / (first.length * second.length);
  return Math.max(area, 1 - area);
}

export interface Load {
  readonly perSecond: number;
  readonly medianMilliseconds: number;
  readonly p99Milliseconds: number;
  readonly requests: number;
}

/**
 * A closed loop: each client sends its next request when it has the answer to the last one.
 *
 * @throws the first error of any client: a load with failures in it is not a measurement
 */
export async function measureLoad(clients: number, seconds: number, request: (client: number) => Promise<void>): Promise<Load> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const sent = performance.now();
        await request(client);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  return {
    perSecond: latencies.length / ((performance.now() - start) / 1000),
    medianMilliseconds: median(latencies),
    p99Milliseconds: quantile(latencies, 0.99),
    requests: latencies.length,
  };
}

/** Milliseconds that it takes. */
export async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
