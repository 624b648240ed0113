/** Short ways to write web ACLs and requests in tests. */
import {
  compileWebAcl,
  createIpSets,
  createRateState,
  type Decision,
  type Explanation,
  evaluate,
  explain,
  type IpSets,
  type References,
  type WebAcl,
  type WebRequest,
} from '../../waf/index.ts';

export const noon = Date.UTC(2026, 10, 23, 12);

export function request(overrides: Partial<WebRequest> = {}): WebRequest {
  return {
    at: noon,
    sourceAddress: '198.51.100.7',
    method: 'GET',
    path: '/',
    query: '',
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

export interface Firewall {
  readonly webAcl: WebAcl;
  readonly ipSets: IpSets;
}

export type Surroundings = References & { readonly ipSets?: ReadonlyMap<string, readonly string[]> };

export function compile(
  rules: readonly unknown[],
  { ipSets = new Map(), ...references }: Surroundings = {},
  extra: Record<string, unknown> = {},
): Firewall {
  return { webAcl: compileWebAcl(webAclProperties(rules, extra), references), ipSets: createIpSets(ipSets) };
}

/** Whether a rule of this statement alone blocks the request. */
export function blocks(statement: unknown, overrides: Partial<WebRequest> = {}, surroundings: Surroundings = {}): boolean {
  return decide(compile([rule('only', 0, statement)], surroundings), overrides).action === 'BLOCK';
}

export function decide({ webAcl, ipSets }: Firewall, overrides: Partial<WebRequest> = {}, state = createRateState()): Decision {
  return evaluate(webAcl, ipSets, request(overrides), state);
}

export function explained({ webAcl, ipSets }: Firewall, overrides: Partial<WebRequest> = {}, state = createRateState()): Explanation {
  return explain(webAcl, ipSets, request(overrides), state);
}
