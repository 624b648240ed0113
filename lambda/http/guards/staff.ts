import { isEnough } from '../../domain/required-factor.ts';
import { hasShownFactor } from '../../domain/sessions.ts';
import type { Guard } from '../call.ts';
import { problem } from '../responses.ts';
import { isFromStaffNetwork } from './staff-networks.ts';

/**
 * P27: the admin routes are for members of staff who have a second factor, in a session that has shown it.
 *
 * Who is staff is asked of the configuration on every request: whoever is taken from it is out on the next one. Everybody
 * else learns nothing here, and reaches no code that knows about the account in the path. A session from before the
 * factor was turned on was opened by a password alone, so it must be stepped up, even only to look. A session from before its
 * account was staff stays what it was opened as: whoever holds it, nobody has asked yet whether they are staff.
 */
export const requireStaff: Guard = (call, services) => {
  if (call.route?.auth !== 'staff') return undefined;
  const { session, account } = call;
  if (!session?.isStaff || !account) return problem(call, 'forbidden');
  if (!isFromStaffNetwork(services.settings.staffNetworks, call.viewer.address)) {
    return problem(call, 'forbidden', {
      detail: 'This deployment lets staff act from its own networks alone: this address is in none of them',
    });
  }

  if (!session.stored.openedAsStaff) {
    return problem(call, 'forbidden', { detail: 'Sign in again: this session was opened before this address was one of staff' });
  }
  const { secondFactor } = account;
  if (!secondFactor) return problem(call, 'forbidden', { detail: 'Turn on two-step verification first: staff need it' });
  if (!isEnough(services.settings.secondFactor, true, secondFactor)) {
    return problem(call, 'forbidden', { detail: 'Add a passkey first: this deployment asks staff for one' });
  }
  if (!hasShownFactor(session.stored, secondFactor)) return problem(call, 'step_up_required', { detail: 'POST /v1/session/step-up first' });
  return undefined;
};
