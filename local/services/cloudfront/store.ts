/**
 * The distributions of the assembly, as far as they change while the system runs: the headers that the edge adds for an origin.
 * What was written to one stays over restarts, as in AWS it stays over deployments.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Resource } from '../../assembly/model.ts';
import type { Collection } from '../../state.ts';
import { AwsError } from '../aws-error.ts';
import type { ServiceContext } from '../service.ts';

export interface OriginHeader {
  readonly name: string;
  readonly value: string;
}

export interface LocalOrigin {
  readonly id: string;
  readonly domainName: string;
  readonly headers: readonly OriginHeader[];
}

export interface LocalDistribution {
  readonly id: string;
  readonly arn: string;
  readonly comment: string;
}

interface Content {
  readonly etag: string;
  readonly origins: readonly LocalOrigin[];
  /** Digest of the template's configuration when it was last deployed: only one that says something else changes the distribution. */
  readonly deployed: string;
}

/** One value more than a header has is none of CloudFront's. */
const maximumValueLength = 1783;

export class DistributionStore {
  readonly context: ServiceContext;
  readonly #distributions: readonly LocalDistribution[];
  readonly #contents: Collection<Content>;
  readonly #domains = new Map<string, string>();
  /** What is stored, as the edge asks for it with every request; all writes go through this object. */
  readonly #current = new Map<string, Content>();

  /** @param resolveSecrets puts secrets in the place of dynamic references, as CloudFormation does when it updates a resource */
  constructor(context: ServiceContext, resolveSecrets: (text: string) => string) {
    this.context = context;
    this.#contents = context.state.collection('distributions');
    this.#distributions = context.assembly
      .ofType('AWS::CloudFront::Distribution')
      .map((resource) => this.#prepare(resource, resolveSecrets));
  }

  /** @throws AwsError `NoSuchDistribution` */
  find(id: string): LocalDistribution {
    const found = this.#distributions.find((distribution) => distribution.id === id);
    if (found === undefined) throw new AwsError('NoSuchDistribution', 'The specified distribution does not exist.', 404);
    return found;
  }

  content({ id }: LocalDistribution): Content {
    const current = this.#current.get(id) ?? (this.#contents.get(id) as Content);
    this.#current.set(id, current);
    return current;
  }

  /** What the edge adds for an origin; asked for with each request, so that a change is there at once. */
  originHeaders(distributionId: string, originId: string): readonly OriginHeader[] {
    return this.content(this.find(distributionId)).origins.find(({ id }) => id === originId)?.headers ?? [];
  }

  /** @throws AwsError `PreconditionFailed` when the distribution has changed since that reading, `InvalidArgument` for what no header takes */
  update(distribution: LocalDistribution, etag: string, origins: readonly LocalOrigin[]): Content {
    const content = this.content(distribution);
    if (etag !== content.etag)
      throw new AwsError('PreconditionFailed', 'The request failed because it did not meet the preconditions.', 412);
    const wrong = origins.flatMap(({ headers }) => headers).find(({ value }) => value === '' || value.length > maximumValueLength);
    if (wrong !== undefined) throw new AwsError('InvalidArgument', `The value of the header ${wrong.name} is not valid.`);
    const next = { ...content, etag: newEtag(), origins };
    this.#contents.put(distribution.id, next);
    this.#current.set(distribution.id, next);
    return next;
  }

  /** Where its viewers come: known once the listeners are open. */
  domainName({ id }: LocalDistribution): string {
    return this.#domains.get(id) ?? String(this.context.assembly.find(id)?.attributes.DomainName);
  }

  serveAt(distributionId: string, domainName: string): void {
    this.#domains.set(distributionId, domainName);
  }

  #prepare(resource: Resource, resolveSecrets: (text: string) => string): LocalDistribution {
    const config = resource.properties.DistributionConfig;
    const deployed = createHash('sha256').update(JSON.stringify(config)).digest('hex');
    if (this.#contents.get(resource.ref)?.deployed !== deployed) {
      // biome-ignore lint/suspicious/noExplicitAny: template JSON.
      const origins = config.Origins.map((origin: any) => ({
        id: String(origin.Id),
        domainName: String(origin.DomainName),
        // biome-ignore lint/suspicious/noExplicitAny: template JSON.
        headers: (origin.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }: any) => ({
          name: String(HeaderName),
          value: resolveSecrets(String(HeaderValue)),
        })),
      }));
      this.#contents.put(resource.ref, { etag: newEtag(), origins, deployed });
    }
    return { id: resource.ref, arn: String(resource.attributes.Arn), comment: String(config.Comment ?? '') };
  }
}

function newEtag(): string {
  return `E${randomUUID().replaceAll('-', '').slice(0, 13).toUpperCase()}`;
}
