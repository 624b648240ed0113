import { randomBytes } from 'node:crypto';
import type { Clock, RandomSource } from '../domain/ports.ts';

/** The process's clock: the one place where time is read for decisions. */
export const systemClock: Clock = {
  now: () => Date.now(),
  pause: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

export const systemRandom: RandomSource = { bytes: (length) => randomBytes(length) };
