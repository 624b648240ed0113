/** The IP sets of the assembly. What was written to one stays over restarts, as in AWS it stays over deployments. */
import { randomUUID } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import type { ServiceContext } from '../service.ts';

export interface IpSet {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly scope: string;
  readonly family: 'IPV4' | 'IPV6';
  readonly description: string | undefined;
}

interface Content {
  readonly addresses: readonly string[];
  readonly lockToken: string;
  /** What the template said when it was last deployed: only a template that says something else changes the set. */
  readonly deployed: readonly string[];
}

/** WAF's quotas: addresses in a set, and updates of IP sets a second. */
const maximumAddresses = 10_000;
const updateIntervalMilliseconds = 1000;

export class IpSetStore {
  readonly context: ServiceContext;
  readonly #sets: readonly IpSet[];
  readonly #contents: Collection<Content>;
  readonly #listeners: ((arn: string, addresses: readonly string[]) => void)[] = [];
  #updatedAt = Number.NEGATIVE_INFINITY;

  constructor(context: ServiceContext) {
    this.context = context;
    this.#contents = context.state.collection('ip-sets');
    this.#sets = context.assembly.ofType('AWS::WAFv2::IPSet').map((resource) => this.#prepare(resource));
  }

  /** @throws AwsError `WAFNonexistentItemException` */
  find({ Id, Name, Scope }: { readonly Id?: unknown; readonly Name?: unknown; readonly Scope?: unknown }): IpSet {
    const set = this.#sets.find(({ id, name, scope }) => id === Id && name === Name && scope === Scope);
    if (set === undefined) {
      const message = "AWS WAF couldn't perform the operation because your resource doesn't exist.";
      throw new AwsError('WAFNonexistentItemException', message);
    }
    return set;
  }

  content({ arn }: IpSet): Content {
    return this.#contents.get(arn) as Content;
  }

  list(): { arn: string; addresses: readonly string[] }[] {
    return this.#sets.map((set) => ({ arn: set.arn, addresses: this.content(set).addresses }));
  }

  onChange(listener: (arn: string, addresses: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Replaces the whole content.
   *
   * @returns the next lock token
   * @throws AwsError as WAF does: for another's write meanwhile, for too many addresses or updates, for what is no address
   */
  update(set: IpSet, addresses: unknown, lockToken: unknown): string {
    const before = this.content(set);
    if (lockToken !== before.lockToken) {
      const message = "AWS WAF couldn't save your changes because someone changed the resource after you started to edit it.";
      throw new AwsError('WAFOptimisticLockException', message);
    }
    const taken = readAddresses(addresses, set.family);
    const now = performance.now();
    if (now - this.#updatedAt < updateIntervalMilliseconds) throw new AwsError('ThrottlingException', 'Rate exceeded');
    this.#updatedAt = now;
    const content = { ...before, addresses: taken, lockToken: randomUUID() };
    this.#contents.put(set.arn, content);
    for (const listener of this.#listeners) listener(set.arn, taken);
    return content.lockToken;
  }

  #prepare({ attributes, properties }: Resource): IpSet {
    const set: IpSet = {
      arn: String(attributes.Arn),
      name: String(attributes.Arn).split('/')[2] as string,
      id: String(attributes.Id),
      scope: String(properties.Scope),
      family: properties.IPAddressVersion,
      description: properties.Description,
    };
    const deployed = readAddresses(properties.Addresses ?? [], set.family);
    const kept = this.#contents.get(set.arn);
    if (kept === undefined || kept.deployed.join() !== deployed.join()) {
      this.#contents.put(set.arn, { addresses: deployed, lockToken: randomUUID(), deployed });
    }
    return set;
  }
}

/** In WAF's own spelling: IPv6 in full. Host bits may be set, and are kept out. */
function readAddresses(addresses: unknown, family: IpSet['family']): string[] {
  if (!Array.isArray(addresses)) throw invalid('ADDRESSES', String(addresses));
  if (addresses.length > maximumAddresses) {
    const message = `AWS WAF couldn't perform the operation because you exceeded your resource limit: ${addresses.length} addresses in one IP set.`;
    throw new AwsError('WAFLimitsExceededException', message);
  }
  return addresses.map((text: unknown) => {
    const isValid = typeof text === 'string' && (family === 'IPV4' ? ipaddr.IPv4 : ipaddr.IPv6).isValidCIDR(text) && !text.endsWith('/0');
    if (!isValid) throw invalid('IP_ADDRESS', String(text));
    const length = text.split('/')[1];
    if (family === 'IPV4') return `${ipaddr.IPv4.networkAddressFromCIDR(text)}/${length}`;
    const groups = ipaddr.IPv6.networkAddressFromCIDR(text).parts.map((part) => part.toString(16).padStart(4, '0'));
    return `${groups.join(':')}/${length}`;
  });
}

function invalid(field: string, parameter: string): AwsError {
  const message = `Error reason: The parameter contains formatting that is not valid., field: ${field}, parameter: ${parameter}`;
  return new AwsError('WAFInvalidParameterException', message);
}
