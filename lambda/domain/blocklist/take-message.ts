/** Turns a message on the queue `blocks` into a block that is kept, or says why not. */
import { type AutomaticReason, type BlocklistSettings, type BlockMessage, blockMessage } from '../../../contract/blocks.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { AddressEventType, SecurityEvent } from '../ports.ts';
import { type AddressBlock, parseAddressBlock } from './address-block.ts';
import { withoutBlocks } from './block-arithmetic.ts';
import { isNarrowEnough } from './judge-copy.ts';
import type { BlocklistPorts, StoredBlock } from './ports.ts';
import { reservedRanges } from './reserved-ranges.ts';

export type MessageDecision =
  | { readonly kind: 'keep'; readonly block: StoredBlock }
  /** Nothing is kept. Repeating the message would not change it. */
  | { readonly kind: 'refuse'; readonly cidr: string; readonly author: string; readonly reason: string };

const SECOND = 1000;
const policy = securityPolicy.blocklist;

const automaticWords: Readonly<Record<AutomaticReason, string>> = {
  sprayed_passwords: `wrong passwords for ${policy.automatic.sprayedAccounts} accounts within the hour`,
  locked_accounts: `locked ${policy.automatic.lockedAccounts} accounts within the hour`,
  honeypot: 'asked for a path that only scanners ask for',
};

/** What a message asks for, as the policy allows it. */
export function decideMessage(message: BlockMessage, settings: BlocklistSettings): MessageDecision {
  return message.kind === 'automatic' ? decideAutomatic(message, settings) : decideByHand(message, settings);
}

function decideByHand(message: Extract<BlockMessage, { kind: 'block' | 'unblock' }>, settings: BlocklistSettings): MessageDecision {
  const { author, kind } = message;
  const refuse = (reason: string): MessageDecision => ({ kind: 'refuse', cidr: message.cidr, author, reason });
  const block = parseAddressBlock(message.cidr);
  if (block === undefined) return refuse('it is neither an address nor a CIDR block');
  const at = Date.parse(message.at);
  const until = message.until === undefined ? at + policy.byHand.defaultSeconds * SECOND : Date.parse(message.until);
  if (until <= at) return refuse('it ends before it begins');
  if (kind === 'block') {
    if (!isNarrowEnough(block)) return refuse(`it is wider than /${policy.widestPrefixBits[block.family]}`);
    if (isUntouchable(block, settings)) return refuse('it is reserved, or on the allow-list');
  }
  // Nothing stays for ever by a slip: who means it, says so again.
  const latest = at + policy.byHand.maximumSeconds * SECOND;
  const kept = { source: 'hand', kind, cidr: block.cidr, reason: message.reason, author, at, until: Math.min(until, latest) } as const;
  return { kind: 'keep', block: kept };
}

function decideAutomatic(message: Extract<BlockMessage, { kind: 'automatic' }>, settings: BlocklistSettings): MessageDecision {
  const { because } = message;
  const author = 'portiere';
  const address = parseAddressBlock(message.address);
  // One address: whoever sends these may not block a network.
  const isOne = address !== undefined && address.prefixBits === (address.family === 'ipv4' ? 32 : 128);
  if (!isOne) return { kind: 'refuse', cidr: message.address, author, reason: 'it is not an address' };
  const block = address.family === 'ipv4' ? address : parseAddressBlock(`${message.address}/${policy.automatic.ipv6PrefixBits}`);
  if (block === undefined || isUntouchable(block, settings)) {
    return { kind: 'refuse', cidr: address.cidr, author, reason: 'it is reserved, or on the allow-list' };
  }
  const at = Date.parse(message.at);
  const until = at + policy.automatic.seconds[because] * SECOND;
  const kept = { source: 'automatic', kind: 'block', cidr: block.cidr, reason: automaticWords[because], author, at, until } as const;
  return { kind: 'keep', block: kept };
}

/** An unblock ends what was asked for before it. What is dated ahead would outlast it, so that nobody could end it by hand. */
function isAhead({ at }: BlockMessage, now: number): boolean {
  return Date.parse(at) > now + policy.clockSkewSeconds * SECOND;
}

function refuseAhead(message: BlockMessage): MessageDecision {
  const isByHand = message.kind !== 'automatic';
  const reason = 'it is dated in the future: the clock of whoever asked is wrong';
  return { kind: 'refuse', cidr: isByHand ? message.cidr : message.address, author: isByHand ? message.author : 'portiere', reason };
}

/** Nothing of it would be left to block. */
function isUntouchable({ cidr, family }: AddressBlock, settings: BlocklistSettings): boolean {
  const same = (list: readonly string[]) => list.filter((other) => parseAddressBlock(other)?.family === family);
  const never = withoutBlocks(reservedRanges[family], same(settings.blockableReserved));
  return withoutBlocks([cidr], [...never, ...same(settings.allow)]).length === 0;
}

/**
 * Keeps what a message asks for, with its event. Twice the same message is once.
 *
 * @throws Unavailable when the store fails: the message must come again
 * @returns false when nobody can read it: it belongs among the dead letters
 */
export async function takeMessage(
  ports: Pick<BlocklistPorts, 'store' | 'events' | 'journal' | 'clock'>,
  settings: BlocklistSettings,
  body: string,
): Promise<boolean> {
  const message = readMessage(body);
  if (message === undefined) return false;
  const decision = isAhead(message, ports.clock.now()) ? refuseAhead(message) : decideMessage(message, settings);
  const note = (type: AddressEventType, cidr: string, author: string, reason: string) =>
    ports.events.append(blockEvent(type, ports.clock.now(), cidr, message.id, { actor: author, reason }));
  if (decision.kind === 'refuse') {
    ports.journal.note('WARN', 'blocklist.refused', { messageId: message.id, reason: decision.reason });
    await note('ip_block.refused', decision.cidr, decision.author, decision.reason);
    return true;
  }
  const { block } = decision;
  if (!(await ports.store.putBlock(block))) return true;
  if (block.source === 'automatic') ports.journal.count('Blocklist/Automatic');
  const until = new Date(block.until).toISOString();
  await note(block.kind === 'block' ? 'ip_block.added' : 'ip_block.removed', block.cidr, block.author, `until ${until}: ${block.reason}`);
  return true;
}

function readMessage(body: string): BlockMessage | undefined {
  try {
    return blockMessage.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** An event about addresses: what the audit trail keeps under `address` is the block. */
export function blockEvent(
  type: AddressEventType,
  at: number,
  address: string,
  requestId: string,
  more: Partial<Pick<SecurityEvent, 'actor' | 'reason'>>,
): SecurityEvent {
  const subject = type.startsWith('ip_feed.') ? 'ip-feed' : 'ip-block';
  return { subject, type, at, address, userAgent: '', requestId, ...more };
}
