/**
 * The 29 promises of the public security page, and what backs each.
 *
 * A row stays listed whether or not anything backs it yet: without evidence its status is "open", never hidden.
 * `scripts/promises.ts` derives `docs/promises.generated.md` from it and refuses evidence that nobody provides; the page
 * itself is made by the build from these rows and from recorded results (docs/security-page.md).
 */
import type { SecurityPromise } from './promise.ts';
import { accountsPromises } from './promises/accounts.ts';
import { availabilityPromises } from './promises/availability.ts';
import { organisationPromises } from './promises/organisation.ts';
import { requestsPromises } from './promises/requests.ts';
import { testingPromises } from './promises/testing.ts';
import { trafficPromises } from './promises/traffic.ts';

export type { Evidence, PromiseSection, SecurityPromise, Wording } from './promise.ts';

/** In the order of the page. */
export const promises: readonly SecurityPromise[] = [
  ...availabilityPromises,
  ...trafficPromises,
  ...accountsPromises,
  ...requestsPromises,
  ...testingPromises,
  ...organisationPromises,
];
