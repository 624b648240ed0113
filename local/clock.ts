/**
 * The system's clock: real time plus an offset that only grows, so that drills can skip hours. The offset lies in
 * shared memory, where every worker thread reads it without asking.
 */
import type { State } from './state.ts';

export interface LocalClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Moves the clock forward.
   *
   * @param seconds more than 0, at most 10 years
   * @throws RangeError for any other value: a clock that goes back would revive what has expired
   */
  advance(seconds: number): void;
  onAdvance(listener: (seconds: number) => void): void;
  /** The offset in milliseconds, one 64-bit float; for `installClock` in a worker. */
  readonly shared: SharedArrayBuffer;
}

const longestAdvanceSeconds = 10 * 366 * 24 * 3600;

/** The offset is kept in `state`: after a restart the clock goes on from where it was. */
export function createClock(state: State): LocalClock {
  const shared = new SharedArrayBuffer(8);
  const offset = new BigInt64Array(shared);
  const listeners: ((seconds: number) => void)[] = [];
  const kept = state.collection<number>('clock');
  Atomics.store(offset, 0, BigInt(kept.get('offsetMilliseconds') ?? 0));
  const realNow = Date.now.bind(Date);

  return {
    shared,
    now: () => realNow() + Number(Atomics.load(offset, 0)),
    advance(seconds) {
      if (!(seconds > 0 && seconds <= longestAdvanceSeconds)) {
        throw new RangeError(`advanceSeconds must be a number over 0 and at most ${longestAdvanceSeconds}, not ${String(seconds)}`);
      }
      const milliseconds = Number(Atomics.load(offset, 0)) + Math.round(seconds * 1000);
      kept.put('offsetMilliseconds', milliseconds);
      Atomics.store(offset, 0, BigInt(milliseconds));
      for (const listener of listeners) listener(seconds);
    },
    onAdvance: (listener) => void listeners.push(listener),
  };
}

/** Makes `Date` of this thread follow the clock behind `shared`. Call it first in a worker, before any other code runs. */
export function installClock(shared: SharedArrayBuffer): void {
  const offset = new BigInt64Array(shared);
  const RealDate = globalThis.Date;
  const now = () => RealDate.now() + Number(Atomics.load(offset, 0));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parameters, newTarget) => Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    // Date() without new gives a text, and ignores its parameters.
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  // `new Date().constructor.now()` must not lead back to real time.
  Object.defineProperty(RealDate.prototype, 'constructor', { value: globalThis.Date, writable: true, configurable: true });
}
