/**
 * Browsers that skip the second step for a while, where the deployment allows it: never for staff, and only after a
 * second step that was shown on that browser. The truth is in the account's item, so that forgetting one counts at the next
 * sign-in; the browser's cookie only says that it is worth asking. A session that was opened like this has shown one
 * factor: it isn't stepped up, and a step-up asks for the code.
 */
import type { RememberedDeviceDescription } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { type Call, type CurrentSession, event, type Refusal, type SessionServices } from './context.ts';
import { findKnownDevice } from './devices.ts';
import type { AccountRecord, FactorChange, KeyedHash, RememberedDevice } from './ports.ts';
import { mayRememberDevices } from './required-factor.ts';
import { type FactorMethod, instant } from './sessions.ts';

const { rememberedSeconds, rememberedPerAccount } = securityPolicy.devices;

export interface DeviceServices extends SessionServices {
  /** Signs device cookies. */
  readonly deviceKey: KeyedHash;
}

/**
 * What a second step that was passed adds to the account if the person asked for it, for the write that opens the session.
 *
 * @param step `deviceId`: that of the challenge; a native app keeps no cookies and has none. A recovery code remembers
 *   nothing: it is for whoever has lost a factor, or has found somebody's paper, and is good once
 */
export function decideRemembering(
  services: Pick<SessionServices, 'factorPolicy' | 'isStaff' | 'clock'>,
  call: Call,
  account: AccountRecord,
  step: { readonly wanted: boolean | undefined; readonly method: FactorMethod; readonly deviceId: string | undefined },
): Pick<FactorChange, 'rememberDevice'> {
  const { wanted, method, deviceId } = step;
  const allowed = mayRememberDevices(services.factorPolicy, services.isStaff(account.email));
  if (!wanted || !allowed || deviceId === undefined || method === 'recovery_code') return {};
  const rememberedAt = services.clock.now();
  const device = { rememberedAt, expiresAt: rememberedAt + rememberedSeconds * 1000, ...call.viewer };
  return { rememberDevice: { deviceId, device } };
}

export function isRemembered(account: AccountRecord, deviceId: string | undefined, now: number): boolean {
  const device = deviceId === undefined ? undefined : account.rememberedDevices[deviceId];
  return device !== undefined && now < device.expiresAt;
}

/** Devices that should go: expired ones, and the oldest beyond what an account may hold. Never `keep`. */
export function selectSurplusDevices(devices: AccountRecord['rememberedDevices'], keep: string | undefined, now: number): string[] {
  const kept = new Set(
    liveDevices(devices, now)
      .filter(([id]) => id !== keep)
      .slice(0, rememberedPerAccount - (keep === undefined ? 0 : 1))
      .map(([id]) => id),
  );
  return Object.keys(devices).filter((id) => id !== keep && !kept.has(id));
}

/** The one remembered last first. */
export async function listDevices(services: DeviceServices, call: Call, session: CurrentSession): Promise<RememberedDeviceDescription[]> {
  const now = services.clock.now();
  const [account, current] = await Promise.all([
    services.accounts.read(session.accountId),
    findKnownDevice(services.deviceKey, call.deviceCookie, session.emailKey, now),
  ]);
  return liveDevices(account?.rememberedDevices ?? {}, now).map(([id, device]) => ({
    id,
    rememberedAt: instant(device.rememberedAt),
    expiresAt: instant(device.expiresAt),
    address: device.address,
    userAgent: device.userAgent,
    current: id === current?.deviceId,
  }));
}

export async function forgetDevice(
  services: DeviceServices,
  call: Call,
  session: CurrentSession,
  deviceId: string,
): Promise<{ readonly kind: 'forgotten' } | Extract<Refusal, { kind: 'not_found' }>> {
  if (!/^[\w-]{22}$/.test(deviceId) || !(await services.accounts.forgetDevices(session.accountId, [deviceId]))) {
    return { kind: 'not_found' };
  }
  await services.events.append(event(call, session.accountId, 'device.forgotten', services.clock.now()));
  return { kind: 'forgotten' };
}

export async function forgetAllDevices(services: DeviceServices, call: Call, session: CurrentSession): Promise<void> {
  await services.accounts.forgetDevices(session.accountId);
  await services.events.append(event(call, session.accountId, 'device.all_forgotten', services.clock.now()));
}

function liveDevices(devices: AccountRecord['rememberedDevices'], now: number): [string, RememberedDevice][] {
  return Object.entries(devices)
    .filter(([, { expiresAt }]) => now < expiresAt)
    .sort(([, a], [, b]) => b.rememberedAt - a.rememberedAt);
}
