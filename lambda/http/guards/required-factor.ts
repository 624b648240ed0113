import { computeDueAt } from '../../domain/required-factor.ts';
import { instant } from '../../domain/sessions.ts';
import type { Guard } from '../call.ts';
import { problem } from '../responses.ts';

/**
 * Where the deployment asks this person for a second factor and the grace period is over, a session is good for enrolling
 * and nothing else (NIST SP 800-63B-4 section 2). Asked of the account on every request, so that it holds for sessions from before, and ends
 * with the enrolment.
 */
export const requireRequiredFactor: Guard = (call, services) => {
  const { route, session, account } = call;
  if (!route || !session || !account || route.withoutRequiredFactor) return undefined;
  const dueAt = computeDueAt(services.settings.secondFactor, session.isStaff, account);
  if (dueAt === null || services.clock.now() < dueAt) return undefined;
  const enrolment = account.secondFactor ? 'Add a passkey' : 'Turn on two-step verification';
  return problem(call, 'enrolment_required', {
    detail: `${enrolment} first, under "Security" of the account page: it has been required of this account since ${instant(dueAt)}`,
  });
};
