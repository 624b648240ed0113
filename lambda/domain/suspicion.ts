/**
 * Addresses that guess at many accounts (P15). The lockout protects each account; this is about whoever goes from one to the next,
 * a few guesses each, or locks them on purpose. Only wrong guesses count, and each account once: people who share an address may
 * all mistype, and an account with a forgotten password is one.
 */
import type { AutomaticReason, BlockMessage } from '../../contract/blocks.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import type { Call } from './context.ts';
import { findPrefix } from './networks.ts';
import type { Clock, RandomSource } from './ports.ts';
import { instant, newId } from './sessions.ts';

export interface DistinctCounter {
  /**
   * Counts a member once, by one conditional write.
   *
   * @param endsAt milliseconds: from then on the counter matters to nobody
   * @returns the count after the write; undefined for a member that was counted before, and once the limit is reached
   */
  add(key: string, member: string, limit: number, endsAt: number): Promise<number | undefined>;
}

export interface BlockQueue {
  send(message: Extract<BlockMessage, { kind: 'automatic' }>): Promise<void>;
}

export interface SuspicionServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly distinct: DistinctCounter;
  readonly blocks: BlockQueue;
}

const { automatic } = securityPolicy.blocklist;

/**
 * Written beside what a wrong guess writes anyway, so that no guess takes longer for it but the one that goes over the threshold,
 * which asks for the block; the counter gives that number to one of all guesses.
 *
 * @param hasLocked whether this guess was the one that locked the account
 */
export async function noteWrongGuess(services: SuspicionServices, call: Call, emailKey: string, hasLocked: boolean): Promise<void> {
  await Promise.all([
    count(services, call, emailKey, 'sprayed_passwords', automatic.sprayedAccounts),
    hasLocked && count(services, call, emailKey, 'locked_accounts', automatic.lockedAccounts),
  ]);
}

async function count(services: SuspicionServices, call: Call, emailKey: string, because: AutomaticReason, limit: number): Promise<void> {
  const now = services.clock.now();
  const { address } = call.viewer;
  // What one customer has of IPv6 is one viewer: another address of it for each guess would be as many viewers.
  const viewer = findPrefix(address, 32, automatic.ipv6PrefixBits);
  if (viewer === undefined) return;
  const windowMilliseconds = automatic.windowSeconds * 1000;
  const window = Math.floor(now / windowMilliseconds);
  const endsAt = (window + 1) * windowMilliseconds;
  const reached = await services.distinct.add(`viewer:${because}:${viewer}:${window}`, emailKey, limit, endsAt);
  if (reached !== limit) return;
  await services.blocks.send({ kind: 'automatic', id: newId(services.random), at: instant(now), address, because });
}
