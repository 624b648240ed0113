/** One stack's template as a scope for its intrinsic functions. Everything is evaluated when it is asked for, once. */
import { evaluate, evaluateCondition, type TemplateScope } from './intrinsics.ts';
import type { StackArtifact, TemplateResource } from './manifest.ts';
import type { Json } from './model.ts';
import { isKnownType, makePhysicalResource, type PhysicalResource } from './physical-resources.ts';

/** What a stack finds outside itself. */
export interface Surroundings {
  importValue(exportName: string, region: string): Json;
  stackOutput(stackName: string, outputName: string, region: string): Json;
  storedParameter(name: string, region: string): string;
  distributionDomain(stackName: string, logicalId: string): string | undefined;
}

export interface ResourceEntry {
  readonly logicalId: string;
  readonly type: string;
  readonly known: boolean;
  property(name: string): Json | undefined;
  properties(): Record<string, Json>;
  physical(): PhysicalResource;
}

const crossRegionReader = 'Custom::CrossRegionExportReader';

export class Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resources = new Map<string, ResourceEntry>();
  readonly #artifact: StackArtifact;
  readonly #surroundings: Surroundings;
  readonly #scope: TemplateScope;
  readonly #conditions = new Map<string, boolean>();

  constructor(artifact: StackArtifact, defaults: { account: string; region: string }, surroundings: Surroundings) {
    this.name = artifact.name;
    this.account = artifact.account ?? defaults.account;
    this.region = artifact.region ?? defaults.region;
    this.#artifact = artifact;
    this.#surroundings = surroundings;
    this.#scope = {
      region: this.region,
      ref: (name) => this.#ref(name),
      getAttribute: (logicalId, attribute) => this.#attribute(logicalId, attribute),
      condition: (name) => this.#condition(name),
      mapping: (name) => artifact.template.Mappings?.[name],
      importValue: (exportName) => surroundings.importValue(exportName, this.region),
      stackOutput: (stackName, outputName, region) => surroundings.stackOutput(stackName, outputName, region ?? this.region),
      storedParameter: (name) => this.#storedParameter(name),
    };
    for (const [logicalId, resource] of Object.entries(artifact.template.Resources ?? {})) {
      const exists = resource.Condition === undefined || this.#condition(resource.Condition);
      if (exists) this.resources.set(logicalId, this.#entry(logicalId, resource));
    }
  }

  /** Exported values by name. */
  exports(): Map<string, () => Json> {
    const found = new Map<string, () => Json>();
    for (const [id, output] of Object.entries(this.#artifact.template.Outputs ?? {})) {
      if (output.Export === undefined) continue;
      const name = this.#evaluated(`Outputs/${id}`, output.Export.Name);
      found.set(String(name), () => this.output(id));
    }
    return found;
  }

  output(id: string): Json {
    const output = this.#artifact.template.Outputs?.[id];
    const value = output === undefined ? undefined : this.#evaluated(`Outputs/${id}`, output.Value);
    if (value === undefined) throw new Error(`the stack ${this.name} has no output ${id}`);
    return value;
  }

  #entry(logicalId: string, resource: TemplateResource): ResourceEntry {
    const values = new Map<string, Json | undefined>();
    let physical: PhysicalResource | undefined;
    const property = (name: string): Json | undefined => {
      if (!values.has(name)) {
        const raw = resource.Properties?.[name];
        values.set(name, raw === undefined ? undefined : this.#evaluated(`${logicalId}.${name}`, raw));
      }
      return values.get(name);
    };
    return {
      logicalId,
      type: resource.Type,
      known: isKnownType(resource.Type),
      property,
      properties: () => {
        const entries = Object.keys(resource.Properties ?? {}).map((name) => [name, property(name)] as const);
        return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
      },
      physical: () => {
        physical ??= makePhysicalResource({
          account: this.account,
          region: this.region,
          stack: this.name,
          logicalId,
          type: resource.Type,
          property,
          distributionDomain: this.#surroundings.distributionDomain(this.name, logicalId),
        });
        return physical;
      },
    };
  }

  #evaluated(where: string, value: Json): Json | undefined {
    try {
      return evaluate(this.#scope, value);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.name}/${where}: ${reason}`, { cause });
    }
  }

  #ref(name: string): Json | undefined {
    switch (name) {
      case 'AWS::NoValue':
        return undefined;
      case 'AWS::AccountId':
        return this.account;
      case 'AWS::Region':
        return this.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.name;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${this.region}:${this.account}:stack/${this.name}/00000000-0000-4000-8000-000000000000`;
      case 'AWS::NotificationARNs':
        return [];
    }
    const parameter = this.#artifact.template.Parameters?.[name];
    if (parameter !== undefined) return this.#parameter(name, parameter);
    return this.#find(name).physical().ref;
  }

  #parameter(name: string, { Type, Default }: { Type: string; Default?: Json }): Json {
    const value = this.#artifact.parameters[name] ?? Default;
    if (value === undefined) throw new Error(`the parameter ${name} has neither a value nor a default`);
    if (Type.startsWith('AWS::SSM::Parameter::Value<')) return this.#storedParameter(String(value));
    return /^(List<|CommaDelimitedList)/.test(Type) && typeof value === 'string' ? value.split(',') : value;
  }

  #storedParameter(name: string): string {
    // Written by `cdk bootstrap`, which has no part in a local run; templates only compare it with older versions.
    if (name.startsWith('/cdk-bootstrap/')) return '30';
    return this.#surroundings.storedParameter(name, this.region);
  }

  #attribute(logicalId: string, attribute: string): Json {
    const entry = this.#find(logicalId);
    if (entry.type === crossRegionReader) return this.#crossRegionImport(entry, attribute);
    const value = entry.physical().attributes[attribute];
    if (value === undefined)
      throw new Error(`what Fn::GetAtt gives for ${attribute} of ${logicalId} (${entry.type}) is not known to the local system`);
    return value;
  }

  /** The reader's custom resource answers with the parameters that it imports. */
  #crossRegionImport(entry: ResourceEntry, attribute: string): Json {
    const imports = (entry.property('ReaderProps') as { imports?: Record<string, Json> } | undefined)?.imports;
    const value = imports?.[attribute];
    if (value === undefined) throw new Error(`${entry.logicalId} imports nothing named ${attribute}`);
    return value;
  }

  #find(logicalId: string): ResourceEntry {
    const entry = this.resources.get(logicalId);
    if (entry === undefined) throw new Error(`there is no resource or parameter ${logicalId}`);
    return entry;
  }

  #condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.#artifact.template.Conditions?.[name];
    if (definition === undefined) throw new Error(`${this.name}: there is no condition ${name}`);
    const value = evaluateCondition(this.#scope, definition);
    this.#conditions.set(name, value);
    return value;
  }
}
