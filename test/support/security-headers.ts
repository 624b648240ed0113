/** What every response must carry, held against the policy. */
import type { IncomingHttpHeaders } from 'node:http';
import { securityPolicy } from '../../contract/security-policy.ts';

type Headers = IncomingHttpHeaders | Record<string, string>;

const all = Object.fromEntries(Object.entries(securityPolicy.headers).map(([name, value]) => [name.toLowerCase(), value]));

export function expectSecurityHeaders(headers: Headers): void {
  expect(headers).toMatchObject(all);
  expectNoTelltale(headers);
}

/** What WAF says itself: as much as it can carry, of a policy that is shorter and stricter. */
export function expectHeadersOfFirewall(headers: Headers): void {
  const { 'content-security-policy': whole = '', 'reporting-endpoints': _, ...others } = all;
  const directives = String(headers['content-security-policy']).split('; ');

  expect(headers).toMatchObject(others);
  expect(whole.split('; ')).toEqual(expect.arrayContaining(directives));
  expect(directives).toEqual(
    expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"]),
  );
  expectNoTelltale(headers);
}

/** Over plain HTTP everything but HSTS, which must not be sent there (RFC 6797 section 7.2). */
export function expectHeadersOverPlainHttp(headers: Headers): void {
  const { 'strict-transport-security': _, ...others } = all;

  expect(headers).toMatchObject(others);
  expect(headers).not.toHaveProperty('strict-transport-security');
  expectNoTelltale(headers);
}

function expectNoTelltale(headers: Headers): void {
  const telltale = Object.keys(headers).filter((name) =>
    /^(server|via|x-powered-by|x-amz.*|apigw-requestid|x-runtime|x-aspnet.*)$/.test(name),
  );

  expect(telltale).toEqual([]);
}
