/**
 * A copy of the assembly that the emulator can take: the original with an explicit list of resource types left out.
 * Whatever else the emulator doesn't know fails the deployment.
 */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { VerificationError } from './program.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON.
type Json = any;

interface DroppedType {
  /** Why it is left out, for whoever reads the table. */
  readonly reason: string;
  /** What stands in for a reference, by attribute (`Ref` for the plain one). A reference that is not here is an error. */
  readonly replacements: Readonly<Record<string, (logicalId: string) => Json>>;
}

/** Each is asserted to be in the original, and the emulator is asked whether it still doesn't know it. */
export const droppedTypes: Readonly<Record<string, DroppedType>> = {
  'AWS::WAFv2::IPSet': {
    reason: 'the emulator has web ACLs but no IP sets, and evaluates neither',
    replacements: {
      Arn: (logicalId) => `arn:aws:wafv2:us-east-1:000000000000:global/ipset/${logicalId}/00000000-0000-4000-8000-000000000000`,
    },
  },
  'Custom::CDKBucketDeployment': {
    reason: 'it copies the pages with the AWS command line under /opt, which the emulator has no place for',
    replacements: {},
  },
  'AWS::Logs::DeliverySource': { reason: 'the emulator has no log deliveries', replacements: { Ref: (logicalId) => logicalId } },
  'AWS::Logs::DeliveryDestination': { reason: 'the emulator has no log deliveries', replacements: { Arn: (logicalId) => logicalId } },
  'AWS::Logs::Delivery': { reason: 'the emulator has no log deliveries', replacements: {} },
  'AWS::CodeDeploy::Application': { reason: 'the emulator moves an alias at once', replacements: { Ref: (logicalId) => logicalId } },
  'AWS::CodeDeploy::DeploymentGroup': { reason: 'the emulator moves an alias at once', replacements: { Ref: (logicalId) => logicalId } },
  'AWS::CloudWatch::CompositeAlarm': {
    reason: 'the emulator has no composite alarms',
    // The dashboard shows them.
    replacements: { Arn: (logicalId) => `arn:aws:cloudwatch:eu-south-1:000000000000:alarm:${logicalId}`, Ref: (logicalId) => logicalId },
  },
  // Alarms on one metric are deployed.
  'metric math of AWS::CloudWatch::Alarm': {
    reason: 'the emulator takes alarms on one metric only',
    replacements: { Arn: (logicalId) => `arn:aws:cloudwatch:eu-south-1:000000000000:alarm:${logicalId}`, Ref: (logicalId) => logicalId },
  },
  'AWS::WAFv2::LoggingConfiguration': { reason: 'the emulator logs no web ACL decisions', replacements: {} },
};

/**
 * References that the emulator answers otherwise than AWS, by the resource type they point to, in a spelling that both
 * answer alike: a secret's `Ref` is its ARN in AWS, and its name in the emulator.
 */
const respelledReferences: Readonly<Record<string, (logicalId: string) => Json>> = {
  'AWS::SecretsManager::Secret': (logicalId) => ({ 'Fn::GetAtt': [logicalId, 'Id'] }),
};

/** Actions that the emulator's evaluator judges without resource and conditions: it would deny what AWS allows. */
export const unscopedActions: readonly string[] = ['ses:SendEmail'];

/**
 * Condition keys that the emulator's evaluator doesn't know: it would deny what AWS allows. Its KMS does compare the whole
 * context with the one that a secret was sealed with.
 */
export const unknownConditionKeys: readonly string[] = ['kms:EncryptionContext:purpose', 'kms:EncryptionContextKeys'];

/** Roles of the bootstrap stack that the CLI would assume: the emulator's evaluator doesn't know the conditions in their policies. */
const deploymentRoleFields = new Set([
  'assumeRoleArn',
  'assumeRoleExternalId',
  'assumeRoleAdditionalOptions',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
]);

/**
 * Fields of manifests that name a region. The emulator reads `Fn::GetStackOutput` from the region of the reader only,
 * so that stacks of both regions are deployed into one.
 */
const regionFields: Readonly<Record<string, (value: string, region: string) => string>> = {
  environment: (value, region) => value.replace(/[^/]+$/, region),
  region: (_, region) => region,
  bucketName: (value, region) => value.replace(/-[a-z]{2}-[a-z]+-\d$/, `-${region}`),
  stackTemplateAssetObjectUrl: (value, region) => value.replace(/-[a-z]{2}-[a-z]+-\d\//, `-${region}/`),
};

/**
 * @param assembly folder that `bin/portiere.ts` wrote
 * @param copy folder to write
 * @param region where all of it is deployed
 * @returns logical ids that were left out, by type
 * @throws VerificationError when a type of the list is not in the assembly, or when something refers to a dropped
 *   resource in a way that has no replacement
 */
export function copyForEmulator(assembly: string, copy: string, region: string): Map<string, string[]> {
  cpSync(assembly, copy, { recursive: true });
  const dropped = new Map<string, string[]>();
  const loosened = new Set<string>();
  for (const file of listTemplates(copy)) {
    const template = readJson(path.join(copy, file));
    const { template: kept, droppedIds } = dropResources(template, droppedTypes);
    for (const [type, ids] of droppedIds) dropped.set(type, [...(dropped.get(type) ?? []), ...ids]);
    const unscoped = unscopeStatements(kept, unscopedActions);
    const { template: judgeable, found } = forgetConditions(unscoped.template, unknownConditionKeys);
    for (const name of [...unscoped.found, ...found]) loosened.add(name);
    writeJson(path.join(copy, file), judgeable);
  }
  const unused = [
    ...Object.keys(droppedTypes).filter((type) => !dropped.has(type)),
    ...[...unscopedActions, ...unknownConditionKeys].filter((name) => !loosened.has(name)),
  ];
  if (unused.length > 0)
    throw new VerificationError(`verify/emulated-assembly.ts leaves out ${unused.join(', ')}, which the assembly does not have.`);
  for (const file of readdirSync(copy).filter((name) => name === 'manifest.json' || name.endsWith('.assets.json'))) {
    writeJson(path.join(copy, file), adaptManifest(readJson(path.join(copy, file)), region));
  }
  return dropped;
}

export function listTemplates(assembly: string): string[] {
  return readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json'))
    .sort();
}

/** Takes resources of some types out of a template, and puts replacements where others referred to them. */
export function dropResources(
  template: Json,
  types: Readonly<Record<string, DroppedType>>,
): { template: Json; droppedIds: Map<string, string[]> } {
  const droppedIds = new Map<string, string[]>();
  const replacements = new Map<string, DroppedType['replacements']>();
  const respellings = new Map<string, Json>();
  const resources: Record<string, Json> = {};
  for (const [logicalId, resource] of Object.entries<Json>(template.Resources ?? {})) {
    const kind =
      resource.Type === 'AWS::CloudWatch::Alarm' && resource.Properties?.Metrics ? `metric math of ${resource.Type}` : resource.Type;
    const type = types[kind];
    if (type === undefined) {
      resources[logicalId] = withoutShift(resource, types);
      const respelled = respelledReferences[resource.Type];
      if (respelled !== undefined) respellings.set(logicalId, respelled(logicalId));
      continue;
    }
    droppedIds.set(kind, [...(droppedIds.get(kind) ?? []), logicalId]);
    replacements.set(logicalId, type.replacements);
  }
  const references: References = { replacements, respellings };
  return { template: replaceReferences({ ...template, Resources: resources }, references), droppedIds };
}

/** An alias that CodeDeploy shifts, as one that moves at once, where there is no CodeDeploy. */
function withoutShift(resource: Json, types: Readonly<Record<string, DroppedType>>): Json {
  if (resource.UpdatePolicy?.CodeDeployLambdaAliasUpdate === undefined || types['AWS::CodeDeploy::DeploymentGroup'] === undefined)
    return resource;
  const { UpdatePolicy: _, ...kept } = resource;
  return kept;
}

interface References {
  /** Of dropped resources, by logical id. */
  readonly replacements: ReadonlyMap<string, DroppedType['replacements']>;
  /** What stands instead of `Ref`, by logical id. */
  readonly respellings: ReadonlyMap<string, Json>;
}

function replaceReferences(value: Json, references: References): Json {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, references));
  if (value === null || typeof value !== 'object') return value;
  const dropped = references.replacements;
  if (typeof value.Ref === 'string' && references.respellings.has(value.Ref)) return references.respellings.get(value.Ref);
  if (typeof value.Ref === 'string' && dropped.has(value.Ref)) return replacementOf(value.Ref, 'Ref', dropped);
  const attribute = value['Fn::GetAtt'];
  const [logicalId, name] = typeof attribute === 'string' ? attribute.split(/\.(.*)/s) : Array.isArray(attribute) ? attribute : [];
  if (dropped.has(logicalId)) return replacementOf(logicalId, name, dropped);
  const substitution = value['Fn::Sub'];
  const text = Array.isArray(substitution) ? substitution[0] : substitution;
  if (typeof text === 'string') {
    for (const id of dropped.keys()) {
      if (new RegExp(`\\$\\{${id}[.}]`).test(text)) throw new VerificationError(`Fn::Sub refers to ${id}, which is left out: "${text}"`);
    }
  }
  const result: Record<string, Json> = {};
  for (const [key, child] of Object.entries<Json>(value)) {
    if (key !== 'DependsOn') result[key] = replaceReferences(child, references);
    else {
      const kept = [child].flat().filter((id) => !dropped.has(id));
      if (kept.length > 0) result[key] = kept;
    }
  }
  return result;
}

function replacementOf(logicalId: string, attribute: string, dropped: ReadonlyMap<string, DroppedType['replacements']>): Json {
  const replacement = dropped.get(logicalId)?.[attribute];
  if (replacement === undefined) {
    throw new VerificationError(`${attribute} of ${logicalId} is used, but verify/emulated-assembly.ts has no replacement for it.`);
  }
  return replacement(logicalId);
}

/** Lets policy statements that allow one of these actions alone allow it on every resource. */
export function unscopeStatements(value: Json, actions: readonly string[]): { template: Json; found: Set<string> } {
  const found = new Set<string>();
  const adapt = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(adapt);
    if (node === null || typeof node !== 'object') return node;
    const result = Object.fromEntries(Object.entries<Json>(node).map(([key, child]) => [key, adapt(child)]));
    if (result.Effect !== 'Allow' || !actions.includes(result.Action)) return result;
    found.add(result.Action);
    const { Condition: _, ...statement } = result;
    return { ...statement, Resource: '*' };
  };
  return { template: adapt(value), found };
}

/** Takes conditions on these keys out of the statements that allow something; those of statements that deny stay. */
export function forgetConditions(value: Json, keys: readonly string[]): { template: Json; found: Set<string> } {
  const found = new Set<string>();
  const adapt = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(adapt);
    if (node === null || typeof node !== 'object') return node;
    const result = Object.fromEntries(Object.entries<Json>(node).map(([key, child]) => [key, adapt(child)]));
    if (result.Effect !== 'Allow' || result.Condition === undefined) return result;
    const operators = Object.entries<Json>(result.Condition).map(([operator, operands]) => {
      const kept = Object.entries<Json>(operands).filter(([key]) => {
        if (!keys.includes(key)) return true;
        found.add(key);
        return false;
      });
      return [operator, Object.fromEntries(kept)] as const;
    });
    const left = operators.filter(([, operands]) => Object.keys(operands).length > 0);
    const { Condition: _, ...statement } = result;
    return left.length > 0 ? { ...statement, Condition: Object.fromEntries(left) } : statement;
  };
  return { template: adapt(value), found };
}

function adaptManifest(value: Json, region: string): Json {
  if (Array.isArray(value)) return value.map((item) => adaptManifest(item, region));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries<Json>(value).filter(([key]) => !deploymentRoleFields.has(key));
  return Object.fromEntries(
    kept.map(([key, child]) => [
      key,
      typeof child === 'string' ? (regionFields[key]?.(child, region) ?? child) : adaptManifest(child, region),
    ]),
  );
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: Json): void {
  writeFileSync(file, JSON.stringify(value, undefined, 1));
}
