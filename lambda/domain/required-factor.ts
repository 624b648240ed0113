/** Who must have a second factor, what counts as one, and from when on nothing else is possible (NIST SP 800-63B-4 section 2). */
import type { Settings } from '../../contract/settings.ts';
import type { AccountRecord, SecondFactor } from './ports.ts';

export type FactorPolicy = Settings['secondFactor'];
/** `passkey`: an authenticator doesn't do. */
export type FactorRequirement = 'no' | 'any' | 'passkey';

const DAY = 24 * 60 * 60 * 1000;

export function requirementFor(policy: FactorPolicy, isStaff: boolean): FactorRequirement {
  if (isStaff && policy.staffPasskeys) return 'passkey';
  return policy.requiredFor === 'everyone' || (policy.requiredFor === 'staff' && isStaff) ? 'any' : 'no';
}

/** Whether this is all that the deployment asks of this person: also asked of what a removal would leave. */
export function isEnough(policy: FactorPolicy, isStaff: boolean, factor: SecondFactor | null | undefined): boolean {
  switch (requirementFor(policy, isStaff)) {
    case 'no':
      return true;
    case 'any':
      return factor != null;
    case 'passkey':
      return factor != null && Object.keys(factor.passkeys).length > 0;
  }
}

/**
 * @returns from when on the person can do nothing but enrol, in milliseconds; null where nothing is missing. Whoever becomes
 * staff later, or has lost a factor, has had the grace period already
 */
export function computeDueAt(
  policy: FactorPolicy,
  isStaff: boolean,
  account: Pick<AccountRecord, 'createdAt' | 'secondFactor'>,
): number | null {
  if (isEnough(policy, isStaff, account.secondFactor)) return null;
  return Math.max(account.createdAt, Date.parse(policy.since)) + policy.graceDays * DAY;
}

/** A browser that skips the second step is one factor less: never for staff, whose accounts open others. */
export function mayRememberDevices(policy: FactorPolicy, isStaff: boolean): boolean {
  return policy.rememberDevices && !isStaff;
}
