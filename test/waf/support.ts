/** Short ways to write web ACLs and requests in tests. */
import { compileWebAcl, createRateState, type Decision, evaluate, type References, type WebAcl, type WebRequest } from '../../waf/index.ts';

export const noon = Date.UTC(2026, 10, 23, 12);

export function request(overrides: Partial<WebRequest> = {}): WebRequest {
  return {
    sourceAddress: '198.51.100.7',
    method: 'GET',
    path: '/',
    query: '',
    httpVersion: '2.0',
    headers: [['host', 'example.com']],
    body: new Uint8Array(),
    ...overrides,
  };
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function transformations(...types: string[]): unknown[] {
  return types.map((Type, Priority) => ({ Priority, Type }));
}

export function byteMatch(FieldToMatch: unknown, PositionalConstraint: string, SearchString: string, ...types: string[]): unknown {
  return {
    ByteMatchStatement: {
      FieldToMatch,
      PositionalConstraint,
      SearchString,
      TextTransformations: transformations(...(types.length > 0 ? types : ['NONE'])),
    },
  };
}

export function rule(
  Name: string,
  Priority: number,
  Statement: unknown,
  extra: Record<string, unknown> = { Action: { Block: {} } },
): Record<string, unknown> {
  return { Name, Priority, Statement, VisibilityConfig: {}, ...extra };
}

export function webAclProperties(rules: readonly unknown[], extra: Record<string, unknown> = {}): Record<string, unknown> {
  return { Name: 'front', Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} }, VisibilityConfig: {}, Rules: rules, ...extra };
}

export const noReferences: References = { ipSets: new Map() };

export function compile(rules: readonly unknown[], references: Partial<References> = {}, extra: Record<string, unknown> = {}): WebAcl {
  return compileWebAcl(webAclProperties(rules, extra), { ...noReferences, ...references });
}

/** Whether a rule of this statement alone blocks the request. */
export function blocks(statement: unknown, overrides: Partial<WebRequest> = {}, references: Partial<References> = {}): boolean {
  return decide(compile([rule('only', 0, statement)], references), overrides).action === 'BLOCK';
}

export function decide(webAcl: WebAcl, overrides: Partial<WebRequest> = {}): Decision {
  return evaluate(webAcl, request(overrides), createRateState(), noon);
}
