/** When the banner asks again. */

export interface LastAnswer {
  /** In a row, the last attempt among them. */
  readonly failures: number;
  readonly cacheControl: string | null;
  readonly retryAfter: string | null;
}

const shortest = 30_000;
const longest = 300_000;
const firstAfterFailure = 60_000;
const longestAfterFailure = 900_000;

/**
 * As long as the answer is fresh; after failures twice as long each time, and as long as the server asks for. A little apart, so
 * that not every app asks in the same second.
 *
 * @param random from 0 to 1
 */
export function nextPollMilliseconds({ failures, cacheControl, retryAfter }: LastAnswer, random: number): number {
  const spread = 1 + 0.2 * random;
  if (failures === 0) return within(1000 * Number(/max-age=(\d{1,9})/.exec(cacheControl ?? '')?.[1] ?? 0), shortest, longest) * spread;
  const asked = 1000 * Number(/^\d{1,6}$/.exec(retryAfter ?? '')?.[0] ?? 0);
  return within(Math.max(asked, firstAfterFailure * 2 ** Math.min(failures - 1, 10)), firstAfterFailure, longestAfterFailure) * spread;
}

function within(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
