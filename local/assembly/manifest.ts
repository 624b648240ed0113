/** Finds the stacks and the file assets of a cloud assembly, nested assemblies (stages) included. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './model.ts';

export interface Template {
  readonly Parameters?: Readonly<Record<string, { Type: string; Default?: Json }>>;
  readonly Mappings?: Readonly<Record<string, Json>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { Value: Json; Condition?: string; Export?: { Name: Json } }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, Json>>;
}

export interface StackArtifact {
  readonly name: string;
  /** Undefined where the stack leaves it to the deployment. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly template: Template;
}

export interface AssemblyContents {
  readonly stacks: StackArtifact[];
  /** Absolute path by object key. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly parameters?: Record<string, string>;
    readonly directoryName?: string;
    readonly file?: string;
  };
}

/** @throws Error naming the file that is missing or no cloud assembly */
export function readContents(directory: string): AssemblyContents {
  const stacks: StackArtifact[] = [];
  const assets = new Map<string, string>();
  collect(directory, stacks, assets);
  return { stacks, assets };
}

function collect(directory: string, stacks: StackArtifact[], assets: Map<string, string>): void {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Error(`${directory} is no cloud assembly: it has no manifest.json (synthesize first)`);
  const { artifacts = {} } = readJson<{ artifacts?: Record<string, Artifact> }>(manifestFile);
  for (const [id, { type, environment, properties = {} }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack') {
      if (properties.templateFile === undefined) throw new Error(`${manifestFile}: the stack ${id} names no template`);
      const template = readJson<Template>(join(directory, properties.templateFile));
      const name = properties.stackName ?? id;
      stacks.push({ name, ...parseEnvironment(environment), parameters: properties.parameters ?? {}, template });
    } else if (type === 'cdk:asset-manifest' && properties.file !== undefined) {
      collectAssets(directory, properties.file, assets);
    } else if (type === 'cdk:cloud-assembly' && properties.directoryName !== undefined) {
      collect(join(directory, properties.directoryName), stacks, assets);
    }
  }
}

function collectAssets(directory: string, file: string, assets: Map<string, string>): void {
  interface AssetFile {
    source: { path?: string };
    destinations: Record<string, { objectKey: string }>;
  }
  const { files = {} } = readJson<{ files?: Record<string, AssetFile> }>(join(directory, file));
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
  }
}

/** `aws://ACCOUNT/REGION`, with `unknown-account` and `unknown-region` where the deployment decides. */
function parseEnvironment(environment = ''): { account: string | undefined; region: string | undefined } {
  const [account, region] = environment.replace(/^aws:\/\//, '').split('/');
  return { account: /^\d{12}$/.test(account ?? '') ? account : undefined, region: region === 'unknown-region' ? undefined : region };
}

function readJson<Content>(file: string): Content {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content;
  } catch (cause) {
    throw new Error(`${file} can't be read as JSON`, { cause });
  }
}
