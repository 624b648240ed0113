/** AWS::CloudFront::Distribution, worked out once at start: nothing of the template is looked at again while requests run. */
import type { Assembly, Resource } from '../assembly/model.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LocalServices } from '../services/model.ts';
import { compileEdgeFunction, type EdgeFunction } from './cloudfront-function.ts';
import { compileForwarding, type Forwarding } from './forwarding.ts';
import type { Origin } from './origin.ts';
import { compileResponseHeaders, type ResponseHeaders } from './response-headers.ts';
import { createBucketOrigin } from './web-bucket.ts';
import type { EdgeResponse, HeaderList } from './wire.ts';

// biome-ignore lint/suspicious/noExplicitAny: template JSON.
type Template = Record<string, any>;

export interface Behaviour {
  /** Undefined for the default behaviour. */
  readonly pattern: RegExp | undefined;
  readonly viewerProtocol: 'allow-all' | 'redirect-to-https' | 'https-only';
  readonly allowedMethods: ReadonlySet<string>;
  readonly compresses: boolean;
  readonly onRequest: EdgeFunction | undefined;
  readonly onResponse: EdgeFunction | undefined;
  readonly forwarding: Forwarding;
  readonly responseHeaders: ResponseHeaders;
  readonly target: Target;
}

export interface Target {
  readonly origin: Origin;
  /** Headers that the origin gets from the edge itself. */
  readonly headers: () => HeaderList;
  /** Of an origin group: who is asked instead when the first one answers with one of these. */
  readonly failover?: { readonly statusCodes: ReadonlySet<number>; readonly target: Target };
}

export interface ErrorPage {
  readonly responseCode: number | undefined;
  readonly responsePagePath: string | undefined;
}

export interface Distribution {
  readonly id: string;
  readonly behaviours: readonly Behaviour[];
  readonly defaultRootObject: string;
  readonly errorPages: ReadonlyMap<number, ErrorPage>;
  readonly webAclArn: string | undefined;
  readonly minimumProtocolVersion: string;
  behaviourFor(path: string): Behaviour;
}

export interface DistributionOptions {
  readonly assembly: Assembly;
  readonly gateways: readonly Gateway[];
  /** What is in buckets beside what deployments put there. */
  readonly objects: LocalServices['objects'];
  /** Headers that an origin gets from the edge, by the origin's id, as the distribution has them at the moment. */
  readonly originHeaders: (originId: string) => readonly { readonly name: string; readonly value: string }[];
  readonly log: (line: string) => void;
}

/** @throws Error naming what the distribution uses and the local edge does not know */
export function compileDistribution(resource: Resource, options: DistributionOptions): Distribution {
  const config: Template = resource.properties.DistributionConfig;
  const { assembly, log } = options;
  const functions = new Map<string, EdgeFunction>();
  const targets = new Map<string, Target>(
    (config.Origins as Template[]).map((origin) => [String(origin.Id), compileOrigin(origin, options)]),
  );
  for (const group of (config.OriginGroups?.Items ?? []) as Template[]) targets.set(String(group.Id), compileGroup(group, targets));

  function functionFor(behaviour: Template, eventType: string): EdgeFunction | undefined {
    const association = ((behaviour.FunctionAssociations ?? []) as Template[]).find(({ EventType }) => EventType === eventType);
    if (association === undefined) return undefined;
    const arn = String(association.FunctionARN);
    let compiled = functions.get(arn);
    if (compiled === undefined) {
      const found = assembly.find(arn);
      if (found === undefined) throw new Error(`the CloudFront function ${arn} is not in the assembly`);
      compiled = compileEdgeFunction(found, log);
      functions.set(arn, compiled);
    }
    return compiled;
  }

  function compileBehaviour(behaviour: Template): Behaviour {
    if ((behaviour.LambdaFunctionAssociations ?? []).length > 0) throw new Error('Lambda@Edge is not known to the local edge');
    const target = targets.get(String(behaviour.TargetOriginId));
    if (target === undefined)
      throw new Error(`a cache behaviour names the origin ${behaviour.TargetOriginId}, which the distribution lacks`);
    const forwarding = compileForwarding(behaviour, assembly);
    return {
      pattern: behaviour.PathPattern === undefined ? undefined : compilePathPattern(String(behaviour.PathPattern)),
      viewerProtocol: behaviour.ViewerProtocolPolicy as Behaviour['viewerProtocol'],
      allowedMethods: new Set((behaviour.AllowedMethods ?? ['GET', 'HEAD']) as string[]),
      compresses: behaviour.Compress === true && forwarding.allowsCompression,
      onRequest: functionFor(behaviour, 'viewer-request'),
      onResponse: functionFor(behaviour, 'viewer-response'),
      forwarding,
      responseHeaders: compileResponseHeaders(behaviour.ResponseHeadersPolicyId as string | undefined, assembly),
      target,
    };
  }

  const ordered = ((config.CacheBehaviors ?? []) as Template[]).map(compileBehaviour);
  const fallback = compileBehaviour(config.DefaultCacheBehavior);
  return {
    id: resource.ref,
    behaviours: [...ordered, fallback],
    defaultRootObject: String(config.DefaultRootObject ?? ''),
    errorPages: new Map(
      ((config.CustomErrorResponses ?? []) as Template[]).map(({ ErrorCode, ResponseCode, ResponsePagePath }) => [
        Number(ErrorCode),
        {
          responseCode: ResponseCode === undefined ? undefined : Number(ResponseCode),
          responsePagePath: ResponsePagePath as string | undefined,
        },
      ]),
    ),
    webAclArn: config.WebACLId as string | undefined,
    // Without a domain of its own CloudFront serves its shared certificate and takes no floor; the local edge keeps the strict one.
    minimumProtocolVersion: String(config.ViewerCertificate?.MinimumProtocolVersion ?? 'TLSv1.2_2021'),
    behaviourFor: (path) => ordered.find(({ pattern }) => pattern?.test(path)) ?? fallback,
  };
}

/** `*` is any run of characters, `?` exactly one; the leading slash may be missing. */
export function compilePathPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/^\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^/${source}$`, 's');
}

function compileGroup(group: Template, targets: ReadonlyMap<string, Target>): Target {
  const [first, second] = (group.Members.Items as Template[]).map(({ OriginId }) => targets.get(String(OriginId)));
  if (first === undefined || second === undefined)
    throw new Error(`the origin group ${group.Id} names an origin that the distribution lacks`);
  return {
    ...first,
    failover: { statusCodes: new Set((group.FailoverCriteria.StatusCodes.Items as unknown[]).map(Number)), target: second },
  };
}

function compileOrigin(origin: Template, { assembly, gateways, objects, originHeaders }: DistributionOptions): Target {
  const domain = String(origin.DomainName);
  const originPath = String(origin.OriginPath ?? '');
  const headers = () => originHeaders(String(origin.Id)).map(({ name, value }): HeaderList[number] => [name.toLowerCase(), value]);
  const bucket = assembly.ofType('AWS::S3::Bucket').find(({ ref }) => domain.startsWith(`${ref}.s3`));
  const target = bucket === undefined ? gatewayOrigin(domain, gateways) : createBucketOrigin(bucket, assembly, objects);
  if (target === undefined) throw new Error(`the origin ${domain} is neither a bucket nor an API of the assembly`);
  return { headers, origin: originPath === '' ? target : (request) => target({ ...request, path: originPath + request.path }) };
}

function gatewayOrigin(domain: string, gateways: readonly Gateway[]): Origin | undefined {
  const gateway = gateways.find(({ domainName }) => domainName === domain);
  if (gateway === undefined) return undefined;
  return async (request) => {
    const { status, headers, body } = await gateway.handle({ ...request, sourceIp: '127.0.0.1' });
    return { status, headers: headers as HeaderList, body } satisfies EdgeResponse;
  };
}
