/**
 * Decides as IAM would, from the policies of the synthesized templates. Evaluating a policy costs far more than a request
 * here may, so decisions are kept, by the part of the context that the policies look at.
 */
import { type SuccessfulRunSimulationResults as Evaluated, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Assembly, Resource } from '../assembly/model.ts';
import type { AccessRequest, Authorizer, Decision, Denial, RequestContext } from './model.ts';
import { type NamedPolicy, readPolicies } from './policies.ts';

/** Conditions on the item's key make decisions as many as items. */
const rememberedDecisions = 20_000;
const rememberedDenials = 200;

/**
 * The simulator knows the key `kms:EncryptionContext:NAME` only as the documentation writes it, and drops every real name. It does
 * take any name behind `aws:RequestTag/`, which no request here has: the one stands for the other, in policies and requests.
 */
const encryptionContextKey = 'kms:EncryptionContext:';
const standIn = 'aws:RequestTag/kms:EncryptionContext:';

interface Applicable {
  readonly principal: string;
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly resourcePolicy: unknown;
  /** Condition keys, in lower case, that any of the policies looks at. */
  readonly conditionKeys: ReadonlySet<string>;
}

export function createAuthorizer(assembly: Assembly): Authorizer {
  const policies = readPolicies(assembly);
  const applicable = new Map<string, Applicable>();
  const decisions = new Map<string, Promise<Decision>>();
  const refused = new Map<string, Denial>();

  function policiesFor(principal: string, resource: string): Applicable {
    const key = `${principal} ${resource}`;
    const known = applicable.get(key);
    if (known !== undefined) return known;
    const { identity, boundary, ...who } = principalPolicies(principal);
    const made = {
      ...who,
      identity: identity.map(withStandIns),
      boundary: boundary === undefined ? undefined : withStandIns(boundary),
      resourcePolicy: withStandIns({ name: resource, policy: policies.ofResource(resource) }).policy,
    };
    const documents = [...made.identity, ...(made.boundary === undefined ? [] : [made.boundary])].map(({ policy }) => policy);
    const withKeys = { ...made, conditionKeys: conditionKeysOf([...documents, made.resourcePolicy]) };
    applicable.set(key, withKeys);
    return withKeys;
  }

  function principalPolicies(principal: string): Pick<Applicable, 'principal' | 'identity' | 'boundary'> {
    if (!principal.startsWith('arn:')) return { principal, identity: [], boundary: undefined };
    const role = assembly.find(principal);
    if (role?.type !== 'AWS::IAM::Role') throw new Error(`${principal} is no role of this assembly`);
    return { principal: assumedRole(assembly, role), ...policies.ofRole(role) };
  }

  function remember(principal: string, request: AccessRequest, decision: Decision): void {
    const key = `${principal} ${request.action} ${request.resource} ${decision.reason}`;
    const count = (refused.get(key)?.count ?? 0) + 1;
    // Taken out first, so that it comes to stand at the end.
    refused.delete(key);
    refused.set(key, { principal, action: request.action, resource: request.resource, reason: decision.reason, count });
    if (refused.size > rememberedDenials) refused.delete(refused.keys().next().value as string);
  }

  return {
    async authorize(principal, request) {
      // Identity policies don't bind the account itself, and every key policy here begins by giving the key to it.
      if (principal === operatorArn(assembly)) return { allowed: true, reason: '' };
      const rules = policiesFor(principal, request.resource);
      const context = relevantContext(request.context, principal, assembly, rules.conditionKeys);
      const key = `${principal} ${request.action} ${request.resource} ${JSON.stringify(context)}`;
      let pending = decisions.get(key);
      if (pending === undefined) {
        if (decisions.size >= rememberedDecisions) decisions.clear();
        pending = decide(assembly, rules, request, context);
        decisions.set(key, pending);
      }
      const decision = await pending;
      if (!decision.allowed) remember(principal, request, decision);
      return decision;
    },
    denials: () => [...refused.values()].reverse(),
  };
}

/** Whoever deployed the system: the account itself, which is how operators' commands come in. */
export function operatorArn(assembly: Assembly): string {
  return `arn:aws:iam::${assembly.account}:root`;
}

/** A function acts as a session of its role, and error messages name it so. */
function assumedRole(assembly: Assembly, role: Resource): string {
  return `arn:aws:sts::${assembly.account}:assumed-role/${role.ref}/local`;
}

/** Keys that every request has, with those of the request itself; only what the policies look at, in one order. */
function relevantContext(
  context: RequestContext,
  principal: string,
  assembly: Assembly,
  conditionKeys: ReadonlySet<string>,
): Record<string, string | string[]> {
  if (conditionKeys.size === 0) return {};
  const common: RequestContext = {
    'aws:SecureTransport': 'true',
    'aws:PrincipalAccount': assembly.account,
    'aws:PrincipalArn': principal,
    'aws:RequestedRegion': assembly.region,
    'aws:PrincipalIsAWSService': String(!principal.startsWith('arn:')),
  };
  const entries = Object.entries({ ...common, ...context })
    .map(([name, value]) => [name.startsWith(encryptionContextKey) ? name.replace(encryptionContextKey, standIn) : name, value] as const)
    .filter(([name]) => conditionKeys.has(name.toLowerCase()))
    .map(([name, value]): [string, string | string[]] => [name, typeof value === 'string' ? value : [...value]]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function withStandIns({ name, policy }: NamedPolicy): NamedPolicy {
  if (policy === undefined) return { name, policy };
  return { name, policy: JSON.parse(JSON.stringify(policy).replaceAll(new RegExp(`"${encryptionContextKey}`, 'gi'), `"${standIn}`)) };
}

function conditionKeysOf(documents: readonly unknown[]): Set<string> {
  const keys = new Set<string>();
  for (const document of documents) {
    const statements = (document as { Statement?: unknown } | undefined)?.Statement ?? [];
    for (const statement of Array.isArray(statements) ? statements : [statements]) {
      for (const operands of Object.values((statement.Condition ?? {}) as Record<string, Record<string, unknown>>)) {
        for (const key of Object.keys(operands)) keys.add(key.toLowerCase());
      }
    }
  }
  return keys;
}

async function decide(
  assembly: Assembly,
  rules: Applicable,
  { action, resource }: AccessRequest,
  context: Record<string, string | string[]>,
): Promise<Decision> {
  const simulation: Simulation = {
    request: { principal: rules.principal, action, resource: { resource, accountId: assembly.account }, contextVariables: context },
    identityPolicies: [...rules.identity],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(rules.resourcePolicy === undefined ? {} : { resourcePolicy: rules.resourcePolicy }),
    ...(rules.boundary === undefined ? {} : { permissionBoundaryPolicies: [rules.boundary] }),
  };
  const outcome = await runSimulation(simulation, {});
  if (outcome.resultType === 'error') {
    throw new Error(
      `the policies for ${action} on ${resource} by ${rules.principal} can't be evaluated: ${JSON.stringify(outcome.errors)}`,
    );
  }
  if (outcome.overallResult === 'Allowed') return { allowed: true, reason: '' };
  return { allowed: false, reason: denialSentence(rules, action, resource, outcome) };
}

/** In the words of AWS: IAM User Guide, "Troubleshoot access denied error messages". */
function denialSentence(rules: Applicable, action: string, resource: string, outcome: Evaluated): string {
  const analysis = outcome.resultType === 'single' ? outcome.result.analysis : outcome.results[0]?.analysis;
  const who = `User: ${rules.principal} is not authorized to perform: ${action} on resource: ${resource}`;
  if (outcome.overallResult === 'ExplicitlyDenied') {
    const byIdentity = analysis?.identityAnalysis?.result === 'ExplicitlyDenied';
    return `${who} with an explicit deny in ${byIdentity ? 'an identity-based' : 'a resource-based'} policy`;
  }
  if (rules.boundary !== undefined && analysis?.identityAnalysis?.result === 'Allowed') {
    return `${who} because no permissions boundary allows the ${action} action`;
  }
  return `${who} because no ${rules.identity.length === 0 ? 'resource-based' : 'identity-based'} policy allows the ${action} action`;
}
