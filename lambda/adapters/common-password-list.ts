import { readFileSync } from 'node:fs';
import { createCommonPasswordFilter } from '../domain/common-passwords.ts';

let filter: ((password: string) => boolean) | undefined;

/**
 * Whether a password is one of the common ones, upper and lower case alike. The list lies beside the bundle, where
 * `lib/bundling` puts it, and is read at the first call: whoever only signs in never pays for it.
 *
 * @throws when the list is missing or damaged
 */
export function isCommonPassword(password: string): boolean {
  filter ??= createCommonPasswordFilter(readFileSync(new URL('common-passwords.bin', import.meta.url)));
  return filter(password);
}
