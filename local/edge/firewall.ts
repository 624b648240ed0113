/** The web ACL in front of the distribution: evaluated for real, each decision remembered for the console. */

import { compileWebAcl, createRateState, type Decision, describeUnsupported, evaluate } from '../../waf/index.ts';
import type { Assembly } from '../assembly/model.ts';
import type { ViewerRequest } from './wire.ts';

export interface RememberedDecision {
  readonly viewer: string;
  /** Rule that decided; `Default_Action` when none did, as in CloudWatch. */
  readonly rule: string;
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT';
  readonly method: string;
  /** Without the query, which may hold what is nobody's business. */
  readonly path: string;
  /** ISO 8601, by the system's clock. */
  readonly at: string;
}

export interface Firewall {
  readonly name: string;
  /** Some statement looks at the body: it must have arrived before the decision. */
  readonly inspectsBody: boolean;
  /** Managed rule groups that can't be evaluated here, by name. */
  readonly unsupported: readonly string[];
  decide(request: ViewerRequest, body: Buffer): Decision;
  /** Newest first. */
  latest(): RememberedDecision[];
}

const decisionsKept = 1000;

/** @throws Error when the web ACL is not in the assembly, or refers to what can't be evaluated */
export function createFirewall(webAclArn: string, assembly: Assembly, now: () => number): Firewall {
  const resource = assembly.ofType('AWS::WAFv2::WebACL').find(({ attributes }) => attributes.Arn === webAclArn);
  if (resource === undefined) throw new Error(`the web ACL ${webAclArn} is not in the assembly`);
  const sets = (type: string, read: (properties: Record<string, never>) => readonly string[]) =>
    new Map(assembly.ofType(type).map((set) => [String(set.attributes.Arn), read(set.properties)]));
  const webAcl = compileWebAcl(resource.properties, {
    ipSets: sets('AWS::WAFv2::IPSet', ({ Addresses }) => Addresses ?? []),
    regexPatternSets: sets('AWS::WAFv2::RegexPatternSet', ({ RegularExpressionList }) => RegularExpressionList ?? []),
    accountId: assembly.account,
  });
  const state = createRateState();
  const ring: { viewer: string; rule: string; action: RememberedDecision['action']; method: string; path: string; at: number }[] = [];
  let next = 0;

  function remember(request: ViewerRequest, rule: string, action: RememberedDecision['action'], at: number): void {
    ring[next] = { viewer: request.address, rule, action, method: request.method, path: request.path, at };
    next = (next + 1) % decisionsKept;
  }

  return {
    name: webAcl.name,
    inspectsBody: /"(Body|JsonBody)":/.test(JSON.stringify(resource.properties.Rules ?? [])),
    unsupported: describeUnsupported(webAcl),
    decide(request, body) {
      const at = now();
      const decision = evaluate(
        webAcl,
        {
          sourceAddress: request.address,
          method: request.method,
          path: request.path,
          query: request.query,
          httpVersion: request.httpVersion,
          headers: request.headers,
          body,
        },
        state,
        at,
      );
      for (const { name, action } of decision.trace) if (action === 'COUNT') remember(request, name, 'COUNT', at);
      remember(request, decision.rule ?? 'Default_Action', decision.action, at);
      return decision;
    },
    latest: () =>
      [...ring.slice(next), ...ring.slice(0, next)].reverse().map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
  };
}
