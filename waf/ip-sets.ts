/** The IP sets that rules refer to: kept apart from the web ACL, because lists of addresses change while it runs. */
import { AddressSet } from './address-set.ts';

export class IpSets {
  readonly #sets = new Map<string, AddressSet>();

  /**
   * Sets the whole content of an IP set, from the next evaluation on.
   *
   * @throws WebAclError naming a value that is no CIDR block; the set then keeps what it had
   */
  set(arn: string, cidrs: readonly string[]): void {
    this.#sets.set(arn, new AddressSet(cidrs, `IP set ${arn}`));
  }

  get(arn: string): AddressSet | undefined {
    return this.#sets.get(arn);
  }
}

/**
 * @param contents CIDR blocks by ARN of the set; the families may be mixed
 * @throws WebAclError naming a value that is no CIDR block
 */
export function createIpSets(contents: Iterable<readonly [arn: string, cidrs: readonly string[]]>): IpSets {
  const sets = new IpSets();
  for (const [arn, cidrs] of contents) sets.set(arn, cidrs);
  return sets;
}
