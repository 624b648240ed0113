import type { Call } from '../context.ts';
import { findKnownDevice, rememberDevice } from '../devices.ts';
import type { AccountServices } from './services.ts';

/**
 * A known device is known for an address. When the account's address moves, the browser that follows the link keeps its
 * standing, if its cookie proves that it had one: its owner is no stranger at the next sign-in.
 *
 * @returns the cookie's new value, or undefined when there is nothing to carry over
 */
export async function carryDevice(
  services: AccountServices,
  call: Call,
  fromEmailKeys: readonly string[],
  toEmailKey: string,
): Promise<string | undefined> {
  const now = services.clock.now();
  for (const emailKey of fromEmailKeys) {
    const device = await findKnownDevice(services.deviceKey, call.deviceCookie, emailKey, now);
    if (!device) continue;
    const kind = device.claimsRemembered ? 'remembered' : 'device';
    // The cookie says when in whole seconds: rounded up, or it would be older than the instant at which devices were forgotten.
    const issuedAt = Math.ceil(now / 1000) * 1000;
    return rememberDevice(services.deviceKey, services.random, call.deviceCookie, toEmailKey, device, issuedAt, kind);
  }
  return undefined;
}
