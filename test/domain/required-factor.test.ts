import type { SecondFactor } from '../../lambda/domain/ports.ts';
import { computeDueAt, type FactorPolicy, isEnough, mayRememberDevices, requirementFor } from '../../lambda/domain/required-factor.ts';

const DAY = 86_400_000;
const CREATED = Date.UTC(2026, 0, 1);
const totp: SecondFactor = { totp: { seedId: 'seed', lastStep: 0 }, passkeys: {}, confirmedAt: CREATED, recoveryCodes: [] };
const passkey: SecondFactor = {
  passkeys: {
    one: { credentialId: 'c', publicKey: 'k', counter: 0, transports: [], name: 'Laptop', createdAt: CREATED, synced: false },
  },
  confirmedAt: CREATED,
  recoveryCodes: [],
};

function policy(more: Partial<FactorPolicy> = {}): FactorPolicy {
  return { requiredFor: 'everyone', since: '1970-01-01T00:00:00Z', graceDays: 14, rememberDevices: true, staffPasskeys: false, ...more };
}

describe('who must have a second factor', () => {
  it.each([
    ['nobody', false, false, 'no'],
    ['nobody', true, false, 'no'],
    ['nobody', true, true, 'passkey'],
    ['staff', false, true, 'no'],
    ['staff', true, false, 'any'],
    ['staff', true, true, 'passkey'],
    ['everyone', false, true, 'any'],
    ['everyone', true, true, 'passkey'],
  ] as const)(
    '[P14] required for %s, asked of staff: %s, with passkeys for staff: %s, it is %s',
    (requiredFor, isStaff, staffPasskeys, is) => {
      expect(requirementFor(policy({ requiredFor, staffPasskeys }), isStaff)).toBe(is);
    },
  );

  it('[P14] an authenticator is no passkey', () => {
    const asking = policy({ staffPasskeys: true });

    expect([totp, passkey, null, undefined].map((factor) => isEnough(asking, true, factor))).toEqual([false, true, false, false]);
    expect([totp, passkey, null, undefined].map((factor) => isEnough(asking, false, factor))).toEqual([true, true, false, false]);
    expect(isEnough(policy({ requiredFor: 'nobody' }), false, null)).toBe(true);
  });
});

describe('when it is due', () => {
  it('[P14] is a grace period after the account was made, or after the rule was', () => {
    const late = policy({ since: '2026-03-01T00:00:00Z', graceDays: 7 });

    expect(computeDueAt(policy(), false, { createdAt: CREATED })).toBe(CREATED + 14 * DAY);
    expect(computeDueAt(late, false, { createdAt: CREATED })).toBe(Date.UTC(2026, 2, 8));
    expect(computeDueAt(policy({ graceDays: 0 }), false, { createdAt: CREATED })).toBe(CREATED);
  });

  it('is never where nothing is missing', () => {
    expect(computeDueAt(policy(), false, { createdAt: CREATED, secondFactor: totp })).toBeNull();
    expect(computeDueAt(policy({ requiredFor: 'staff' }), false, { createdAt: CREATED })).toBeNull();
    expect(computeDueAt(policy({ staffPasskeys: true }), true, { createdAt: CREATED, secondFactor: totp })).toBe(CREATED + 14 * DAY);
  });
});

test('[P14] devices are remembered where the deployment says so, and never for staff', () => {
  expect(mayRememberDevices(policy(), false)).toBe(true);
  expect(mayRememberDevices(policy(), true)).toBe(false);
  expect(mayRememberDevices(policy({ rememberDevices: false }), false)).toBe(false);
});
