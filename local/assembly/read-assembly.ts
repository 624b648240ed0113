/** Reads a synthesized cloud assembly and resolves it to what CloudFormation would have created from it. */
import { resolve } from 'node:path';
import { readContents } from './manifest.ts';
import type { Assembly, Json, Resource } from './model.ts';
import { type ResourceEntry, Stack, type Surroundings } from './stack.ts';

export interface AssemblyOptions {
  /** Twelve digits; where the assembly itself names an account, that one counts. */
  readonly account: string;
  /** Where the assembly itself names a region, that one counts. */
  readonly region: string;
  /** Host and port that stand for the domain names of the distributions, in template order; of further ones, a name as CloudFront gives it. */
  readonly distributionDomains?: readonly string[];
}

/**
 * @param directory of the assembly, with its `manifest.json`
 * @throws Error naming file, stack or logical id when something can't be read. Properties and identities are resolved when they
 *   are asked for, so that a resource nobody needs may be of any type
 */
export function readAssembly(directory: string, options: AssemblyOptions): Assembly {
  const root = resolve(directory);
  const contents = readContents(root);
  const stacks: Stack[] = [];
  const surroundings = surroundingsOf(stacks, options);
  for (const artifact of contents.stacks) stacks.push(new Stack(artifact, options, surroundings));

  const resources = stacks.flatMap((stack) => [...stack.resources.values()].map((entry) => toResource(stack, entry)));
  let references: Map<string, Resource> | undefined;
  return {
    directory: root,
    account: stacks[0]?.account ?? options.account,
    region: options.region,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find(reference) {
      references ??= indexReferences(stacks, resources);
      return references.get(reference);
    },
    assetDirectory(objectKey) {
      const path = contents.assets.get(objectKey);
      if (path === undefined) throw new Error(`${root} holds no asset ${objectKey}`);
      return path;
    },
  };
}

function toResource(stack: Stack, entry: ResourceEntry): Resource {
  return {
    stack: stack.name,
    logicalId: entry.logicalId,
    type: entry.type,
    get ref() {
      return entry.physical().ref;
    },
    get attributes() {
      return entry.physical().attributes;
    },
    get properties() {
      return entry.properties();
    },
  };
}

/** By everything that one resource may be called: `Ref`, ARNs, ids, names, URLs. The first in template order wins. */
function indexReferences(stacks: readonly Stack[], resources: readonly Resource[]): Map<string, Resource> {
  const known = stacks.flatMap((stack) => [...stack.resources.values()].map((entry) => entry.known));
  const index = new Map<string, Resource>();
  const add = (reference: Json | undefined, resource: Resource) => {
    if (typeof reference === 'string' && !index.has(reference)) index.set(reference, resource);
  };
  const identifiable = resources.filter((_, position) => known[position]);
  for (const resource of identifiable) add(resource.ref, resource);
  for (const resource of identifiable) {
    for (const [name, value] of Object.entries(resource.attributes)) {
      if (/(?:Arn|ARN|Id|Url|Name|ApiEndpoint)$/.test(name)) add(value, resource);
    }
    if (resource.type === 'AWS::SecretsManager::Secret') add(resource.properties.Name, resource);
  }
  return index;
}

function surroundingsOf(stacks: readonly Stack[], options: AssemblyOptions): Surroundings {
  return {
    importValue(exportName, region) {
      for (const stack of stacks) {
        const value = stack.region === region ? stack.exports().get(exportName) : undefined;
        if (value !== undefined) return value();
      }
      throw new Error(`no stack in ${region} exports ${exportName}`);
    },
    stackOutput(stackName, outputName, region) {
      const stack = stacks.find(({ name, region: itsRegion }) => name === stackName && itsRegion === region);
      if (stack === undefined) throw new Error(`there is no stack ${stackName} in ${region}`);
      return stack.output(outputName);
    },
    storedParameter(name, region) {
      for (const stack of stacks) {
        for (const entry of stack.resources.values()) {
          const value = storedValue(stack, entry, name, region);
          if (value !== undefined) return value;
        }
      }
      throw new Error(`no stack stores a parameter ${name} in ${region}`);
    },
    distributionDomain(stackName, logicalId) {
      const places = stacks.flatMap(({ name, resources }) =>
        [...resources.values()].flatMap((entry) => (entry.type === 'AWS::CloudFront::Distribution' ? [`${name}/${entry.logicalId}`] : [])),
      );
      return options.distributionDomains?.[places.indexOf(`${stackName}/${logicalId}`)];
    },
  };
}

/** A parameter's value if this resource writes it: a parameter of its own, or the CDK's export into another region. */
function storedValue(stack: Stack, entry: ResourceEntry, name: string, region: string): string | undefined {
  if (entry.type === 'AWS::SSM::Parameter' && stack.region === region) {
    return entry.physical().ref === name ? String(entry.property('Value')) : undefined;
  }
  if (entry.type !== 'Custom::CrossRegionExportWriter') return undefined;
  const writer = entry.property('WriterProps') as { region?: string; exports?: Record<string, Json> } | undefined;
  const value = writer?.region === region ? writer.exports?.[name] : undefined;
  return value === undefined ? undefined : String(value);
}
