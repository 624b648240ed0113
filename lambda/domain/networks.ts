/**
 * Where a person has signed in from: enough to notice a new place, and no more. Of the address only a prefix counts, which
 * thousands share, and only a keyed hash of it is kept, with the account mixed in: the table alone tells nobody where
 * anybody was, nor who was in the same place.
 */
import { securityPolicy } from '../../contract/security-policy.ts';
import type { AccountRecord, KeyedHash } from './ports.ts';

const { ipv4PrefixBits, ipv6PrefixBits, keptSeconds, perAccount } = securityPolicy.networks;
const KEPT = keptSeconds * 1000;
/** A network in use is noted anew this often, so that it isn't forgotten while it is. */
const RENEWAL = KEPT / 3;
const HASH_LENGTH = 22;

/** @returns key of `AccountRecord.networks`, or undefined for an address that is none */
export async function computeNetwork(deviceKey: KeyedHash, accountId: string, address: string): Promise<string | undefined> {
  const prefix = findPrefix(address);
  if (prefix === undefined) return undefined;
  return Buffer.from(await deviceKey.digest(`network:v1:${accountId}:${prefix}`))
    .toString('base64url')
    .slice(0, HASH_LENGTH);
}

/** The network that an address is in, coarsely unless told: `4:cb00` for 203.0.113.7. An IPv4 address is the same however it is written. */
export function findPrefix(address: string, ipv4Bits: number = ipv4PrefixBits, ipv6Bits: number = ipv6PrefixBits): string | undefined {
  const ipv4 = parseIpv4(address);
  if (ipv4) return describePrefix(4, ipv4, ipv4Bits);
  const ipv6 = parseIpv6(address);
  if (!ipv6) return undefined;
  // ::ffff:0:0/96, "IPv4-mapped" (RFC 4291 section 2.5.5.2).
  const isMapped = ipv6.slice(0, 10).every((byte) => byte === 0) && ipv6[10] === 0xff && ipv6[11] === 0xff;
  return isMapped ? describePrefix(4, ipv6.slice(12), ipv4Bits) : describePrefix(6, ipv6, ipv6Bits);
}

/** @returns whether the write that opened a session at this instant was the first to note its network */
export function isNewNetwork(networks: AccountRecord['networks'], network: string, sessionCreatedAt: number): boolean {
  const notedAt = networks[network];
  return notedAt === undefined || notedAt === sessionCreatedAt || notedAt + KEPT <= sessionCreatedAt;
}

/** What the account should note and forget about networks after a sign-in from one of them; undefined: nothing. */
export function decideUpkeep(
  networks: AccountRecord['networks'],
  current: string | undefined,
  now: number,
): { readonly renew?: string; readonly forget: readonly string[] } | undefined {
  const others = Object.entries(networks).filter(([network]) => network !== current);
  const live = others.filter(([, notedAt]) => now < notedAt + KEPT).sort(([, a], [, b]) => b - a);
  const kept = new Set(live.slice(0, perAccount - (current === undefined ? 0 : 1)).map(([network]) => network));
  const forget = others.map(([network]) => network).filter((network) => !kept.has(network));
  const notedAt = current === undefined ? undefined : networks[current];
  const renew = notedAt !== undefined && now >= notedAt + RENEWAL ? current : undefined;
  if (renew === undefined && forget.length === 0) return undefined;
  return { ...(renew === undefined ? {} : { renew }), forget };
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** RFC 4291 section 2.2, a zone (`%eth0`) and brackets left out of account. @returns 16 bytes */
function parseIpv6(text: string): number[] | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const halves = bare.split('::');
  if (bare.length > 45 || halves.length > 2) return undefined;
  // An IPv4 address may stand at the very end only.
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (!head) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (!tail || head.length + tail.length > 14) return undefined;
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const embedded = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (embedded) {
      bytes.push(...embedded);
    } else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}

/** The policy's prefixes are whole bytes. */
function describePrefix(family: 4 | 6, bytes: readonly number[], bits: number): string {
  return `${family}:${Buffer.from(bytes.slice(0, bits / 8)).toString('hex')}`;
}
