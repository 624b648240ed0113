/** Response headers policies: what the edge puts on every response of a behaviour, its own errors included. */
import type { Assembly } from '../assembly/model.ts';
import type { HeaderList } from './wire.ts';

export interface ResponseHeaders {
  readonly overriding: HeaderList;
  readonly filling: HeaderList;
  readonly removed: ReadonlySet<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: template JSON.
type Template = Record<string, any>;

const nothing: ResponseHeaders = { overriding: [], filling: [], removed: new Set() };

/** @throws Error for a policy that the assembly lacks or that uses what the local edge does not know */
export function compileResponseHeaders(policyId: string | undefined, assembly: Assembly): ResponseHeaders {
  if (policyId === undefined) return nothing;
  const resource = assembly.ofType('AWS::CloudFront::ResponseHeadersPolicy').find(({ ref }) => ref === policyId);
  if (resource === undefined) throw new Error(`the response headers policy ${policyId} is not in the assembly`);
  const config: Template = resource.properties.ResponseHeadersPolicyConfig;
  const overriding: HeaderList = [];
  const filling: HeaderList = [];
  const add = (name: string, value: string, override: unknown) => {
    (override === true || override === 'true' ? overriding : filling).push([name.toLowerCase(), value]);
  };

  addCors(config.CorsConfig, resource.logicalId, add);

  const security: Template = config.SecurityHeadersConfig ?? {};
  const transport: Template | undefined = security.StrictTransportSecurity;
  if (transport !== undefined) {
    const parts = [
      `max-age=${transport.AccessControlMaxAgeSec}`,
      ...(isTrue(transport.IncludeSubdomains) ? ['includeSubDomains'] : []),
      ...(isTrue(transport.Preload) ? ['preload'] : []),
    ];
    add('strict-transport-security', parts.join('; '), transport.Override);
  }
  const policy: Template | undefined = security.ContentSecurityPolicy;
  if (policy !== undefined) add('content-security-policy', policy.ContentSecurityPolicy, policy.Override);
  if (security.ContentTypeOptions !== undefined) add('x-content-type-options', 'nosniff', security.ContentTypeOptions.Override);
  if (security.FrameOptions !== undefined) add('x-frame-options', security.FrameOptions.FrameOption, security.FrameOptions.Override);
  if (security.ReferrerPolicy !== undefined)
    add('referrer-policy', security.ReferrerPolicy.ReferrerPolicy, security.ReferrerPolicy.Override);
  const protection: Template | undefined = security.XSSProtection;
  if (protection !== undefined) {
    const value = isTrue(protection.Protection) ? `1${isTrue(protection.ModeBlock) ? '; mode=block' : ''}` : '0';
    add('x-xss-protection', value, protection.Override);
  }
  for (const { Header, Value, Override } of (config.CustomHeadersConfig?.Items ?? []) as Template[]) add(Header, Value, Override);
  const removed = new Set(((config.RemoveHeadersConfig?.Items ?? []) as Template[]).map(({ Header }) => String(Header).toLowerCase()));
  return { overriding, filling, removed };
}

/** Of CORS, what lets any site read without credentials. CloudFront sends it with requests that have an `Origin`; here every answer has it. */
function addCors(cors: Template | undefined, logicalId: string, add: (name: string, value: string, override: unknown) => void): void {
  if (cors === undefined) return;
  const origins = cors.AccessControlAllowOrigins?.Items ?? [];
  if (origins.length !== 1 || origins[0] !== '*' || isTrue(cors.AccessControlAllowCredentials)) {
    throw new Error(
      `the CorsConfig of the response headers policy ${logicalId} names origins or credentials, which the local edge does not know`,
    );
  }
  add('access-control-allow-origin', '*', cors.OriginOverride);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** @param isSecure HSTS must not be sent over plain HTTP (RFC 6797 7.2) */
export function applyResponseHeaders(headers: HeaderList, policy: ResponseHeaders, isSecure = true): HeaderList {
  const overridden = new Set(policy.overriding.map(([name]) => name));
  const kept = headers.filter(([name]) => !policy.removed.has(name) && !overridden.has(name));
  const present = new Set(kept.map(([name]) => name));
  const added = [...policy.overriding, ...policy.filling.filter(([name]) => !present.has(name))];
  return [...kept, ...(isSecure ? added : added.filter(([name]) => name !== 'strict-transport-security'))];
}
