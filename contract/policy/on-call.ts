/** The part of the security policy about the way from alarm to phone (P03). */
import { MINUTE } from './units.ts';

export const onCallPolicy = {
  /** The function that writes to phones starts this often for nothing: a broken one is found before the page that it would lose. */
  selfCheckEverySeconds: MINUTE,
} as const;
