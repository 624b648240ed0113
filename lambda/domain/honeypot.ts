/**
 * Traps: paths that no person visits (P15). Whoever asks for one is looking for a hole, and is blocked for a while.
 *
 * Any page on the web can make a browser ask for a trap here, in order to have the browser's office blocked. Browsers say what made
 * them ask (`Sec-Fetch-Site`, which no page can forge or leave out), prefetches included: what says so springs no trap. A scanner that
 * learns to say so too goes free of this, and meets the rate rules.
 */
import { securityPolicy } from '../../contract/security-policy.ts';
import { findPrefix } from './networks.ts';
import type { Clock, RandomSource } from './ports.ts';
import { instant, newId } from './sessions.ts';
import type { BlockQueue } from './suspicion.ts';

const { honeypot, blocklist } = securityPolicy;
export const traps: readonly string[] = [honeypot.forbidden, ...honeypot.scanned];
/** Addresses that one instance remembers having told of. */
const maximumTold = 1000;

export interface HoneypotServices {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly blocks: BlockQueue;
}

export interface TrapRequest {
  readonly path: string;
  /** As CloudFront says, without a port. Undefined when it says nothing: then nobody is blocked, least of all CloudFront. */
  readonly address: string | undefined;
  readonly fetchSite: string | undefined;
}

/** @returns the trap that this path is; undefined for every other path */
export function findTrap(path: string): string | undefined {
  return traps.find((trap) => (trap.endsWith('*') ? path.startsWith(trap.slice(0, -1)) : path === trap));
}

/** One an instance: it remembers whom it has told of. */
export class Honeypot {
  readonly #services: HoneypotServices;
  readonly #told = new Map<string, number>();

  constructor(services: HoneypotServices) {
    this.#services = services;
  }

  /**
   * Has the viewer blocked if this springs a trap.
   *
   * @throws Unavailable when the queue fails
   * @returns the trap, when somebody was told of it
   */
  async watch({ path, address, fetchSite }: TrapRequest): Promise<string | undefined> {
    const trap = findTrap(path);
    if (trap === undefined || address === undefined || fetchSite !== undefined) return undefined;
    // What one customer has of IPv6 is one viewer.
    const viewer = findPrefix(address, 32, blocklist.automatic.ipv6PrefixBits);
    const { clock, random, blocks } = this.#services;
    const now = clock.now();
    if (viewer === undefined || !this.#isNews(viewer, now)) return undefined;
    await blocks.send({ kind: 'automatic', id: newId(random), at: instant(now), address, because: 'honeypot' });
    return trap;
  }

  #isNews(viewer: string, now: number): boolean {
    const toldAt = this.#told.get(viewer);
    if (toldAt !== undefined && now < toldAt + honeypot.toldEverySeconds * 1000) return false;
    // At the end of the order: the first ones are forgotten first.
    this.#told.delete(viewer);
    this.#told.set(viewer, now);
    const [oldest] = this.#told.keys();
    if (this.#told.size > maximumTold && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}
