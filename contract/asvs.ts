/**
 * What we do about requirements of the OWASP ASVS 5.0.0, in our own words, and what shows it.
 *
 * A row that is not here claims nothing. Nothing can be shown as met by hand: `lib/security-page/judge-asvs.ts` takes a row's word only
 * while its tests have passed on these sources (docs/decisions/0038).
 */
import { authenticationRows } from './asvs/authentication.ts';
import { browserRows } from './asvs/browser.ts';
import { dataRows } from './asvs/data.ts';
import { asvsLevels } from './asvs/levels.ts';
import { loggingRows } from './asvs/logging.ts';
import { requestRows } from './asvs/requests.ts';
import type { AsvsRow } from './asvs/row.ts';
import { sessionRows } from './asvs/sessions.ts';

export { type AsvsId, type AsvsLevel, asvsLevels, asvsSource } from './asvs/levels.ts';
export type { AsvsRemedy, AsvsRow, NamedTest } from './asvs/row.ts';

const place = new Map([...asvsLevels.keys()].map((id, index) => [id, index]));

/** In the order of the standard. */
export const asvsRows: readonly AsvsRow[] = [
  ...authenticationRows,
  ...browserRows,
  ...dataRows,
  ...loggingRows,
  ...requestRows,
  ...sessionRows,
].sort((one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0));
