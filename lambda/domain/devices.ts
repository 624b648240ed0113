/**
 * Known devices (OWASP device-cookie scheme): a browser that has signed in to an account before carries a signed
 * cookie for it, and guesses from it have a budget of their own. So strangers who lock an address don't lock out its
 * owner, and a stolen cookie buys one small budget, not the account.
 */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { KeyedHash, RandomSource } from './ports.ts';
import { equalInConstantTime, newId } from './sessions.ts';

const SECOND = 1000;
/** One browser may be known to this many accounts; the oldest gives way. */
const MAXIMUM_IN_ONE_COOKIE = 4;
const SEPARATOR = '~';

/**
 * `device`: has signed in before. `remembered`: that, and the account may let it skip the second step; a hint which write
 * to try first, for whether it still does is the account's to say. `pending`: has shown a password and owes the code.
 */
type EntryKind = 'device' | 'remembered' | 'pending';

export interface KnownDevice {
  readonly deviceId: string;
  /** Milliseconds. */
  readonly issuedAt: number;
  readonly claimsRemembered: boolean;
}

/** @returns the entry for this account's address, or undefined when the cookie holds none that is ours and fresh */
export async function findKnownDevice(
  deviceKey: KeyedHash,
  cookie: string | undefined,
  emailKey: string,
  now: number,
): Promise<KnownDevice | undefined> {
  for (const entry of splitCookie(cookie)) {
    const [deviceId = '', issued = '', mac = ''] = entry.split('.');
    const issuedAt = Number.parseInt(issued, 36) * SECOND;
    const fresh = issuedAt <= now + 60 * SECOND && now < issuedAt + securityPolicy.devices.lifetimeSeconds * SECOND;
    if (!fresh) continue;
    for (const kind of ['device', 'remembered'] as const) {
      if (equalInConstantTime(mac, await sign(deviceKey, emailKey, deviceId, issued, kind))) {
        return { deviceId, issuedAt, claimsRemembered: kind === 'remembered' };
      }
    }
  }
  return undefined;
}

/** @returns the cookie's new value: this account's entry renewed, other accounts' kept */
export async function rememberDevice(
  deviceKey: KeyedHash,
  random: RandomSource,
  cookie: string | undefined,
  emailKey: string,
  known: Pick<KnownDevice, 'deviceId'> | undefined,
  now: number,
  kind: 'device' | 'remembered' = 'device',
): Promise<string> {
  const deviceId = known?.deviceId ?? newId(random);
  const issued = Math.floor(now / SECOND).toString(36);
  const entry = `${deviceId}.${issued}.${await sign(deviceKey, emailKey, deviceId, issued, kind)}`;
  const others = splitCookie(cookie).filter((other) => !other.startsWith(`${deviceId}.`));
  return [entry, ...others].slice(0, MAXIMUM_IN_ONE_COOKIE).join(SEPARATOR);
}

function splitCookie(cookie: string | undefined): string[] {
  if (!cookie || cookie.length > securityPolicy.requests.headerBytes) return [];
  return cookie
    .split(SEPARATOR)
    .filter((entry) => /^[\w-]{22}\.[\da-z]{1,9}\.[\w-]{43}$/.test(entry))
    .slice(0, MAXIMUM_IN_ONE_COOKIE);
}

/**
 * A device that has shown the right password and owes the code: an entry of its own kind in the cookie, which binds
 * the challenge to this browser and buys no budget.
 */
export async function rememberPendingDevice(
  deviceKey: KeyedHash,
  random: RandomSource,
  cookie: string | undefined,
  emailKey: string,
  now: number,
): Promise<{ deviceId: string; cookie: string }> {
  const deviceId = newId(random);
  const issued = Math.floor(now / SECOND).toString(36);
  const entry = `${deviceId}.${issued}.${await sign(deviceKey, emailKey, deviceId, issued, 'pending')}`;
  // The last place: known devices of other accounts stay.
  return { deviceId, cookie: [...splitCookie(cookie).slice(0, MAXIMUM_IN_ONE_COOKIE - 1), entry].join(SEPARATOR) };
}

/** Whether the cookie carries this device for this account's address, known or pending. */
export async function carriesDevice(
  deviceKey: KeyedHash,
  cookie: string | undefined,
  emailKey: string,
  deviceId: string,
): Promise<boolean> {
  for (const entry of splitCookie(cookie)) {
    const [id = '', issued = '', mac = ''] = entry.split('.');
    if (id !== deviceId) continue;
    for (const kind of ['device', 'remembered', 'pending'] as const) {
      if (equalInConstantTime(mac, await sign(deviceKey, emailKey, id, issued, kind))) return true;
    }
  }
  return false;
}

async function sign(deviceKey: KeyedHash, emailKey: string, deviceId: string, issued: string, kind: EntryKind): Promise<string> {
  return Buffer.from(await deviceKey.digest(`${kind}:v1:${emailKey}:${deviceId}:${issued}`)).toString('base64url');
}
