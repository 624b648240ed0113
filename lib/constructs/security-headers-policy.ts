import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, type HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { securityPolicy } from '../../contract/security-policy.ts';

/** Headers that say what stands behind the edge. CloudFront takes ten at most, and writes a `Server: CloudFront` of its own. */
const telltale = [
  'Server',
  'X-Powered-By',
  'apigw-requestid',
  'x-amz-id-2',
  'x-amz-request-id',
  'x-amz-server-side-encryption',
  'x-amz-version-id',
];

export interface SecurityHeadersOptions {
  readonly comment?: string;
  /** In the place of the policy's own; an empty one is left out. */
  readonly headers?: Partial<Record<keyof typeof securityPolicy.headers, string>>;
  /** Scripts of other sites may read it, without credentials: for data that is public anyway. */
  readonly isReadable?: boolean;
}

const anyReader = {
  accessControlAllowCredentials: false,
  accessControlAllowHeaders: ['*'],
  accessControlAllowMethods: ['GET', 'HEAD'],
  accessControlAllowOrigins: ['*'],
  accessControlMaxAge: Duration.seconds(securityPolicy.cors.maxAgeSeconds),
  originOverride: true,
};

/** The security headers of the policy, on whatever CloudFront answers; the API's own of the same name give way. */
export class SecurityHeadersPolicy extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, options: SecurityHeadersOptions = {}) {
    const {
      'Strict-Transport-Security': transport,
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': _nosniff,
      'X-Frame-Options': frameOption,
      'Referrer-Policy': referrerPolicy,
      ...others
    } = { ...securityPolicy.headers, ...options.headers };
    super(scope, id, {
      comment: options.comment ?? 'Portiere: security headers of every response',
      securityHeadersBehavior: {
        strictTransportSecurity: { ...parseTransportSecurity(transport), override: true },
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption[frameOption as 'DENY'], override: true },
        referrerPolicy: { referrerPolicy: referrerPolicy as HeadersReferrerPolicy, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(others).flatMap(([header, value]) => (value === '' ? [] : [{ header, value, override: true }])),
      },
      ...(options.isReadable ? { corsBehavior: anyReader } : {}),
      removeHeaders: telltale,
    });
  }
}

/** RFC 6797 section 6.1, as far as our own policy uses it. */
function parseTransportSecurity(header: string): { accessControlMaxAge: Duration; includeSubdomains: boolean; preload: boolean } {
  const directives = header.split(';').map((directive) => directive.trim());
  const maxAge = directives.find((directive) => directive.startsWith('max-age='))?.slice('max-age='.length);
  return {
    accessControlMaxAge: Duration.seconds(Number(maxAge)),
    includeSubdomains: directives.includes('includeSubDomains'),
    preload: directives.includes('preload'),
  };
}
