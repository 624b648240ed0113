/**
 * AWS::Events::Rule for CloudFormation's events: a start of the system is a deployment of its stacks, and who waits for the end of one
 * is called when everything else runs.
 */
import { randomUUID } from 'node:crypto';
import type { Assembly, Json, Resource } from '../assembly/model.ts';
import type { LocalClock } from '../clock.ts';
import type { Functions } from './functions.ts';

export interface DeploymentsOptions {
  readonly assembly: Assembly;
  readonly functions: Pick<Functions, 'invoke' | 'resolve'>;
  readonly clock: Pick<LocalClock, 'now'>;
  readonly log: (line: string) => void;
}

const source = 'aws.cloudformation';

export function isAboutStacks({ properties }: Resource): boolean {
  return [properties.EventPattern?.source ?? []].flat().includes(source);
}

/**
 * Tells those who wait for it that their stack was created.
 *
 * @returns ends when the calls have ended; one that failed is logged, and spoils no start
 * @throws Error naming a rule whose target is no function of the assembly, or whose pattern says what is not known here
 */
export async function announceDeployment({ assembly, functions, clock, log }: DeploymentsOptions): Promise<void> {
  const rules = assembly.ofType('AWS::Events::Rule').filter((rule) => rule.properties.State !== 'DISABLED' && isAboutStacks(rule));
  const stackIds = [...new Set(rules.flatMap(({ properties }) => (properties.EventPattern.detail?.['stack-id'] ?? []) as string[]))];
  const events = stackIds.map((stackId) => createdEvent(stackId, assembly, clock.now()));
  const calls = rules.flatMap(({ logicalId, properties }) =>
    events
      .filter((event) => matches(event, properties.EventPattern, logicalId))
      .flatMap((event) => ((properties.Targets ?? []) as { Arn: string }[]).map(({ Arn }) => call(Arn, event))),
  );
  await Promise.all(calls);

  async function call(target: string, event: Json): Promise<void> {
    const { id } = functions.resolve(target);
    const { kind } = await functions.invoke(target, JSON.stringify(event));
    if (kind !== 'success') log(`${id}, called after the deployment, ended with: ${kind}`);
  }
}

/** CloudFormation User Guide, "Event reference": a change of a stack's status. */
function createdEvent(stackId: string, { account, region }: Assembly, at: number): Json {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CloudFormation Stack Status Change',
    source,
    account,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [stackId],
    detail: { 'stack-id': stackId, 'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' }, 'client-request-token': '' },
  };
}

/** EventBridge's patterns as far as lists of exact values. */
function matches(event: Json, pattern: Json, rule: string): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.some((value) => typeof value === 'object'))
      throw new Error(`the pattern of the rule ${rule} has an operator that is not known here`);
    return pattern.includes(event);
  }
  if (typeof pattern !== 'object' || pattern === null) throw new Error(`the pattern of the rule ${rule} is none`);
  const fields = (typeof event === 'object' && event !== null && !Array.isArray(event) ? event : {}) as Record<string, Json>;
  return Object.entries(pattern).every(([name, wanted]) => matches(fields[name] ?? null, wanted, rule));
}
