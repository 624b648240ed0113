/** Cache and origin request policies: which headers, cookies and query parameters of a viewer reach the origin. */
import type { Assembly } from '../assembly/model.ts';
import type { HeaderList, ViewerRequest } from './wire.ts';

type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'allExcept'; readonly names: ReadonlySet<string> };

export interface Forwarding {
  readonly headers: readonly Selection[];
  readonly cookies: readonly Selection[];
  readonly queries: readonly Selection[];
  /** Headers of CloudFront's own making that a policy asks for. */
  readonly ownHeaders: ReadonlySet<string>;
  /** The cache policy lets CloudFront compress (it never does with caching disabled). */
  readonly allowsCompression: boolean;
}

const none: Selection = { kind: 'none' };
const all: Selection = { kind: 'all' };
const only = (...names: string[]): Selection => ({ kind: 'only', names: new Set(names) });

interface Policy {
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly queries: Selection;
  readonly allowsCompression?: boolean;
}

/** AWS's managed policies by id, from the CloudFront developer guide. */
const managedCachePolicies: Readonly<Record<string, Policy>> = {
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { headers: none, cookies: none, queries: none },
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { headers: none, cookies: none, queries: none, allowsCompression: true },
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { headers: none, cookies: none, queries: none },
};
const managedOriginRequestPolicies: Readonly<Record<string, Policy>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { headers: all, cookies: all, queries: all },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { headers: { kind: 'allExcept', names: new Set(['host']) }, cookies: all, queries: all },
  'acba4595-bd28-49b8-b9fe-13317c0390fa': { headers: only('user-agent', 'referer'), cookies: none, queries: none },
  '59781a5b-3903-41f3-afcb-af62929ccde1': {
    headers: only('origin', 'access-control-request-headers', 'access-control-request-method'),
    cookies: none,
    queries: none,
  },
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    headers: only('origin', 'access-control-request-headers', 'access-control-request-method'),
    cookies: none,
    queries: none,
  },
};

/** @throws Error for a policy that is neither in the assembly nor a managed one known here */
export function compileForwarding(behaviour: Record<string, unknown>, assembly: Assembly): Forwarding {
  const policies: Policy[] = [];
  if (behaviour.CachePolicyId !== undefined) {
    policies.push(findPolicy(String(behaviour.CachePolicyId), 'AWS::CloudFront::CachePolicy', managedCachePolicies, assembly));
  }
  if (behaviour.OriginRequestPolicyId !== undefined) {
    policies.push(
      findPolicy(String(behaviour.OriginRequestPolicyId), 'AWS::CloudFront::OriginRequestPolicy', managedOriginRequestPolicies, assembly),
    );
  }
  if (policies.length === 0) throw new Error('a cache behaviour has no cache policy: the local edge knows no legacy forwarding');
  const headers = policies.map((policy) => policy.headers);
  const ownHeaders = new Set(
    headers.flatMap((selection) =>
      selection.kind === 'only' ? [...selection.names].filter((name) => name.startsWith('cloudfront-')) : [],
    ),
  );
  return {
    headers,
    cookies: policies.map(({ cookies }) => cookies),
    queries: policies.map(({ queries }) => queries),
    ownHeaders,
    allowsCompression: policies.some(({ allowsCompression }) => allowsCompression === true),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: template JSON.
type Template = Record<string, any>;

function findPolicy(id: string, type: string, managed: Readonly<Record<string, Policy>>, assembly: Assembly): Policy {
  const known = managed[id];
  if (known !== undefined) return known;
  const resource = assembly.ofType(type).find(({ ref }) => ref === id);
  if (resource === undefined)
    throw new Error(`the ${type} ${id} is neither in the assembly nor a managed policy that the local edge knows`);
  if (type.endsWith('OriginRequestPolicy')) return readOriginRequestPolicy(resource.properties.OriginRequestPolicyConfig);
  const config: Template = resource.properties.CachePolicyConfig;
  const parameters: Template = config.ParametersInCacheKeyAndForwardedToOrigin ?? {};
  return {
    headers: readSelection(parameters.HeadersConfig?.HeaderBehavior, parameters.HeadersConfig?.Headers),
    cookies: readSelection(parameters.CookiesConfig?.CookieBehavior, parameters.CookiesConfig?.Cookies),
    queries: readSelection(parameters.QueryStringsConfig?.QueryStringBehavior, parameters.QueryStringsConfig?.QueryStrings),
    allowsCompression:
      Number(config.MaxTTL) > 0 && (parameters.EnableAcceptEncodingGzip === true || parameters.EnableAcceptEncodingBrotli === true),
  };
}

function readOriginRequestPolicy(config: Template): Policy {
  return {
    headers: readSelection(config.HeadersConfig?.HeaderBehavior, config.HeadersConfig?.Headers),
    cookies: readSelection(config.CookiesConfig?.CookieBehavior, config.CookiesConfig?.Cookies),
    queries: readSelection(config.QueryStringsConfig?.QueryStringBehavior, config.QueryStringsConfig?.QueryStrings),
  };
}

function readSelection(behaviour: string | undefined, names: readonly string[] | undefined): Selection {
  const set = new Set((names ?? []).map((name) => name.toLowerCase()));
  switch (behaviour) {
    case undefined:
    case 'none':
      return none;
    case 'all':
    case 'allViewer':
      return all;
    case 'whitelist':
      return { kind: 'only', names: set };
    case 'allExcept':
      return { kind: 'allExcept', names: set };
    // All of the viewer's headers, and those of CloudFront's making that are listed.
    case 'allViewerAndWhitelistCloudFront':
      return { kind: 'only', names: new Set([...set, '*']) };
    default:
      throw new Error(`a policy selects by "${behaviour}", which the local edge does not know`);
  }
}

function selects(selections: readonly Selection[], name: string): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'only') return selection.names.has(name) || selection.names.has('*');
    if (selection.kind === 'allExcept') return !selection.names.has(name);
    return selection.kind === 'all';
  });
}

/** Sent on whatever the policies say: without them a body or a conditional request has no meaning. */
const alwaysForwarded = new Set(['content-type', 'content-length', 'range', 'if-none-match', 'if-modified-since', 'if-match', 'if-range']);
/** Meant for the viewer's own connection. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/**
 * Headers for the origin.
 *
 * @param headers after the viewer-request function
 * @param custom the origin's custom headers: they overwrite what a viewer sent under the same name
 */
export function selectHeaders(
  request: Pick<ViewerRequest, 'address' | 'port'>,
  headers: HeaderList,
  forwarding: Forwarding,
  custom: HeaderList,
): Map<string, string[]> {
  const selected = new Map<string, string[]>();
  let forwardedFor: string | undefined;
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (hopByHop.has(name) || name === 'host') continue;
    // CloudFront's own headers are made here or absent: a viewer's copy would be believed by the origin.
    if (name.startsWith('cloudfront-') || name.startsWith('x-amz-cf-')) continue;
    if (name === 'x-forwarded-for') {
      forwardedFor = forwardedFor === undefined ? value : `${forwardedFor}, ${value}`;
      continue;
    }
    if (name === 'cookie') {
      const cookies = selectCookies(value, forwarding.cookies);
      if (cookies !== '') selected.set(name, [cookies]);
      continue;
    }
    if (!selects(forwarding.headers, name) && !alwaysForwarded.has(name)) continue;
    const earlier = selected.get(name);
    if (earlier === undefined) selected.set(name, [value]);
    else earlier.push(value);
  }
  if (!selected.has('user-agent')) selected.set('user-agent', ['Amazon CloudFront']);
  selected.set('x-forwarded-for', [forwardedFor === undefined ? request.address : `${forwardedFor}, ${request.address}`]);
  if (forwarding.ownHeaders.has('cloudfront-viewer-address'))
    selected.set('cloudfront-viewer-address', [`${request.address}:${request.port}`]);
  if (forwarding.ownHeaders.has('cloudfront-forwarded-proto')) selected.set('cloudfront-forwarded-proto', ['https']);
  for (const [name, value] of custom) selected.set(name, [value]);
  return selected;
}

function selectCookies(value: string, selections: readonly Selection[]): string {
  if (selections.some(({ kind }) => kind === 'all')) return value;
  return value
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => selects(selections, (cookie.split('=')[0] as string).toLowerCase()))
    .join('; ');
}

export function selectQuery(query: string, forwarding: Forwarding): string {
  if (query === '' || forwarding.queries.some(({ kind }) => kind === 'all')) return query;
  return query
    .split('&')
    .filter((pair) => selects(forwarding.queries, (pair.split('=')[0] as string).toLowerCase()))
    .join('&');
}
