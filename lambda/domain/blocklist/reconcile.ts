/** Brings the IP sets to what they should hold, and writes nothing when they hold it. */
import { createHash } from 'node:crypto';
import type { BlocklistSettings } from '../../../contract/blocks.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import { type Family, families, parseAddressBlock } from './address-block.ts';
import { type ComposedSet, composeSets } from './compose-sets.ts';
import type { BlocklistPorts, IpSetContent } from './ports.ts';
import { oldestAgeHours } from './refresh-feeds.ts';
import { blockEvent } from './take-message.ts';

const policy = securityPolicy.blocklist;
/** What was written lately, so that a run which meets another's write doesn't take it for an edit by hand. */
const digestsKept = 4;
/** How many addresses of an edit by hand the event names. */
const addressesNamed = 5;

/**
 * The sets are read before the store, and written with the token of that reading: whoever writes last has seen every block that
 * was kept before the last write. A run that was overtaken starts over. So two runs at once need no lock of ours.
 *
 * @throws when the sets are overtaken time and again, or a service fails
 */
export async function reconcile(ports: BlocklistPorts, settings: BlocklistSettings): Promise<void> {
  const pace = createPace(ports);
  for (let attempt = 1; attempt <= policy.updateAttempts; attempt++) {
    const [ipv4, ipv6] = await Promise.all([ports.sets.read('ipv4'), ports.sets.read('ipv6')]);
    const wanted = await composeFromStore(ports, settings);
    const isDone = (await bring(ports, 'ipv4', ipv4, wanted.ipv4, pace)) && (await bring(ports, 'ipv6', ipv6, wanted.ipv6, pace));
    if (!isDone) continue;
    report(ports, wanted);
    return;
  }
  throw new Error(`the IP sets were written by somebody else in each of ${policy.updateAttempts} attempts`);
}

async function composeFromStore({ store, clock, journal }: BlocklistPorts, settings: BlocklistSettings) {
  const [byHand, automatic, feeds] = await Promise.all([store.listBlocks('hand'), store.listBlocks('automatic'), store.listFeeds()]);
  const now = clock.now();
  journal.count('Blocklist/FeedAge', oldestAgeHours(feeds, settings, now));
  const copies = settings.feeds.map(({ id }) => ({ id, cidrs: feeds.find((feed) => feed.id === id)?.copy?.cidrs ?? [] }));
  const { allow, blockableReserved } = settings;
  return composeSets({ byHand, automatic, feeds: copies, allow, blockableReserved }, now);
}

/** @returns false when the set was written by somebody else since it was read */
async function bring(ports: BlocklistPorts, family: Family, actual: IpSetContent, wanted: ComposedSet, pace: () => Promise<void>) {
  const found = spellAlike(actual.addresses);
  const before = digestOf(found);
  const after = digestOf(wanted.addresses);
  if (before === after) return true;
  const written = await ports.store.listWritten(family);
  const isEdited = written.length > 0 && !written.includes(before);
  // Before the set itself: a run that meets the new content, or still the old one, must find its digest.
  const known = new Set([after, ...(isEdited ? [] : [before]), ...written]);
  await ports.store.noteWritten(family, [...known].slice(0, digestsKept));
  await pace();
  if (!(await ports.sets.write(family, wanted.addresses, actual.lockToken))) return false;
  ports.journal.note('INFO', 'blocklist.written', { family, before: found.length, after: wanted.addresses.length });
  if (isEdited) await tellOfEdit(ports, family, found, wanted.addresses);
  return true;
}

async function tellOfEdit(ports: BlocklistPorts, family: Family, found: readonly string[], wanted: readonly string[]): Promise<void> {
  const now = ports.clock.now();
  const reason = `taken out again: ${name(without(found, wanted))}; put back: ${name(without(wanted, found))}`;
  ports.journal.count('Blocklist/Drift');
  ports.journal.note('WARN', 'blocklist.drift_corrected', { family, found: found.length, wanted: wanted.length });
  await ports.events.append(blockEvent('ip_block.drift_corrected', now, family, `run-${now}`, { reason }));
}

function without(cidrs: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return cidrs.filter((cidr) => !known.has(cidr));
}

function name(cidrs: readonly string[]): string {
  if (cidrs.length === 0) return 'none';
  const shown = cidrs.slice(0, addressesNamed).join(', ');
  return cidrs.length > addressesNamed ? `${shown} and ${cidrs.length - addressesNamed} more` : shown;
}

function report({ journal }: BlocklistPorts, wanted: Readonly<Record<Family, ComposedSet>>): void {
  journal.count('Blocklist/Fill', (100 * Math.max(wanted.ipv4.wanted, wanted.ipv6.wanted)) / policy.addressesPerSet);
  for (const family of families) {
    for (const { source, blocks } of wanted[family].leftOut) {
      journal.note('WARN', 'blocklist.overflowed', { family, source, blocks });
    }
  }
}

/** WAF spells IPv6 addresses in full and keeps no order. What can't be read makes a set differ from every other. */
function spellAlike(addresses: readonly string[]): string[] {
  return addresses.map((address) => parseAddressBlock(address)?.cidr ?? address);
}

function digestOf(cidrs: readonly string[]): string {
  return createHash('sha256')
    .update([...cidrs].sort().join('\n'))
    .digest('base64url');
}

/** One update a second, whatever the set: the first one of a run waits for nothing. */
function createPace({ clock }: BlocklistPorts): () => Promise<void> {
  let last: number | undefined;
  return async () => {
    const wait = last === undefined ? 0 : last + policy.updateIntervalMilliseconds - clock.now();
    if (wait > 0) await clock.pause(wait);
    last = clock.now();
  };
}
