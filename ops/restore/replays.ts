/**
 * What a copy of yesterday makes live again, and the one write an account that ends it. The copy is of a moment at which all of this
 * was good; what was spent, revoked or taken back since is not known to it. Pure.
 */
import { securityPolicy } from '../../contract/security-policy.ts';

type Item = Readonly<Record<string, unknown>>;

export interface AccountReplays {
  readonly sessions: number;
  readonly challenges: number;
  readonly rememberedDevices: number;
  readonly recoveryCodes: number;
  /** Links and helpers under way that somebody may have called off since: a new address, a lost second factor. */
  readonly underWay: number;
}

export function countReplays(account: Item): AccountReplays {
  const factor = account.secondFactor as { readonly recoveryCodes?: readonly string[] } | undefined;
  return {
    sessions: sizeOf(account.sessions),
    challenges: sizeOf(account.challenges),
    rememberedDevices: sizeOf(account.rememberedDevices),
    recoveryCodes: factor?.recoveryCodes?.length ?? 0,
    underWay: ['pendingEmail', 'factorRecovery', 'pendingTotp'].filter((attribute) => account[attribute] !== undefined).length,
  };
}

/**
 * One conditional write to one item, as every decision about an account is: it ends sessions and half-finished sign-ins, makes
 * strangers of all browsers, spends the recovery codes and every code of the authenticator up to now, and calls off what was under
 * way. Written twice it changes nothing more.
 *
 * @param now milliseconds
 */
export function endReplays(account: Item, now: number) {
  const { stepSeconds, driftSteps } = securityPolicy.secondFactor.totp;
  const factor = account.secondFactor as { readonly totp?: { readonly lastStep: number } } | undefined;
  const step = Math.floor(now / 1000 / stepSeconds) + driftSteps;
  const sets = [
    '#sessions = :none',
    '#challenges = :none',
    '#rememberedDevices = :none',
    '#devicesForgottenAt = :now',
    '#factorVersion = if_not_exists(#factorVersion, :zero) + :one',
    '#addressVersion = if_not_exists(#addressVersion, :zero) + :one',
    ...(factor === undefined ? [] : ['#secondFactor.#recoveryCodes = :nobody']),
    ...(factor?.totp === undefined ? [] : ['#secondFactor.#totp.#lastStep = :step']),
  ];
  const names = ['accountId', 'sessions', 'challenges', 'rememberedDevices', 'devicesForgottenAt', 'factorVersion', 'addressVersion'];
  return {
    UpdateExpression: `SET ${sets.join(', ')} REMOVE #pendingEmail, #factorRecovery, #pendingTotp`,
    ConditionExpression: 'attribute_exists(#accountId)',
    ExpressionAttributeNames: Object.fromEntries(
      [
        ...names,
        ...['pendingEmail', 'factorRecovery', 'pendingTotp'],
        ...(factor === undefined ? [] : ['secondFactor', 'recoveryCodes']),
        ...(factor?.totp === undefined ? [] : ['totp', 'lastStep']),
      ].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ':none': {},
      ':now': now,
      ':zero': 0,
      ':one': 1,
      ...(factor === undefined ? {} : { ':nobody': [] }),
      ...(factor?.totp === undefined ? {} : { ':step': Math.max(step, factor.totp.lastStep) }),
    },
  };
}

/** Decisions about an account that its copy has not seen: their subjects must be decided about again, by a person. */
const undone = new Set([
  'password.changed',
  'password.reset_completed',
  'second_factor.enabled',
  'second_factor.disabled',
  'passkey.added',
  'passkey.removed',
  'authenticator.removed',
  'account.email_changed',
  'account.email_change_undone',
  'account.disavowed',
  'account.disabled',
  'account.enabled',
  'factor_recovery.completed',
]);

/** @param since milliseconds: the moment of the copy */
export function isUndone({ type, at }: Item, since: number): boolean {
  return typeof type === 'string' && undone.has(type) && typeof at === 'number' && at >= since;
}

function sizeOf(map: unknown): number {
  return typeof map === 'object' && map !== null ? Object.keys(map).length : 0;
}
