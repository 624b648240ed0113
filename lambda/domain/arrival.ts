/** What follows on every session that a sign-in has opened, whatever opened it. */
import { type Call, event, mailBase, type SessionServices } from './context.ts';
import { type KnownDevice, rememberDevice } from './devices.ts';
import { decideUpkeep, findPrefix, isNewNetwork } from './networks.ts';
import type { AccountRecord, KeyedHash, MailQueue } from './ports.ts';
import { isRemembered, selectSurplusDevices } from './remembered-devices.ts';
import { mayRememberDevices } from './required-factor.ts';
import { selectSurplus } from './sessions.ts';

export interface ArrivalServices extends SessionServices {
  readonly mail: MailQueue;
  readonly deviceKey: KeyedHash;
}

export interface Arrival {
  /** As the write left it that opened the session. */
  readonly account: AccountRecord;
  readonly sessionId: string;
  /** As `computeNetwork` named it for that write. */
  readonly network: string | undefined;
  /** The device that signed in, if its cookie proves that it has before. */
  readonly device: KnownDevice | undefined;
  /** The id that a device without such a cookie has had since the password; the cookie gets it. */
  readonly deviceId?: string | undefined;
  /** Whether that write remembers the device. */
  readonly remembers?: boolean;
}

/**
 * Tells the owner of a new place, tidies up what the account holds too much of, and renews the device's cookie. One round
 * trip at most, mostly none: all of it at once.
 *
 * @returns the cookie's new value
 */
export async function settleArrival(services: ArrivalServices, call: Call, arrival: Arrival): Promise<string> {
  const { account, sessionId, network, device } = arrival;
  const { accountId, email, emailKey } = account;
  const now = services.clock.now();
  const isStaff = services.isStaff(email);
  const deviceId = device?.deviceId ?? arrival.deviceId;
  const staysRemembered = mayRememberDevices(services.factorPolicy, isStaff) && isRemembered(account, deviceId, now);

  const surplus = selectSurplus(account.sessions, sessionId, isStaff, now);
  const surplusDevices = selectSurplusDevices(account.rememberedDevices, deviceId, now);
  const upkeep = decideUpkeep(account.networks, network, now);
  const because = findNovelty(arrival);
  const [cookie] = await Promise.all([
    rememberDevice(
      services.deviceKey,
      services.random,
      call.deviceCookie,
      emailKey,
      deviceId === undefined ? undefined : { deviceId },
      now,
      staysRemembered ? 'remembered' : 'device',
    ),
    because && tellOfNewPlace(services, call, arrival, because),
    arrival.remembers && services.events.append(event(call, accountId, 'device.remembered', now, { sessionId })),
    surplus.length > 0 && services.accounts.endSessions(accountId, surplus),
    surplusDevices.length > 0 && services.accounts.forgetDevices(accountId, surplusDevices),
    upkeep && services.accounts.noteNetworks(accountId, upkeep, now),
  ]);
  return cookie;
}

/** A network of which its owner could not be told is not known: the next sign-in from it tries again. */
async function tellOfNewPlace(
  services: ArrivalServices,
  call: Call,
  { account, network }: Arrival,
  because: 'device' | 'network',
): Promise<void> {
  const { accountId, email, emailKey, locale } = account;
  try {
    await services.mail.send({ ...mailBase(call, services, email, emailKey), locale, kind: 'new_device', because });
  } catch (fault) {
    if (network !== undefined) await services.accounts.noteNetworks(accountId, { forget: [network] }, services.clock.now()).catch(() => {});
    throw fault;
  }
}

/**
 * Cookies are bound to the address, for they are read before the account is known: one that is older than the account, or than its
 * having the address, was given to whoever had the address before.
 */
function isKnownSince({ issuedAt }: KnownDevice, { createdAt, addressSince = 0, devicesForgottenAt = 0 }: AccountRecord): boolean {
  // Cookies say whole seconds, and the first one may be of the same as the account.
  const since = Math.floor(Math.max(createdAt, addressSince) / 1000) * 1000;
  return issuedAt >= Math.max(since, devicesForgottenAt);
}

/** What about this sign-in its owner should be told; the first one of all is from where nobody could have been yet. */
function findNovelty({ account, sessionId, network, device }: Arrival): 'device' | 'network' | undefined {
  if (account.signIns <= 1) return undefined;
  if (!device || !isKnownSince(device, account)) return 'device';
  const session = account.sessions[sessionId];
  if (network === undefined || !session || !isNewNetwork(account.networks, network, session.createdAt)) return undefined;
  // Of sessions that open from one new network at the same instant, the first tells: the others see it beside them.
  const isToldAlready = Object.entries(account.sessions).some(
    ([id, other]) => id !== sessionId && other.createdAt === session.createdAt && findPrefix(other.address) === findPrefix(session.address),
  );
  return isToldAlready ? undefined : 'network';
}
