/** A token bucket, as stage throttles are. */
export interface Throttle {
  /** Takes one token if there is one. */
  take(): boolean;
}

/**
 * @param ratePerSecond tokens added a second
 * @param burst tokens it can hold, and holds at the start
 * @param now milliseconds, monotonic
 */
export function createThrottle(ratePerSecond: number, burst: number, now: () => number = () => performance.now()): Throttle {
  let tokens = burst;
  let last = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - last) / 1000) * ratePerSecond);
      last = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
