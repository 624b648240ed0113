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

/** Each is asserted to be in the original, and the emulator is asked whether it is still unknown. */
export const droppedTypes: Readonly<Record<string, DroppedType>> = {
  'AWS::WAFv2::IPSet': {
    reason: 'the emulator has web ACLs but no IP sets, and evaluates neither',
    replacements: {
      Arn: (logicalId) => `arn:aws:wafv2:us-east-1:000000000000:global/ipset/${logicalId}/00000000-0000-4000-8000-000000000000`,
    },
  },
};

/** Roles of the bootstrap stack that the CLI would assume: the emulator's evaluator doesn't know the conditions in their policies. */
const deploymentRoleFields = new Set([
  'assumeRoleArn',
  'assumeRoleExternalId',
  'assumeRoleAdditionalOptions',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
]);

/**
 * @param assembly folder that `bin/portiere.ts` wrote
 * @param copy folder to write
 * @returns logical ids that were left out, by type
 * @throws VerificationError when a type of the list is not in the assembly, or when something refers to a dropped
 *   resource in a way that has no replacement
 */
export function copyForEmulator(assembly: string, copy: string): Map<string, string[]> {
  cpSync(assembly, copy, { recursive: true });
  const dropped = new Map<string, string[]>();
  for (const file of listTemplates(copy)) {
    const template = readJson(path.join(copy, file));
    const { template: kept, droppedIds } = dropResources(template, droppedTypes);
    for (const [type, ids] of droppedIds) dropped.set(type, [...(dropped.get(type) ?? []), ...ids]);
    writeJson(path.join(copy, file), kept);
  }
  const unused = Object.keys(droppedTypes).filter((type) => !dropped.has(type));
  if (unused.length > 0)
    throw new VerificationError(`verify/emulated-assembly.ts leaves out ${unused.join(', ')}, which the assembly does not have.`);
  for (const file of readdirSync(copy).filter((name) => name === 'manifest.json' || name.endsWith('.assets.json'))) {
    writeJson(path.join(copy, file), withoutFields(readJson(path.join(copy, file)), deploymentRoleFields));
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
  const resources: Record<string, Json> = {};
  for (const [logicalId, resource] of Object.entries<Json>(template.Resources ?? {})) {
    const type = types[resource.Type];
    if (type === undefined) {
      resources[logicalId] = resource;
      continue;
    }
    droppedIds.set(resource.Type, [...(droppedIds.get(resource.Type) ?? []), logicalId]);
    replacements.set(logicalId, type.replacements);
  }
  return { template: replaceReferences({ ...template, Resources: resources }, replacements), droppedIds };
}

function replaceReferences(value: Json, dropped: ReadonlyMap<string, DroppedType['replacements']>): Json {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, dropped));
  if (value === null || typeof value !== 'object') return value;
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
    if (key !== 'DependsOn') result[key] = replaceReferences(child, dropped);
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

function withoutFields(value: Json, fields: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item) => withoutFields(item, fields));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries<Json>(value).filter(([key]) => !fields.has(key));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutFields(child, fields)]));
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: Json): void {
  writeFileSync(file, JSON.stringify(value, undefined, 1));
}
