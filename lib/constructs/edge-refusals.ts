/**
 * What the edge answers when it refuses: the problem documents of the API, with the security headers of the site.
 *
 * WAF answers in CloudFront's place, so neither the response headers policy nor the API takes part: all of it is here.
 * Two things WAF can't do: it knows no request id (`requestId` is "edge"; its log has the real one), and it takes
 * `application/json` but not `application/problem+json` for a body.
 */
import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { type ProblemCode, problems, problemType } from '../../contract/problems.ts';
import { securityPolicy } from '../../contract/security-policy.ts';

/** WAF's limits (developer guide, "AWS WAF quotas" and API reference, CustomHTTPHeader). */
const maximumHeaders = 10;
const maximumValueLength = 255;

const refused = ['blocked', 'rate_limited', 'payload_too_large'] as const satisfies readonly ProblemCode[];
type Refusal = (typeof refused)[number];

const { windowSeconds: usualWindow, apart } = securityPolicy.edgeRates;
/** Seconds a client is told to wait: WAF counts in a sliding window and looks at it about every half minute. */
const windows = [...new Set([usualWindow, ...Object.values(apart).map(({ windowSeconds }) => windowSeconds)])];

/** What the rules of the web ACL answer with. */
export interface Refusals {
  readonly blocked: CfnWebACL.RuleActionProperty;
  readonly payloadTooLarge: CfnWebACL.RuleActionProperty;
  /** @param windowSeconds of the rate; the policy's usual one if absent */
  rateLimited(windowSeconds?: number): CfnWebACL.RuleActionProperty;
}

export const refusals: Refusals = {
  blocked: refuseWith('blocked'),
  payloadTooLarge: refuseWith('payload_too_large'),
  rateLimited: (windowSeconds) => refuseWith('rate_limited', windowSeconds),
};

export function refusalBodies(): Record<string, CfnWebACL.CustomResponseBodyProperty> {
  const plain = refused.filter((code) => code !== 'rate_limited').map((code) => [bodyKey(code), refusalBody(code)]);
  const rates = windows.map((window) => [bodyKey('rate_limited', window), refusalBody('rate_limited', { retryAfter: window })]);
  return Object.fromEntries([...plain, ...rates]);
}

function refusalBody(code: Refusal, more: { readonly retryAfter?: number } = {}): CfnWebACL.CustomResponseBodyProperty {
  const { status, title } = problems[code];
  const document = { type: problemType(code), title, status, code, requestId: 'edge', ...more };
  return { contentType: 'APPLICATION_JSON', content: JSON.stringify(document) };
}

function bodyKey(code: Refusal, windowSeconds: number = usualWindow): string {
  return windowSeconds === usualWindow ? code : `${code}_${windowSeconds}`;
}

function refuseWith(code: Refusal, windowSeconds: number = usualWindow): CfnWebACL.RuleActionProperty {
  const headers = {
    ...refusalHeaders(),
    ...(code === 'rate_limited' ? { 'Retry-After': String(windowSeconds) } : { 'Cache-Control': 'no-store' }),
  };
  if (Object.keys(headers).length > maximumHeaders) {
    throw new Error(`WAF sends at most ${maximumHeaders} headers with a refusal, and ${code} needs ${Object.keys(headers).length}`);
  }
  return {
    block: {
      customResponse: {
        responseCode: problems[code].status,
        customResponseBodyKey: bodyKey(code, windowSeconds),
        responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
      },
    },
  };
}

/** The security headers of every response, with the content security policy in a form that WAF can carry. */
export function refusalHeaders(): Record<string, string> {
  // Without where to report to: nothing is loaded that could be refused, and WAF sends ten headers at most.
  const { 'Reporting-Endpoints': _, ...carried } = securityPolicy.headers;
  const headers = {
    ...carried,
    'Content-Security-Policy': withoutOwnSources(securityPolicy.headers['Content-Security-Policy']),
  };
  const tooLong = Object.entries(headers).find(([, value]) => value.length > maximumValueLength);
  if (tooLong) {
    throw new Error(`WAF sends header values of at most ${maximumValueLength} characters, and ${tooLong[0]} has ${tooLong[1].length}`);
  }
  return headers;
}

/**
 * Leaves out the directives that let a page load its own scripts, styles and so on: a refusal loads nothing, and
 * `default-src 'none'` then covers them all, so the shorter policy is the stricter one.
 */
function withoutOwnSources(contentSecurityPolicy: string): string {
  return contentSecurityPolicy
    .split('; ')
    .filter((directive) => !/^[a-z]+-src 'self'$|^report-(?:to|uri) /.test(directive))
    .join('; ');
}
