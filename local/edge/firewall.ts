/** The web ACL in front of the distribution: evaluated for real, each decision remembered for the console. */

import { createRateState, type Decision, describeUnsupported, evaluate, type RuleAction } from '../../waf/index.ts';
import type { WebAclMetric } from '../alarms/recorder.ts';
import type { Assembly } from '../assembly/model.ts';
import type { LocalServices } from '../services/model.ts';
import { readWebAcl } from './web-acl.ts';
import type { ViewerRequest } from './wire.ts';

export interface RememberedDecision {
  readonly viewer: string;
  /** Rule that decided; `Default_Action` when none did, as in CloudWatch. */
  readonly rule: string;
  readonly action: RuleAction;
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

/** What CloudWatch counts under a name. */
interface MeasuredThing {
  readonly Name: string;
  readonly VisibilityConfig?: { readonly MetricName?: string };
}

const decisionsKept = 1000;

/** @throws Error when the web ACL is not in the assembly, or refers to what can't be evaluated */
export function createFirewall(
  webAclArn: string,
  assembly: Assembly,
  contents: LocalServices['ipSets'],
  now: () => number,
  record: (webAcl: string, metric: WebAclMetric, rule: string) => void = () => {},
): Firewall {
  const resource = assembly.ofType('AWS::WAFv2::WebACL').find(({ attributes }) => attributes.Arn === webAclArn);
  if (resource === undefined) throw new Error(`the web ACL ${webAclArn} is not in the assembly`);
  const { webAcl, ipSets } = readWebAcl(resource, assembly);
  // What was written to the sets since they were deployed.
  const write = (arn: string, addresses: readonly string[]) => ipSets.set(arn, addresses);
  for (const { arn, addresses } of contents.list()) write(arn, addresses);
  contents.onChange(write);
  const state = createRateState();
  const ring: { viewer: string; rule: string; action: RememberedDecision['action']; method: string; path: string; at: number }[] = [];
  let next = 0;
  // Metrics have names of their own, which need not be the rules'.
  const metricOf = ({ VisibilityConfig }: MeasuredThing, name: string) => VisibilityConfig?.MetricName ?? name;
  const aclMetric = metricOf(resource.properties, webAcl.name);
  const ruleMetrics = new Map(((resource.properties.Rules ?? []) as MeasuredThing[]).map((rule) => [rule.Name, metricOf(rule, rule.Name)]));

  function remember(request: ViewerRequest, rule: string, action: RememberedDecision['action'], at: number): void {
    const metric = action === 'COUNT' ? 'CountedRequests' : action === 'ALLOW' ? 'AllowedRequests' : 'BlockedRequests';
    record(aclMetric, metric, ruleMetrics.get(rule.split('/')[0] as string) ?? rule);
    ring[next] = { viewer: request.address, rule, action, method: request.method, path: request.path, at };
    next = (next + 1) % decisionsKept;
  }

  return {
    name: webAcl.name,
    inspectsBody: /"(Body|JsonBody)":/.test(JSON.stringify(resource.properties.Rules ?? [])),
    unsupported: describeUnsupported(webAcl),
    decide(request, body) {
      const at = now();
      const { address, method, path, query, headers } = request;
      const decision = evaluate(webAcl, ipSets, { at, sourceAddress: address, method, path, query, headers, body }, state);
      for (const rule of decision.counted) remember(request, rule, 'COUNT', at);
      remember(request, decision.rule ?? 'Default_Action', decision.action, at);
      return decision;
    },
    latest: () =>
      [...ring.slice(next), ...ring.slice(0, next)].reverse().map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
  };
}
