import { GetIPSetCommand, UpdateIPSetCommand, WAFOptimisticLockException, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { Family } from '../domain/blocklist/address-block.ts';
import type { IpSetContent, IpSets } from '../domain/blocklist/ports.ts';
import { Unavailable } from '../domain/ports.ts';
import { clientOptions, timeouts } from './client-options.ts';
import { HttpHandler } from './http-handler.ts';

/** What belongs to CloudFront lives here, wherever the functions run. */
const region = 'us-east-1';
/** Ten thousand addresses go over the wire, either way. */
const requestTimeout = 4000;
/** One update a second, whoever makes it: after somebody else's, the usual three attempts would be over within that second. */
const maxAttempts = 5;

/** The IP sets of blocked addresses, one a family, by their ARNs. */
export class WafIpSets implements IpSets {
  readonly #arns: Readonly<Record<Family, string>>;
  readonly #client: WAFV2Client;
  /** An update replaces the description too: it is sent back as it was read. */
  readonly #descriptions: Partial<Record<Family, string>> = {};

  constructor(arns: Readonly<Record<Family, string>>, client: WAFV2Client = createClient()) {
    this.#arns = arns;
    this.#client = client;
  }

  async read(family: Family): Promise<IpSetContent> {
    try {
      const { IPSet, LockToken } = await this.#client.send(new GetIPSetCommand(this.#identify(family)));
      if (IPSet === undefined || LockToken === undefined) throw new Error('the answer has no set');
      if (IPSet.Description !== undefined) this.#descriptions[family] = IPSet.Description;
      return { addresses: IPSet.Addresses ?? [], lockToken: LockToken };
    } catch (cause) {
      throw new Unavailable('firewall', { cause });
    }
  }

  async write(family: Family, addresses: readonly string[], lockToken: string): Promise<boolean> {
    const Description = this.#descriptions[family];
    try {
      await this.#client.send(
        new UpdateIPSetCommand({
          ...this.#identify(family),
          Addresses: [...addresses],
          LockToken: lockToken,
          ...(Description !== undefined && { Description }),
        }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof WAFOptimisticLockException) return false;
      throw new Unavailable('firewall', { cause });
    }
  }

  #identify(family: Family) {
    const [, Name, Id] = /:global\/ipset\/([^/]+)\/([^/]+)$/.exec(this.#arns[family]) ?? [];
    if (Name === undefined || Id === undefined) throw new Error(`${this.#arns[family]} is not the ARN of an IP set of CloudFront`);
    return { Name, Id, Scope: 'CLOUDFRONT' as const };
  }
}

function createClient(): WAFV2Client {
  return new WAFV2Client({ ...clientOptions, region, maxAttempts, requestHandler: new HttpHandler({ ...timeouts, requestTimeout }) });
}
